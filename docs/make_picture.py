"""Makes the README's pictures, by day and by night, from the program itself: `python docs/make_picture.py`

What is seen is `passalong up --demo`: the river beside what came back. Needs the development install and Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, ViewportSize

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.browser.chromium import launched
from tests.node import Node

HERE = Path(__file__).resolve().parent
SIZE = ViewportSize(width=560, height=860)
GAP = 16
SCALE = 1.5
SEEN = ("/river", "/came-back")
THEMES: dict[Literal["light", "dark"], str] = {"light": "#d9d4cb", "dark": "#0d0c0a"}
"""With the colour between the two pages."""

LOADED = """() => [...document.images].every(
    (each) => each.getBoundingClientRect().top > innerHeight || (each.complete && each.naturalWidth))"""


def seen(page: Page, address: str) -> Image.Image:
    """A page as it is above the fold, with its pictures."""
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.querySelector('.demo')?.remove()")
    page.wait_for_function(LOADED)
    page.mouse.click(2, 2)  # no field has the focus
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def let_them_in(page: Page, address: str) -> None:
    """Strangers who wait for a word take the room of what came back."""
    page.goto(address)
    asks = page.get_by_role("button", name="Approve", exact=True)
    while asks.count():
        asks.first.click()
        page.goto(address)


def main() -> None:
    folder = tempfile.TemporaryDirectory()
    demo = Node(Path(folder.name) / "home", "up", "--demo", "--no-open")
    with folder, demo as node, launched() as browser:
        page = browser.new_page(viewport=SIZE, device_scale_factor=SCALE, locale="en")
        page.goto(node.hello)
        let_them_in(page, f"{node.url}/came-back/first-contact")
        for theme, between in THEMES.items():
            page.emulate_media(color_scheme=theme)
            pages = [seen(page, node.url + path) for path in SEEN]
            width, height = pages[0].size
            whole = Image.new("RGB", (width * 2 + GAP, height), between)
            for number, each in enumerate(pages):
                whole.paste(each, (number * (width + GAP), 0))
            whole.quantize(96).save(HERE / f"picture-{theme}.png", optimize=True)


if __name__ == "__main__":
    main()
