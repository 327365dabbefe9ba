"""RSS 2.0 (rssboard.org/rss-specification), with the RSS Advisory Board's Best Practices Profile."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from urllib.parse import urlsplit

from passalong.wire.feed_write_atom import SUMMARY_LENGTH, entry_title
from passalong.wire.feed_write_links import entry_links, feed_links, media_content, thumbnail
from passalong.wire.feed_write_text import (
    absolute_links,
    first_words,
    identity,
    in_attribute,
    in_element,
    in_plain_element,
    language,
    media_type,
    one_line,
    rfc822,
    rfc3339,
    web_address,
)
from passalong.wire.out_shapes import OutEntry, OutFeed
from passalong.wire.shapes import Attachment, Author

MEDIA_TYPE = "application/rss+xml"

_NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:fh="http://purl.org/syndication/history/1.0" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:thr="http://purl.org/syndication/thread/1.0"'
)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif")


def rss(feed: OutFeed) -> bytes:
    """The feed as an RSS 2.0 document in UTF-8."""
    return "".join(_document(feed)).encode()


def _document(feed: OutFeed) -> Iterator[str]:
    title = in_plain_element(feed.title) or in_plain_element(feed.url)
    home = in_element(web_address(feed.home) or web_address(feed.url))
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {_NAMESPACES}>\n<channel>\n'
    yield f"<title>{title}</title>\n<link>{home}</link>\n"
    yield f"<description>{in_plain_element(feed.subtitle) or title}</description>\n"
    yield from feed_links(feed, MEDIA_TYPE, "atom:")
    if lang := language(feed.lang):
        yield f"<language>{lang}</language>\n"
    yield f"<lastBuildDate>{rfc822(feed.updated)}</lastBuildDate>\n"
    yield "<generator>Passalong</generator>\n<docs>https://www.rssboard.org/rss-specification</docs>\n"
    yield _licence(feed.licence)
    yield from (_creator(author) for author in feed.authors)
    icon = web_address(feed.icon)
    # The specification's image is a GIF, JPEG or PNG; its title and link are the channel's.
    if icon and urlsplit(icon).path.lower().endswith(_PICTURES):
        yield f"<image><url>{in_element(icon)}</url><title>{title}</title><link>{home}</link></image>\n"
    elif icon:
        yield f"<atom:icon>{in_element(icon)}</atom:icon>\n"
    for entry in feed.entries:
        yield from _item(entry, feed)
    yield "</channel>\n</rss>\n"


def _item(entry: OutEntry, feed: OutFeed) -> Iterator[str]:
    html = absolute_links(entry.html, entry.url)
    lang = language(entry.lang) if entry.lang != feed.lang else ""
    yield f'<item xml:lang="{lang}">\n' if lang else "<item>\n"
    if title := in_plain_element(entry.title):
        yield f"<title>{title}</title>\n"
    yield f"<link>{in_element(web_address(entry.url))}</link>\n"
    yield _guid(entry)
    yield f"<pubDate>{rfc822(entry.published)}</pubDate>\n"
    if entry.updated > entry.published:
        yield f"<atom:updated>{rfc3339(entry.updated)}</atom:updated>\n"
    yield from (_creator(author) for author in entry.authors or feed.authors)
    for tag in entry.tags:
        if name := in_plain_element(tag):
            yield f"<category>{name}</category>\n"
    # A description is HTML; the profile wants it before content:encoded.
    brief = one_line(entry.summary) or first_words(html, SUMMARY_LENGTH) or entry_title(entry)
    yield f"<description>{in_element(escape(brief, quote=False))}</description>\n"
    if html:
        yield f"<content:encoded>{in_element(html)}</content:encoded>\n"
    yield from entry_links(entry, "atom:")
    yield from _enclosures(entry.attachments)
    yield thumbnail(entry)
    yield _licence(entry.licence)
    yield "</item>\n"


def _guid(entry: OutEntry) -> str:
    """The entry's identity; a permalink only where it is the very address it lies at."""
    guid, url = identity(entry.id), web_address(entry.url)
    permanent = "true" if not guid or guid == url else "false"
    return f'<guid isPermaLink="{permanent}">{in_element(guid or url)}</guid>\n'


def _creator(author: Author) -> str:
    """The core's author is an e-mail address, which is nobody's business: dc:creator holds the name."""
    name = in_plain_element(author.name) or in_plain_element(author.url)
    return f"<dc:creator>{name}</dc:creator>\n" if name else ""


def _licence(url: str) -> str:
    address = web_address(url)
    return f"<creativeCommons:license>{in_element(address)}</creativeCommons:license>\n" if address else ""


def _enclosures(attachments: tuple[Attachment, ...]) -> Iterator[str]:
    """One enclosure per item, as the profile asks (the first thing to hear or see, else the first);
    the others, and what an enclosure cannot say, as media:content."""
    held = [each for each in attachments if web_address(each.url)]
    if not held:
        return
    enclosed = next((each for each in held if each.type.startswith(("audio/", "video/"))), held[0])
    address = in_attribute(web_address(enclosed.url))
    yield f'<enclosure url="{address}" length="{enclosed.size or 0}" type="{media_type(enclosed.type)}"/>\n'
    for attachment in held:
        if attachment is not enclosed or attachment.width or attachment.seconds:
            yield media_content(attachment)
