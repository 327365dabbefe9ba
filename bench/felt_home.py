"""Fills the home that `bench/felt.py` looks at: a village, several hundred things, pictures that are there already.

python bench/felt_home.py, with PASSALONG_HOME and PASSALONG_URL of a home that has its owner; prints addresses as JSON.
"""

# ruff: noqa: E402 - models can be imported when Django is set up
from __future__ import annotations

import io
import json
import os
import random
import sys

import django
from measure import ROOT
from river import words

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passalong.site.settings")
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
django.setup()

from django.conf import settings
from tests.browser.village import picture, settle
from tests.credit.cast import pointing
from tests.read.cast import a_source, an_item, follow
from tests.share.pictures import jpeg

from passalong.models import Item, Person
from passalong.share.draft import Draft
from passalong.share.files import keep
from passalong.share.publish import publish

PEOPLE, EACH, MINE, ANSWERS = 40, 10, 40, 40
dice = random.Random(1)


def colour() -> tuple[int, int, int]:
    return dice.randrange(60, 200), dice.randrange(60, 200), dice.randrange(60, 200)


def long_text(host: str) -> str:
    """4,000 words, a picture of unsaid size after every fifth paragraph."""
    parts = []
    for number in range(50):
        parts.append(f"<p>{words(dice, 80)}.</p>")
        if number % 5 == 0:
            parts.append(f'<figure><img src="{picture(f"{host}in-{number}.png", colour())}" alt="A garden"></figure>')
    return "".join(parts)


def strangers(ann: Person) -> int:
    """Everybody has a face, every other thing a picture. Returns the one to read."""
    longest = 0
    for number in range(PEOPLE):
        host = f"https://p{number}.example/"
        photo = picture(f"{host}me.png", colour())
        person = Person.objects.create(url=host, name=words(dice, 2), photo=photo)
        source = a_source(f"p{number}", person=person)
        follow(ann, source)
        for one in range(EACH):
            shown = picture(f"{host}{one}.png", colour()) if one % 2 else ""
            item = an_item(
                source, ago=0.1 + number + one * PEOPLE, title=words(dice, 8), excerpt=words(dice, 45), lang="en",
                tags=["open", "seeds"], picture=shown, html=long_text(host) if number == one == 0 else "",
            )  # fmt: skip
            longest = longest or item.pk
    return longest


def mine(ann: Person) -> Item:
    """What Ann shared: words, links and pictures, the newest with many answers."""
    shared = []
    for number in range(MINE):
        said = f"{words(dice, 30)}.\n\n{words(dice, 25)}."
        held = keep(ann, f"{number}.jpg", io.BytesIO(jpeg(1200, 800)), alt="Two fields") if number % 4 == 0 else None
        link = f"https://page{number}.example/" if number % 4 == 1 else ""
        shared.append(publish(ann, Draft(words=said, link=link, files=(held,) if held else (), tags=("oer",))))
    newest = next(item for item in reversed(shared) if item.files.exists())
    assert newest.page
    for number in range(ANSWERS):
        host, rel = f"https://a{number}.example/", ("reply", "like", "repost", "quote")[number % 4]
        person = Person.objects.create(url=host, name=words(dice, 2), photo=picture(f"{host}me.png", colour()))
        source = a_source(f"a{number}", person=person)
        pointing(source, newest.page.url, rel, title="", kind=rel, excerpt=words(dice, 20))
    return newest


def main() -> None:
    ann = Person.objects.get(user__is_superuser=True)
    settle(ann)
    newest, longest = mine(ann), strangers(ann)
    assert newest.page
    at = newest.page.url.removeprefix(settings.BASE_URL)
    print(json.dumps({
        "river": "/river", "home": "/", "person": f"/@{ann.handle}", "permalink": at, "came back": "/came-back",
        "people": "/people", "reading": f"/read/{longest}",
    }))  # fmt: skip


if __name__ == "__main__":
    main()
