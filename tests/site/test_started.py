"""What the server was started with is known to commands in another terminal on the same home."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from passalong.site import started
from passalong.site.settings_list import WrongSetting
from tests.node import Browser, Node, free_port, run
from tests.site.test_up import one_sentence

pytestmark = pytest.mark.slow

SITE = '<title>Ben</title><link rel="alternate" type="application/atom+xml" href="/feed">'


def noted(home: Path, **environ: str) -> None:
    started.note(home, environ, "https://ann.example")


def recalled(home: Path, **environ: str) -> dict[str, str]:
    found = {"PASSALONG_HOME": str(home), **environ}
    started.recall(found)
    return found


def test_it_works(tmp_path: Path) -> None:
    noted(tmp_path, DATABASE_URL="postgres:///ann", PASSALONG_WORKERS="4", PASSALONG_LOG="debug", HOME="/home/ann")
    assert recalled(tmp_path) == {
        "PASSALONG_HOME": str(tmp_path),
        "PASSALONG_URL": "https://ann.example",
        "DATABASE_URL": "postgres:///ann",
    }
    assert stat.S_IMODE((tmp_path / started.FILE).stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [started.FILE]


@pytest.mark.parametrize("own", ["", "sqlite:////elsewhere.sqlite3"])
def test_the_commands_own_environment_wins_also_when_empty(tmp_path: Path, own: str) -> None:
    noted(tmp_path, DATABASE_URL="postgres:///ann")
    assert recalled(tmp_path, DATABASE_URL=own)["DATABASE_URL"] == own


@pytest.mark.parametrize(
    "address", ["postgres://ann:walnut@db.example/ann", "postgres://ann@db.example/ann?password=walnut"]
)
def test_t83_a_password_is_not_written_down_and_asked_for(tmp_path: Path, address: str) -> None:
    noted(tmp_path, DATABASE_URL=address)
    assert "walnut" not in (tmp_path / started.FILE).read_text()
    with pytest.raises(WrongSetting, match=r"DATABASE_URL at postgres://ann@db\.example/ann and a password"):
        recalled(tmp_path)
    assert recalled(tmp_path, DATABASE_URL=address)["DATABASE_URL"] == address


@pytest.mark.parametrize("said", ["{", "[]", '{"settings": []}', "null", '{"settings": {}, "held_back": 3}'])
def test_a_damaged_file_is_said(tmp_path: Path, said: str) -> None:
    (tmp_path / started.FILE).write_text(said)
    with pytest.raises(WrongSetting, match="is damaged: remove it"):
        recalled(tmp_path)


def test_only_settings_come_out_of_the_file(tmp_path: Path) -> None:
    (tmp_path / started.FILE).write_text(json.dumps({"settings": {"LD_PRELOAD": "x"}, "held_back": {"PATH": "y"}}))
    assert recalled(tmp_path) == {"PASSALONG_HOME": str(tmp_path)}


def test_share_says_the_public_address_the_server_was_given(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Node(home, "up", "--no-open", "--name", "Ann", "--url", "https://ann.example") as node:
        while_up = run(home, "share", "a thought").stdout
        assert while_up.startswith("https://ann.example/@ann/")
        assert while_up.strip() in Browser(node.url).get("/feed.atom")
    assert run(home, "share", "another thought").stdout.startswith("https://ann.example/@ann/")


def test_commands_work_on_the_servers_database_and_reach_what_it_may(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(SITE, content_type="text/html")
    httpserver.expect_request("/feed").respond_with_data(
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>b</id><title>Ben</title></feed>',
        content_type="application/atom+xml",
    )
    home, database = tmp_path / "home", tmp_path / "elsewhere.sqlite3"
    where = {"DATABASE_URL": f"sqlite:///{database}", "PASSALONG_ALLOW_PRIVATE": "127.0.0.1"}
    with Node(home, **where):
        assert run(home, "discover", httpserver.url_for("/"), "--json").returncode == 0
        assert run(home, "share", "a thought").returncode == 0
    assert database.exists()
    assert not (home / "passalong.sqlite3").exists()


def test_a_server_that_forgets_where_its_database_is_does_not_begin_on_an_empty_one(tmp_path: Path) -> None:
    home, database = tmp_path / "home", tmp_path / "elsewhere.sqlite3"
    with Node(home, DATABASE_URL=f"sqlite:///{database}") as node:
        pass
    done = run(home, "up", "--no-open", "--port", str(free_port()))
    assert done.returncode == 1
    assert "set DATABASE_URL to it again, or to nothing (DATABASE_URL=)" in done.stderr
    assert one_sentence(done.stderr)
    assert not (home / "passalong.sqlite3").exists()
    with Node(home, port=node.port, DATABASE_URL=""):
        assert (home / "passalong.sqlite3").exists()


def test_what_was_taken_away_from_the_server_is_away(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Node(home, PASSALONG_ALLOW_PRIVATE="127.0.0.1") as node:
        pass
    with Node(home, port=node.port):
        assert "PASSALONG_ALLOW_PRIVATE" not in (home / started.FILE).read_text()
