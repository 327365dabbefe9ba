"""T25: whatever anybody writes into any field is letters on every page, in every feed and in every file.

Each field gets an attack of its own, through the ways that fields are filled: a feed that is read, a list that is
brought in, forms that are sent. Then everything this node says is read as a browser or a feed reader reads it.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

from passalong.follow.lists import as_opml, bring
from passalong.intake.take_in import take_in
from passalong.models import Follow, Item, Page, Person, Source
from passalong.read.out import entries, head, stretches
from passalong.wire import opml
from passalong.wire.feed import read
from passalong.wire.feed_write import WRITERS
from tests.conftest import client_of
from tests.share.pictures import jpeg

pytestmark = pytest.mark.slow


def attack(field: str) -> str:
    """Ends whatever it stands in: an attribute, an element, a comment, a script."""
    return f"'\"--></title></script><svg/onload={field}>"


def xml(field: str) -> str:
    """The same for a feed whose own markup must hold."""
    return attack(field).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


FEED = f"""<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>{xml("feedtitle")}</title><link>https://cas.example/</link><description>{xml("feednote")}</description>
<language>en"&gt;&lt;b&gt;</language><copyright>{xml("feedrights")}</copyright>
<item><guid isPermaLink="false">{xml("guid")}</guid><link>https://cas.example/a?x={xml("entrylink")}</link>
<title>{xml("entrytitle")}</title><dc:creator>{xml("entryauthor")}</dc:creator>
<category>{xml("entrytag")}</category><description>{xml("entrybody")} words</description>
<enclosure url="https://cas.example/e.mp3?{xml("enclosurelink")}" type="audio/mpeg{xml("enclosuretype")}" length="5"/>
<media:content url="https://cas.example/m.jpg?{xml("medialink")}" medium="image">
<media:title type="plain">{xml("mediatitle")}</media:title></media:content></item>
<item><guid isPermaLink="false">2</guid><link>javascript:alert(1)</link><title>{xml("scriptlink")}</title>
<description>&lt;a href="javascript:alert(2)"&gt;x&lt;/a&gt;&lt;img src="x" onerror="bodyimage"&gt;</description></item>
</channel></rss>"""


@pytest.fixture
def everything(ann: Person, anns_browser: Client) -> dict[str, Any]:
    now = timezone.now()
    line = f'<outline type="rss" text="{xml("opmltitle")}" xmlUrl="https://cas.example/feed"'
    listed = f'<opml version="2.0"><body>{line} htmlUrl="https://cas.example/"/></body></opml>'
    assert bring(ann, opml.read(listed.encode()), now).came_in == 1
    Follow.objects.update(seen_until=now - timedelta(days=1))
    source = Source.objects.select_related("person").get(url="https://cas.example/feed")
    shown_before = anns_browser.get("/people").content.decode()
    assert take_in(source, read(FEED.encode(), url=source.url), now).new == 2
    Source.objects.filter(pk=source.pk).update(state="backing off", reason=attack("statereason"), etag="x")
    typed = {
        "what": f"{attack('words')}\nhttps://good.example/?{attack('link')}", "title": attack("title"),
        "tags": attack("tag")[:60], "via": f"https://via.example/{attack('via')}", "alt": attack("alt"),
        "reply_to": f"https://reply.example/{attack('reply')}",
    }  # fmt: skip
    picture = {"what": "https://good.example/plain", "alt": attack("alt"), "files": SimpleUploadedFile("p.jpg", jpeg())}
    assert anns_browser.post("/share", picture).status_code == 303
    name = attack("filename").replace("/", "∕")
    answer = anns_browser.post("/share", typed | {"files": SimpleUploadedFile(f"{name}.txt", b"x")})
    assert answer.status_code == 303, answer.content.decode()
    for field in ("title", "description", "author", "site"):
        Page.objects.filter(url__startswith="https://good.example").update(**{field: attack(f"card{field}")})
    settings = {"name": attack("name"), "note": attack("note"), "lang": 'x"><b>', "zone": "UTC"}
    assert anns_browser.post("/settings", settings).status_code == 302
    anns_browser.post(f"/items/{Item.objects.get(source=source, guid='2').pk}/keep")
    ann.refresh_from_db()
    item = Item.objects.get(source__person=ann, title=attack("title"))
    assert Page.objects.filter(title=attack("cardtitle")).count() == 2
    return {"source": source, "item": item, "came": Item.objects.filter(source=source), "people": shown_before}


def nodes(page: str) -> list[LexborNode]:
    return LexborHTMLParser(page).css("*")


def hostile(page: str) -> list[str]:
    """What a browser would run or load that none of our templates says."""
    found = []
    for node in nodes(page):
        for name, value in node.attributes.items():
            said = re.sub(r"[\s\0]", "", value or "").lower()
            ours = said.startswith("javascript:(()=>{") and node.text().strip() == "Pass along"
            if name.startswith("on") or (said.startswith(("javascript:", "data:text", "vbscript:")) and not ours):
                found.append(f"{node.tag} {name}={value}")
        if node.tag == "script" and node.attributes.get("type") in ("application/ld+json", "application/json"):
            json.loads(node.text(deep=True))
        elif node.tag == "script" and not (node.attributes.get("src") or "").startswith("/static/"):
            found.append("a script")
        if node.tag in ("svg", "iframe", "object", "embed", "style") and "brand" not in parents(node):
            found.append(node.tag) if node.attributes.get("class") is None else None
    return found


def parents(node: LexborNode) -> str:
    classes, above = "", node.parent
    while above is not None:
        classes += f" {above.attributes.get('class') or ''}" if above.tag != "-undef" else ""
        above = above.parent
    return classes


def read_fields(text: str) -> set[str]:
    """Fields whose attack stands there as it was written, once the markup around it is read."""
    return set(re.findall(r"<svg[/∕-]onload=(\w+)>", unescape(text)))


def shown(page: str) -> set[str]:
    """The same for a page: in what is seen, or in an attribute."""
    tree = LexborHTMLParser(page)
    attributes = " ".join(str(value) for node in tree.css("*") for value in node.attributes.values())
    texts = " ".join(node.text(deep=True) for node in tree.css("html"))
    return read_fields(texts) | read_fields(attributes)


MINE = {"words", "title", "tag", "filename", "name", "note", "cardtitle"}
THEIRS = {"entrytitle", "entryauthor", "entrytag"}


def test_t25_every_page_shows_letters(ann: Person, anns_browser: Client, everything: dict[str, Any]) -> None:
    item, source = everything["item"], everything["source"]
    paths = ["/", "/@ann", f"/@ann/{item.pk}", f"/@ann/{item.pk}/edit", "/river", "/river?show=unseen", "/settings"]
    paths += ["/river?show=kept", f"/river?of={source.person_id}", "/people", f"/people/{source.person_id}", "/sign-in"]
    paths += [f"/read/{one.pk}" for one in everything["came"]]
    paths += re.findall(r'href="[^"]*(/@ann/tag/[^"]+)"', anns_browser.get("/@ann").content.decode())
    paths += [f"/share?url={attack('asked')}&title={attack('asked')}&text={attack('asked')}", f"/{attack('nowhere')}"]
    paths += [f"/river?before={attack('asked')}", f"/@{attack('asked')}", f"/sign-in?next={attack('asked')}"]
    seen = set(shown(everything["people"]))
    assert not hostile(everything["people"])
    for client in (anns_browser, client_of(None)):
        for path in paths:
            page = client.get(path.replace(ann.url, "")).content.decode()
            assert not hostile(page), path
            seen |= shown(page)
    assert seen >= MINE | THEIRS | {"alt", "statereason", "opmltitle"}


def test_t25_answers_to_wrong_forms_show_letters(anns_browser: Client, everything: dict[str, Any]) -> None:
    forms = [
        ("/share", {"what": "", "title": attack("a"), "via": attack("b"), "tags": attack("c")}),
        ("/follow", {"address": attack("d")}),
        ("/settings", {"name": attack("e") * 20, "note": attack("f"), "zone": attack("g")}),
        ("/sign-in", {"login": attack("h"), "password": attack("i")}),
        (f"/@ann/{everything['item'].pk}/edit", {"what": "", "title": attack("k") * 20}),
    ]
    for path, fields in forms:
        for client in (anns_browser, client_of(None)):
            page = client.post(path, fields).content.decode()
            assert not hostile(page), path


@pytest.mark.parametrize("kind", ["atom", "rss", "json"])
def test_t25_every_feed_carries_letters(everything: dict[str, Any], kind: str) -> None:
    for path in ("/feed.", "/@ann/feed."):
        body = client_of(None).get(f"{path}{kind}").content
        assert MINE - {"note", "cardtitle"} <= fields_of_feed(body, kind), path


def fields_of_feed(body: bytes, kind: str) -> set[str]:
    """The fields that come out of a feed as letters; asserts that its bodies are safe and its markup its own."""
    if kind == "json":
        document = json.loads(body)
        for entry in document["items"]:
            assert not hostile(entry.get("content_html", ""))
        return read_fields(" ".join(texts_of(document)))
    tree = etree.fromstring(body)
    assert not [node for node in tree.iter() if isinstance(node.tag, str) and node.tag.endswith(("script", "}svg"))]
    values = [text for node in tree.iter() for text in (node.text or "", *map(str, node.attrib.values()))]
    for text in values:
        if text.lstrip().startswith("<"):
            assert not hostile(text)
    return read_fields(" ".join(values))


def texts_of(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts_of(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts_of(each)]
    return [str(value)]


def test_t25_the_river_for_programs_carries_letters(ann: Person, everything: dict[str, Any]) -> None:
    rows = [row for batch, _ in stretches(ann, 0) for row in batch]
    body = WRITERS["json"](head(ann, entries(rows)))
    body = body if isinstance(body, bytes) else str(body).encode()
    assert fields_of_feed(body, "json") >= {"entrytitle", "entryauthor", "entrytag"}


def test_t37_the_list_that_goes_out_carries_letters(ann: Person, everything: dict[str, Any]) -> None:
    written = as_opml(ann, timezone.now())
    tree = etree.fromstring(written)
    assert read_fields(" ".join(str(v) for node in tree.iter() for v in node.attrib.values())) == {"opmltitle"}
    (line,) = opml.read(written)
    assert line.url == "https://cas.example/feed"


def test_the_check_sees_an_attack() -> None:
    for page in (
        "<p onclick=x>", "<svg/onload=x>", '<a href=" java\nscript:x">', "<script>x</script>", "<iframe src=//x>",
    ):  # fmt: skip
        assert hostile(page), page
    assert not shown(attack("x").replace("<svg/onload=x>", ""))
