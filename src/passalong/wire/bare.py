"""Bare addresses within a text: where one begins, and where the sentence around it goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from passalong.wire import address

# One more than an address may have: what goes on longer is none, and is seen to be none at once.
IN_ADDRESS = rf"[^\s<>\"“”«»`。，、；！？「」『』【】（）《》]{{1,{address.LONGEST + 1}}}"
NOT_BEFORE = r"(?<![A-Za-z0-9_@/.:-])"
ADDRESS = re.compile(rf"https?://{IN_ADDRESS}", re.IGNORECASE)
_ADDRESS_OR_WWW = re.compile(rf"{NOT_BEFORE}(?:https?://|www\.(?=[^\s.])){IN_ADDRESS}", re.IGNORECASE)
_ENDING = ".,;:!?…'’*_~"


class Bare(NamedTuple):
    """An address as it stands in a text. `start` and `end` are offsets; `url` is absolute."""

    start: int
    end: int
    url: str


def links_in(text: str) -> Iterator[Bare]:
    """The bare addresses of a text, in order; www.x counts as https://www.x."""
    for found in _ADDRESS_OR_WWW.finditer(text):
        label = without_ending(found[0])
        url = web_address(label)
        if url:
            yield Bare(found.start(), found.start() + len(label), url)


def without_ending(word: str) -> str:
    """Without the full stop or bracket behind an address that belongs to the sentence around it."""
    extra = {closer: word.count(closer) - word.count(opener) for opener, closer in ("()", "[]")}
    end = len(word)
    while end and (word[end - 1] in _ENDING or extra.get(word[end - 1], 0) > 0):
        end -= 1
        if word[end] in extra:
            extra[word[end]] -= 1
    return word[:end]


def web_address(label: str) -> str:
    """The absolute address that 'https://x' or 'www.x' stands for; '' for none."""
    return address.absolute("", label if "://" in label[:8] else "https://" + label)
