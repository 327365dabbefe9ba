"""JSON-LD: what a page says of itself, safe inside its script element."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from passalong.wire.jsonld import in_script, posting, profile
from passalong.wire.out_shapes import OutEntry
from passalong.wire.shapes import Attachment, Author

NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)
ANN = Author("Ann Åberg", "https://ann.example/@ann", "", "https://ann.example/ann.png")
LINK = OutEntry(
    id="https://ann.example/@ann/7",
    url="https://ann.example/@ann/7",
    published=NOON,
    updated=NOON,
    title="Grading fewer things",
    html="<p>Why I <b>stopped</b> &amp; when.</p>",
    external="https://ben.example/grading",
    tags=("oer",),
    attachments=(Attachment("https://ann.example/f/1.webp", "image/webp", 5, "a leaf"),),
    lang="en",
    licence="https://creativecommons.org/licenses/by/4.0/",
)


def test_it_works() -> None:
    said = json.loads(posting(LINK, ANN, site="Ann's place"))
    assert said["@context"] == "https://schema.org"
    assert said["@type"] == "SocialMediaPosting"
    assert said["author"] == {"@type": "Person", "name": "Ann Åberg", "url": ANN.url, "image": ANN.photo}
    assert said["articleBody"] == "Why I stopped & when."
    assert said["sharedContent"] == {"@type": "WebPage", "url": LINK.external}
    assert said["datePublished"] == "2026-09-14T12:00:00Z"
    assert said["associatedMedia"][0]["@type"] == "ImageObject"
    assert (said["headline"], said["inLanguage"], said["license"]) == (LINK.title, "en", LINK.licence)


def test_an_article_is_a_blog_posting_by_its_own_authors() -> None:
    said = json.loads(posting(replace(LINK, authors=(Author("Ben"), Author("Cas"))), ANN, article=True))
    assert said["@type"] == "BlogPosting"
    assert [each["name"] for each in said["author"]] == ["Ben", "Cas"]


def test_a_persons_page_is_about_a_person() -> None:
    said = json.loads(profile(ANN, ANN.url, about="I teach.", handle="ann", same=("https://x.example/a", "file:///x")))
    assert said["@type"] == "ProfilePage"
    assert said["mainEntity"]["description"] == "I teach."
    assert said["mainEntity"]["sameAs"] == ["https://x.example/a"]


class _Page(HTMLParser):
    held = ""
    inside = False
    tags = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        self.inside = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        self.held += data if self.inside else ""


@given(
    st.one_of(st.text(), st.sampled_from(["</script><img src=x onerror=alert(1)>", "<!--<script>", "]]>", "\u2028"]))
)
def test_t25_nothing_in_it_ends_the_script(text: str) -> None:
    safe = posting(replace(LINK, title=text, html=text, summary=text, tags=(text,)), replace(ANN, name=text))
    assert not set(safe) & set("<>&\u2028\u2029")
    page = _Page()
    page.feed(f'<script type="application/ld+json">{safe}</script>')
    page.close()
    assert (page.held, page.tags) == (safe, 1)
    json.loads(safe)


def test_what_goes_in_comes_out() -> None:
    assert json.loads(in_script({"x": "a<b>&\u2028"})) == {"x": "a<b>&\u2028"}
