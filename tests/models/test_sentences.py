"""What is kept in English is shown in the language of whoever reads; no sentence that pages show is forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from passalong.follow.discover_say import why_on
from passalong.follow.look import CODES, SENTENCES, STATUSES
from passalong.follow.schedule import MOVES, Outcome, reason_for
from passalong.models.sentences import known, spoken
from passalong.share.enrich import WHY as NO_CARD
from passalong.share.pictures import WHY as NO_PICTURE

SOURCE = Path(__file__).resolve().parents[2] / "src" / "passalong"
RAISED = {"Failed", "Unreadable", "Unsafe", "CannotShare", "TooBig", "Followed", "Candidate", "Found"}
"""What carries a sentence to a page: as its first argument, or wherever a sentence is among its arguments."""
NO_PAGE = ("share/micropub", "wire/micropub", "wire/websub", "site/commands_")
"""Where such a sentence only reaches a program or the command line."""
NEVER_SHOWN = {
    "The header X cannot be sent with a request.",  # a program of ours is wrong
    "You do not follow X: `passalong following` lists whom you do.",  # the command line alone
    "You follow more than one place of X: X. Say which by its address.",  # as well
    "Say whom: `passalong following` lists whom you follow.",
}


AS = {"more than X.": "more than 9 MB.", "passwordX can": "password at X can", "found from X,": "found from a file,"}
"""What is put in where it is not just a name or a number."""


def text(node: ast.expr) -> str:
    """A string as it would be, with X for what is put in."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(text(each) if isinstance(each, ast.Constant) else "X" for each in node.values)
    return ""


def made() -> Iterator[tuple[str, str]]:
    """(where, sentence) of all that the code raises or returns in words."""
    for path in sorted(SOURCE.rglob("*.py")):
        where = str(path.relative_to(SOURCE))
        if where.startswith(NO_PAGE):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED:
                for said in map(text, node.args):
                    if re.match(r"[A-Z“].*[a-z] .*\.$", said) and said not in NEVER_SHOWN:
                        yield where, said


def filled(said: str) -> str:
    for short, whole in AS.items():
        said = said.replace(short, whole)
    return said


def test_every_sentence_that_is_raised_can_be_translated() -> None:
    every = list(made())
    assert len(every) > 100
    lost = [f"{where}: {said}" for where, said in every if not known(filled(said))]
    assert not lost, "say them in models/sentences_list.py too"


def test_every_state_of_a_place_can_be_translated() -> None:
    for what in MOVES:
        said = SENTENCES.get(what, "The site took too long to answer")
        for dead, silent in ((False, False), (True, True), (False, True)):
            reason = reason_for(Outcome(what, sentence=said), dead, silent, 40)
            with override("fr"):
                french = spoken(reason)
            assert known(reason), reason
            assert not re.search(r"\b(the|its|it|for you|site says|days)\b", french), french
    assert all(known(said) for said in (*SENTENCES.values(), *NO_CARD.values()) if said)
    assert all(known(f"“beans.jpg” {why}.") for why in NO_PICTURE.values())
    assert {*CODES.values(), *STATUSES.values()} <= {*MOVES, "gone"}


@pytest.mark.parametrize("why", ["The page announces it.", "The page names this fediverse account."])
def test_where_it_was_found_is_named(why: str) -> None:
    for address in ("https://ann.example/", "https://ann.example/about"):
        with override("fr"):
            said = spoken(why_on(address, why))
        assert said.startswith(("La page d’accueil de ann.example", "La page ann.example/about")), said


def test_what_stands_in_a_sentence_is_kept() -> None:
    with override("fr"):
        assert spoken("There is no site with the name ann.example. Check how it is spelled.") == (
            "Il n’y a pas de site du nom de ann.example. Vérifiez comment il s’écrit."
        )
        deep = "The number after the colon in the address is no port."
        assert spoken(f"The address redirects to where Passalong cannot follow. {deep}").endswith(spoken(deep))
        assert spoken(deep) != deep
        number = spoken("That is 100,123 characters where 100,000 fit: make it shorter, or share it as a file.")
        assert "100\u202f123" in number.replace("\xa0", "\u202f")


def test_what_is_nobodys_sentence_stays() -> None:
    with override("fr"):
        for said in ("", "Bonjour : tout va bien.", "Something else entirely.", "100% of %(n)s"):
            assert spoken(said) == said
    assert spoken("The site does not answer. Try again later.") == "The site does not answer. Try again later."
    with override(None):
        assert spoken("It broke off in the middle") == "It broke off in the middle"
