"""Kept HTML as a page of ours shows it: no picture, sound or film is asked of a third party."""

from __future__ import annotations

import re
from html import escape, unescape

from django.utils.translation import gettext

from .shown import host, proxied

_IMG = re.compile(r"<img\b([^>]*)>", re.IGNORECASE)
_PLAYER = re.compile(r"<(audio|video)\b([^>]*)>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(r'([a-zA-Z-]+)\s*=\s*"([^"]*)"')
_SOURCE = re.compile(r'<source\b[^>]*?\bsrc\s*=\s*"([^"]*)"', re.IGNORECASE)
_KEPT = ("alt", "title", "width", "height")


def with_proxied_images(html: str) -> str:
    """`html` (made safe at intake) with pictures through our proxy, lazily, and players as links to the source.

    What stands inside a tag is only rewritten where it is understood: an <img> without a web address goes.
    """
    return _IMG.sub(_picture, _PLAYER.sub(_player, html))


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def _is_web(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))


def _picture(found: re.Match[str]) -> str:
    given = _attributes(found[1])
    if not _is_web(given.get("src", "")):
        return f"<em>{escape(given['alt'])}</em>" if given.get("alt") else ""
    sizes = all(given.get(name, "").isdecimal() for name in ("width", "height"))
    kept = {name: given[name] for name in _KEPT if name in given and (sizes or name in ("alt", "title"))}
    kept.setdefault("alt", "")
    said = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
    return f'<img src="{escape(proxied(given["src"]))}"{said} loading="lazy" decoding="async">'


def _player(found: re.Match[str]) -> str:
    url = _attributes(found[2]).get("src", "")
    if not url:
        inside = _SOURCE.search(found[3])
        url = unescape(inside[1]) if inside else ""
    if not _is_web(url):
        return ""
    words = gettext("Listen at the source") if found[1].lower() == "audio" else gettext("Watch at the source")
    return f'<p class="media"><a href="{escape(url)}" rel="noopener">{escape(words)}</a> ({escape(host(url))})</p>'
