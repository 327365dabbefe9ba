"""The stylesheet keeps its promises: contrast in both themes, one place for tokens, nothing from elsewhere, small."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape
from math import hypot
from pathlib import Path

import pytest
from django.test import Client
from django.urls import resolve
from PIL import Image

from passalong.models import Person

STATIC = Path(__file__).resolve().parents[2] / "src" / "passalong" / "static"
TEMPLATES = STATIC.parent / "templates"
CSS = (STATIC / "passalong.css").read_text()
LIGHT, DARK = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in CSS.split("@media", 2)[:2])

WORDS = [("ink", "paper", 7), ("ink", "sheet", 7), ("quiet", "paper", 4.5), ("quiet", "sheet", 4.5)]
ACCENT = [("leaf", "paper", 4.5), ("leaf", "sheet", 4.5), ("on-leaf", "leaf", 4.5), ("leaf-strong", "leaf-wash", 4.5)]
OTHERS = [("ink", "leaf-wash", 4.5), ("quiet", "leaf-wash", 4.5), ("warn", "paper", 4.5), ("warn", "sheet", 4.5)]
EDGES = [("edge", "paper", 3), ("edge", "sheet", 3), ("leaf", "leaf-wash", 3), ("on-leaf", "leaf-strong", 4.5)]


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), WORDS + ACCENT + OTHERS + EDGES)
def test_contrast(theme: dict[str, str], front: str, back: str, least: float) -> None:
    assert contrast(theme[front], theme[back]) >= least


def test_colours_are_named_once() -> None:
    rules = CSS.split("*, *::before", 1)[1].split("@media print", 1)[0]
    assert not re.findall(r"#[0-9a-f]{3,8}\b", rules)


def test_nothing_comes_from_elsewhere() -> None:
    for path in [*STATIC.glob("*.css"), *STATIC.glob("*.js")]:
        assert not re.findall(r"""(?:url\(|@import|import |src=)['"( ]*https?:""", path.read_text())


def sent(*names: str) -> int:
    """Bytes of these files as they travel (`site/smaller.py` packs them)."""
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in names)


def test_what_every_page_brings_is_small() -> None:
    assert sent("passalong.js", "pictures.js") < 8_000
    assert sent("passalong.css") < 9_000


def test_no_template_holds_a_script_a_style_or_a_strangers_address() -> None:
    """The policy forbids them, so they would silently not work."""
    odd = []
    for path in TEMPLATES.rglob("*.html"):
        text = re.sub(r"\{%\s*comment.*?endcomment\s*%\}", "", path.read_text(), flags=re.DOTALL)
        for found in re.findall(
            r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*(?:\ssrc=|json\"))|(?:src|href)=\"https?://", text
        ):
            odd.append(f"{path.name}: {found}")
    assert not odd


@pytest.mark.django_db
def test_the_manifest_names_what_is_there(strangers_browser: Client) -> None:
    """W3C Web Application Manifest, and Web Share Target: a POST of a form, with files."""
    answer = strangers_browser.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    for icon in (*manifest["icons"], *(icon for each in manifest["shortcuts"] for icon in each["icons"])):
        assert (STATIC / icon["src"].removeprefix("/static/")).is_file()
    assert resolve(manifest["share_target"]["action"])
    for path in (manifest["start_url"], *(each["url"] for each in manifest["shortcuts"])):
        assert resolve(path)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lang", "direction", "ways"),
    [
        ("en", "ltr", ["Share", "River", "Came back"]),
        ("fr", "ltr", ["Partager", "Fil", "Retours"]),
        ("ar", "rtl", None),
    ],
)
def test_the_manifest_speaks_the_language_of_the_page(
    ann: Person, strangers_browser: Client, lang: str, direction: str, ways: list[str] | None
) -> None:
    """At an address that names its content and its language, it is the same for everybody."""
    page = strangers_browser.get("/", headers={"Accept-Language": lang}).content.decode()
    (address,) = re.findall(r'<link rel="manifest" href="([^"]+)">', page)
    answer = strangers_browser.get(unescape(address), headers={"Accept-Language": "de"})
    manifest = json.loads(answer.content)
    assert (manifest["lang"], manifest["dir"]) == (lang, direction)
    names = [each["name"] for each in manifest["shortcuts"]]
    assert names == ways or (ways is None and not any(name.isascii() for name in names))
    english = manifest["description"].startswith("Share what you find")
    assert english is (lang == "en")
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Language"] == lang
    assert "immutable" not in strangers_browser.get(f"/manifest.webmanifest?lang={lang}&v=old")["Cache-Control"]
    assert strangers_browser.get("/manifest.webmanifest?lang=xx").json()["lang"] == "en"


@pytest.mark.parametrize("size", [192, 512])
def test_the_maskable_icon_may_be_cut_to_a_circle(size: int) -> None:
    """Web Application Manifest, "Icon masks": what matters lies within 40 % of the width around the centre, and the
    ground goes to the edges."""
    with Image.open(STATIC / f"icon-maskable-{size}.png") as file:
        icon = file.convert("RGBA")
    assert icon.size == (size, size)
    assert icon.getpixel((0, 0)) == icon.getpixel((size - 1, size - 1)) == (250, 246, 239, 255)
    dots = ((x, y) for x in range(size) for y in range(size) if icon.getpixel((x, y))[0] < 150)  # type: ignore[index,operator]
    assert max(hypot(x + 0.5 - size / 2, y + 0.5 - size / 2) for x, y in dots) <= 0.4 * size


def test_the_scripts_for_a_lost_connection_are_small() -> None:
    assert sent("later.js", "waiting.js", "sw.js") < 9_500
