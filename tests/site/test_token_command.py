"""`passalong token`: prints a token alone on a line; it works at once, and only its hash is kept."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from passalong.keys.issue import by_hand
from passalong.models import Grant, Person, Token
from tests.conftest import client_of
from tests.node import Node, run


@pytest.mark.slow
def test_it_works(tmp_path: Path) -> None:
    """A token from the terminal, a post by it over a real connection, and no trace of it on the disk."""
    with Node(tmp_path / "home") as node:
        made = node.run("token", "my script", "--scope", "create update")
        assert made.returncode == 0, made.stderr
        (token,) = made.stdout.splitlines()
        fields = urllib.parse.urlencode({"h": "entry", "content": "From a script"}).encode()
        ask = urllib.request.Request(f"{node.url}/micropub", fields, {"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(ask, timeout=20) as answer:
            assert answer.status == 201
            place = answer.headers["Location"]
        browser = node.browser()
        assert "From a script" in browser.get(place)
        assert "my script" in browser.get("/settings")
        kept = b"".join(path.read_bytes() for path in node.home.rglob("*") if path.is_file())
        assert token.encode() not in kept
        assert token not in "".join(node.lines)


@pytest.mark.slow
def test_wrong_words_get_a_sentence(tmp_path: Path) -> None:
    for words in (("x", "--scope", "create fly"), ("x", "--scope", ""), (" ", "--scope", "create")):
        done = run(tmp_path / "home", "token", *words)
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
    assert run(tmp_path / "home", "token", "x").returncode == 2
    assert run(tmp_path / "home", "token", "x", "--scope", "create", "--person", "nobody").returncode == 1


def test_t67_only_a_hash_is_kept(ann: Person) -> None:
    token = by_hand(ann, "x", ("create",))
    assert token not in repr(list(Token.objects.values())) + repr(list(Grant.objects.values()))


def test_a_token_is_of_one_person_and_ends_with_their_account(ann: Person, ben: Person) -> None:
    token = by_hand(ben, "x", ("create",))
    head = {"Authorization": f"Bearer {token}"}
    shared = client_of(None).post("/micropub", {"h": "entry", "content": "a"}, headers=head)
    assert "/@ben/" in shared["Location"]
    assert ben.user
    ben.user.is_active = False
    ben.user.save()
    assert client_of(None).post("/micropub", {"h": "entry", "content": "a"}, headers=head).status_code == 401
