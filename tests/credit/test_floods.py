"""Who makes us ask a third party, asks slowly and seldom (T17; webmention, 4.1 and 4.2)."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.utils import timezone
from werkzeug import Request, Response

from passalong.credit import knock as door
from passalong.credit import verify
from passalong.models import Arrival, Person
from passalong.share.draft import Draft
from passalong.share.publish import publish
from tests.conftest import client_of
from tests.read.cast import a_source, follow

from .pages_elsewhere import Site, arrival, knock, look, welcome

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def target(ann: Person) -> str:
    item = publish(ann, Draft(words="seeds"))
    assert item.page
    return item.page.url


def test_t17_a_thousand_knocks_about_one_site(ann: Person, cas: Site, target: str) -> None:
    """The budget: never more than fifty of one site wait, and two hundred a day."""
    cas.server.expect_request("/").respond_with_data("nothing here", content_type="text/html")
    client = client_of(None)
    answers = Counter(knock(f"{cas.home}?i={number}", target, client) for number in range(1000))
    assert answers == {202: door.MOST_WAITING_OF_HOST, 429: 1000 - door.MOST_WAITING_OF_HOST}
    last = client.post("/webmention", {"source": f"{cas.home}?i=last", "target": target})
    assert (last.status_code, last.headers["Retry-After"]) == (429, "3600")
    assert knock("https://dora.example/1", target) == 202, "others are not kept out"
    Arrival.objects.filter(host="dora.example").delete()
    while Arrival.objects.filter(try_at__isnull=False).exists():
        look()
    assert cas.asked("/") == door.MOST_WAITING_OF_HOST


def test_t17_and_a_day_has_its_measure(ann: Person, cas: Site, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_A_DAY_OF_HOST", 5)
    for number in range(5):
        assert knock(f"{cas.home}?i={number}", target) == 202
    Arrival.objects.update(try_at=None)
    assert knock(f"{cas.home}?i=6", target) == 429
    Arrival.objects.update(knocked=timezone.now() - timedelta(hours=25))
    assert knock(f"{cas.home}?i=6", target) == 202


def test_t17_a_site_sees_one_visit_a_second(
    ann: Person, cas: Site, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "PACE", 1.0)
    visits: list[float] = []

    def see(request: Request) -> Response:
        visits.append(time.monotonic())
        return Response("nothing", content_type="text/html")

    cas.server.expect_request("/").respond_with_handler(see)
    for number in range(4):
        knock(f"{cas.home}?i={number}", target)
    for _ in range(4):
        look()
    assert len(visits) == 4
    assert all(later - earlier > 0.95 for earlier, later in pairwise(visits))


def test_t17_one_page_is_fetched_once_for_all_it_links_to(ann: Person, cas: Site) -> None:
    """Remembered for a day, as long as nobody says that it changed."""
    welcome(ann, cas.home)
    targets = [publish(ann, Draft(words=f"seeds {number}")).page.url for number in range(6)]  # type: ignore[union-attr]
    source = cas.says("1", "".join(f'<a href="{target}">x</a>' for target in targets))
    for target in targets:
        knock(source, target)
        look()
    assert cas.asked() == 1
    assert Arrival.objects.filter(state="in").count() == 6
    knock(source, targets[0])
    look()
    assert cas.asked() == 2, "knocking again says that it changed"
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        other = publish(ann, Draft(words="a day later")).page.url  # type: ignore[union-attr]
        knock(source, other)
        look()
    assert cas.asked() == 3


def test_t17_a_page_that_links_nowhere_is_not_asked_for_each_of_ours(
    ann: Person, cas: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "MOST_LOOKS", 3)
    source = cas.says("1", "nothing")
    for number in range(8):
        knock(source, publish(ann, Draft(words=f"seeds {number}")).page.url)  # type: ignore[union-attr]
        look()
    assert cas.asked() == 3


def test_who_knocks_without_end_is_looked_at_once_an_hour(ann: Person, cas: Site, target: str) -> None:
    source = cas.writes("1", target)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(120):
            knock(source, target)
            verify.work_once(timezone.now(), "worker")
            clock.shift(30)
    assert cas.asked() <= verify.MOST_LOOKS
    assert arrival().looks >= door.LOOKS_SOON


def test_a_lone_knock_is_looked_at_at_once_and_a_crowd_is_spread(ann: Person, target: str) -> None:
    knock("https://h1.example/1", target)
    assert arrival().try_at == arrival().knocked
    for number in range(300):
        knock(f"https://h{number}.example/2", target)
    times = list(Arrival.objects.order_by("knocked").values_list("knocked", "try_at"))
    waits = [(try_at - knocked).total_seconds() for knocked, try_at in times if try_at]
    assert max(waits) > 10
    assert max(waits) <= door.SPREAD


def test_a_page_that_is_tried_again_tomorrow_slows_nobody(ann: Person, target: str) -> None:
    """A knock that is due a moment after the bell rang is found ten seconds later: so none waits without need."""
    for number in range(100):
        knock(f"https://h{number}.example/", target)
    Arrival.objects.update(try_at=timezone.now() + timedelta(hours=2))
    for number in range(4):
        assert knock(f"https://ben.example/{number}", target) == 202
    asked = Arrival.objects.filter(host="ben.example").values_list("knocked", "try_at")
    assert [later - knocked for knocked, later in asked if later and knocked] == [timedelta(0)] * 4


def test_the_whole_queue_has_an_end(ann: Person, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_WAITING", 3)
    answers = [knock(f"https://h{number}.example/2", target) for number in range(5)]
    assert answers == [202, 202, 202, 429, 429]


def test_a_knock_costs_few_queries(ann: Person, target: str, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        knock("https://cas.example/1", target)


def test_a_huge_page_is_read_to_a_limit(ann: Person, cas: Site, target: str) -> None:
    """4.2: limits on the amount of data; a link behind the limit is not seen."""
    welcome(ann, cas.home)
    knock(cas.says("1", "<p>" + "x " * verify.PAGE_LIMIT + f'<a href="{target}">x</a>'), target)
    look()
    assert arrival().state == "refused"


def test_whom_somebody_follows_does_not_stand_in_line(ann: Person) -> None:
    item = publish(ann, Draft(words="seeds"))
    assert item.page
    now = timezone.now()
    for number in range(40):
        door.knock(f"https://stranger{number}.example/1", item.page.url, now)
    ben = a_source("ben", host="ben.example")
    follow(ann, ben)
    assert door.knock("https://ben.example/1", item.page.url, now).try_at == now
    later = [door.knock(f"https://other{number}.example/1", item.page.url, now).try_at for number in range(10)]
    assert max(filter(None, later)) > now
