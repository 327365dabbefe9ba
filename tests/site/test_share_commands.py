"""`passalong share` and `unshare`, as a person at a terminal uses them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from passalong.models import Person
from passalong.share.draft import CannotShare
from passalong.site.commands_share import _read
from tests.share.pictures import jpeg

BASE = "https://ann.example"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(home: Path, *words: str, given: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    environ = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
    environ |= {"PASSALONG_HOME": str(home), "PASSALONG_URL": BASE}
    command = [sys.executable, "-m", "passalong", *words]
    return subprocess.run(command, input=given, capture_output=True, env=environ, cwd=cwd, timeout=60, check=False)


def rows(home: Path, question: str) -> list[tuple[object, ...]]:
    import_line = f"import sqlite3; print(sqlite3.connect('{home}/passalong.sqlite3').execute({question!r}).fetchall())"
    done = subprocess.run([sys.executable, "-c", import_line], capture_output=True, check=True, text=True)
    found: list[tuple[object, ...]] = eval(done.stdout)
    return found


@pytest.mark.slow
def test_it_works(home: Path) -> None:
    done = run(home, "share", "https://good.example/page", "Worth your evening", "--tag", "oer", "--via", "ben.example")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.decode().splitlines()
    assert line.startswith(f"{BASE}/@")
    assert rows(home, "SELECT kind, excerpt, tags FROM passalong_item") == [("link", "Worth your evening", '["oer"]')]
    gone = run(home, "unshare", line)
    assert gone.returncode == 0, gone.stderr
    assert rows(home, "SELECT count(*) FROM passalong_item WHERE gone IS NOT NULL") == [(1,)]


@pytest.mark.slow
def test_files_and_standard_input(home: Path, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(jpeg())
    assert run(home, "share", "photo.jpg", "--alt", "The sea", cwd=tmp_path).returncode == 0
    assert run(home, "share", "-", "--unlisted", given=b"from a pipe").returncode == 0
    assert run(home, "share", "-", given=b"\x00\xff binary").returncode == 0
    assert run(home, "share", os.fsdecode(b"half a letter \xff")).returncode == 0
    assert rows(home, "SELECT name, type, alt FROM passalong_file ORDER BY id") == [
        ("photo.jpg", "image/jpeg", "The sea"),
        ("file", "application/octet-stream", ""),
    ]
    assert rows(home, "SELECT excerpt FROM passalong_item WHERE audience = 'unlisted'") == [("from a pipe",)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["share", "   "], "There is nothing to share yet: paste a link, write a thought or add a file."),
        (["share", "x", "--via", "nowhere at all"], "“nowhere at all” is not a web address"),
        (["unshare", "https://good.example/"], "You shared nothing at https://good.example/"),
        (["unshare", f"{BASE}/@cas/123"], "You shared nothing at"),
    ],
)
def test_what_goes_wrong_is_one_sentence(home: Path, words: list[str], sentence: str) -> None:
    done = run(home, *words)
    assert done.returncode == 1
    assert sentence in done.stderr.decode()
    assert done.stderr.decode().count("\n") == 1
    assert not done.stdout


@pytest.mark.parametrize("name", ["share", "unshare"])
def test_help_has_an_example(home: Path, name: str) -> None:
    shown = run(home, name, "--help").stdout.decode()
    assert f"passalong {name}" in shown.partition("Example")[2]
    assert "--home" in shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    "word",
    [
        *["nofile.pdf", "/nofile.txt", "./there/is/none", "../x", "~/picture.png", "Photo.JPG"],
        *[
            "NOFILE.md",
            "slides.key",
            "photo.HEIC",
            "backup.tar.gz",
            "notes.toml",
            "main.py",
            "a.YAML",
            "x.7z",
            "b.tiff",
        ],
    ],
)
def test_a_mistyped_file_is_not_published_as_words(word: str, ann: Person) -> None:
    with pytest.raises(CannotShare, match="There is no file"):
        _read(ann, (word,))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "word",
    [
        *["https://ben.example/a.pdf", "ben.example/a.pdf", "and/or", "hello", "see /etc for more", ""],
        *["ben.example", "example.org", "crates.rs", "perl.pl", "open.ai", "example.museum", "3.14", "e.g.", "Well..."],
        *["I wrote it down in notes.md", "example.org:8000"],
    ],
)
def test_words_and_links_are_no_files(word: str, ann: Person) -> None:
    assert _read(ann, (word,)) == ([word], [])


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["{folder}", "{folder}/", "photos", "."])
def test_a_folder_is_said_to_be_one(word: str, ann: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "photos").mkdir()
    monkeypatch.chdir(tmp_path)
    named = word.format(folder=tmp_path)
    with pytest.raises(CannotShare, match="is a folder: share the files in it") as said:
        _read(ann, (named,))
    assert str(said.value).startswith(f"{named} is a folder")


@pytest.mark.slow
def test_an_output_that_takes_nothing_does_not_sound_like_a_share_that_failed(home: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
    environ |= {"PASSALONG_HOME": str(home), "PASSALONG_URL": BASE}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "passalong", "share", "One packet"],
            stdout=full, stderr=subprocess.PIPE, env=environ, timeout=60, check=False, text=True,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(f"It is shared: {BASE}/@")
    assert len(done.stderr.splitlines()) == 1
    assert rows(home, "SELECT excerpt FROM passalong_item") == [("One packet",)]
