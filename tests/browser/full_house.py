"""Ann's node with something of every kind in it, so that no part of any page stays unseen."""

from __future__ import annotations

import io
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.utils import timezone

from passalong.keys.issue import by_hand
from passalong.models import Arrival, Delivery, Follow, Item, Page, Person, Source
from passalong.share.draft import Draft
from passalong.share.face import draw_face, wear
from passalong.share.files import keep
from passalong.share.publish import publish
from passalong.share.withdraw import withdraw
from passalong.wire.address import key
from passalong.wire.mention import Mention, write
from passalong.wire.shapes import Entry
from tests.browser.places import PASSWORD
from tests.browser.village import settle
from tests.credit.cast import pointing
from tests.read.cast import a_source, an_item, follow
from tests.share.pictures import SOUND, jpeg

GOOD = "https://meetings.example/silence"
TRY = "It answers too slowly. We look again tomorrow; nothing is yours to do."


def everything(ann: Person) -> dict[str, Any]:
    """What the addresses of `places.py` call by a word."""
    things = settle(ann)
    known: dict[str, Any] = {word: item.pk for word, item in things.items()}
    known |= {"dora": things["article"].source.person_id, "article_url": _at(things["article"])}
    for word, item in _shared(ann, things).items():
        known |= {word: item.pk, f"{word}_at": _at(item).removeprefix("https://ann.example")}
    known |= {"reply": _answers(ann, known), "kai": _troubled(ann), "key": _doors(ann)}
    return known


def _at(item: Item) -> str:
    assert item.page
    return item.page.url


def _shared(ann: Person, things: dict[str, Item]) -> dict[str, Item]:
    """One thing of Ann's of each kind."""
    article, link = _at(things["article"]), _at(things["link"])
    picture = keep(ann, "beans.jpg", io.BytesIO(jpeg(640, 480)))
    shown = keep(ann, "marigolds.jpg", io.BytesIO(jpeg(320, 240)), alt="Marigolds in a bowl")
    words = keep(ann, "list.txt", io.BytesIO(b"beans, marigold"))
    sound = keep(ann, "blackbird.wav", io.BytesIO(SOUND))
    ann.elsewhere = "https://social.example/@ann\nhttps://annpaints.example/"
    ann.save()
    wear(ann, draw_face(ann, "me.jpg", io.BytesIO(jpeg(640, 480))))
    made = {
        "mine": publish(ann, Draft(words="Ten packets **left** for #oer and #seeds. `sow()`\n\n- beans\n- peas")),
        "picture": publish(ann, Draft(words="Two bowls", files=(picture, shown, words, sound), tags=("oer",))),
        "linked": publish(ann, Draft(link="https://cas.example/slow", words="Read this.", via="https://gus.example/")),
        "passed": publish(ann, Draft(repost_of=link, link=GOOD, via=link, chain=(article,))),
        "thanked": publish(ann, Draft(like_of=article)),
        "quoted": publish(ann, Draft(words="“You take a packet.” Yes.", quote_of=article)),
        "replied": publish(ann, Draft(words="I will come", reply_to=article)),
        "unlisted": publish(ann, Draft(words="For a few", audience=Item.Audience.UNLISTED)),
        "gone": publish(ann, Draft(words="Oh no")),
    }
    withdraw(made["gone"])
    Page.objects.filter(key=key("https://cas.example/slow")).update(trouble="It answers too slowly.")
    Delivery.objects.filter(item=made["replied"]).update(state="failed", reason=TRY, try_at=None)
    return made


def _answers(ann: Person, known: dict[str, Any]) -> int:
    """Others answer, pass on and thank; some of them wait for a word. Returns the id of a reply."""
    mine = f"https://ann.example{known['mine_at']}"
    jo = a_source("jo")
    follow(ann, jo)
    reply = pointing(jo, mine, "reply", title="", kind="reply", excerpt="Keep one for me, will you?")
    pointing(a_source("lu"), _at(reply), "reply", title="", kind="reply", excerpt="And one for me")
    pointing(a_source("mo"), mine, "repost", title="", kind="repost", excerpt="")
    pointing(a_source("ny"), mine, "like", title="", kind="like", excerpt="")
    pointing(a_source("oz"), mine, "quote", title="What I made of it", excerpt="Long words about packets", lang="fr")
    an_item(jo, ago=0.5, kind="question", title="", excerpt="Who has a seed drill to lend?")
    mine_item = Item.objects.get(pk=known["mine"])
    for number, said in enumerate(["reply", "like"]):
        url = f"https://new{number}.example/1"
        Arrival.objects.create(
            source=url, target=mine, host=f"new{number}.example", about=mine_item, state="asking",
            said=write(Mention(url, Entry(url=url, title=f"A {said}"))),
        )  # fmt: skip
    Follow.objects.create(person=ann, source=a_source("qi"), via=Follow.Via.ANSWERS)
    return reply.pk


def _troubled(ann: Person) -> int:
    """Somebody with several places, one of which is in trouble, one muted, one not followed any more."""
    kai = Person.objects.create(url="https://kai.example/", name="Kai", note="Mends bicycles and clocks.")
    now = timezone.now()
    slow = a_source("kai", person=kai, state="backing off", reason=TRY, failing_since=now, failures=3, fetch_at=now)
    big = a_source("kai2", person=kai, state="too big", reason="It is larger than 10 MB: read it anyway, or not.")
    for source in (slow, big):
        follow(ann, source)
    follow(ann, a_source("kai3", person=kai), muted=True)
    follow(ann, a_source("kai4", person=kai, state=Source.State.HELD, reason="Is it still them?"))
    follow(ann, a_source("kai5", person=kai), state=Follow.State.ENDED)
    return kai.pk


def _doors(ann: Person) -> int:
    """A password, a passkey and an app. Returns the passkey's id."""
    assert ann.user
    ann.user.set_password(PASSWORD)
    ann.user.save()
    by_hand(ann, "An app of Ann", ("create",))
    key = Authenticator.objects.create(user=ann.user, type="webauthn", data={"name": "My key", "credential": {}})
    return int(key.pk)


def just_proved(session: str, person: Person) -> None:
    """Whoever has this session showed a moment ago, with the password, that it is them."""
    request = HttpRequest()
    request.session = SessionStore(session)
    record_authentication(request, person.user, "password")
    request.session.save()
