"""T25, T33: what comes through the door does nothing in a real browser, parsed as a page or set as innerHTML."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from passalong.wire.html import clean
from passalong.wire.markdown import render
from tests.wire.cases_of import FOLDER

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ATTACKS = (FOLDER / "html" / "attacks.txt").read_text(encoding="utf-8").splitlines()
PAGE = "https://page.example/"
LISTEN = "window.fired = 0; window.alert = () => { window.top.fired += 1 }"
SET_INSIDE = """(pieces) => { for (const piece of pieces) {
    const box = document.createElement('div'); document.body.append(box); box.innerHTML = piece;
    box.innerHTML = box.innerHTML; } }"""
TOUCH = """() => { for (const node of document.querySelectorAll('body *'))
    for (const kind of ['mouseover', 'focus', 'error', 'load', 'toggle']) node.dispatchEvent(new Event(kind)) }"""
BAD = """() => [...document.querySelectorAll('body *')].flatMap(node => [...node.attributes]
    .filter(a => a.name.startsWith('on') || a.name === 'style'
        || ['href', 'src', 'action'].includes(a.name) && !/^(https?|mailto|tel):/.test(a.value))
    .map(a => node.tagName + ' ' + a.name))"""


def what_happens(chromium: Browser, pieces: list[str], *, inside: bool) -> tuple[int, list[str]]:
    """(scripts that ran, attributes that may not be there), after a browser has read and touched everything."""
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.add_init_script(LISTEN)
        body = "" if inside else "\n".join(f"<div>{piece}</div>" for piece in pieces)
        page.route("**/*", lambda route: route.abort())
        page.route(PAGE, lambda route: route.fulfill(content_type="text/html", body=f"<!doctype html><body>{body}"))
        page.goto(PAGE)
        if inside:
            page.evaluate(SET_INSIDE, pieces)
        left = page.evaluate(BAD)
        page.evaluate(TOUCH)
        page.wait_for_timeout(300)
        return page.evaluate("window.fired"), left
    finally:
        context.close()


@pytest.mark.parametrize("inside", [False, True], ids=["as a page", "as innerHTML"])
def test_cleaned_attacks_do_nothing(chromium: Browser, inside: bool) -> None:
    pieces = [
        clean(html, "https://e.example/").html for attack in ATTACKS for html in (attack, f"<b><p>{attack}", attack * 2)
    ]
    pieces += [render(attack, "https://ann.example/tag/") for attack in ATTACKS]
    assert what_happens(chromium, pieces, inside=inside) == (0, [])


def test_uncleaned_they_would(chromium: Browser) -> None:
    """The test above must be able to fail."""
    fired, left = what_happens(chromium, ATTACKS, inside=True)
    assert fired > 20
    assert len(left) > 20
