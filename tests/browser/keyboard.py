"""A visitor without a mouse: what they do is press keys, and where they are must be seen at every stop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.read.test_look import contrast

FAR = 90
"""So many stops are more than anybody goes through."""
WHERE = """() => {
    const it = document.activeElement;
    if (!it || it === document.body) return null;
    const rings = (each) => {
        const style = getComputedStyle(each);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    };
    let bearer = it;  // a field that is drawn by what is around it has its ring there
    if (!rings(it)) bearer = [it.closest("label"), it.closest("form")].find((each) => each && rings(each)) ?? it;
    const opaque = (colour) => !/, 0\\)$|^transparent$/.test(colour);
    let behind = bearer.parentElement;
    while (behind.parentElement && !opaque(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
    const box = it.getClientRects()[0] ?? it.getBoundingClientRect();
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
    const y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 2);
    const on = document.elementFromPoint(x, y);
    const style = getComputedStyle(bearer);
    const words = it.getAttribute("aria-label") ?? it.innerText ?? "";
    return {
        what: `${it.tagName.toLowerCase()} “${words.trim().slice(0, 40)}”`,
        main: it.id === "main",
        width: rings(bearer) ? parseFloat(style.outlineWidth) : 0,
        ring: style.outlineColor,
        behind: getComputedStyle(behind).backgroundColor,
        shown: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        covered: !(on && (it === on || it.contains(on) || on.contains(it))),
    };
}"""


@dataclass
class Keyboard:
    """The only way in: nothing here clicks, and nothing puts the focus anywhere but the keys themselves."""

    page: Page

    def press(self, *keys: str) -> None:
        self.page.wait_for_load_state("load")  # nobody presses a key before they see the page
        for key in keys:
            self.page.keyboard.press(key)

    def types(self, words: str) -> None:
        self.page.keyboard.type(words)

    def writes(self, words: str) -> None:
        """In place of what stands in the field."""
        self.press("Control+a")
        self.types(words)

    def called(self, role: Any, name: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role(role, name=name, exact=True)

    def goes_to(self, role: Any, name: str, within: Locator | None = None, back: bool = False) -> None:
        """Tab (or Shift+Tab) until the focus is there."""
        wanted, passed = self.called(role, name, within), []
        expect(wanted.first).to_be_attached()
        for _ in range(FAR):
            self.press("Shift+Tab" if back else "Tab")
            where = self.sees_where()
            if wanted.evaluate_all("found => found.includes(document.activeElement)"):
                return
            passed.append(where)
        raise AssertionError(f"Tab does not lead to the {role} “{name}”, but to {passed}")

    def uses(self, role: Any, name: str, within: Locator | None = None, back: bool = False, key: str = "Enter") -> None:
        """Goes there and presses it."""
        self.goes_to(role, name, within, back)
        self.press(key)

    def is_on(self, role: Any, name: str, within: Locator | None = None) -> None:
        """The focus came there by itself."""
        expect(self.called(role, name, within).first).to_be_focused()
        self.sees_where()

    def sees_where(self) -> str:
        """What has the focus, which shows: a ring of 2 px or more, 3:1 or more (WCAG 2.2: 2.4.7, 2.4.13), and nothing
        lies over it (2.4.11). Between the last stop and the first a browser is at its own; then there is nothing."""
        where = self.page.evaluate(WHERE)
        if where is None:
            return "the browser's own"
        said = f"{where['what']} at {self.page.url}"
        assert where["shown"], f"out of sight: {said}"
        assert not where["covered"], f"something lies over it: {said}"
        if not where["main"]:
            assert where["width"] >= 2, f"no ring: {said}"
            assert contrast(hexed(where["ring"]), hexed(where["behind"])) >= 3, f"a faint ring: {said}"
        return str(where["what"])

    def is_somewhere(self) -> None:
        """What was done in place has not lost the focus."""
        self.page.wait_for_function("() => document.activeElement && document.activeElement !== document.body")
        self.sees_where()


def hexed(colour: str) -> str:
    """rgb(1, 2, 3) as #010203."""
    return "#" + "".join(f"{round(float(part)):02x}" for part in re.findall(r"[\d.]+", colour)[:3])
