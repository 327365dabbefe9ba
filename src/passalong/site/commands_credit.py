"""`came-back`: the same list as the page, for people at a terminal and for programs."""

from __future__ import annotations

import json
from typing import Any

import click
from django.utils import timezone

from passalong.credit.came_back import Deed, came_back, this_week
from passalong.credit.contact import Shown, asking_of, shown
from passalong.credit.followers import Follower, followers
from passalong.credit.words import DID, week
from passalong.models import Person
from passalong.models.cursor import read_cursor
from passalong.models.shown import ago
from passalong.read.out import entries
from passalong.site.cli import home_option
from passalong.site.home import prepare
from passalong.site.sentence import Sentence
from passalong.wire.feed_write_json import document
from passalong.wire.feed_write_text import one_line
from passalong.wire.html import excerpt
from passalong.wire.out_shapes import OutFeed

NEWEST = 50
BATCH = 100


@click.command("came-back")
@click.option("--json", "as_json", is_flag=True, help="A JSON Feed 1.1 document.")
@click.option("--limit", default=NEWEST, show_default=True, type=click.IntRange(min=0), help="How many; 0 is all.")
@click.option("--before", default="", metavar="CURSOR", help="Go on where the last list ended.")
@home_option
def came_back_command(as_json: bool, limit: int, before: str) -> None:
    """Who answered, used or passed on what you shared, newest first.

    \b
    Example:
      passalong came-back --limit 10
    """
    if before and read_cursor(before) is None:
        raise Sentence(f"There is no place {before} in this list: use what the last one ended with after --before.")
    owner = prepare()
    deeds, after = gather(owner, limit, before)
    if as_json:
        feed = as_feed(owner, deeds, after)
        if not before:
            feed["items"] = [as_waiting(row) for row in shown(asking_of(owner))] + feed["items"]
            feed["items"] += [as_follow(owner, one) for one in followers(owner, timezone.now())]
        click.echo(json.dumps(feed, ensure_ascii=False))
        return
    for deed in deeds:
        print_deed(deed)
    waiting = [] if before else asking_of(owner)
    if waiting:
        click.echo(_who_waits(owner, len(waiting)), err=True)
    elif not deeds:
        click.echo("Nothing has come back yet. Answer someone: passalong share --reply-to ADDRESS WORDS", err=True)
    if deeds and not before and (line := week(this_week(owner, timezone.now()))):
        click.echo(line, err=True)
    if after:
        click.echo(f"More: passalong came-back --before {after}", err=True)


def _who_waits(owner: Person, many: int) -> str:
    where = f"{owner.url.partition('/@')[0]}/came-back/first-contact"
    who = "Somebody new waits" if many == 1 else f"{many} people you do not know yet wait"
    return f"{who} for your word: {where}"


def gather(owner: Person, limit: int, before: str) -> tuple[list[Deed], str]:
    """The newest `limit` deeds (0: all), and the cursor after them."""
    deeds: list[Deed] = []
    while True:
        ask = min(BATCH, limit - len(deeds)) if limit else BATCH
        page = came_back(owner, before=read_cursor(before), limit=ask, reader=owner)
        deeds += page.deeds
        before = page.next
        if not before or (limit and len(deeds) >= limit):
            return deeds, before


def as_waiting(row: Shown) -> dict[str, object]:
    """Somebody new, whom nobody but the owner sees before they are let in."""
    url = row.arrival.said.get("url") or row.arrival.source
    mine = [row.arrival.target]
    return {
        "id": url,
        "url": url,
        "content_text": row.words,
        "date_published": row.arrival.knocked.isoformat(timespec="seconds"),
        "_passalong": {
            "did": row.rel, "host": row.place, "who": row.who, "mine": mine, "told": True, "waiting": True,
            "reason": f"{row.who or row.place} waits for your word: passalong shows it to nobody else.",
        },
    }  # fmt: skip


def as_follow(owner: Person, one: Follower) -> dict[str, object]:
    """Somebody follows, as an item after all deeds."""
    return {
        "id": f"{owner.url}#followed-by-{one.host}",
        "content_text": f"Somebody at {one.host} follows you and hears from you at once.",
        "date_published": one.since.isoformat(timespec="seconds"),
        "_passalong": {"did": "follow", "host": one.host, "who": "", "mine": [owner.url], "told": True},
    }


def as_feed(owner: Person, deeds: list[Deed], after: str) -> dict[str, Any]:
    """A JSON Feed; what each did with what stands in `_passalong.did` and `_passalong.mine`."""
    home = f"{owner.url.partition('/@')[0]}/came-back"
    said = entries([deed.row for deed in deeds])
    title = f"What came back to {owner}"
    feed: dict[str, Any] = document(
        OutFeed(id=home, url=home, home=home, title=title, updated=timezone.now(), entries=tuple(said))
    )
    for item, deed in zip(feed["items"], deeds, strict=True):
        extras = item.setdefault("_passalong", {})
        extras["did"] = deed.rel
        extras["told"] = deed.told
        extras["who"] = str(deed.row.item.source.person)
        extras["host"] = deed.row.place
        extras["mine"] = [mine.page.url for mine in deed.mine if mine.page]
        extras["reason"] = f"{deed.row.item.source.person} {DID[deed.rel]} what you shared."
    if after:
        feed["_passalong"] = {"next": after}
    return feed


def print_deed(deed: Deed) -> None:
    """Two lines: who did what with what, then where."""
    who = click.style(one_line(str(deed.row.item.source.person)), bold=True)
    mine = deed.mine[0] if deed.mine else None
    what = one_line(str(mine)) if mine else "something of yours"
    click.echo(f"{who} {DID[deed.rel]} “{excerpt(what, 120)}” · {ago(deed.made)}")
    click.echo(f"    {deed.row.permalink}")
