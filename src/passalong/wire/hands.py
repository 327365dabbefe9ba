"""In whose hands is an address? Most hosts are one owner's; some give each person a part of the path.

A name is believed, and a door opened, only within one owner's part: on a shared host anybody may write a page.
"""

from __future__ import annotations

from passalong.wire.address import Parts, split
from passalong.wire.shapes import Unreadable

SHARED = frozenset(
    {
        "behance.net", "bitbucket.org", "brid.gy", "codeberg.org", "dev.to", "facebook.com", "flickr.com", "github.com",
        "gitlab.com", "goodreads.com", "instagram.com", "linkedin.com", "listed.to", "mataroa.blog", "medium.com",
        "micro.blog", "pinterest.com", "qiita.com", "reddit.com", "scribd.com", "sites.google.com", "soundcloud.com",
        "threads.net", "tiktok.com", "tumblr.com", "twitter.com", "vimeo.com", "wordpress.com", "write.as", "x.com",
        "youtube.com", "zenn.dev",
    }
)  # fmt: skip
"""Hosts where the first step of a path says whose it is, whatever that looks like."""
MARKS = ("@", "~")
"""Where a first step begins so, it is a person's, on any host."""


def _parts(url: str) -> Parts | None:
    try:
        return split(url)
    except Unreadable:
        return None


def _place(parts: Parts) -> tuple[str, str]:
    return parts.host.removeprefix("www."), parts.port


def _first_step(parts: Parts) -> str:
    return parts.path.split("/")[1]


def _part_of(parts: Parts) -> str:
    """The first step where it is a person's, else ''."""
    step = _first_step(parts)
    return step if step.startswith(MARKS) or _place(parts)[0] in SHARED else ""


def owner(url: str) -> str:
    """The address of all that is in the same hands: `https://host/`, or `https://host/@name` where people share the
    host. '' for what is no web address."""
    parts = _parts(url)
    if parts is None:
        return ""
    port = f":{parts.port}" if parts.port else ""
    name = f"[{parts.host}]" if ":" in parts.host else parts.host
    return f"{parts.scheme}://{name}{port}/{_part_of(parts)}"


def same_hands(one: str, other: str) -> bool:
    """Are both addresses of one origin (http and https, with www or without) and of one owner there?"""
    first, second = _parts(one), _parts(other)
    if first is None or second is None or _place(first) != _place(second):
        return False
    return _part_of(first) == _part_of(second)


def reach(home: str, url: str, *, alone: bool = False) -> int:
    """How much of the path of `url` somebody's `home` covers: 0 where it is not below it, the most for home itself.

    A page such as /feed.xml stands for its folder; `alone`, only for itself. On a shared host a home without a person's
    step is nobody's.
    """
    first, second = _parts(home), _parts(url)
    if first is None or second is None or not same_hands(home, url):
        return 0
    if _place(first)[0] in SHARED and not _first_step(first):
        return 0
    if second.path == first.path:
        return len(first.path) + 1
    if alone and _is_page(first.path):
        return 0
    folder = _folder(first.path)
    return len(folder) if second.path.startswith(folder) else 0


def _is_page(path: str) -> bool:
    return "." in path.rpartition("/")[2]


def _folder(path: str) -> str:
    """What paths below a home begin with: a page such as /feed.xml stands for its folder."""
    above, _, last = path.rpartition("/")
    return f"{above}/" if not last or _is_page(path) else f"{path}/"
