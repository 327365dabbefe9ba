"""A node gets another public address: everything of it says so, and keeps its identity."""

from __future__ import annotations

from typing import Any

from django.test import Client

from passalong.models import Item, Person
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.site.home import follow_address

NEW = "https://garden.example"


def moved(person: Person, settings: Any) -> None:
    settings.BASE_URL = NEW
    person.refresh_from_db()
    follow_address(person)
    person.refresh_from_db()


def test_shares_are_found_at_the_new_address_and_keep_their_identity(ann: Person, settings: Any) -> None:
    item = publish(ann, Draft(words="See https://ann.example/@ann for more #seeds", link="https://ben.example/"))
    before = item.guid
    moved(ann, settings)
    item = Item.objects.select_related("page", "body").get(pk=item.pk)
    assert item.page
    assert item.body
    assert ann.url == f"{NEW}/@ann"
    assert item.page.url.startswith(f"{NEW}/@ann/")
    assert item.guid == before
    assert f'href="{NEW}/@ann"' in item.body.html
    browser = Client(headers={"host": "garden.example"}, secure=True)
    assert browser.get(item.page.url.removeprefix(NEW)).status_code == 200
    feed = browser.get("/@ann/feed.atom").content.decode()
    assert f'href="{item.page.url}"' in feed
    assert f"<id>{before}</id>" in feed
    assert browser.get("/@ann/tag/seeds").status_code == 200


def test_files_and_pictures_move_too(ann: Person, settings: Any) -> None:
    item = publish(ann, Draft(words="A picture"))
    old = "https://ann.example/file/ab/seeds.png"
    Item.objects.filter(pk=item.pk).update(media=[{"url": old, "type": "image/png"}], picture=old)
    moved(ann, settings)
    item.refresh_from_db()
    assert item.picture == f"{NEW}/file/ab/seeds.png"
    assert item.media[0]["url"] == f"{NEW}/file/ab/seeds.png"


def test_what_others_wrote_stays(ann: Person, settings: Any) -> None:
    publish(ann, Draft(words="x", link="https://ben.example/"))
    moved(ann, settings)
    moved(ann, settings)
    assert Item.objects.get().links.filter(page__url="https://ben.example/").exists()
