"""P19: what is not public stays so on every surface; only its whole address shows it."""

from __future__ import annotations

import io

import pytest
from django.test import Client

from passalong.models import Follow, Person, Source
from passalong.share.draft import Draft
from passalong.share.files import keep
from passalong.share.publish import publish
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
SECRET = "between-us-alone"


@pytest.mark.parametrize("who", ["stranger", "ben"])
def test_p19_no_list_of_this_node_shows_it(ann: Person, ben: Person, who: str) -> None:
    source = Source.objects.get(person=ann)
    Follow.objects.create(person=ben, source=source)
    public = publish(ann, Draft(words="for all #tag"))
    file = keep(ann, f"{SECRET}.txt", io.BytesIO(b"x"))
    item = publish(ann, Draft(words=f"{SECRET} #tag", audience="unlisted", files=(file,), via="https://via.example/"))
    client = client_of(ben if who == "ben" else None)
    lists = ["/", "/@ann", "/@ann/tag/tag", "/river", "/river?show=unseen", f"/river?of={ann.pk}", f"/people/{ann.pk}"]
    lists += ["/people", f"/@ann/{public.pk}", f"/@ann/{item.pk}", f"/read/{item.pk}"]
    lists += [f"{place}feed.{kind}" for place in ("/", "/@ann/", "/@ann/tag/tag/") for kind in ("atom", "rss", "json")]
    for path in lists:
        assert SECRET not in client.get(path).content.decode(), path
    assert item.page
    assert SECRET in client.get(item.page.url.removeprefix("https://ann.example")).content.decode()


def test_p19_becoming_unlisted_takes_it_out_of_lists(ann: Person, anns_browser: Client) -> None:
    item = publish(ann, Draft(words=SECRET))
    anns_browser.post(f"/@ann/{item.pk}/edit", {"what": SECRET, "unlisted": "1"})
    stranger = client_of(None)
    assert SECRET not in stranger.get("/").content.decode()
    assert SECRET not in stranger.get("/@ann/feed.atom").content.decode()
    assert SECRET in stranger.get(f"/@ann/{item.pk}").content.decode()
