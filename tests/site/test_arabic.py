"""Arabic is well made: all six numbers, its own punctuation, names of other scripts, spans of time and dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from babel.messages import Message
from django.utils import timezone, translation
from django.utils.formats import date_format

from passalong.credit.words import sentence, who
from passalong.models import Person
from passalong.models.shown import ago
from passalong.share.nearby import joined
from tests.site.catalogs import PLACEHOLDER, TOOL, forms, messages

OPEN, CLOSE = "\u2068", "\u2069"
NUMBERS = 6
MESSAGES: list[Message] = list(messages(TOOL.brought_up_to_date("ar")))


def test_what_is_counted_is_said_in_all_its_numbers() -> None:
    counted = [message for message in MESSAGES if not isinstance(message.id, str)]
    assert len(counted) > 15
    assert {len(forms(message.string)) for message in counted} == {NUMBERS}
    assert all(all(forms(message.string)) for message in counted)


def test_it_is_written_as_arabic_is() -> None:
    """Its own comma, semicolon and question mark; each isolate that is opened is closed."""
    latin = re.compile(r"[\u0621-\u064a]\s?[,;?]")
    said = [words for message in MESSAGES for words in forms(message.string)]
    assert not [words for words in said if latin.search(words)]
    assert not [words for words in said if words.count(OPEN) != words.count(CLOSE)]
    words_in = re.compile(r"[A-Za-z]{3}")
    spoken = [message for message in MESSAGES if words_in.search(PLACEHOLDER.sub("", forms(message.id)[0]))]
    assert not [message.id for message in spoken if not re.search(r"[\u0621-\u064a]", forms(message.string)[-1])]


def test_names_in_a_row_keep_their_places() -> None:
    """Latin names with an Arabic comma between them would run from left to right, and the first would come last."""
    ann, ben, cas, dora, emil = (Person(name=name) for name in ("Ann", "Ben", "Cas", "Dora", "Emil"))
    with translation.override("ar"):
        assert who([ann]) == "\u2068Ann\u2069"
        assert who([ann, ben, cas]) == "\u2068Ann\u2069، \u2068Ben\u2069 و\u2068Cas\u2069"
        assert who([ann, ben, cas, dora, emil]) == "\u2068Ann\u2069، \u2068Ben\u2069 و3 آخرون"
        assert who([ann, ben, cas, dora]) == "\u2068Ann\u2069، \u2068Ben\u2069 وشخصان آخران"
        assert joined(["Ann", "Ben"]) == "\u2068Ann\u2069 و\u2068Ben\u2069"
        assert sentence("like", who([ann]), 1) == "شكرك \u2068Ann\u2069"
    assert who([ann, ben, cas]) == "Ann, Ben and Cas"
    assert joined(["Ann"]) == "Ann"


@pytest.mark.parametrize(
    ("hours", "words"), [(1, "منذ ساعة"), (2, "منذ ساعتين"), (3, "منذ 3 ساعات"), (11, "منذ 11 ساعة"), (48, "منذ يومين")]
)
def test_how_long_ago(hours: int, words: str) -> None:
    with translation.override("ar"):
        assert ago(timezone.now() - timedelta(hours=hours)).replace("\xa0", " ") == words


def test_a_moment_is_written_in_arabic_order() -> None:
    moment = datetime(2026, 5, 3, 16, 5, tzinfo=UTC)
    with translation.override("ar"):
        assert date_format(moment, "DATETIME_FORMAT") == "3 مايو 2026، 16:05"
        assert date_format(moment, "DATE_FORMAT") == "3 مايو 2026"
