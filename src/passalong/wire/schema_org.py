"""What the JSON-LD blocks of a page say about the work it shows (schema.org), as cards."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from passalong.wire import dates
from passalong.wire.address import absolute
from passalong.wire.shapes import Card

DEEPEST = 12
WIDEST = 200
MOST_NAMES = 5
_WORKS = frozenset(
    """Article BlogPosting NewsArticle ScholarlyArticle MedicalScholarlyArticle TechArticle Report OpinionNewsArticle
    ReportageNewsArticle AnalysisNewsArticle ReviewNewsArticle LiveBlogPosting Blog WebPage ItemPage Book Chapter Course
    VideoObject Movie Clip AudioObject PodcastEpisode PodcastSeries MusicRecording SocialMediaPosting QAPage Question
    DiscussionForumPosting Dataset Recipe HowTo Event SoftwareSourceCode SoftwareApplication LearningResource Map
    CreativeWork Photograph ImageObject Product Review Thesis Comment Quiz Guide""".split()  # noqa: SIM905
)
_LESS_SAYING = frozenset({"WebPage", "ItemPage", "QAPage", "ImageObject", "Blog", "Product", "Comment"})
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "video")

Node = Mapping[str, Any]


def read(blocks: tuple[str, ...], base: str) -> tuple[Card, ...]:
    """A card for each work the blocks describe, those first that are the work itself rather than the page around it.

    Words are as stated: not yet cleaned or cut. Never fails; what lies too deep or too wide is not seen.
    """
    nodes = [node for block in blocks for node in _nodes(_json(block), DEEPEST)]
    named = {str(node["@id"]): node for node in nodes if "@id" in node and "name" in node}
    works = [(node, _types(node)) for node in nodes if _types(node) & _WORKS]
    works.sort(key=lambda work: bool(work[1] <= _LESS_SAYING))
    return tuple(_card(node, base, named) for node, _ in works)


def read_json(text: str) -> Any:
    """JSON from strangers; None for what is none, or is nested beyond reason."""
    return _json(text)


def _card(node: Node, base: str, named: Mapping[str, Node]) -> Card:
    return Card(
        url=_link(base, node.get("url")),
        title=_text(node.get("headline")) or _text(node.get("name")),
        description=_text(node.get("description")) or _text(node.get("abstract")),
        image=_link(base, node.get("image")) or _link(base, node.get("thumbnailUrl")),
        author=_name(node.get("author"), named) or _name(node.get("creator"), named),
        site=_name(node.get("publisher"), named) or _name(node.get("isPartOf"), named),
        lang=_text(node.get("inLanguage")),
        licence=_link(base, node.get("license")),
        published=dates.read(_text(node.get("datePublished")) or _text(node.get("uploadDate"))),
    )


def _nodes(value: Any, depth: int) -> Iterator[Node]:
    if depth and isinstance(value, list):
        for one in value[:WIDEST]:
            yield from _nodes(one, depth - 1)
    elif depth and isinstance(value, dict):
        yield value
        for name in _INSIDE:
            yield from _nodes(value.get(name), depth - 1)


def _types(node: Node) -> frozenset[str]:
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return frozenset(name.rpartition("/")[2].rpartition(":")[2] for name in names[:MOST_NAMES] if isinstance(name, str))


def _json(text: str) -> Any:
    try:
        # Many sites write line breaks into strings, or wrap the block in a comment.
        return json.loads(text.strip().removeprefix("<!--").removesuffix("-->").rstrip(";\n "), strict=False)
    except (ValueError, RecursionError):
        return None


def _text(value: Any, depth: int = DEEPEST) -> str:
    if isinstance(value, list) and value and depth:
        return _text(value[0], depth - 1)
    if isinstance(value, dict) and depth:
        return _text(value.get("@value") or value.get("name"), depth - 1)
    return value if isinstance(value, str) else ""


def _name(value: Any, named: Mapping[str, Node], depth: int = DEEPEST) -> str:
    """The name of a person or organisation, or of several, however nested; by its @id where it is named elsewhere."""
    if not depth:
        return ""
    if isinstance(value, list):
        names = [_name(one, named, depth - 1) for one in value[:MOST_NAMES]]
        return ", ".join(dict.fromkeys(filter(None, names)))
    if isinstance(value, dict):
        elsewhere = named.get(str(value.get("@id")), {})
        return _name(value.get("name") or elsewhere.get("name"), named, depth - 1)
    return value if isinstance(value, str) and not value.startswith(("http://", "https://", "#", "_:")) else ""


def _link(base: str, value: Any, depth: int = DEEPEST) -> str:
    """A web address from a string, or from an object or list of objects that hold one."""
    if isinstance(value, list) and depth:
        return next(filter(None, (_link(base, one, depth - 1) for one in value[:MOST_NAMES])), "")
    if isinstance(value, dict) and depth:
        inside = value.get("url") or value.get("contentUrl") or value.get("@id")
        return _link(base, inside, depth - 1)
    return absolute(base, value) if isinstance(value, str) and value.strip() else ""
