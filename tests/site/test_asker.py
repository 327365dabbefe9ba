"""X-Forwarded-For is read from its end and only from proxies of ours (RFC 7239, 5.2, 7.1 and 8.1)."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from passalong.site.asker import address_of
from passalong.site.door import Door


@pytest.mark.parametrize(
    ("peer", "said", "proxies", "asker"),
    [
        ("203.0.113.9", "", (), "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", (), "203.0.113.9"),  # no proxies: anybody can write that
        ("203.0.113.9", "198.51.100.1", ("127.0.0.1",), "203.0.113.9"),  # past the proxy, straight to us
        ("127.0.0.1", "198.51.100.1", ("127.0.0.1",), "198.51.100.1"),
        ("127.0.0.1", "10.9.9.9, 198.51.100.1", ("127.0.0.1",), "198.51.100.1"),  # the first is invented
        ("127.0.0.1", "198.51.100.1, 10.0.0.2", ("127.0.0.1", "10.0.0.2"), "198.51.100.1"),  # two of ours
        ("127.0.0.1", "10.0.0.2, 198.51.100.1", ("127.0.0.1", "10.0.0.2"), "198.51.100.1"),
        ("127.0.0.1", "", ("127.0.0.1",), "127.0.0.1"),
        ("127.0.0.1", "unknown", ("127.0.0.1",), "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1:4711", ("127.0.0.1",), "198.51.100.1"),
        ("::1", "[2001:db8::7]:4711", ("::1",), "2001:db8::7"),
        ("::ffff:127.0.0.1", "2001:db8::7", ("127.0.0.1",), "2001:db8::7"),
        ("", "198.51.100.1", ("127.0.0.1",), ""),  # a socket of the file system has no address
    ],
)
def test_who_asks(peer: str, said: str, proxies: tuple[str, ...], asker: str) -> None:
    assert address_of(peer, said, proxies) == asker


def test_the_door_tells_everything_behind_it(settings: object, rf: RequestFactory) -> None:
    settings.TRUSTED_PROXIES = ("127.0.0.1",)  # type: ignore[attr-defined]
    seen: list[HttpRequest] = []
    door = Door(lambda request: seen.append(request) or HttpResponse())  # type: ignore[func-returns-value]
    door(rf.get("/", HTTP_HOST="localhost", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="10.9.9.9, 198.51.100.1"))
    assert seen[0].META["REMOTE_ADDR"] == "198.51.100.1"
    assert "X-Forwarded-For" not in seen[0].headers
