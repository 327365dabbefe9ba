"""P16: what this node still has to do can be seen."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from passalong.models import Page, Person, Source
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.site.waiting import Waiting, waiting
from tests.conftest import client_of
from tests.read.cast import a_source, follow


def test_p16_every_row_that_waits_is_counted_once(ann: Person) -> None:
    now = timezone.now()
    hour = timedelta(hours=1)
    for number, (due, lease) in enumerate(
        [(-hour, None), (-hour, -hour), (-hour, hour), (hour, None), (2 * hour, None)]
    ):
        source = a_source(f"p{number}", fetch_at=now + due, leased_until=now + lease if lease else None)
        follow(ann, source)
    Source.objects.filter(person__name="P3").update(state="backing off")
    a_source("unfollowed", state="gone")
    publish(ann, Draft(link="https://good.example/"))
    assert waiting(now) == Waiting(due=2, under_way=1, next=now + hour, troubled=1, pages=1)
    Page.objects.update(look_at=None)
    Source.objects.update(fetch_at=None)
    assert waiting(now) == Waiting(0, 0, None, 0, 0)


def test_p16_the_owner_sees_it_and_nobody_else(ann: Person, ben: Person, anns_browser: Client) -> None:
    follow(ann, a_source("cas", fetch_at=timezone.now() - timedelta(hours=1)))
    assert "1 place is due to be looked at" in anns_browser.get("/settings").content.decode()
    assert "due to be looked at" not in client_of(ben).get("/settings").content.decode()


def test_nothing_is_said_in_zeros(ann: Person, anns_browser: Client) -> None:
    assert "What this node is doing" not in anns_browser.get("/settings").content.decode()
    follow(ann, a_source("cas", fetch_at=timezone.now() + timedelta(hours=1)))
    said = anns_browser.get("/settings").content.decode()
    assert "The next look at a place:" in said
    assert "0 " not in said[said.index("What this node is doing") :].split("</section>")[0].replace("The next", "")
