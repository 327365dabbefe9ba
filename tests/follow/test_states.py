"""Promise P6: whatever becomes of a place, its state, the reason, the next look and a button to look now are there."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from passalong.follow.circuit import POLLED, state_of
from passalong.follow.look import judge
from passalong.follow.move import move_source
from passalong.follow.schedule import MOVES, Outcome, What, after
from passalong.models import Follow, Person, Source
from passalong.models.sentences import known
from passalong.net.shapes import Failed
from passalong.site.commands_follow import line_of, listed
from tests.conftest import client_of
from tests.follow.test_pages import followed, page

TROUBLE: tuple[What, ...] = ("held", "gone", *MOVES)


def polled(source: Source, what: What, times: int = 1) -> Source:
    """After so many looks, a day apart, that ended so."""
    now = timezone.now() - timedelta(days=times - 1)
    state = state_of(source)
    for _ in range(times):
        state = after(state, Outcome(what, sentence="Its site said so"), now, 0.5)
        now += timedelta(days=1)
    Source.objects.filter(pk=source.pk).update(**{name: getattr(state, name) for name in POLLED})
    return Source.objects.select_related("person").get(pk=source.pk)


@pytest.mark.parametrize("times", [1, 2, 8, 95])
@pytest.mark.parametrize("what", TROUBLE)
def test_p6_no_state_is_silent(ben: Person, what: What, times: int) -> None:
    source = polled(followed(ben, "cas"), what, times)
    assert source.reason
    browser = client_of(ben)
    for address in ("/people", f"/people/{source.person_id}"):
        assert source.reason in unescape(page(browser, address))
    shown = page(browser, f"/people/{source.person_id}")
    assert "Next look in " in shown
    assert f'formaction="/people/{source.person_id}/retry"' in shown
    line = line_of(source)
    assert f"{source.state}: {source.reason}" in line
    assert "next look in " in line
    (one,) = listed(ben)
    assert (one["state"], one["reason"], bool(one["next"])) == (source.state, source.reason, True)
    browser.post(f"/people/{source.person_id}/retry", {"source": source.pk})
    soon = Source.objects.get(pk=source.pk).fetch_at
    assert soon
    assert soon <= timezone.now()


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (0, "Its site could not be found just now: nothing for you to do, we keep trying."),
        (9, "Its site could not be found, for 9 days now: nothing for you to do, we look once a week."),
    ],
)
def test_a_name_that_is_not_found_does_not_contradict_itself(ben: Person, days: int, says: str) -> None:
    source, now = followed(ben, "cas"), timezone.now()
    source.failing_since = now - timedelta(days=days) if days else None
    none = Failed("There is no site with the name cas.example. Check how it is spelled.", "name")
    outcome, _ = judge(source, none, now)
    reason = after(state_of(source), outcome, now, 0.5).reason
    assert reason == says
    assert known(reason)


@pytest.mark.parametrize(("what", "button"), [("held", "It is still them"), ("too big", "Read it anyway, up to 50 MB")])
def test_p6_where_the_move_is_yours_there_is_a_button_for_it(ben: Person, what: What, button: str) -> None:
    source = polled(followed(ben, "cas"), what)
    assert button in page(client_of(ben), f"/people/{source.person_id}")


def test_p6_what_moved_to_a_place_one_follows_says_so(ben: Person) -> None:
    old, new = followed(ben, "cas"), followed(ben, "dora")
    Source.objects.filter(pk=old.pk).update(person=new.person)
    move_source(old, new.url, timezone.now())
    assert Follow.objects.get(source=old).state == "ended"
    assert "It moved to " in page(client_of(ben), f"/people/{new.person_id}")
