"""The demo's own process: the invented sharers' sites are served, their first day is made once, and then time goes on:
something new every minute, and an answer to what is shared here.
"""

from __future__ import annotations

import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import close_old_connections, connections

from passalong.follow import refresh
from passalong.models import Item, Person
from passalong.net import get as net
from passalong.site.home import the_owner
from passalong.site.sentence import CannotStart
from passalong.site.up import Beside
from passalong.site.up import up as start_node

from . import first_day, place
from .place import Lately, Mark
from .street import Street
from .village import Post, Village, read

WITHIN = 40.0
"""Seconds in which the first day is made."""
STEP = 2.0
EVERY = 45.0
"""Seconds between two new things."""
SOON = 3.0
"""Seconds after which somebody answers what was shared here."""


def up(host: str, port: int, name: str, open_browser: bool, street: Street, mark: Mark) -> None:
    """The demo in one command. Raises CannotStart."""
    beside = Beside(lambda: live(street, mark), lambda: wait_until_ready(settings.HOME))
    start_node(host, port, name, open_browser, beside)


def live(street: Street, mark: Mark) -> None:
    """Serves and lives until SIGTERM."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    mark = place.read(settings.HOME) or mark  # begun before, in a process that was killed
    village = the_village(mark, street.server_port)
    street.village = village
    threading.Thread(target=street.serve_forever, name="street", daemon=True).start()
    try:
        go_on(village, mark, stop)
    finally:
        net.close()
        connections.close_all()


def the_village(mark: Mark, port: int) -> Village:
    """As it was when the demo was last stopped."""
    village = Village(read(), port, mark.began, troubled=mark.ready)
    mine = Item.objects.filter(pk__in=mark.said.values(), gone__isnull=True).select_related("page").in_bulk()
    village.ours = {word: item.page.url for word, pk in mark.said.items() if (item := mine.get(pk)) and item.page}
    for one in mark.lately:
        say(village, one)
    return village


def go_on(village: Village, mark: Mark, stop: threading.Event) -> None:
    me = the_owner()
    if not mark.ready:
        first_day.make_first_day(me, village, mark)
        mark.ready = True
        place.write(settings.HOME, mark)
    last = time.monotonic() - EVERY / 2
    while not stop.wait(STEP):
        close_old_connections()
        if said := answer_to(me, village, mark):
            bring(village, mark, said)
        elif time.monotonic() - last > EVERY:
            last = time.monotonic()
            bring(village, mark, next_of(village, mark))


def next_of(village: Village, mark: Mark) -> Lately:
    """The next of what the sharers say by themselves; after the last comes the first again."""
    number = sum(1 for one in mark.lately if not one.rel)
    line = village.told.later[number % len(village.told.later)]
    return Lately(line["who"], slug_of(mark), _now(), line["words"])


def answer_to(me: Person, village: Village, mark: Mark) -> Lately | None:
    """Somebody does something with the newest thing that was shared since the demo was made."""
    mine = Item.objects.filter(source__person=me, source__kind="here", gone__isnull=True, audience="public")
    mine = mine.exclude(pk__in=mark.said.values()).exclude(kind__in=(Item.Kind.LIKE, Item.Kind.REPOST))
    newest = mine.order_by("-id").first()
    if newest is None or (datetime.now(UTC) - newest.arrived).total_seconds() < SOON:
        return None
    done = sum(1 for one in mark.lately if one.to == newest.pk)
    if done >= len(village.told.answers):
        return None
    how = village.told.answers[done]
    return Lately(how["who"], slug_of(mark), _now(), how["words"], how["rel"], newest.pk)


def slug_of(mark: Mark) -> str:
    return f"day-{int(time.time() * 1000):x}-{len(mark.lately)}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def say(village: Village, one: Lately) -> None:
    """It stands on the page of its sharer from now on."""
    item = Item.objects.filter(pk=one.to).select_related("page").first() if one.to else None
    pointing = {one.rel: item.page.url} if item and item.page and one.rel else {}
    post = Post(one.slug, one.words, at=datetime.fromisoformat(one.at), **pointing)  # type: ignore[arg-type]
    village.lately.setdefault(one.who, []).append(post)


def bring(village: Village, mark: Mark, one: Lately) -> None:
    """It is said, and this node looks there at once."""
    say(village, one)
    mark.lately.append(one)
    place.write(settings.HOME, mark)
    source = first_day.source_of(village, village.told.people[one.who])
    if source:
        refresh.refresh_these(first_day.WHO, [source.pk])


def wait_until_ready(home: Path) -> None:
    """Until the first day was made. Raises CannotStart."""
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        mark = place.read(home)
        if mark and mark.ready:
            return
        time.sleep(0.05)
    raise CannotStart("The demo could not be made: PASSALONG_LOG=debug shows why.")
