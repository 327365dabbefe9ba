"""What Atom and RSS spell alike: typed links of the feed and of an entry, media, replies."""

from __future__ import annotations

from collections.abc import Iterator

from passalong.wire.feed_write_text import identity, in_attribute, media_type, web_address
from passalong.wire.out_shapes import OutEntry, OutFeed
from passalong.wire.shapes import Attachment


def link(rel: str, url: str, media: str = "", prefix: str = "") -> str:
    """An atom:link element (RFC 4287 section 4.2.7), '' where there is no address."""
    address = web_address(url)
    if not address:
        return ""
    kind = f' type="{in_attribute(media)}"' if media else ""
    return f'<{prefix}link rel="{rel}"{kind} href="{in_attribute(address)}"/>\n'


def feed_links(feed: OutFeed, media: str, prefix: str = "") -> Iterator[str]:
    """self, hubs (WebSub section 4), pages and archives (RFC 5005 sections 3 and 4)."""
    yield link("self", feed.url, media, prefix)
    for hub in feed.hubs:
        yield link("hub", hub, prefix=prefix)
    pages = {
        "first": feed.first,
        "previous": feed.previous,
        "next": feed.next,
        "last": feed.last,
        "current": feed.current,
        "prev-archive": feed.prev_archive,
        "next-archive": feed.next_archive,
    }
    for rel, url in pages.items():
        if url:
            yield link(rel, url, media, prefix)
    if feed.archive:
        yield "<fh:archive/>\n"


def entry_links(entry: OutEntry, prefix: str = "") -> Iterator[str]:
    """What an entry points to: the shared page, credit, replies (RFC 4685 section 3), anything else."""
    if entry.external:
        yield link("related", entry.external, prefix=prefix)
    for pointer in entry.pointers:
        address = web_address(pointer.url)
        if not address:
            continue
        if pointer.rel == "reply":
            ref = in_attribute(identity(pointer.id) or address)
            yield f'<thr:in-reply-to ref="{ref}" href="{in_attribute(address)}"/>\n'
        elif pointer.rel == "via":
            yield link("via", address, prefix=prefix)
        elif pointer.url != entry.external:
            yield link("related", address, prefix=prefix)


def media_content(attachment: Attachment) -> str:
    """A media:content element (Media RSS 1.5.1): what an enclosure cannot say.

    Alternative text is left to the body: feedparser, and every reader built on it, takes a media:description or
    media:title for the entry's own where the entry has none.
    """
    address = web_address(attachment.url)
    if not address:
        return ""
    kind = media_type(attachment.type)
    medium = kind.split("/", 1)[0]
    said: dict[str, object] = {
        "url": address,
        "type": kind,
        "medium": medium if medium in ("image", "audio", "video") else "document",
        "fileSize": attachment.size or None,
        "duration": round(attachment.seconds) if attachment.seconds else None,
        "width": attachment.width or None,
        "height": attachment.height or None,
    }
    attributes = "".join(f' {name}="{in_attribute(str(value))}"' for name, value in said.items() if value is not None)
    return f"<media:content{attributes}/>\n"


def thumbnail(entry: OutEntry) -> str:
    """A media:thumbnail for the entry's picture, '' where it has none."""
    address = web_address(entry.image)
    return f'<media:thumbnail url="{in_attribute(address)}"/>\n' if address else ""
