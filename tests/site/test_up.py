"""`passalong` as a process: it starts without a question, says in one sentence why it cannot, and stops cleanly."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import sqlite3
import stat
import time
from pathlib import Path

import pytest

from tests.node import Browser, Node, free_port, is_listening, run

pytestmark = pytest.mark.slow


def one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and text.strip().endswith(".") and "Traceback" not in text


def test_it_works(tmp_path: Path) -> None:
    home = tmp_path / "new"
    with Node(home) as node:
        ready, sign_in = node.lines[:2]
        assert ready == f"Ready: {node.url}\n"
        assert sign_in.startswith(f"Sign in: {node.url}/hello/")
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
        assert len(node.children()) == 2
        assert node.stop() < 5
    assert not is_listening(node.port)


def test_in_a_folder_that_others_may_read_the_database_is_ours_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    with Node(home):
        kept = sorted(home.glob("passalong.sqlite3*"))
        assert [path.name for path in kept if stat.S_IMODE(path.stat().st_mode) != 0o600] == []
        assert {path.name for path in kept} >= {"passalong.sqlite3", "passalong.sqlite3-wal"}


def test_a_stranger_who_comes_first_gets_nothing(tmp_path: Path) -> None:
    with Node(tmp_path / "home") as node:
        stranger = Browser(node.url)
        stranger.get("/settings")
        assert "/sign-in" in stranger.url
        owner = node.browser()
        owner.get("/settings")
        assert "/sign-in" not in owner.url
        stranger.get(node.hello)
        assert stranger.status == 410


def test_the_owner_gets_in_where_the_roles_are_started_apart(tmp_path: Path) -> None:
    with Node(tmp_path / "home", "web") as node:
        owner = node.browser()
        owner.get("/settings")
        assert "/sign-in" not in owner.url


def test_a_second_start_keeps_everything_and_prints_a_new_link(tmp_path: Path) -> None:
    with Node(tmp_path / "home") as first:
        secret = (first.home / "secret").read_text()
    with Node(tmp_path / "home", port=first.port) as second:
        assert second.hello != first.hello
        assert (second.home / "secret").read_text() == secret
        owner = second.browser()
        owner.get("/settings")
        assert 'value="Ann"' in owner.page


def test_who_signed_in_at_the_very_first_start_stays_signed_in(tmp_path: Path) -> None:
    with Node(tmp_path / "home") as first:
        owner = first.browser()
    with Node(tmp_path / "home", port=first.port):
        owner.get("/settings")
        assert "/sign-in" not in owner.url


def test_after_kill_9_nothing_stays_behind_and_it_starts_again(tmp_path: Path) -> None:
    with Node(tmp_path / "home") as node:
        os.kill(node.process.pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while is_listening(node.port) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not is_listening(node.port)
        node._end()
        again = Node(tmp_path / "home", port=node.port)
        again.start()
        again.stop()


@pytest.mark.parametrize("which", [0, 1], ids=["first child", "second child"])
def test_a_killed_child_is_replaced(tmp_path: Path, which: int) -> None:
    with Node(tmp_path / "home") as node:
        victim = sorted(node.children())[which]
        os.kill(victim, signal.SIGKILL)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            now = node.children()
            if victim not in now and len(now) == 2 and is_listening(node.port):
                break
            time.sleep(0.1)
        assert is_listening(node.port)
        assert len(node.children()) == 2


def test_port_taken(tmp_path: Path) -> None:
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = run(tmp_path / "home", "up", "--port", str(port), "--no-open")
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert one_sentence(done.stderr)


def test_a_second_start_on_the_same_folder_takes_nothing_from_the_first(tmp_path: Path) -> None:
    """Its address is written into what is shared: another port would be another address."""
    with Node(tmp_path / "home") as node:
        for word, port in itertools.product((["up", "--no-open"], ["web"]), (free_port(), node.port)):
            done = run(tmp_path / "home", *word, "--port", str(port))
            assert done.returncode == 1
            assert f"already running on the folder {tmp_path / 'home'} at {node.url}" in done.stderr
            assert one_sentence(done.stderr)
        assert run(tmp_path / "home", "share", "a thought").stdout.startswith(node.url)


def test_a_command_with_another_address_moves_nothing(tmp_path: Path) -> None:
    with Node(tmp_path / "home") as node:
        first = run(tmp_path / "home", "share", "a thought").stdout.strip()
        for words in (["river"], ["share", "another thought"]):
            done = run(tmp_path / "home", *words, PASSALONG_URL="https://typo.example")
            assert done.returncode == 0
            assert done.stderr.startswith(f"This node is at {node.url}: ")
            assert "typo.example" not in done.stdout
        stranger = Browser(node.url)
        stranger.get("/feed.json")
        assert first in stranger.page
        assert "another thought" in stranger.page
        assert "typo.example" not in stranger.page


def test_f07_folder_not_writable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    home = tmp_path / "file" / "home"
    done = run(home, "up", "--port", str(free_port()), "--no-open")
    assert done.returncode == 1
    assert str(home) in done.stderr
    assert one_sentence(done.stderr)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSALONG_URL", "share.example"),
        ("PASSALONG_URL", "https://share.example/path"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("PASSALONG_QUEUE_URL", "amqp://localhost"),
        ("PASSALONG_ALLOW_PRIVATE", "not an address"),
        ("PASSALONG_PROXY", "https://proxy.example:3128"),
        ("PASSALONG_PROXY", "proxy.example:3128"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("PASSALONG_WORKERS", "many"),
        ("PASSALONG_LOG", "loud"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    done = run(tmp_path / "home", "up", "--port", str(free_port()), "--no-open", **{name: value})
    assert done.returncode == 1
    assert name in done.stderr
    assert one_sentence(done.stderr)
    assert not (tmp_path / "home").exists()


def test_p13_a_newer_database_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Node(home):
        pass
    with sqlite3.connect(home / "passalong.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('passalong', '9999_later', '2030-01-01')"
        )
    database.close()
    done = run(home, "up", "--port", str(free_port()), "--no-open")
    assert done.returncode == 1
    assert "newer Passalong" in done.stderr
    assert one_sentence(done.stderr)


def test_f09_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "passalong.sqlite3").write_bytes(b"not a database" * 1000)
    done = run(home, "up", "--port", str(free_port()), "--no-open")
    assert done.returncode == 1
    assert "passalong.sqlite3" in done.stderr
    assert one_sentence(done.stderr)


@pytest.mark.parametrize(
    "words", [("shrae", "x"), ("up", "--port", "0"), ("up", "--nonsense"), ("--nonsense",)], ids=" ".join
)
def test_wrong_words_end_with_2_and_no_traceback(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(tmp_path / "home", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home").exists()


def test_t85_only_the_web_port_listens_on_loopback_only(tmp_path: Path) -> None:
    with Node(tmp_path / "home") as node:
        pids = {node.process.pid, *node.children()}
        mine = {(address, port) for pid in pids for address, port in listening(pid)}
    assert mine == {("0100007F", node.port)}


def listening(pid: int) -> set[tuple[str, int]]:
    """(address as /proc/net/tcp spells it, port) of every listening TCP socket of a process."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in inodes:
                address, port = words[1].split(":")
                found.add((address, int(port, 16)))
    return found
