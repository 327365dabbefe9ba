"""What an app may be allowed, in the words of the protocols and in a person's."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: dict[str, str | Promise] = {
    "create": _("share in your name"),
    "update": _("change what you shared"),
    "delete": _("take back what you shared"),
    "undelete": _("bring back what it took back the day before"),
    "media": _("bring in pictures and other files"),
    "read": _("read what you shared, and your river"),
    "write": _("mark, follow and keep for you"),
    "profile": _("know your name and picture"),
}
"""Every word a token can hold."""
ALSO_CALLED = {"post": "create"}
"""Older Micropub apps ask so."""
LONGEST = 300


def known(words: Iterable[str]) -> tuple[str, ...]:
    """The scopes among these words, each once, in the order of SCOPES."""
    asked = {ALSO_CALLED.get(word, word) for word in words}
    return tuple(word for word in SCOPES if word in asked)


def unknown(words: Iterable[str]) -> tuple[str, ...]:
    """The words that open nothing here: a person is told of them too (Micropub, 5.4)."""
    return tuple(dict.fromkeys(word for word in words if ALSO_CALLED.get(word, word) not in SCOPES))
