"""A small living network of invented people, so that every kind of card can be seen."""

from __future__ import annotations

import io
from datetime import timedelta

from django.utils import timezone
from PIL import Image, ImageDraw

from passalong.models import Body, Follow, Item, Link, Mark, Page, Person, Source
from passalong.read.pictures import pictures
from passalong.wire.address import key
from tests.read.cast import a_source, an_item, follow

LONG = "Überlieferungswissenschaftlichkeitsprüfung " * 3
HTML = """<p>Every spring the seed library at the corner opens its drawers. You take a packet, you sow it, and in autumn
you bring back what grew. Nobody counts, and there is always
<a href="https://seeds.example/more">more than before</a>.</p>
<figure><img src="https://dora.example/drawers.png" alt="A wooden cabinet with many small drawers"
width="800" height="500">
<figcaption>The drawers in March.</figcaption></figure>
<h2>How it began</h2><p>Three neighbours, one shelf.</p>
<blockquote><p>What is kept is lost; what is given comes back.</p></blockquote>
<ul><li>beans</li><li>marigold</li><li>a tomato without a name</li></ul>
<pre><code>sow(); wait(); share()</code></pre>
<table><tr><th>Year</th><th>Packets</th></tr><tr><td>2024</td><td>112</td></tr><tr><td>2025</td><td>340</td></tr></table>
<p>Come by on Tuesday.</p>"""


def picture(url: str, colour: tuple[int, int, int], words: str = "") -> str:
    """A picture at `url` that the node has fetched already."""
    image = Image.new("RGB", (800, 500), colour)
    draw = ImageDraw.Draw(image)
    for step in range(0, 800, 40):
        shade = tuple(max(0, part - step // 16) for part in colour)
        draw.ellipse((step, 120 + step // 4, step + 180, 300 + step // 4), fill=shade)
    draw.text((40, 40), words, fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "PNG")
    pictures.keep(url, out.getvalue())
    return url


def settle(ann: Person) -> dict[str, Item]:
    """Ann follows six people, who shared one thing of each kind. Returns the things by a word."""
    dora = a_source("dora", person=_person("Dora Winter", "dora", (122, 150, 96)))
    emil = a_source("emil", person=_person("Emil", "emil"), rarity=0.2)
    faiza = a_source("faiza", person=_person("فائزة", "faiza"))
    gus = a_source("gus", person=_person("Gus Øster & daughters", "gus", (160, 110, 80)))
    hal = a_source("hal", person=_person("hal", "hal"))
    iris = a_source("iris", person=_person("Iris", "iris"))
    for source in (dora, emil, faiza, gus, hal, iris):
        follow(ann, source, seen_until=timezone.now() - timedelta(days=3))
    things = {
        "article": an_item(
            dora, ago=2, title="The seed library opens its drawers", html=HTML, tags=["seeds", "commons"], lang="en",
            excerpt="Every spring the seed library at the corner opens its drawers. You take a packet, you sow it, and"
            " in autumn you bring back what grew.",
            picture=picture("https://dora.example/drawers.png", (122, 150, 96)),
        ),
        "note": an_item(emil, ago=3.2, kind="note", title="", excerpt="First frost. The marigolds did not mind."),
        "link": an_item(gus, ago=5, kind="link", title="", excerpt="This is how I want every meeting to end."),
        "rtl": an_item(
            faiza, ago=8, title="المكتبة المفتوحة في الحي", lang="ar",
            excerpt="كل ربيع تفتح مكتبة البذور أدراجها، فتأخذ ما تشاء ثم تعيد ما نما.",
        ),
        "sound": an_item(
            hal, ago=20, title="Episode 12: Two people and a kettle", excerpt="We talk about repair.",
            media=[{"url": "https://hal.example/12.mp3", "type": "audio/mpeg", "size": 23_000_000}],
        ),
        "long": an_item(iris, ago=26, title=LONG, excerpt=LONG + "x" * 120, author="Somebody Else"),
        "old": an_item(iris, ago=24 * 6, title="Seen last week", excerpt="It was good."),
    }  # fmt: skip
    about = Page.objects.create(
        url="https://meetings.example/silence", key=key("https://meetings.example/silence"), site="Meetings",
        title="Ten minutes of silence, then biscuits", author="Jo Field",
        description="A short essay on ending well: nobody speaks, everybody eats, and the best idea arrives.",
        picture=picture("https://meetings.example/table.png", (150, 120, 160)),
    )  # fmt: skip
    Link.objects.create(item=things["link"], page=about, rel=Link.Rel.ABOUT)
    Mark.objects.create(person=ann, item=things["sound"], kept=timezone.now())
    return things


def _person(name: str, handle: str, colour: tuple[int, int, int] | None = None) -> Person:
    photo = picture(f"https://{handle}.example/me.png", colour) if colour else ""
    return Person.objects.create(url=f"https://{handle}.example/", name=name, photo=photo)


def crowd(ann: Person, people: int, each: int) -> None:
    """Many quiet people, each with a few things, so that the river is longer than a page."""
    for number in range(people):
        source = a_source(f"p{number}")
        follow(ann, source)
        for one in range(each):
            an_item(source, ago=1 + number + one * people, title=f"Letter {one} of {number}")


def shared_by(person: Person, words: str) -> Item:
    """Something shared at this node itself."""
    source = Source.objects.get(person=person, kind="here")
    item = Item(source=source, kind="note", title="", excerpt=words, guid=words)
    page = Page.objects.create(url=f"{person.url}/{item.pk}", key=key(f"{person.url}/{item.pk}"))
    item.page, item.link_key = page, page.key
    item.save()
    item.body = Body.objects.create(item=item, html=f"<p>{words}</p>", text=words)
    item.save()
    return item


def unseen(person: Person) -> int:
    return sum(Follow.objects.filter(person=person).values_list("unseen", flat=True))
