"""Answers' heads as servers in the world write them: what browsers show, a person can follow."""

from __future__ import annotations

import pytest

from passalong.net import get
from passalong.net.heads import tidy
from passalong.net.shapes import Ask, Failed
from tests.net.raw import Raw, ok

OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: 5\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
IN_CHUNKS = b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
SLOPPY = {
    "no reason": b"HTTP/1.1 200\r\n" + LENGTH + b"\r\nhello",
    "line feeds": b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
    "mixed line ends": b"HTTP/1.1 200 OK\nContent-Length: 5\r\n\nhello",
    "ICY": b"ICY 200 OK\r\n" + LENGTH + b"\r\nhello",
    "HTTP/2": b"HTTP/2 200\r\n" + LENGTH + b"\r\nhello",
    "empty lines before": b"\r\n\r\n" + OK + LENGTH + b"\r\nhello",
    "a length twice": OK + LENGTH + LENGTH + b"\r\nhello",
    "a length as a list": OK + b"Content-Length: 5, 5\r\n\r\nhello",
    "an empty length": OK + b"Content-Length:\r\n\r\nhello",
    "length and chunks": OK + b"Content-Length: 99\r\n" + CHUNKED + b"\r\n" + IN_CHUNKS,
    "chunks twice": OK + CHUNKED + b"\r\n" + IN_CHUNKS,
    "identity": OK + b"Transfer-Encoding: identity\r\n" + LENGTH + b"\r\nhello",
    "a space before the colon": OK + b"P3P : x\r\nContent-Length : 5\r\n\r\nhello",
    "a space in a name": OK + b"Set Cookie: x\r\n" + LENGTH + b"\r\nhello",
    "no colon": OK + b"Warning\r\n" + LENGTH + b"\r\nhello",
    "no name": OK + b": x\r\n" + LENGTH + b"\r\nhello",
    "a name in UTF-8": OK + "Größe: 5\r\n".encode() + LENGTH + b"\r\nhello",
    "folded": OK + b"Link: <a>;\r\n\trel=hub\r\n" + LENGTH + b"\r\nhello",
    "NUL": OK + b"Foo: a\0b\r\n" + LENGTH + b"\r\nhello",
    "more than the length": OK + LENGTH + b"\r\nhello and then some",
    "early hints": b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 100 \r\n\r\n" + OK + LENGTH + b"\r\nhello",
    "an upgrade offered": OK + b"Upgrade: h2c\r\nConnection: Upgrade\r\n" + LENGTH + b"\r\nhello",
}


@pytest.mark.parametrize("how", SLOPPY)
def test_sloppy_servers_are_read(server: Raw, how: str) -> None:
    data = SLOPPY[how]
    server.answers["/"] = [data]
    assert get.get(server.url()).body == b"hello"
    server.answers["/"] = [step for at in range(0, len(data), 7) for step in (data[at : at + 7], 0.002)]
    assert get.get(server.url()).body == b"hello"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_a_body_that_may_not_be_is_none(server: Raw, status: str) -> None:
    server.answers["/"] = ok(b"surprise", "ETag: x", status=status)
    answer = get.get(server.url())
    assert (answer.body, answer.headers["etag"]) == (b"", "x")
    assert get.get(server.url()).status == answer.status


@pytest.mark.parametrize("behind", [b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged", b"rubbish"])
def test_what_comes_behind_is_nobodys_answer(server: Raw, behind: bytes) -> None:
    """A kept connection is given up there: the next answer is the next request's."""
    server.answers |= {"/": ok(b"first") + behind, "/next": ok(b"second")}
    assert get.get(server.url()).body == b"first"
    assert get.get(server.url("/next")).body == b"second"
    assert server.connections == 2


@pytest.mark.parametrize(
    "head",
    [
        b"SSH-2.0-x\r\n\r\n",
        b"<html>\r\n\r\n",
        OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        OK + b"Content-Length: -5\r\n\r\n",
        OK + b"Content-Length: 5x\r\n\r\n",
        OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n",
    ],
)
def test_what_makes_no_sense_is_left_to_be_refused(server: Raw, head: bytes) -> None:
    server.answers["/"] = [head + b"hello"]
    with pytest.raises(Failed) as failed:
        get.get(Ask(server.url(), deadline=5))
    assert failed.value.code == "protocol"


def test_a_neat_head_is_not_touched() -> None:
    head = OK + b"ETag:  W/\xe4 \r\nX:\r\n" + LENGTH + b"\r\n"
    found, room = tidy(head)
    assert found is head
    assert room == 5
    assert tidy(OK + CHUNKED + b"\r\n")[1] is None
    assert tidy(OK + b"\r\n")[1] is None


def test_who_is_sloppy_with_the_head_is_not_trusted_with_the_end(server: Raw) -> None:
    server.answers |= {"/": SLOPPY["a length twice"], "/neat": ok()}
    assert [get.get(server.url()).body for _ in range(3)] == [b"hello"] * 3
    assert server.connections == 3
    assert [get.get(server.url("/neat")).body for _ in range(3)] == [b"hello"] * 3
    assert server.connections == 4
