"""What one does with somebody's thing in one gesture: each is a draft, and each is mine once, however often pressed."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from django.utils import timezone

from passalong.models import Item, Link, Person
from passalong.share.credited import with_credit
from passalong.share.draft import Draft
from passalong.share.introduce import SHOWN
from passalong.share.publish import here, publish

Gesture = Literal["thank", "pass-along"]


def where(item: Item) -> str:
    """The address that answers and thanks go to."""
    return item.page.url if item.page else item.source.home or item.source.person.url


def about(item: Item) -> str:
    """The one page this thing shares; '' where it is itself the thing."""
    own = Link.objects.filter(item=item, rel=Link.Rel.ABOUT).select_related("page").order_by("-pk").first()
    if own:
        return own.page.url
    if item.kind != Item.Kind.LINK:
        return ""
    linked = Link.objects.filter(item=item, rel=Link.Rel.LINK).select_related("page").order_by("pk")[:2]
    return linked[0].page.url if len(linked) == 1 else ""


def thanks_for(url: str) -> Draft:
    return Draft(like_of=url, key=_key("thank", url))


def along(url: str, link: str = "") -> Draft:
    """Passes along what lives at `url` as it is; `link` is the page it shares. Whose it is stays credited."""
    return Draft(repost_of=url, link=link, via=url, key=_key("pass along", url))


def _key(gesture: str, url: str) -> str:
    """A second press while the first is under way is the same one."""
    return f"{gesture} {timezone.now():%Y%m%d%H%M} {url}"[:100]


def make(me: Person, gesture: Gesture, url: str, item: Item | None = None) -> Item:
    """Thanks for what lives at `url`, or passes it along; gives what I did before where I did. Raises CannotShare."""
    rel = Link.Rel.LIKE if gesture == "thank" else Link.Rel.REPOST
    before = done_before(me, rel, url)
    if before:
        return before
    draft = thanks_for(url) if gesture == "thank" else along(url, about(item) if item else "")
    made = publish(me, with_credit(me, draft, found=False))
    return publish(me, with_credit(me, replace(draft, key=""), found=False)) if made.gone else made


def done_before(me: Person, rel: str, url: str) -> Item | None:
    done = Link.objects.filter(rel=rel, page__url=url, item__source=here(me.pk), item__gone__isnull=True)
    found = done.select_related("item__page").order_by("-pk").first()
    return found.item if found else None


def living_at(url: str) -> Item | None:
    """The newest public thing that lives at this address and was read here."""
    there = Item.objects.filter(page__url=url, gone__isnull=True, audience__in=SHOWN)
    return there.select_related("page", "source__person").order_by("-pk").first()


def with_words(draft: Draft) -> Draft:
    """What is passed along with words of one's own is a share about it, and credits whose it is."""
    if not (draft.repost_of and draft.words.strip()):
        return draft
    link = draft.link or draft.repost_of
    typed = draft.typed if draft.link else f"{link}\n\n{draft.typed}"
    return replace(draft, repost_of="", link=link, via=draft.via or draft.repost_of, typed=typed)
