"""Media RSS 1.5.1 and RFC 4685, wherever they occur."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tests.wire.feed_rules_shared import MEDIA, THR, address_faults, count_faults, media_type_faults


def media_faults(element: etree._Element) -> Iterator[str]:
    name = element.tag.removeprefix(MEDIA)
    if name not in ("content", "thumbnail", "group", "description", "title", "credit"):
        yield f"Media RSS: no element {name} is used here"
    if name in ("content", "thumbnail"):
        yield from address_faults(element.get("url", ""), f"media:{name}")
    for count in ("fileSize", "width", "height", "duration"):
        if element.get(count) is not None:
            yield from count_faults(element.get(count), f"{count} of media:{name}", least=1)
    if element.get("type") and name == "content":
        yield from media_type_faults(element.get("type", ""), "media:content")
    if element.get("medium") not in (None, "image", "audio", "video", "document", "executable"):
        yield f"Media RSS: media:content has the medium {element.get('medium')!r}"
    for child in element:
        if child.tag in (f"{MEDIA}description", f"{MEDIA}title") and child.get("type") not in (None, "plain", "html"):
            yield "Media RSS: a text is plain or html"
        if not (child.text or "").strip():
            yield f"Media RSS: {child.tag} is blank"


def thread_faults(element: etree._Element) -> Iterator[str]:
    """RFC 4685 section 3: in-reply-to has a ref, an identity; href says where it can be read."""
    if element.tag != f"{THR}in-reply-to":
        yield f"RFC 4685: {element.tag}"
        return
    yield from address_faults(element.get("ref", ""), "ref of thr:in-reply-to", web=False)
    if element.get("href") is not None:
        yield from address_faults(element.get("href", ""), "href of thr:in-reply-to")
