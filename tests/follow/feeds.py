"""Feeds for the tests, and a server that gives them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

START = datetime(2026, 5, 4, 12, tzinfo=UTC)


def entry(number: int, **said: str) -> str:
    """An Atom entry; `said` replaces id, link, title, date, html."""
    date = (START - timedelta(hours=number)).isoformat()
    parts = {
        "id": f"urn:ben:{number}",
        "link": f"https://ben.example/{number}",
        "title": f"Thing {number}",
        "date": date,
        "html": f"<p>What Ben says about thing {number}.</p>",
    } | said
    dated = f"<published>{parts['date']}</published><updated>{parts['date']}</updated>" if parts["date"] else ""
    link = f'<link href="{escape(parts["link"])}"/>' if parts["link"] else ""
    return (
        f"<entry><id>{escape(parts['id'])}</id><title>{escape(parts['title'])}</title>{link}{dated}"
        f'<content type="html">{escape(parts["html"])}</content></entry>'
    )


def atom(entries: Iterable[str], title: str = "Ben", author: str = "Ben", home: str = "https://ben.example/") -> bytes:
    named = f"<author><name>{escape(author)}</name></author>" if author else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(title)}</title>'
        f'<id>urn:ben</id><updated>{START.isoformat()}</updated><link href="{home}"/>{named}'
        f"{''.join(entries)}</feed>"
    ).encode()


def things(*numbers: int) -> bytes:
    """Ben's feed with these entries."""
    return atom(entry(number) for number in numbers)
