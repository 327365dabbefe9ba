"""Sentences that are made where no reader is known, and so kept in English; each reader has them in their language.

What the wire, the net and the worker have to say is kept with a source, a letter or a page, and shown much later, to
somebody whose language they cannot know (and `wire` knows no Django). So they speak English, which is what the command
line prints and what is kept; and where a page shows such a sentence, `spoken` finds it here and translates it:

    kept sentence -> the one of these it was made from -> its translation, with the same host or number in it

A sentence that is not here is shown as it is; tests/models/test_sentences.py finds those that were forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

from .sentences_list import SENTENCES

_PART = re.compile(r"%\((\w+)\)s")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
DEEPEST = 3
"""So many sentences may hold one another: what happened, in what was done about it."""


def spoken(sentence: object) -> str:
    """A sentence of ours that was kept in English, in the language of whoever reads now."""
    said = str(sentence)
    if not said or (get_language() or "en").partition("-")[0] == "en":
        return said
    return _in_language(said, DEEPEST)


def known(sentence: str) -> bool:
    """Whether it was made from one of SENTENCES."""
    return any(pattern.fullmatch(sentence) for pattern, _, _ in _patterns())


def _in_language(said: str, deep: int) -> str:
    for pattern, msgid, bare in _patterns():
        if found := pattern.fullmatch(said):
            words = _bare(gettext(msgid)) if bare else gettext(msgid)
            return words % _parts(found.groupdict(), deep - 1) if found.groupdict() else words
    return said


def _parts(parts: Mapping[str, str], deep: int) -> dict[str, str]:
    """What stands in a sentence: a reason is translated too, a number is written as readers write it."""
    return {
        name: _in_language(part, deep)
        if name == "why" and deep
        else number_format(int(part.replace(",", "")), force_grouping=True)
        if _THOUSANDS.fullmatch(part)
        else part
        for name, part in parts.items()
    }


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    """(what it looks like, the sentence, whether it is only its beginning): what says most of itself comes first."""
    every = [(form, msgid, form != msgid) for msgid in SENTENCES for form in _forms(msgid)]
    every.sort(key=lambda each: len(_PART.sub("", each[0])), reverse=True)
    return tuple((_pattern(form), msgid, bare) for form, msgid, bare in every)


def _forms(msgid: str) -> tuple[str, ...]:
    bare = _bare(msgid)
    return (msgid, bare) if bare != msgid and _PART.findall(bare) == _PART.findall(msgid) else (msgid,)


def _pattern(form: str) -> re.Pattern[str]:
    pieces = _PART.split(form)  # text, name, text, name ... text
    made = [f"(?P<{piece}>.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)]
    return re.compile("".join(made), re.DOTALL)


def _bare(sentence: str) -> str:
    """Its first half, without the full stop: `follow/look.py` goes on from there."""
    return sentence.partition(". ")[0].rstrip(".")
