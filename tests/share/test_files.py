"""Files: kept by what they are, served so that nobody runs them, gone when what held them is taken back."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import mf2py
import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from selectolax.lexbor import LexborHTMLParser

from passalong.models import File, Item, Person
from passalong.share.change import change, take_back, undo
from passalong.share.draft import CannotShare, Draft
from passalong.share.files import forget_waiting, keep, tidy_name
from passalong.share.publish import publish
from passalong.share.store import key_of
from tests.conftest import client_of
from tests.share.pictures import jpeg, png_bomb

pytestmark = pytest.mark.django_db(transaction=True)

ACTOR = b'{"@context": "https://www.w3.org/ns/activitystreams", "type": "Person", "id": "https://ann.example/@ann"}'
PAGE = b"<!doctype html><script>fetch('/share', {method: 'POST'})</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
SOUND = b"ID3\x04\x00\x00" + bytes(range(256)) * 4000


def shared(person: Person, data: bytes, name: str = "notes.txt", **said: str) -> Item:
    return publish(person, Draft(files=(keep(person, name, io.BytesIO(data)),), **said))  # type: ignore[arg-type]


def address(item: Item) -> str:
    return item.files.get().address


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def on_disk() -> set[str]:
    root = Path(settings.HOME) / "files"
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    """Each test has a folder of its own."""
    settings.HOME = tmp_path
    where = {"location": tmp_path / "files"}
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "passalong.share.store.WholeFiles", "OPTIONS": where}
    }


def test_it_works(ann: Person, strangers_browser: Client) -> None:
    item = shared(ann, b"plain words\n")
    assert item.kind == "file"
    answer = strangers_browser.get(address(item))
    assert body(answer) == b"plain words\n"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_a_file_carries_its_licence(ann: Person, strangers_browser: Client) -> None:
    """A Link header (RFC 8288), for whoever has the file alone."""
    assert "Link" not in strangers_browser.get(address(shared(ann, b"nobody said\n")))
    ann.licence = "https://creativecommons.org/licenses/by/4.0/"
    ann.save()
    answer = strangers_browser.get(address(shared(ann, b"free to use\n")))
    assert answer["Link"] == f'<{ann.licence}>; rel="license"'


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..\\..\\boot.ini",
        "a\x00b.txt",
        "x" * 5000 + ".txt",
        "\u202egnp.exe",
        "",
        ".",
    ],
    ids=["dots", "absolute", "backslashes", "NUL", "5,000 letters", "right to left", "empty", "dot"],
)
def test_no_name_ever_touches_the_disk(ann: Person, strangers_browser: Client, name: str) -> None:
    item = shared(ann, b"harmless", name)
    file = item.files.get()
    assert on_disk() == {key_of(file.hash)}
    assert len(file.name) <= 200
    assert not {"/", "\\", "\x00", "\u202e"} & set(file.name)
    assert strangers_browser.get(file.address).status_code == 200


def test_a_picture_without_words_is_a_picture_not_its_name(ann: Person, strangers_browser: Client) -> None:
    """mf2 parsing, 1.5: alt is what the picture shows; HTML, 4.8.4.4: '' where nobody said. The link has a name."""
    item = shared(ann, jpeg(100, 100), "IMG_2041.jpg")
    for path in ("/@ann", f"/@ann/{item.pk}"):
        (picture,) = LexborHTMLParser(strangers_browser.get(path).content.decode()).css("img.u-photo")
        assert not picture.attributes["alt"], path
        assert picture.parent
        assert picture.parent.attributes["aria-label"] == "Picture", path
        found = mf2py.parse(doc=strangers_browser.get(path).content.decode())["items"]
        assert "'alt': 'Picture'" not in repr(found), path


def test_each_picture_is_described_in_its_own_field(ann: Person, settings: Settings) -> None:
    settings.FILE_LIMIT = 100_000
    browser = client_of(ann)
    big = SimpleUploadedFile("big.bin", b"x" * 200_000)
    pictures = [SimpleUploadedFile("image.png", jpeg(60 + n, 60)) for n in range(2)]
    sent = {"what": "three", "files": [big, *pictures], "alt-new-1": " The first ", "alt-new-2": "The second"}
    answer = browser.post("/share", sent)
    assert answer.status_code == 413
    page = LexborHTMLParser(answer.content.decode())
    kept = [node.attributes["value"] or "" for node in page.css("input[name=kept]")]
    fields = {f"alt-{pk}": page.css_first(f"#alt-{pk}").attributes["value"] or "" for pk in kept}
    assert list(fields.values()) == ["The first", "The second"]
    assert len(page.css("ul.chosen img")) == 2
    for node in page.css("ul.chosen img"):
        src = node.attributes["src"] or ""
        assert browser.get(src).headers["Cache-Control"] == "private, no-store"
        assert client_of(None).get(src).status_code == 404
    more = {"what": "three", "kept": kept, "files": [SimpleUploadedFile("c.jpg", jpeg(90, 60))], "alt-new-0": "A third"}
    assert browser.post("/share", more | fields).status_code == 303
    files = Item.objects.get().files.order_by("place")
    assert [file.alt for file in files] == ["The first", "The second", "A third"]


def test_one_bad_file_does_not_lose_the_others(ann: Person) -> None:
    files = [
        SimpleUploadedFile("a.jpg", jpeg(60, 60)),
        SimpleUploadedFile("empty.txt", b""),
        SimpleUploadedFile("b.jpg", jpeg(61, 60)),
    ]
    answer = client_of(ann).post("/share", {"what": "three", "files": files, "alt-new-2": "The last"})
    assert answer.status_code == 422
    page = LexborHTMLParser(answer.content.decode())
    assert "is empty" in page.css_first(".error").text()
    assert len(page.css("input[name=kept]")) == 2
    assert page.css("input[id^=alt-]")[-1].attributes["value"] == "The last"


def test_what_waits_in_a_box_is_shown_to_nobody_else(ann: Person, ben: Person) -> None:
    file = keep(ann, "a.jpg", io.BytesIO(jpeg(60, 60)))
    assert client_of(ann).get(file.address).status_code == 200
    assert client_of(ben).get(file.address).status_code == 404


def test_after_sharing_each_picture_is_shown_where_its_words_are_asked_for(ann: Person) -> None:
    files = tuple(keep(ann, "pic.webp", io.BytesIO(jpeg(60 + n, 60))) for n in range(2))
    item = publish(ann, Draft(files=files))
    browser = client_of(ann)
    shared_page = LexborHTMLParser(browser.get(f"/?shared={item.pk}").content.decode())
    assert [node.attributes["src"] for node in shared_page.css(".shared img")] == [f.small_address for f in files]
    edit = LexborHTMLParser(browser.get(f"/@ann/{item.pk}/edit").content.decode())
    assert [node.attributes["src"] for node in edit.css("ul.chosen img")] == [file.small_address for file in files]


def test_a_name_keeps_its_ending() -> None:
    assert tidy_name("x" * 5000 + ".docx").endswith("x.docx")
    assert tidy_name("C:\\papers\\Être.pdf") == "Être.pdf"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (ACTOR, "actor.json"),
        (PAGE, "page.html"),
        (SVG, "picture.svg"),
        (b"alert(1)", "code.js"),
        (b"<?xml?><feed/>", "x"),
    ],
    ids=["actor", "html", "svg", "script", "xml"],
)
@pytest.mark.parametrize("accept", ["application/activity+json", "application/ld+json", "text/html", "*/*"])
def test_t29_a_file_is_nobodys_word_and_never_runs(
    ann: Person, strangers_browser: Client, data: bytes, name: str, accept: str
) -> None:
    answer = strangers_browser.get(address(shared(ann, data, name)), headers={"accept": accept})
    assert answer["Content-Type"] in ("application/octet-stream", "text/plain; charset=utf-8")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert body(answer) == data


def test_a_picture_is_shown_in_place_without_its_place(ann: Person, strangers_browser: Client) -> None:
    item = shared(ann, jpeg(), "holiday.JPEG", alt="The sea")
    file = item.files.get()
    assert (file.alt, file.width, file.height) == ("The sea", 1200, 800)
    for path in (file.address, file.small_address):
        answer = strangers_browser.get(path)
        data = body(answer)
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Content-Disposition"].startswith("inline")
        assert b"secret" not in data
    assert not [path for path in on_disk() if b"secret" in (Path(settings.HOME) / "files" / path).read_bytes()]


def test_t81_a_bomb_is_refused_and_leaves_nothing(ann: Person) -> None:
    with pytest.raises(CannotShare, match="40 million pixels"):
        shared(ann, png_bomb(), "bomb.png")
    assert not File.objects.exists()
    assert not on_disk()


def test_a_picture_no_browser_shows_is_refused(ann: Person) -> None:
    with pytest.raises(CannotShare, match="JPEG or PNG"):
        shared(ann, b"\x00\x00\x00\x1cftypheic" + bytes(500), "IMG_1.HEIC")


def test_an_empty_file_is_refused(ann: Person) -> None:
    with pytest.raises(CannotShare, match="empty"):
        shared(ann, b"")


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-99", 206, 0, 99),
        ("bytes=100-", 206, 100, None),
        ("bytes=-50", 206, -50, None),
        ("bytes=5-99999999999", 206, 5, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("lines=1-2", 200, 0, None),
    ],
)
def test_a_part_of_a_sound(
    ann: Person, strangers_browser: Client, asked: str, status: int, start: int, end: int | None
) -> None:
    answer = strangers_browser.get(address(shared(ann, SOUND, "talk.mp3")), headers={"range": asked})
    assert answer.status_code == status
    assert answer["Content-Type"] == "audio/mpeg"
    wanted = SOUND[start : None if end is None else end + 1]
    assert body(answer) == wanted
    assert int(answer["Content-Length"]) == len(wanted)
    if status == 206:
        first = start % len(SOUND)
        assert answer["Content-Range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(SOUND)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=9-3"])
def test_a_part_that_is_not_there(ann: Person, strangers_browser: Client, asked: str) -> None:
    answer = strangers_browser.get(address(shared(ann, SOUND, "talk.mp3")), headers={"range": asked})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(SOUND)}"


def test_who_has_a_file_gets_304(ann: Person, strangers_browser: Client) -> None:
    path = address(shared(ann, b"same"))
    etag = strangers_browser.get(path)["ETag"]
    assert strangers_browser.get(path, headers={"if-none-match": etag}).status_code == 304


def test_taken_back_is_gone_from_the_address_and_the_disk(ann: Person, strangers_browser: Client) -> None:
    item = shared(ann, jpeg(), "holiday.jpg")
    file = item.files.get()
    assert len(on_disk()) == 2
    take_back(item)
    assert strangers_browser.get(file.address).status_code == 410
    assert strangers_browser.get(file.small_address).status_code == 410
    assert not on_disk()


def test_what_another_share_holds_too_stays(ann: Person, strangers_browser: Client) -> None:
    first, second = shared(ann, b"twice"), shared(ann, b"twice")
    take_back(first)
    assert body(strangers_browser.get(address(second))) == b"twice"
    assert undo(second)
    assert not on_disk()


def test_an_edit_keeps_the_files(ann: Person, strangers_browser: Client) -> None:
    item = shared(ann, b"stays")
    change(item, Draft(words="new words", files=tuple(item.files.all())))
    assert strangers_browser.get(address(item)).status_code == 200
    assert item.kind == "file"


def test_a_file_that_was_never_shared_is_forgotten_after_a_day(ann: Person, strangers_browser: Client) -> None:
    file = keep(ann, "draft.txt", io.BytesIO(b"not yet"))
    assert strangers_browser.get(file.address).status_code == 404
    forget_waiting(timezone.now())
    assert on_disk()
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=True):
        assert forget_waiting(timezone.now()) == 1
    assert not on_disk()


def test_a_form_with_files(ann: Person, anns_browser: Client) -> None:
    files = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.jpg", jpeg(), content_type="text/html")]
    answer = anns_browser.post("/share", {"what": "two things", "files": files, "alt": "A photograph", "key": "k"})
    assert answer.status_code == 303
    item = Item.objects.get()
    assert [(f.name, f.type, f.alt) for f in item.files.order_by("place")] == [
        ("a.txt", "text/plain", ""),
        ("b.jpg", "image/jpeg", "A photograph"),
    ]
    assert [piece["type"] for piece in item.media] == ["text/plain", "image/jpeg"]


def test_a_picture_without_words_asks_for_some(ann: Person, anns_browser: Client) -> None:
    answer = anns_browser.post("/share", {"what": "", "files": SimpleUploadedFile("sea.jpg", jpeg())})
    page = anns_browser.get(answer["Location"]).content.decode()
    assert "Say what this picture shows" in page
    item = Item.objects.select_related("page").get()
    assert item.page
    path = item.page.url.removeprefix("https://ann.example")
    file = item.files.get()
    anns_browser.post(f"{path}/edit", {"what": "", f"alt-{file.pk}": "The sea"})
    file.refresh_from_db()
    assert file.alt == "The sea"
    item.refresh_from_db()
    assert item.media[0]["title"] == "The sea"
    assert 'alt="The sea"' in anns_browser.get(path).content.decode()


def test_too_large_is_said_and_the_words_stay(ann: Person, anns_browser: Client, settings: Settings) -> None:
    settings.FILE_LIMIT = 1024 * 1024
    files = [SimpleUploadedFile("small.txt", b"small"), SimpleUploadedFile("film.mp4", bytes(1_500_000))]
    answer = anns_browser.post("/share", {"what": "what I <b>wrote</b>", "files": files, "tags": "a b"})
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "“film.mp4” is larger than 1 MB: share a link to it, or a smaller one." in page
    assert "what I &lt;b&gt;wrote&lt;/b&gt;</textarea>" in page
    assert 'value="a b"' in page
    assert not Item.objects.exists()
    kept = File.objects.get(name="small.txt")
    assert f'name="kept" value="{kept.pk}"' in page


def test_a_file_that_waits_is_shared_with_the_next_try(ann: Person, anns_browser: Client) -> None:
    waits = keep(ann, "small.txt", io.BytesIO(b"small"))
    anns_browser.post("/share", {"what": "at last", "kept": [str(waits.pk), "nonsense", "1"]})
    assert Item.objects.get().files.get() == waits


def test_t65_nobody_shares_anothers_file(ann: Person, ben: Person) -> None:
    bens = keep(ben, "bens.txt", io.BytesIO(b"his"))
    client_of(ann).post("/share", {"what": "mine?", "kept": [str(bens.pk)]})
    assert not Item.objects.get().files.exists()
    with pytest.raises(CannotShare):
        publish(ann, Draft(words="x", files=(File(pk=bens.pk, person=ann, name="x", type="text/plain", size=1),)))


def test_a_stranger_uploads_nothing(ann: Person, strangers_browser: Client) -> None:
    answer = strangers_browser.post("/share", {"what": "x", "files": SimpleUploadedFile("a.txt", b"x" * 3_000_000)})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in")
    assert not on_disk()


def test_the_share_sheet_fills_the_box(ann: Person, anns_browser: Client) -> None:
    sent = {"title": "A page", "url": "https://good.example/", "files": SimpleUploadedFile("a.txt", b"one")}
    answer = anns_browser.post("/share/target", sent)
    page = answer.content.decode()
    assert "https://good.example/</textarea>" in page
    assert f'name="kept" value="{File.objects.get().pk}"' in page
    assert not Item.objects.exists()


def test_the_share_sheet_of_whoever_must_sign_in_first_loses_no_words(ann: Person, strangers_browser: Client) -> None:
    sent = {"title": "A page", "url": "https://good.example/?a=1&b=2", "text": "so good", "what": "x"}
    there = strangers_browser.post("/share/target", sent)["Location"]
    assert there.startswith("/sign-in?")
    onward = parse_qs(urlsplit(there).query)["next"][0]
    page = client_of(ann).get(onward).content.decode()
    assert "https://good.example/?a=1&amp;b=2\n\nso good</textarea>" in page


def test_another_site_fills_no_box(ann: Person, anns_browser: Client) -> None:
    files = {"files": SimpleUploadedFile("a.txt", b"one")}
    answer = anns_browser.post("/share/target", files, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 404
    assert not File.objects.exists()


def test_half_a_file_is_no_file(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed while writing: nothing stands at the final place, and the next try is whole."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            keep(ann, "a.txt", io.BytesIO(b"whole"))
    assert not on_disk()
    file = keep(ann, "a.txt", io.BytesIO(b"whole"))
    with default_storage.open(key_of(file.hash)) as stream:
        assert stream.read() == b"whole"


def test_a_file_is_its_name_and_its_size(ann: Person, strangers_browser: Client) -> None:
    """How machines call its kind is nobody's to read."""
    item = shared(ann, b"plain words\n")
    for path in ("/@ann", f"/@ann/{item.pk}"):
        page = LexborHTMLParser(strangers_browser.get(path).content.decode())
        assert page.css_first(".media").text().strip() == "notes.txt 12\xa0bytes", path
