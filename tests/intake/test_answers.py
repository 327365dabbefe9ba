"""A source says how many answers its entry has: kept and shown, and never taken for an edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from passalong.credit.came_back import came_back
from passalong.intake.take_in import take_in
from passalong.models import Body, Item, Link, Person, Source
from passalong.share.draft import Draft
from passalong.share.publish import publish
from passalong.wire.shapes import Entry, Feed, Pointer
from tests.read.cast import a_source, follow

from .feeds import entry, feed


@pytest.fixture
def cas(ann: Person) -> Source:
    source = a_source("cas")
    follow(ann, source)
    return source


def took(source: Source, *entries: Entry) -> Feed:
    said = feed(*entries)
    take_in(Source.objects.select_related("person").get(pk=source.pk), said, timezone.now())
    return said


def test_a_changed_count_alone_is_no_edit(cas: Source) -> None:
    first = replace(entry(1), answers=3)
    took(cas, first, entry(2))
    item = Item.objects.get(guid=first.guid)
    assert item.answers == 3
    with CaptureQueriesContext(connection) as quiet:
        took(cas, first, entry(2))
    with CaptureQueriesContext(connection) as counted:
        took(cas, replace(first, answers=5), replace(entry(2), answers=1))
    assert len(counted) == len(quiet) + 1
    again = Item.objects.get(pk=item.pk)
    assert (again.answers, again.changed, again.arrived, again.body_id) == (5, item.changed, item.arrived, item.body_id)
    assert Item.objects.get(guid=entry(2).guid).answers == 1
    assert Body.objects.filter(item=item).count() == 1


def test_silence_changes_nothing(cas: Source) -> None:
    took(cas, replace(entry(1), answers=3))
    took(cas, entry(1))
    assert Item.objects.get(guid=entry(1).guid).answers == 3


def test_an_edit_takes_the_count_along(cas: Source) -> None:
    took(cas, replace(entry(1), answers=3))
    took(cas, replace(entry(1), answers=4, title="Thing one"))
    item = Item.objects.get(guid=entry(1).guid)
    assert (item.title, item.answers) == ("Thing one", 4)


def test_so_many_more_where_it_lives(anns_browser: Client, cas: Source) -> None:
    took(cas, replace(entry(1), answers=3))
    item = Item.objects.get(guid=entry(1).guid)
    ben = a_source("ben")
    answer = Entry(guid="urn:b:1", url="https://b.example/1", html="Yes", pointers=(Pointer("reply", entry(1).url),))
    took(ben, answer)
    page = anns_browser.get(f"/conversation/{item.pk}").content.decode()
    assert "2 more at ben.example" in page


def test_a_translation_comes_back(ann: Person, cas: Source) -> None:
    mine = publish(ann, Draft(words="How to share seeds"))
    assert mine.page
    took(cas, replace(entry(1), pointers=(Pointer("translated", mine.page.url),), published=timezone.now()))
    assert Link.objects.filter(rel=Link.Rel.TRANSLATED, page=mine.page).count() == 1
    deeds = came_back(ann, since=timezone.now() - timedelta(days=1), reader=ann).deeds
    assert [deed.rel for deed in deeds] == ["translated"]
