"""Taking back travels as far as sharing did (promise P17): the feed says so, and whoever reads it knows."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from passalong.models import Item, Person
from passalong.share.change import change, take_back
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.wire import feed as feeds


def read(browser: Client) -> tuple[str, ...]:
    answer = browser.get("/@ann/feed.atom")
    return feeds.read(answer.content, content_type=answer.headers["Content-Type"], url="https://ann.example/x").gone


def test_an_atom_feed_says_what_was_taken_back(strangers_browser: Client, ann: Person) -> None:
    """RFC 6721, section 3: at:deleted-entry with ref and when."""
    publish(ann, Draft(words="stays"))
    item = publish(ann, Draft(words="goes"))
    assert read(strangers_browser) == ()
    assert b"tombstones" not in strangers_browser.get("/@ann/feed.atom").content
    take_back(item)
    assert read(strangers_browser) == (item.guid,)
    Item.objects.filter(pk=item.pk).update(gone=timezone.now() - timedelta(days=200))
    Person.objects.filter(pk=ann.pk).update(changed=timezone.now())
    assert read(strangers_browser) == ()


def test_what_became_unlisted_is_taken_back_from_who_follows(strangers_browser: Client, ann: Person) -> None:
    """Promises P17 and P19: it has been in feeds; also when it is taken back later."""
    item = publish(ann, Draft(words="for all"))
    change(item, Draft(words="for few", audience="unlisted"))
    assert read(strangers_browser) == (item.guid,)
    assert b"for few" not in strangers_browser.get("/@ann/feed.atom").content
    take_back(item)
    assert read(strangers_browser) == (item.guid,)
    again = publish(ann, Draft(words="for all again"))
    change(again, Draft(words="for few", audience="unlisted"))
    change(again, Draft(words="for all after all"))
    assert read(strangers_browser) == (item.guid,)


def test_what_was_unlisted_is_not_spoken_of(strangers_browser: Client, ann: Person) -> None:
    take_back(publish(ann, Draft(words="quiet", audience="unlisted")))
    assert read(strangers_browser) == ()
