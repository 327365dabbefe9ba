"""What is taken back can be brought back for a day, or be erased: by who shared it, and unseen by everybody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from passalong.models import File, Item, Person, Withdrawn
from passalong.share.draft import Draft
from passalong.share.files import forget_waiting
from passalong.share.publish import publish
from passalong.share.withdraw import forget_withdrawn
from tests.conftest import client_of
from tests.share.pictures import jpeg

GOOD = "https://cas.example/a-good-page"
LISTS = ("/", "/@ann", "/@ann/feed.atom", "/@ann/feed.rss", "/@ann/feed.json")


def path_of(item: Item) -> str:
    return f"/@ann/{item.pk}"


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def said(item: Item) -> tuple[object, ...]:
    item = Item.objects.select_related("body").get(pk=item.pk)
    assert item.body
    links = sorted(item.links.values_list("rel", "page__url"))
    return item.guid, item.title, item.excerpt, item.tags, item.published, item.body.text, item.kind, links


def test_it_works(ann: Person, anns_browser: Client, strangers_browser: Client) -> None:
    item = publish(ann, Draft(words="Ten packets left #seeds", link=GOOD, via=GOOD))
    before = said(item)
    answer = anns_browser.post(f"{path_of(item)}/take-back", {"next": "/@ann"})
    shown = page(anns_browser, answer["Location"])
    assert "Taken back." in shown
    assert f'action="{path_of(item)}/bring-back"' in shown
    assert "Bring it back" not in page(anns_browser, "/@ann"), "said once"
    assert strangers_browser.get(path_of(item)).status_code == 410
    answer = anns_browser.post(f"{path_of(item)}/bring-back")
    assert (answer.status_code, answer["Location"]) == (303, path_of(item))
    assert "It is back." in page(anns_browser, path_of(item))
    assert said(item) == before
    for path in LISTS:
        assert "Ten packets left" in page(strangers_browser, path), path
    assert not Withdrawn.objects.exists()


def test_pressing_twice_is_as_good_as_once(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="Ten packets left"))
    anns_browser.post(f"{path_of(item)}/take-back")
    for _ in range(2):
        assert anns_browser.post(f"{path_of(item)}/bring-back").status_code == 303
        assert "It is back." in page(anns_browser, path_of(item))


@pytest.mark.parametrize("draft", [Draft(like_of=GOOD), Draft(repost_of=GOOD), Draft(words="Yes.", reply_to=GOOD)])
def test_a_gesture_comes_back_as_one(ann: Person, anns_browser: Client, draft: Draft) -> None:
    item = publish(ann, draft)
    before = said(item)
    anns_browser.post(f"{path_of(item)}/take-back")
    anns_browser.post(f"{path_of(item)}/bring-back")
    assert said(item) == before


def test_its_own_page_offers_it_to_who_shared_it_alone(ann: Person, ben: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="Ten packets left"))
    anns_browser.post(f"{path_of(item)}/take-back")
    mine = anns_browser.get(path_of(item))
    assert mine.status_code == 410
    assert re.search(r"Until .+ you can bring it back as it was", mine.content.decode())
    assert "Ten packets" not in mine.content.decode()
    for stranger in (Client(headers={"host": "ann.example"}, secure=True), client_of(ben)):
        answer = stranger.get(path_of(item))
        assert answer.status_code == 410
        assert "bring it back" not in answer.content.decode()
        assert "took it back" in answer.content.decode()


def test_after_a_day_it_is_erased(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="Ten packets left"))
    anns_browser.post(f"{path_of(item)}/take-back")
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=True):
        anns_browser.get("/")
        shown = page(anns_browser, path_of(item))
        assert "It is erased." in shown
        assert "Bring it back" not in shown
        anns_browser.post(f"{path_of(item)}/bring-back")
        assert "This was erased, as promised" in page(anns_browser, path_of(item))
        forget_withdrawn(timezone.now())
    assert not Withdrawn.objects.exists()


def test_pictures_come_back_and_are_nobodys_meanwhile(
    ann: Person, anns_browser: Client, strangers_browser: Client
) -> None:
    anns_browser.post("/share", {"what": "The bed", "files": SimpleUploadedFile("bed.jpg", jpeg(100, 100))})
    item = Item.objects.get()
    address = File.objects.get().address
    assert strangers_browser.get(address).status_code == 200
    anns_browser.post(f"{path_of(item)}/take-back")
    assert strangers_browser.get(address).status_code in (404, 410)
    anns_browser.post(f"{path_of(item)}/bring-back")
    assert strangers_browser.get(address).status_code == 200
    assert item.files.count() == 1


def test_erase_it_now(ann: Person, anns_browser: Client, strangers_browser: Client) -> None:
    anns_browser.post("/share", {"what": "My password", "files": SimpleUploadedFile("bed.jpg", jpeg(100, 100))})
    item, file = Item.objects.get(), File.objects.get()
    anns_browser.post(f"{path_of(item)}/erase")
    assert anns_browser.get(path_of(item)).status_code == 200, "what stands is not erased"
    anns_browser.post(f"{path_of(item)}/take-back")
    assert File.objects.filter(item=None).exists()
    anns_browser.post(f"{path_of(item)}/erase")
    shown = page(anns_browser, path_of(item))
    assert "Erased." in shown
    assert "It is erased." in shown
    assert not Withdrawn.objects.exists()
    assert not File.objects.filter(item=None).exists()
    assert forget_waiting(timezone.now() + timedelta(days=2)) == 0
    assert strangers_browser.get(file.address).status_code in (404, 410)
    anns_browser.post(f"{path_of(item)}/bring-back")
    assert "This was erased, as promised" in page(anns_browser, path_of(item))


def test_undo_too_late_can_be_brought_back_too(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words="hm"))
    with time_machine.travel(timezone.now() + timedelta(seconds=20), tick=True):
        answer = anns_browser.post(f"{path_of(item)}/undo")
        assert f'action="{path_of(item)}/bring-back"' in page(anns_browser, answer["Location"])
