"""Huge and hostile documents are read in a child with limits; the worker goes on, and believes only shapes."""

from __future__ import annotations

import io
import os
import pickle
import resource
import subprocess
import sys
import time

import pytest
import time_machine

from passalong.follow import apart
from passalong.follow.apart import ShapesOnly, read_apart
from passalong.models import Item
from passalong.wire import feed as feeds
from passalong.wire.shapes import Unreadable

from .conftest import Site, look
from .feeds import atom, entry, things


def test_it_works() -> None:
    assert read_apart(things(1, 2), url="https://ben.example/") == feeds.read(things(1, 2), url="https://ben.example/")


def test_what_cannot_be_read_is_said_as_here() -> None:
    with pytest.raises(Unreadable) as problem:
        read_apart(b"<html><body>Hello")
    with pytest.raises(Unreadable) as same:
        feeds.read(b"<html><body>Hello")
    assert (str(problem.value), problem.value.code) == (str(same.value), same.value.code)


def test_one_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "DEADLINE", 0.01)
    with pytest.raises(Unreadable) as problem:
        read_apart(things(1))
    assert problem.value.code == "too big"


@pytest.mark.parametrize(
    ("limit", "spend"),
    [
        ("MEMORY", "x = bytearray(2 * apart.MEMORY)"),
        ("CPU_SECONDS", "while True: pass"),
        ("files", "open(sys.argv[1], 'wb', 0).write(b'x')"),
    ],
)
def test_the_limits_hold(limit: str, spend: str, tmp_path: object) -> None:
    code = (
        "import sys; from passalong.follow import apart; apart.MEMORY = 400_000_000; apart.CPU_SECONDS = 1;"
        f"apart.limit()\n{spend}"
    )
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code, f"{tmp_path}/x"], capture_output=True, timeout=30, check=False)
    assert done.returncode != 0
    assert time.monotonic() - started < 20


def test_only_shapes_are_believed() -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    with pytest.raises(pickle.UnpicklingError):
        ShapesOnly(io.BytesIO(pickle.dumps(Evil()))).load()
    feed = feeds.read(things(1))
    assert ShapesOnly(io.BytesIO(pickle.dumps(feed))).load() == feed


@pytest.mark.django_db(transaction=True)
def test_a_large_feed_comes_in_by_way_of_the_child(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    body = atom(entry(number, html=f"<p>{number} {'word ' * 3000}</p>") for number in range(60))
    assert feeds.heavy(body)
    monkeypatch.setattr(feeds, "read", None)
    site.says(body)
    source = look(site.follow())
    assert (source.state, Item.objects.count()) == ("fine", 60)


@pytest.mark.django_db(transaction=True)
def test_t13_f37_a_hostile_document_is_said_to_be_so_and_costs_us_little(
    site: Site, clock: time_machine.Traveller
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    laughs = "".join(f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{"&l" * 0}">' for n in range(10))
    site.says(
        (f"<!DOCTYPE rss [{laughs}]><rss version='2.0'><channel><title>&l9;</title>" + "<a>" * 300_000).encode(),
        Content_Type="text/xml",
    )
    source = look(site.follow())
    assert source.state in ("not a feed", "backing off", "too big")
    assert source.reason
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000
