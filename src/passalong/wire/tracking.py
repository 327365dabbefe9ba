"""Query parameters that say where a reader came from and never what is shown."""

from __future__ import annotations

_EVERYWHERE_STARTS = {
    "utm_": "Urchin, Google Analytics and all that copy it",
    "mtm_": "Matomo",
    "pk_": "Piwik, now Matomo",
    "piwik_": "Piwik",
    "hsa_": "HubSpot ads",
    "__hs": "HubSpot",
    "_hs": "HubSpot",
    "oly_": "Omeda newsletters",
    "vero_": "Vero newsletters",
    "guce_": "Yahoo consent page",
}
_EVERYWHERE = {
    "fbclid": "Facebook", "gclid": "Google Ads", "gclsrc": "Google Ads", "dclid": "Google Display",
    "gbraid": "Google Ads", "wbraid": "Google Ads", "srsltid": "Google Shopping", "_ga": "Google Analytics",
    "_gl": "Google Analytics", "msclkid": "Microsoft", "yclid": "Yandex", "ysclid": "Yandex", "_openstat": "Yandex",
    "twclid": "Twitter", "ttclid": "TikTok", "li_fat_id": "LinkedIn", "igshid": "Instagram", "igsh": "Instagram",
    "epik": "Pinterest", "mc_cid": "Mailchimp campaign", "mc_eid": "Mailchimp reader", "mkt_tok": "Marketo reader",
    "ml_subscriber": "MailerLite reader", "ml_subscriber_hash": "MailerLite reader",
    "ck_subscriber_id": "ConvertKit reader", "rb_clickid": "Rakuten", "wickedid": "Wicked Reports",
    "s_cid": "Adobe Analytics", "ref_src": "Twitter embed", "ref_url": "Twitter embed",
    "hsctatracking": "HubSpot", "guccounter": "Yahoo consent page", "wt_mc": "Webtrekk", "wt_zmc": "Webtrekk",
    "at_campaign": "AT Internet", "at_medium": "AT Internet",
}  # fmt: skip
_AT_HOST = {
    "youtube.com": frozenset({"si", "feature", "pp", "ab_channel"}),  # who shared, from which button
    "youtu.be": frozenset({"si", "feature"}),
    "spotify.com": frozenset({"si"}),
    "twitter.com": frozenset({"s", "t"}),  # the device and the sharer; a post's number is in the path
    "x.com": frozenset({"s", "t"}),
    "reddit.com": frozenset({"share_id", "rdt"}),
    "linkedin.com": frozenset({"trk", "trackingid", "lipi", "rcm"}),
    "substack.com": frozenset({"r", "isfreemail", "triedredirect", "showwelcomeonshare"}),
    "medium.com": frozenset({"source"}),  # the reader's previous screen
    "tiktok.com": frozenset({"_r", "_t"}),
    "nytimes.com": frozenset({"smid", "smtyp"}),
    "theguardian.com": frozenset({"cmp"}),
}


def keeps(host: str, field: str) -> bool:
    """Whether the query field ('name=value') of an address at `host` may change what is shown there."""
    name = field.partition("=")[0].lower()
    if name in _EVERYWHERE or name.startswith(tuple(_EVERYWHERE_STARTS)):
        return False
    return not any(name in names and (host == at or host.endswith("." + at)) for at, names in _AT_HOST.items())
