"""Which program a page was made with, told from its signs (the data is `software.txt`). Pure."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urljoin, urlsplit

from passalong.follow.discover_page import Page
from passalong.follow.platforms import sections

LOOK_IN = 60_000
"""So many characters of the markup are searched for signs."""


def read_software(page: Page) -> dict[str, str]:
    """The programs whose signs the page shows -> where their site begins (an address without final slash, or '')."""
    found: dict[str, str] = {}
    for section in sections("software.txt"):
        for kind, text in section.signs:
            root = _shows(page, kind, text)
            if root is not None:
                found[section.name] = found.get(section.name) or _site_root(page, root)
    return found


def _shows(page: Page, kind: str, text: str) -> str | None:
    """None where the page does not show the sign, otherwise the address it names as its site's beginning, or ''."""
    if kind == "generator":
        return "" if _expression(text).search(page.metas.get("generator", "")) else None
    if kind in ("meta", "header"):
        name, _, expression = text.partition(" ")
        values = page.metas if kind == "meta" else page.headers
        return "" if name in values and _expression(expression.strip()).search(values[name]) else None
    if kind == "link":
        for link in page.links:
            if text in link.rels or _expression(text).search(" ".join(sorted(link.rels)) + " " + link.href):
                return link.href.split("/wp-json")[0] if "wp-json" in link.href else ""
        return None
    match = _expression(text).search(page.source, 0, LOOK_IN)
    return None if match is None else (match[1] or "").replace("\\/", "/") if match.groups() else ""


def _site_root(page: Page, root: str) -> str:
    """A root is believed only on the page's own site; www. does not matter."""
    absolute = urljoin(page.url, root).rstrip("/") if root else ""
    hosts = [(urlsplit(x).hostname or "").removeprefix("www.") for x in (absolute, page.url)]
    return absolute if hosts[0] == hosts[1] else ""


@cache
def _expression(text: str) -> re.Pattern[str]:
    return re.compile(text, re.I)
