from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from tests.net.raw import Raw

Configure = Callable[..., None]


@pytest.fixture(autouse=True)
def closed_door() -> Iterator[None]:
    """Every test begins and ends with the rules of a stranger's node: nothing private."""
    get.configure(Rules())
    yield
    get.configure(Rules())


@pytest.fixture
def server() -> Iterator[Raw]:
    """A server the door may visit."""
    with Raw() as raw:
        get.configure(Rules(allow_private=parse_allowed(f"127.0.0.1:{raw.port}")))
        yield raw


@pytest.fixture
def canary() -> Iterator[Raw]:
    """A private server that nobody may reach: it must count no request, and not even a connection."""
    with Raw() as raw:
        yield raw
        assert raw.connections == 0


def resolver_of(names: dict[str, list[str]]) -> Callable[[str], Iterable[str]]:
    def resolve(host: str) -> list[str]:
        if host not in names:
            raise OSError(f"no such name: {host}")
        return names[host]

    return resolve
