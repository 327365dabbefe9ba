"""Every language that is complete stays so: all words, the same placeholders, and no English left on its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from allauth.mfa.webauthn.internal import auth as passkeys
from django.test import Client

from passalong.models import Delivery, Item, Page, Person, Source
from tests.browser.full_house import everything, just_proved
from tests.browser.places import EVERY, Place
from tests.conftest import client_of
from tests.site.catalogs import PLACEHOLDER, TOOL, forms, messages

COMPLETE = ["ar", "fr"]
"""Languages in which everything is said; others of settings.LANGUAGES are on their way."""
IN_A_WORD = {"ar": 3}
"""How many forms of a language need no figure: none, one and two are words of their own in Arabic."""
COUNT = re.compile(r"%\((n|num|count)\)[sd]")
TAG = re.compile(r"<[^>]*>")
ENGLISH = re.compile(r"\b(the|is|are|you|your|of|it|its|this|that|here|not|with|from|what|who|they|to|and)\b", re.I)
"""Two of these make a sentence English, also where nobody marked it to be translated."""


@pytest.mark.parametrize("language", COMPLETE)
def test_every_word_is_translated(language: str) -> None:
    catalog = TOOL.brought_up_to_date(language)
    lacking = [message.id for message in TOOL.missing(catalog)]
    assert not lacking, f"translate them in {TOOL.po_of(language)}, then run: python docs/reference/languages.py"
    assert not [message.id for message in messages(TOOL.read_catalog(language)) if message.fuzzy]


@pytest.mark.parametrize("language", COMPLETE)
def test_the_kept_catalogs_are_those_of_now(language: str) -> None:
    po = TOOL.po_bytes(TOOL.brought_up_to_date(language))
    assert TOOL.po_of(language).read_bytes() == po, "run: python docs/reference/languages.py"
    assert TOOL.po_of(language).with_suffix(".mo").read_bytes() == TOOL.mo_bytes(po, language)


@pytest.mark.parametrize("language", COMPLETE)
def test_what_is_put_into_a_sentence_stays_in_it(language: str) -> None:
    wrong = []
    for message in messages(TOOL.read_catalog(language)):
        allowed = [sorted(PLACEHOLDER.findall(each)) for each in forms(message.id)]
        bare = [[each for each in names if not COUNT.fullmatch(each)] for names in allowed[1:]]
        for number, said in enumerate(forms(message.string)):
            fitting = allowed + (bare if number < IN_A_WORD.get(language, 0) else [])
            if sorted(PLACEHOLDER.findall(said)) not in fitting:
                wrong.append(said)
            if sorted(TAG.findall(said)) not in [sorted(TAG.findall(each)) for each in forms(message.id)]:
                wrong.append(said)
    assert not wrong


def test_french_has_its_spaces_and_its_apostrophe() -> None:
    wrong = []
    for message in messages(TOOL.read_catalog("fr")):
        for said in forms(message.string):
            bare = TAG.sub("", said).replace("https://", "").replace("http://", "")
            if re.search(r"[ \w][;?!»]|\w:(?!\w)|« |[ ]:|\w'\w", bare):
                wrong.append(said)
    assert not wrong


class Said(HTMLParser):
    """What a page says in its own words: not what people wrote (dir=auto), nor code, nor what is named in its own
    language (lang)."""

    QUIET = ("script", "style", "code", "bdi", "kbd", "time", "option")
    VOID = ("meta", "link", "img", "input", "br", "hr", "wbr", "source")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = dict(given)
        for name in ("placeholder", "aria-label", "title", "data-words", "data-said", "data-left", "data-over"):
            if attributes.get(name) and tag != "time" and not any(self.open):
                self.said.append(str(attributes[name]))
        if tag not in self.VOID:
            theirs = attributes.get("dir") == "auto" or ("lang" in attributes and tag != "html")
            self.open.append(theirs or tag in self.QUIET)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self.open):
            self.said.append(" ".join(data.split()))


def looked_at(browser: Client, known: dict[str, Any], place: Place, language: str) -> list[str]:
    """What a page says in a language."""
    answer = browser.get(place.at.format(**known), headers={"accept-language": language})
    return Said(answer.content.decode()).said if answer.status_code < 300 or answer.status_code == place.status else []


def written() -> set[str]:
    """What people wrote, and what this house has made up about their places."""
    fields = [Item.objects.values_list("title", "excerpt"), Person.objects.values_list("name", "note")]
    fields += [Source.objects.values_list("title", "reason"), Page.objects.values_list("title", "trouble")]
    fields += [Delivery.objects.values_list("reason", "place")]
    return {" ".join(text.split()) for rows in fields for row in rows for text in row}


def english_of(language: str) -> Callable[[str], bool]:
    """Is this one of our English sentences, which that language says otherwise?"""
    plain, patterns = set(), []
    for message in messages(TOOL.read_catalog(language)):
        for words in forms(message.id):
            if words in forms(message.string) or not re.search("[a-z]{2}", words):
                continue
            if PLACEHOLDER.search(words):
                pieces = [re.escape(piece.strip()) for piece in PLACEHOLDER.split(TAG.sub("", words))]
                if len("".join(pieces)) > 12:
                    patterns.append(re.compile(".+".join(pieces)))
            else:
                plain.add(words)
    return lambda said: said in plain or any(pattern.fullmatch(said) for pattern in patterns)


@pytest.mark.django_db
@pytest.mark.parametrize("language", COMPLETE)
def test_no_page_says_our_english_sentences(ann: Person, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "get_credentials", lambda _: [])  # Ann's is only a name here
    known, english = everything(ann), english_of(language)
    browsers = {"ann": client_of(ann), None: client_of(None)}
    just_proved(browsers["ann"].cookies["sessionid"].value, ann)
    theirs, left, sentences = written(), [], 0
    for place in dict.fromkeys(Place(one.at, one.who, None, one.status) for one in EVERY):
        if place.who == "ben":
            continue
        browser = browsers[place.who]
        for said in looked_at(browser, known, place, language):
            sentences += 1
            unmarked = len(ENGLISH.findall(said)) > 1 and said.strip(": ") not in theirs
            if unmarked or english(said):
                left.append(f"{place.at}: {said}")
    assert sentences > 1000
    assert not left, "\n".join(dict.fromkeys(left))


def test_the_check_sees_english() -> None:
    english = english_of("fr")
    assert english("Came back")
    assert english("You follow 3 people.")
    assert not english("Vous suivez 3 personnes.")
    said = Said('<p title="T">One <b dir="auto">theirs</b> two<img alt="x"><time title="x">now</time></p>').said
    assert said == ["T", "One", "two"]
