"""What is kept and what is logged opens nothing (T67, T73, T83)."""

from __future__ import annotations

import io
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from passalong.follow.lists import as_opml
from passalong.models import Person
from passalong.site.redact import Redact, redact
from passalong.site.sign_in import hello_token
from tests.conftest import client_of
from tests.node import Browser, Node

PASSWORD = "four walnut trees"


def every_value() -> str:
    """All that the database holds, as a dump would show it."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


def test_t67_a_dump_of_the_database_opens_nothing(ann: Person) -> None:
    token = hello_token(ann)
    assert ann.user
    ann.user.set_password(PASSWORD)
    ann.user.save()
    dump = every_value()
    assert "ann" in dump
    assert token not in dump
    assert PASSWORD not in dump


def test_t67_the_link_printed_before_opens_nothing(ann: Person, strangers_browser: Client) -> None:
    old = hello_token(ann)
    hello_token(ann)
    assert strangers_browser.get(f"/hello/{old}").status_code == 410


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("GET /hello/AbC-dEf_123 410", "AbC-dEf_123"),
        ("could not fetch https://ben:hunter22@feeds.example/x", "hunter22"),
        ("POST failed: password=hunter22&next=/", "hunter22"),
        ('{"password": "hunter22"}', "hunter22"),
        ("Authorization: Bearer abc.def-123", "abc.def-123"),
        ("Authorization: Basic YW5uOng=", "YW5uOng="),
        ("Authorization: GoogleLogin auth=abc123", "abc123"),
        ("?token=abc123&n=1", "abc123"),
        ("client_secret='abc123'", "abc123"),
        ("?code=abc123", "abc123"),
    ],
)
def test_t73_secrets_stay_out_of_the_log(said: str, secret: str) -> None:
    assert secret not in redact(said)
    assert "…" in redact(said)


def test_t73_the_filter_reads_arguments_and_tracebacks() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(Redact())
    log = logging.Logger("apart")
    log.addHandler(handler)
    try:
        raise ValueError("token=abc123")
    except ValueError:
        log.exception("at %s", "/hello/xyz789")
    assert "abc123" not in out.getvalue()
    assert "xyz789" not in out.getvalue()
    assert "ValueError" in out.getvalue()


def test_t73_ordinary_words_are_left_alone() -> None:
    for said in ("GET /@ann/123 200", "The key to it is patience", "https://ben.example/post?x=1", "a password reset"):
        assert redact(said) == said


@pytest.mark.slow
def test_t73_a_real_node_logs_no_secret(tmp_path: Path) -> None:
    """Everything it prints and every file it keeps, after wrong and right sign-ins; the printed link is spent."""
    with Node(tmp_path / "home", PASSALONG_LOG="debug") as node:
        owner = node.browser()
        owner.get("/account/password/first")
        owner.post("/account/password/first", password1=PASSWORD, password2=PASSWORD)
        stranger = Browser(node.url)
        stranger.get("/sign-in")
        stranger.post("/sign-in", login="ann", password="wrong-but-near-1")
        stranger.get("/hello/guessed-token-1")
        stranger.get("/?token=leaked-token-1")
        said = "".join(node.lines)
    hello = node.hello.rpartition("/")[2]
    after = "".join(line for line in [*node.lines] if not line.startswith("Sign in:"))
    assert said
    for secret in (PASSWORD, "wrong-but-near-1", "guessed-token-1", "leaked-token-1", hello):
        assert secret not in after, secret
    with closing(sqlite3.connect(node.home / "passalong.sqlite3")) as database:
        dump = "\n".join(database.iterdump())
    for secret in (PASSWORD, hello):
        assert secret not in dump


def test_t83_what_goes_out_holds_no_key(ann: Person) -> None:
    token = hello_token(ann)
    assert ann.user
    ann.user.set_password(PASSWORD)
    ann.user.save()
    written = as_opml(ann, timezone.now()).decode()
    for secret in (token, ann.user.password, str(ann.tokens.get().hash)):
        assert secret not in written


def test_a_cookie_is_no_use_to_scripts_or_other_sites(ann: Person) -> None:
    answer = client_of(None).get(f"/hello/{hello_token(ann)}")
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
