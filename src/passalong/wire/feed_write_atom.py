"""Atom 1.0, RFC 4287."""

from __future__ import annotations

from collections.abc import Iterator

from passalong.wire.feed_write_links import entry_links, feed_links, link, media_content, thumbnail
from passalong.wire.feed_write_text import (
    absolute_links,
    first_words,
    identity,
    in_attribute,
    in_element,
    in_plain_element,
    language,
    media_type,
    one_line,
    rfc3339,
    shortened,
    web_address,
)
from passalong.wire.out_shapes import OutEntry, OutFeed
from passalong.wire.shapes import Attachment, Author

MEDIA_TYPE = "application/atom+xml"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
"""RFC 6721, section 2; declared where it is used, so that a feed without any is plain Atom."""
TITLE_LENGTH = 80
SUMMARY_LENGTH = 280

_NAMESPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:thr="http://purl.org/syndication/thread/1.0"'
)


def atom(feed: OutFeed) -> bytes:
    """The feed as an Atom 1.0 document in UTF-8."""
    return "".join(_document(feed)).encode()


def _document(feed: OutFeed) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<feed {_NAMESPACES}{_lang(feed.lang)}>\n'
    yield f"<id>{in_element(identity(feed.id) or web_address(feed.url))}</id>\n"
    yield f'<title type="text">{in_plain_element(feed.title) or in_plain_element(feed.url)}</title>\n'
    if subtitle := in_plain_element(feed.subtitle):
        yield f'<subtitle type="text">{subtitle}</subtitle>\n'
    yield f"<updated>{rfc3339(feed.updated)}</updated>\n"
    # Section 4.1.1: a feed without an author needs one in every entry; one for all is never wrong.
    for author in feed.authors or (Author(name=feed.title, url=feed.home),):
        yield _author(author)
    yield link("alternate", feed.home, "text/html")
    yield from feed_links(feed, MEDIA_TYPE)
    if feed.licence:
        yield link("license", feed.licence)
    if icon := web_address(feed.icon):
        yield f"<icon>{in_element(icon)}</icon>\n<logo>{in_element(icon)}</logo>\n"
    yield "<generator>Passalong</generator>\n"
    for ref, when in feed.gone:
        if known := identity(ref):
            yield f'<at:deleted-entry xmlns:at="{TOMBSTONES}" ref="{in_attribute(known)}" when="{rfc3339(when)}"/>\n'
    for entry in feed.entries:
        yield from _entry(entry, feed)
    yield "</feed>\n"


def _entry(entry: OutEntry, feed: OutFeed) -> Iterator[str]:
    html = absolute_links(entry.html, entry.url)
    summary = one_line(entry.summary)
    yield f"<entry{_lang(entry.lang) if entry.lang != feed.lang else ''}>\n"
    yield f"<id>{in_element(identity(entry.id) or web_address(entry.url))}</id>\n"
    yield f'<title type="text">{in_plain_element(entry_title(entry))}</title>\n'
    yield f"<published>{rfc3339(entry.published)}</published>\n<updated>{rfc3339(entry.updated)}</updated>\n"
    for author in entry.authors:
        yield _author(author)
    yield link("alternate", entry.url, "text/html")
    yield from entry_links(entry)
    for attachment in entry.attachments:
        yield _enclosure(attachment)
    if entry.licence:
        yield link("license", entry.licence)
    for tag in entry.tags:
        if term := in_attribute(tag):
            yield f'<category term="{term}"/>\n'
    yield thumbnail(entry)
    # Section 4.1.2: an entry whose content is not text needs a summary; one without any content is given its title.
    if summary or not html:
        yield f'<summary type="text">{in_plain_element(summary or entry_title(entry))}</summary>\n'
    if html:
        yield f'<content type="html">{in_element(html)}</content>\n'
    yield "</entry>\n"


def entry_title(entry: OutEntry) -> str:
    """What stands where a title must: its title, first words, a file's name, the page it shares, its own address."""
    return (
        one_line(entry.title)
        or shortened(one_line(entry.summary), TITLE_LENGTH)
        or first_words(entry.html, TITLE_LENGTH)
        or next(filter(None, (one_line(each.title) for each in entry.attachments)), "")
        or web_address(entry.external)
        or web_address(entry.url)
    )


def _author(author: Author) -> str:
    """Section 3.2: a person needs a name."""
    name = in_plain_element(author.name) or in_plain_element(author.url) or "?"
    url = web_address(author.url)
    uri = f"<uri>{in_element(url)}</uri>" if url else ""
    return f"<author><name>{name}</name>{uri}</author>\n"


def _enclosure(attachment: Attachment) -> str:
    """Section 4.2.7.2; beside it Media RSS where there is a size in pixels or a time to tell."""
    address = web_address(attachment.url)
    if not address:
        return ""
    length = f' length="{attachment.size}"' if attachment.size else ""
    text = in_attribute(attachment.title)
    title = f' title="{text}"' if text else ""
    more = attachment.width or attachment.seconds
    return (
        f'<link rel="enclosure" type="{media_type(attachment.type)}"{length}{title} href="{in_attribute(address)}"/>\n'
        + (media_content(attachment) if more else "")
    )


def _lang(stated: str) -> str:
    tag = language(stated)
    return f' xml:lang="{tag}"' if tag else ""
