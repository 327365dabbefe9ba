"""Lists of people come in and go out; what is wrong is one sentence."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from passalong.follow.lists import bring
from passalong.models import Follow, Person
from passalong.site.commands_follow import following_command
from passalong.site.commands_move import LARGEST, export_command, import_command
from passalong.site.sentence import Sentence
from passalong.wire.opml import MOST, Outline, read

LIST = """<opml version="2.0"><head/><body><outline text="Gardens">
<outline text="Ben" xmlUrl="https://ben.example/feed"/><outline text="Cas" xmlUrl="https://cas.example/feed"/>
<outline text="me" xmlUrl="https://ann.example/@ann/feed.atom"/></outline></body></opml>"""


@pytest.fixture
def people(tmp_path: Path, ann: Person, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in ("commands_move", "commands_follow"):
        monkeypatch.setattr(f"passalong.site.{module}.prepare", lambda: ann)
    file = tmp_path / "people.opml"
    file.write_text(LIST)
    return file


def run(command: object, *words: str) -> Result:
    result = CliRunner().invoke(command, words, standalone_mode=False)  # type: ignore[arg-type]
    if result.exception:
        raise result.exception
    return result


def test_a_list_comes_in_and_twice_is_once(people: Path, ann: Person) -> None:
    assert "2 came in, 1 skipped" in run(import_command, str(people)).output
    assert "0 came in, 3 skipped" in run(import_command, str(people)).output
    assert {follow.source.url for follow in Follow.objects.select_related("source")} == {
        "https://ben.example/feed",
        "https://cas.example/feed",
    }


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_each_line_that_cannot_be_followed_is_said(people: Path, ann: Person, dry_run: tuple[str, ...]) -> None:
    lines = ("javascript:alert(1)", "file:///etc/passwd", "not an address", "http://[::1")
    outlines = "".join(f'<outline text="x" xmlUrl="{line}"/>' for line in lines)
    people.write_text(f"<opml><body>{outlines}</body></opml>")
    said = run(import_command, str(people), *dry_run).output
    assert f"0 {'would come' if dry_run else 'came'} in, 4 skipped" in said
    assert all(f"  {line}: That is not a web address" in said for line in lines), said
    assert not Follow.objects.exists()


def test_a_dry_run_says_the_same_and_keeps_nothing(people: Path, ann: Person) -> None:
    assert "2 would come in, 1 skipped" in run(import_command, str(people), "--dry-run").output
    assert not Follow.objects.exists()


def test_what_goes_out_comes_in_again(people: Path, ann: Person, tmp_path: Path) -> None:
    run(import_command, str(people))
    out = tmp_path / "mine.opml"
    run(export_command, str(out))
    assert {one.url for one in read(out.read_bytes())} == {"https://ben.example/feed", "https://cas.example/feed"}
    Person.objects.filter(sources__url="https://ben.example/feed").update(name="My Ben", name_is_mine=True)
    run(export_command, str(out))
    assert "My Ben" in {one.title for one in read(out.read_bytes())}, "people go out as I call them"
    assert read(run(following_command, "--opml").output.encode()) == read(out.read_bytes())


@pytest.mark.parametrize(
    ("command", "words", "says"),
    [
        (import_command, ("nothing.opml",), "cannot be read"),
        (export_command, ("people.csv",), "ends in .opml"),
        (export_command, ("nowhere/people.opml",), "cannot be written"),
    ],
)
def test_wrong_words_are_one_sentence(
    people: Path, command: object, words: tuple[str, ...], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(people.parent)
    with pytest.raises(Sentence, match=says):
        run(command, *words)


def test_a_file_that_is_no_list_is_said(people: Path) -> None:
    people.write_text("<html></html>")
    with pytest.raises(Sentence, match="is not a list of people"):
        run(import_command, str(people))


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_a_list_with_nobody_on_it_is_said(people: Path, dry_run: tuple[str, ...]) -> None:
    people.write_text('<opml version="2.0"><head/><body><outline text="Gardens"/></body></opml>')
    with pytest.raises(Sentence, match="nobody is on this list"):
        run(import_command, str(people), *dry_run)


def test_f49_an_import_that_stopped_half_way_is_finished_by_the_next(ann: Person) -> None:
    from_list = [Outline(f"https://p{n}.example/feed") for n in range(10)]
    now = ann.made
    bring(ann, from_list[:5], now)
    brought = bring(ann, from_list, now)
    assert (brought.came_in, len(brought.skipped)) == (5, 5)
    assert Follow.objects.count() == 10


def test_t75_a_million_people_at_once_are_refused(people: Path, ann: Person) -> None:
    line = '<outline xmlUrl="https://p{}.example/"/>'
    people.write_text(f'<opml version="2.0"><body>{"".join(map(line.format, range(MOST + 1)))}</body></opml>')
    with pytest.raises(Sentence, match="longer than 20,000 lines: split it"):
        run(import_command, str(people))
    people.write_bytes(b"<opml>" + b" " * LARGEST)
    with pytest.raises(Sentence, match="larger than 20 MB"):
        run(import_command, str(people))
    assert not Follow.objects.exists()


def test_f05_a_list_that_was_not_written_whole_replaces_none(
    people: Path, ann: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "mine.opml"
    out.write_text("the one before")

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as half:
            half.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(Sentence, match="cannot be written"):
        run(export_command, str(out))
    assert out.read_text() == "the one before"
