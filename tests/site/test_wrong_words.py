"""Every command typed wrongly: one sentence with the move, 2 for wrong usage and 1 for what cannot be done."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from passalong.site.cli import COMMANDS, main
from tests.node import PROGRAM, environment, free_port, run
from tests.site.test_up import one_sentence

pytestmark = pytest.mark.slow

NOBODY = 65534
AS_OTHERS_DO = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
"""Root without its right to open what is not its own."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where something was kept already."""
    made = tmp_path_factory.mktemp("wrong") / "home"
    assert run(made, "following").returncode == 0
    return made


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("shrae x", "There is no command shrae: did you mean share? `passalong --help` lists them."),
        ("help", "There is no command help; `passalong --help` lists them."),
        ("--bogus", "`passalong up` has no option --bogus; `passalong up --help` shows how."),
        ("share", "Say what to share: a link, words, a file, or - for what comes in; "),
        ("follow", "`passalong follow` needs ADDRESS; "),
        ("unfollow", "`passalong unfollow` needs ADDRESS; "),
        ("import", "`passalong import` needs FILE; "),
        ("token x", "`passalong token` needs --scope WORDS; "),
        ("river --limit -1", "--limit cannot be used: -1 is not in the range x>=0; "),
        ("river --limit x", "--limit cannot be used: 'x' is not a whole number; "),
        ("river --limit", "requires an argument; "),
        ("river more", "Got unexpected extra argument (more); "),
        ("up --prot 80", "`passalong up` has no option --prot: did you mean --port? `"),
        ("up --port 80x", "--port cannot be used: '80x' is not a whole number; "),
        ("up --port 99999", "--port cannot be used: "),
        ("following --json --opml", "Say --json or --opml: it is one or the other; "),
        ("following --home", "--home needs a folder"),
        ("--home= following", "--home needs a folder"),
        ("--home --json following", "--home needs a folder"),
    ],
)
def test_wrong_usage(tmp_path: Path, words: str, says: str) -> None:
    done = run(tmp_path / "home", *words.split())
    assert says in done.stderr
    assert one_sentence(done.stderr), done.stderr
    assert (done.returncode, done.stdout) == (2, "")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("unfollow", ""), "Say whom: "),
        (("unshare", " "), "You shared nothing at no address: "),
        (("follow", " "), "That is no address."),
        (("follow", "http://[::1"), "That is no address."),
        (("discover", "http://[::1"), "That is no address."),
        (("follow", "@nobody@127.0.0.2:8320"), "A handle needs the name of its host, not a number"),
        (("share", " "), "There is nothing to share yet"),
        (("share", "nowhere.pdf"), "There is no file nowhere.pdf"),
        (("share", "--via", "not a url", "x"), "is not a web address"),
        (("river", "--before", "x"), "There is no place x in the river"),
        (("import", "/nowhere.opml"), "/nowhere.opml cannot be read (no such file or directory)."),
        (("export", "/nowhere/x.opml"), "/nowhere/x.opml cannot be written"),
        (("up", "--host", ""), "--host needs an address of this machine"),
        (("up", "--host", "nowhere.invalid"), "Nothing can listen on nowhere.invalid"),
        (("up", "--url", "nonsense"), "--url takes an address like https://share.example.org, without a path."),
        (("share", "x", "--title", "x" * 301), "The title has 301 characters where 300 fit: make it shorter."),
        (("web", "--url", "http://bad:port"), "--url takes an address like"),
        (("up", "--url", "http://[::1"), "--url takes an address like"),
        (("up", "--url", "https://a b.example"), "--url takes an address like"),
        (("up", "--url", "https://ann:x@a.example"), "--url takes an address without a name and password"),
    ],
)
def test_what_cannot_be_done(home: Path, words: tuple[str, ...], says: str) -> None:
    done = run(home, *words)
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "Something broke" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize("word", COMMANDS)
def test_every_command_refuses_an_unknown_option_alike(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([word, "--bogus"])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said == f"`passalong {word}` has no option --bogus; `passalong {word} --help` shows how.\n"


def test_help_is_no_error(tmp_path: Path) -> None:
    for words in (["--help"], ["share", "--help"], ["--version"]):
        done = run(tmp_path / "home", *words)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout


def test_a_word_after_two_dashes_is_no_option(home: Path) -> None:
    assert run(home, "share", "--", "--home").returncode == 0


@pytest.mark.parametrize(
    "words", ["river --json", "following", "came-back", "fetch", "export all.opml", "unfollow ben.example"]
)
def test_a_folder_that_is_not_there_is_a_slip_of_the_hand(tmp_path: Path, words: str) -> None:
    done = run(tmp_path / "real", *words.split(), "--home", str(tmp_path / "rael"))
    assert done.stderr.startswith(f"There is no folder {tmp_path / 'rael'}: look how it is written, or begin one")
    assert one_sentence(done.stderr), done.stderr
    assert (done.returncode, done.stdout) == (1, "")
    assert not (tmp_path / "rael").exists()


def test_what_begins_something_makes_its_folder(tmp_path: Path) -> None:
    assert run(tmp_path / "real", "share", "a thought", "--home", str(tmp_path / "new")).returncode == 0
    assert run(tmp_path / "real", "river", "--home", str(tmp_path / "new")).returncode == 0
    assert run(tmp_path / "real", "river", "--help", "--home", str(tmp_path / "nowhere")).returncode == 0
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"}
    assert run(tmp_path / "real", "river", "--home", str(tmp_path / "newer"), **database).returncode == 0


def test_a_database_that_another_program_holds(tmp_path: Path) -> None:
    held = tmp_path / "home"
    assert run(held, "following").returncode == 0
    with closing(sqlite3.connect(held / "passalong.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        done = run(held, "share", "a thought", timeout=90)
        other.execute("ROLLBACK")
    assert done.returncode == 1
    assert one_sentence(done.stderr), done.stderr
    assert "Another program" in done.stderr or "cannot be used (database is locked)" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can give a home away")
@pytest.mark.parametrize(("word", "mode"), [("following", 0o700), ("share", 0o755), ("up", 0o755)])
def test_f07_a_home_that_is_somebody_elses(tmp_path: Path, word: str, mode: int) -> None:
    words = {"share": ["share", "x"], "up": ["up", "--no-open", "--port", str(free_port())]}.get(word, [word])
    home = tmp_path / "home"
    assert run(home, "following").returncode == 0
    home.chmod(mode)
    for each in (home, *home.iterdir()):
        os.chown(each, NOBODY, NOBODY)
    done = subprocess.run(
        [*AS_OTHERS_DO, *PROGRAM, *words],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert one_sentence(done.stderr), done.stderr
    assert f"The folder {home} cannot be " in done.stderr
    assert done.returncode == 1
