"""New, changed, unchanged, gone: what a document means for what we have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.intake.decide import MOST_AT_FIRST, Past
from passalong.intake.identity import tell, tell_all
from passalong.wire.shapes import Attachment, Entry, Feed

from .feeds import BEN, START, decided, edited, entry, feed, known, whats

NOBODY = Past(new=True)
NOW = START + timedelta(days=9)


def test_it_works() -> None:
    had = known(entry(1), entry(2))
    verdict = decided(had, feed(entry(0), edited(entry(1), html="<p>Said better.</p>"), entry(2)))
    assert whats(verdict) == ["new", "changed", "unchanged"]
    assert verdict.decisions[1].item == 1
    assert verdict.decisions[1].words


def test_f29_an_entry_that_left_the_window_is_not_decided_about() -> None:
    assert whats(decided(known(entry(1), entry(2), entry(3)), feed(entry(1)))) == ["unchanged"]


@pytest.mark.parametrize(
    "changes",
    [
        {"guid": "https://ben.example/posts/1"},
        {"guid": "", "url": "http://www.ben.example/posts/1/"},
        {"guid": "https://new.example/1", "url": "https://new.example/blog/1"},
        {"guid": "tag:x", "url": "https://ben.example/blog/1", "html": "<p>What Ben says about thing 1.</p>"},
        {"guid": "tag:x", "url": "https://new.example/1", "html": "<p>All said anew.</p>"},
    ],
    ids=["id", "scheme", "host", "path", "same title at the same time"],
)
def test_p9_f27_an_id_scheme_or_host_change_brings_nothing_new(changes: dict[str, object]) -> None:
    entries = [entry(number) for number in range(1, 11)]
    moved = [edited(one, **{name: _numbered(value, one) for name, value in changes.items()}) for one in entries]
    verdict = decided(known(*entries), feed(*moved))
    assert verdict.of("new") == []
    assert len(verdict.decisions) == 10
    assert [decision.item for decision in verdict.decisions] == list(range(1, 11))


def _numbered(value: object, one: Entry) -> str:
    number = one.title.removeprefix("Thing ")
    return str(value).replace("1", number) if value != "tag:x" else f"tag:{number}"


def test_p9_the_new_identity_is_kept() -> None:
    verdict = decided(known(entry(1)), feed(edited(entry(1), guid="urn:new:1")))
    assert [(one.what, one.renamed, one.told and one.told.guid) for one in verdict.decisions] == [
        ("unchanged", True, "urn:new:1")
    ]


def test_the_same_page_shared_again_later_is_new() -> None:
    again = edited(entry(0), guid="urn:ben:again", url=entry(9).url, title="Still good", html="<p>Again.</p>")
    assert whats(decided(known(entry(9)), feed(again))) == ["new"]


def test_the_same_words_on_another_day_are_new() -> None:
    daily = edited(entry(1), title="Good morning", html="<p>Coffee.</p>")
    again = edited(entry(0), title="Good morning", html="<p>Coffee.</p>")
    assert whats(decided(known(daily), feed(again))) == ["new"]


def test_one_link_for_all_entries_is_no_identity() -> None:
    episodes = [edited(entry(n), url="https://ben.example/show") for n in range(5)]
    assert whats(decided(known(*episodes[1:]), feed(episodes[0], *episodes[1:]))) == ["new"] + ["unchanged"] * 4


def test_a_markup_change_is_a_change_but_not_of_words() -> None:
    better = edited(entry(1), html=entry(1).html.replace("https://ben.example/x", "https://ben.example/y"))
    (decision,) = decided(known(entry(1)), feed(better)).decisions
    assert (decision.what, decision.words) == ("changed", False)


def test_a_file_that_comes_later_is_a_change() -> None:
    with_file = edited(entry(1), attachments=(Attachment("https://ben.example/1.mp3"),))
    assert whats(decided(known(entry(1)), feed(with_file))) == ["changed"]


def test_f25_one_id_for_all_entries_loses_none() -> None:
    entries = [edited(entry(number), guid="same") for number in range(5)]
    verdict = decided([], feed(*entries), NOBODY)
    assert whats(verdict) == ["new"] * 5
    assert len({one.told.guid for one in verdict.decisions if one.told}) == 5


def test_f25_telling_apart_is_sticky() -> None:
    entries = [edited(entry(number), guid="same") for number in range(1, 4)]
    had = known(*entries)
    later = edited(entry(0), guid="same")
    assert whats(decided(had, feed(*entries))) == ["unchanged"] * 3
    verdict = decided(had, feed(later))
    assert whats(verdict) == ["new"]
    assert verdict.decisions[0].told
    assert verdict.decisions[0].told.guid != "same"


def test_f25_a_feed_that_begins_to_repeat_ids_overwrites_nothing() -> None:
    had = known(edited(entry(1), guid="same"))
    verdict = decided(had, feed(edited(entry(0), guid="same"), edited(entry(1), guid="same")))
    assert sorted(whats(verdict)) == ["new", "unchanged"]


def test_p9_beside_repeated_ids_an_edit_is_an_edit() -> None:
    """An entry with an id of its own, without a title or a date, in a feed that gives another id twice."""
    twice = [edited(entry(number), guid="same") for number in (1, 2)]
    alone = edited(entry(3), title="", published=None)
    had = known(*twice, alone)
    verdict = decided(had, feed(*twice, edited(alone, html="<p>Said anew.</p>")))
    assert whats(verdict) == ["unchanged", "unchanged", "changed"]
    assert not any(one.renamed for one in verdict.decisions)


def test_an_entry_given_twice_is_one() -> None:
    assert whats(decided([], feed(entry(1), entry(1)), NOBODY)) == ["new"]


def test_deleted_only_when_stated() -> None:
    had = known(entry(1), entry(2))
    stated = Feed(format="atom-1.0", title="Ben", entries=(entry(2),), gone=("urn:ben:1", "urn:never:seen"))
    assert sorted(whats(decided(had, stated))) == ["gone", "unchanged"]


def test_f55_what_was_taken_back_stays_so() -> None:
    gone = [replace(item, gone=NOW) for item in known(entry(1))]
    for updated in (None, NOW - timedelta(days=1), NOW):
        again = edited(entry(1), html="<p>Back?</p>", updated=updated)
        assert whats(decided(gone, feed(again))) == ["unchanged"]


def test_what_is_stated_anew_after_that_was_brought_back() -> None:
    """RFC 6721, section 3: the later of `updated` and `when` counts."""
    gone = [replace(item, gone=NOW) for item in known(entry(1))]
    again = edited(entry(1), updated=NOW + timedelta(minutes=1))
    (decision,) = decided(gone, feed(again)).decisions
    assert (decision.what, decision.item, decision.words) == ("changed", gone[0].id, True)
    assert whats(decided(gone, replace(feed(again), gone=(entry(1).guid,)))) == ["unchanged"]


SPAM = [
    Entry(guid=f"spam-{n}", url=f"https://casino.example/{n}", title=f"Win {n}", html=f"<p>Win {n}</p>")
    for n in range(5)
]


def test_f31_title_names_hosts_and_ids_at_once_are_held() -> None:
    had = known(entry(1), entry(2))
    assert decided(had, feed(*SPAM, title="Best casino", author="Casino")).held


@pytest.mark.parametrize(
    ("title", "author", "entries", "past"),
    [
        ("Ben", "Casino", SPAM, BEN),
        ("Best casino", "Ben", SPAM, BEN),
        ("Best casino", "Casino", [*SPAM, entry(1)], BEN),
        ("Best casino", "Casino", [edited(one, url=entry(9).url) for one in SPAM], BEN),
        ("Best casino", "Casino", SPAM, Past("Ben", BEN.names, BEN.hosts, new=True)),
    ],
    ids=["same title", "same author", "a known entry", "same host", "vouched for"],
)
def test_f31_less_than_all_is_not_held(title: str, author: str, entries: list[Entry], past: Past) -> None:
    verdict = decided(known(entry(1), entry(2)), feed(*entries, title=title, author=author), past)
    assert not verdict.held


def test_t35_of_a_flood_the_newest_come_and_the_rest_is_put_aside() -> None:
    many = [entry(number) for number in range(5000)]
    had = known(entry(6000))
    verdict = decided(had, feed(*reversed(many)))
    assert len(verdict.of("new")) == 200
    assert {one.told.entry for one in verdict.of("new") if one.told} == set(many[:200])
    assert (len(verdict.of("aside")), verdict.left_out) == (4800, 0)
    again = decided(known(entry(6000), *many), feed(*many, edited(entry(0), guid="one more", url="", title="More")))
    assert [one.told.guid for one in again.of("new") if one.told] == ["one more"]


def test_t35_the_first_document_may_be_long_but_no_flood() -> None:
    assert len(decided([], feed(*[entry(n) for n in range(500)]), NOBODY).of("new")) == 500
    flood = decided([], feed(*[entry(n) for n in range(MOST_AT_FIRST + 1)]), NOBODY)
    assert (len(flood.of("new")), len(flood.of("aside"))) == (200, MOST_AT_FIRST - 199)


def test_f37_a_long_id_is_shortened_but_still_its_own() -> None:
    one, other = (tell(edited(entry(1), guid="x" * 5000 + end)) for end in "ab")
    assert one.guid != other.guid
    assert len(one.guid) <= 1000
    assert len(one.apart) <= 1000


def test_an_entry_that_says_nothing_is_none() -> None:
    assert tell_all([Entry(), Entry(published=START)]) == []
    assert tell(Entry(html="<p>Hello")).guid.startswith("hash:")


@given(st.lists(st.integers(0, 30), max_size=40), st.lists(st.integers(0, 30), max_size=40))
def test_p10_what_is_known_is_never_new_again(before: list[int], now: list[int]) -> None:
    had = known(*[entry(number) for number in dict.fromkeys(before)])
    verdict = decided(had, feed(*[entry(number) for number in now]))
    new = {one.told.entry.title for one in verdict.of("new") if one.told}
    assert new == {f"Thing {number}" for number in set(now) - set(before)}


def test_linear_on_hostile_markup() -> None:
    tell(edited(entry(1), html="<" * 400_000))
    assert len(tell_all([entry(1)])) == 1
