"""What a page that mentions ours says, and who is believed to have written it (T53)."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from passalong.wire.address import key
from passalong.wire.hands import owner, reach, same_hands
from passalong.wire.mention import Mention, read, read_back, rel_to, with_author_page, write

URL = "https://cas.example/notes/1"
TARGET = "https://ann.example/@ann/1"
PHOTO = '<img class="u-photo" src="/cas.jpg" alt="">'
CARD = f'<span class="p-author h-card"><a class="u-url p-name" href="https://cas.example/">Cas</a>{PHOTO}</span>'


def page(inside: str, url: str = URL) -> Mention:
    html = f"<!doctype html><html><head><title>A page</title></head><body>{inside}</body></html>"
    return read(url, "text/html; charset=utf-8", html.encode(), [key(TARGET)])


def entry(inside: str, author: str = CARD) -> str:
    return f'<article class="h-entry">{author}<div class="e-content"><p>Good one.</p></div>{inside}</article>'


def test_it_works() -> None:
    when = '<a class="u-url" href="/notes/1"><time class="dt-published" datetime="2026-11-20T10:00:00Z">then</time></a>'
    said = page(entry(f'<a class="u-in-reply-to" href="{TARGET}">Ann</a>{when}'))
    assert (said.author.name, said.author.url) == ("Cas", "https://cas.example/")
    assert said.author.photo == "https://cas.example/cas.jpg"
    assert "Good one." in said.entry.html
    assert said.entry.published == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert rel_to(said.entry, key(TARGET)) == "reply"
    assert read_back(json.loads(json.dumps(write(said)))).person == "https://cas.example/"


@pytest.mark.parametrize(
    ("name", "rel"),
    [
        ("u-in-reply-to", "reply"),
        ("u-like-of", "like"),
        ("u-repost-of", "repost"),
        ("u-quotation-of", "quote"),
        ("u-bookmark-of", "link"),
        ("u-via", "via"),
        ("other", "link"),
        ("u-like-of u-in-reply-to", "reply"),
    ],
)
def test_how_it_points(name: str, rel: str) -> None:
    assert rel_to(page(entry(f'<a class="{name}" href="{TARGET}">x</a>')).entry, key(TARGET)) == rel


def test_how_it_points_through_a_citation() -> None:
    cite = f'<div class="u-like-of h-cite"><a class="u-url p-name" href="{TARGET}">Ann\'s</a></div>'
    assert rel_to(page(entry(cite)).entry, key(TARGET)) == "like"


def test_an_rsvp_is_a_reply() -> None:
    said = page(entry(f'<a class="u-in-reply-to" href="{TARGET}"></a><data class="p-rsvp" value="yes">I come</data>'))
    assert rel_to(said.entry, key(TARGET)) == "reply"


def test_the_post_that_points_to_us_is_meant_among_several() -> None:
    other = '<div class="h-entry"><a class="u-url" href="/notes/2">2</a><p class="e-content">Another</p></div>'
    mine = f'<div class="h-entry"><p class="e-content">Mine</p><a class="u-like-of" href="{TARGET}">x</a></div>'
    assert page(other + mine).entry.html == "Mine"
    linking = f'<div class="h-entry"><p class="e-content"><a href="{TARGET}">In it</a></p></div>'
    assert "In it" in page(f'<div class="h-feed">{other}{linking}</div>').entry.html


def test_a_page_without_posts_has_its_title() -> None:
    said = page(f'<a href="{TARGET}">x</a>')
    assert (said.entry.title, said.entry.url, said.person) == ("A page", URL, "https://cas.example/")


@pytest.mark.parametrize("filling", ["<!-- é -->", "<p>é</p>"])
def test_of_a_large_page_the_first_part_is_read(filling: str) -> None:
    """Webmention, 3.2.2: a receiver may limit how much it reads; the post that stands in that part counts."""
    mine = entry(f'<a class="u-in-reply-to" href="{TARGET}">Ann</a>').replace("Good one.", "Schön.")
    said = page(mine + filling * (600_000 // len(filling.encode())))
    assert rel_to(said.entry, key(TARGET)) == "reply"
    assert said.author.name == "Cas"
    assert "Schön." in said.entry.html


def test_plain_text_and_json() -> None:
    assert read(URL, "text/plain", b"see <b>", []).entry.summary == "see &lt;b>"
    assert read(URL, "application/json", b'{"a": "b"}', []).entry.summary == ""


@pytest.mark.parametrize(
    "author",
    [
        '<a class="p-author h-card" href="https://bank.example/">Your Bank</a>',
        '<a class="p-author h-card" href="https://sub.cas.example/">Your Bank</a>',
        '<a class="p-author h-card" href="https://cas.example:8443/">Your Bank</a>',
        '<a class="u-author" href="https://bank.example/"></a>',
        '<a rel="author" href="https://bank.example/">Your Bank</a>',
        '<p class="p-author h-card"><a class="u-url" href="https://bank.example/"></a><b class="p-name">Bank</b></p>',
        '<a class="p-author h-card" href="https://cas.example@bank.example/">Your Bank</a>',
    ],
)
def test_t53_nobody_speaks_in_anothers_name(author: str) -> None:
    said = page(entry(f'<a class="u-in-reply-to" href="{TARGET}">x</a>', author))
    assert said.author.name == ""
    assert said.author.photo == ""
    assert said.author_page == "", "and nobody is asked"
    named = "Bank" in author and "rel=" not in author
    assert said.person == ("https://cas.example/#others" if named else "https://cas.example/")
    assert read_back(write(said)).person == said.person


def test_t53_on_a_shared_host_people_are_kept_apart() -> None:
    joe = '<a class="p-author h-card" href="https://medium.com/@joe">Joe</a>'
    said = page(entry(f'<a href="{TARGET}">x</a>', joe), "https://medium.com/@evil/post-1")
    assert (said.author.name, said.person) == ("", "https://medium.com/@evil#others")
    assert page(entry("", joe), "https://medium.com/@joe/post-2").author.name == "Joe"


def test_a_name_alone_is_the_pages_own() -> None:
    said = page(entry("", '<span class="p-author h-card">Cas</span>'))
    assert (said.author.name, said.author.url, said.person) == ("Cas", "", "https://cas.example/")


def test_authorship_by_the_feeds_author() -> None:
    said = page(f'<div class="h-feed">{CARD}{entry("", "")}</div>')
    assert said.author.name == "Cas"


def test_authorship_by_a_page_of_the_authors() -> None:
    said = page(entry("", '<a class="u-author" href="/about"></a>'))
    assert (said.author_page, said.author.url) == ("https://cas.example/about",) * 2
    about = '<div class="h-card"><a class="u-url u-uid" href="/about">Cas</a></div>'
    full = with_author_page(said, "https://cas.example/about", "text/html", about.encode())
    assert (full.author.name, full.person) == ("Cas", "https://cas.example/about")
    elsewhere = with_author_page(said, "https://bank.example/about", "text/html", about.encode())
    assert elsewhere.author.name == ""


def test_authorship_by_rel_author() -> None:
    assert page(entry("", "") + '<a rel="author" href="/">me</a>').author_page == "https://cas.example/"


@pytest.mark.parametrize(
    "cards",
    [
        '<div class="h-card"><a class="u-url u-uid" href="/about">Cas</a></div><div class="h-card">Dora</div>',
        '<p class="h-card"><a class="u-url" rel="me" href="https://s.example/cas">Cas</a></p><p class="h-card">D</p>',
        '<div class="h-card"><a class="u-url" href="/about">Cas</a></div>',
    ],
)
def test_representative_h_card(cards: str) -> None:
    said = page(entry("", '<a class="u-author" href="/about"></a>'))
    assert with_author_page(said, "https://cas.example/about", "text/html", cards.encode()).author.name == "Cas"


def test_no_card_stands_for_a_person_by_chance() -> None:
    said = page(entry("", '<a class="u-author" href="/about"></a>'))
    cards = '<div class="h-card">Dora</div><div class="h-card">Emil</div>'
    assert with_author_page(said, "https://cas.example/about", "text/html", cards.encode()).author.name == ""


def test_what_is_put_by_is_safe() -> None:
    said = page('<div class="h-entry"><div class="e-content">ok<script>x()</script><img src=x onerror=y()></div></div>')
    kept = write(said)["entry"]["html"]
    assert "ok" in kept
    assert "script" not in kept
    assert "onerror" not in kept


@pytest.mark.parametrize(
    ("home", "url", "is_covered"),
    [
        ("https://cas.example/", "https://cas.example/notes/1", True),
        ("https://cas.example/", "http://www.cas.example/notes/1", True),
        ("https://cas.example/feed.xml", "https://cas.example/notes/1", True),
        ("https://cas.example/", "https://evil.example/notes/1", False),
        ("https://cas.example/", "https://sub.cas.example/notes/1", False),
        ("https://cas.example/", "https://cas.example:8080/notes/1", False),
        ("https://cas.example/", "https://cas.example.evil.example/", False),
        ("https://uni.example/staff/cas", "https://uni.example/staff/cas/notes/1", True),
        ("https://uni.example/staff/cas/", "https://uni.example/staff/cassandra/1", False),
        ("https://uni.example/staff/cas", "https://uni.example/staff/cassandra", False),
        ("https://uni.example/~cas/", "https://uni.example/~evil/1", False),
        ("https://uni.example/", "https://uni.example/~evil/1", False),
        ("https://medium.com/@joe", "https://medium.com/@joe/post", True),
        ("https://medium.com/@joe", "https://medium.com/@evil/post", False),
        ("https://medium.com/", "https://medium.com/@evil/post", False),
        ("https://medium.com/feed/@joe", "https://medium.com/@evil/post", False),
        ("https://github.com/joe", "https://github.com/evil/page", False),
        ("https://joe.github.io/", "https://joe.github.io/blog/1", True),
        ("https://joe.github.io/", "https://evil.github.io/blog/1", False),
        ("https://soc.example/@joe", "https://soc.example/@joe/1", True),
        ("https://soc.example/@joe", "https://soc.example/@joey/1", False),
        ("nonsense", "https://cas.example/", False),
    ],
)
def test_whose_part_of_a_host_it_is(home: str, url: str, is_covered: bool) -> None:
    assert (reach(home, url) > 0) is is_covered


def test_the_nearest_of_several_homes() -> None:
    homes = ["https://uni.example/feed.xml", "https://uni.example/staff/cas/", "https://uni.example/staff"]
    assert max(homes, key=lambda home: reach(home, "https://uni.example/staff/cas/1")) == homes[1]
    assert max(homes, key=lambda home: reach(home, "https://uni.example/feed.xml")) == homes[0]


def test_a_page_that_stands_for_itself_alone() -> None:
    assert reach("https://uni.example/notes.html", "https://uni.example/notes.html", alone=True)
    assert not reach("https://uni.example/notes.html", "https://uni.example/other.html", alone=True)
    assert reach("https://uni.example/notes/", "https://uni.example/notes/1", alone=True)


def test_owner() -> None:
    assert owner("https://cas.example:8443/a/b?c") == "https://cas.example:8443/"
    assert owner("https://medium.com/@joe/post") == "https://medium.com/@joe"
    assert owner("mailto:x") == ""
    assert not same_hands("mailto:x", "mailto:x")
