"""Keeps the catalogs of words: `python docs/reference/languages.py`, or `make languages`.

code and templates -> what is said in English -> each language's .po, what was translated kept -> .mo. Pure Python:
Babel reads and writes the catalogs, Django's `templatize` turns a template into what Babel reads. Prints, for each
language, what is still to be translated.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "passalong"
LOCALE = PACKAGE / "locale"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "Said"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
    "Counted": (1, 2),
}
"""What marks words to be translated, and which of its arguments they are."""

UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
Spoken = tuple[str, str | tuple[str, ...], str | None, list[str]]
"""Where, the words (one, many), their context, and what translators are told."""


def templates() -> list[Path]:
    return sorted(path for path in (PACKAGE / "templates").rglob("*") if path.suffix in (".html", ".txt"))


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def as_python(path: Path) -> bytes:
    """A template's words as calls; each line begins at the margin, for Python counts what stands before it."""
    words = templatize(path.read_text(), origin=str(path))
    return "\n".join(line.strip() for line in words.splitlines()).encode()


def spoken() -> Iterator[Spoken]:
    """Everything that code and templates say to people."""
    for path in [*modules(), *templates()]:
        where = str(path.relative_to(PACKAGE))
        source = path.read_bytes() if path.suffix == ".py" else as_python(path)
        for _, how, words, hints in extract_python(BytesIO(source), list(KEYWORDS), ["Translators:"], {}):
            yield from _one(where, KEYWORDS[how or "_"], words, hints)
    yield from starter_lists()


def starter_lists() -> Iterator[Spoken]:
    """What the starter lists are called, and what is said of each blog: data, which a page shows translated."""
    path = PACKAGE / "follow" / "starters.toml"
    for told in tomllib.loads(path.read_text("utf-8"))["list"]:
        for words in (told["name"], told["about"], *(blog["says"] for blog in told["blog"])):
            yield str(path.relative_to(PACKAGE)), words, None, []


def _one(where: str, places: tuple[object, ...], words: object, hints: list[str]) -> Iterator[Spoken]:
    given = words if isinstance(words, (tuple, list)) else (words,)
    context = given[0] if isinstance(places[0], tuple) else None
    wanted = [given[place - 1] for place in places if isinstance(place, int) and place <= len(given)]
    if wanted and all(isinstance(each, str) and each for each in wanted):
        yield where, wanted[0] if len(wanted) == 1 else tuple(wanted), context, hints


def template_catalog() -> Catalog:
    """All words, none translated."""
    catalog = Catalog(domain="django", fuzzy=False)
    for where, words, context, hints in spoken():
        catalog.add(words, locations=[(where, None)], context=context, auto_comments=hints)  # type: ignore[list-item]
    return catalog


def po_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def languages() -> list[str]:
    return sorted(path.name for path in LOCALE.iterdir() if po_of(path.name).exists())


def read_catalog(language: str) -> Catalog:
    path = po_of(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def brought_up_to_date(language: str) -> Catalog:
    """The language's catalog with exactly the words there are now; nothing is guessed from words that are alike."""
    known, now = read_catalog(language), template_catalog()
    catalog = _like(known, language)
    for message in now:
        if message.id:
            before = known.get(message.id, message.context)
            catalog.add(
                message.id,
                before.string if before and _same_shape(before, message) else None,
                locations=message.locations,
                auto_comments=message.auto_comments,
                user_comments=before.user_comments if before else (),
                flags={flag for flag in message.flags if flag != "fuzzy"},
                context=message.context,
            )
    return catalog


def _like(known: Catalog, language: str) -> Catalog:
    """An empty catalog that counts as `known` says: its Plural-Forms are its translators' business."""
    catalog = Catalog(locale=language, domain="django", fuzzy=False, creation_date=UNDATED, revision_date=UNDATED)
    catalog.mime_headers = [("Plural-Forms", known.plural_forms)]
    return catalog


def _same_shape(one: Message, other: Message) -> bool:
    return isinstance(one.id, str) == isinstance(other.id, str)


def po_bytes(catalog: Catalog) -> bytes:
    """The file as it is kept: no dates, no line numbers, so that it changes only where words do."""
    lines = BytesIO()
    write_po(lines, catalog, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False, width=110)
    head = (
        f"# The words of Passalong in {catalog.locale.english_name}. `make languages` keeps it.\n"
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Language: {catalog.locale_identifier}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return head.encode() + lines.getvalue()


def mo_bytes(po: bytes, language: str) -> bytes:
    """What the running program reads, made from a .po file."""
    lines = BytesIO()
    catalog = read_po(BytesIO(po), locale=language, domain="django")
    whole = _like(catalog, language)
    for message in catalog:
        if message.id and all(message.string if isinstance(message.string, (tuple, list)) else [message.string]):
            whole.add(message.id, message.string, context=message.context)
    write_mo(lines, whole)
    return lines.getvalue()


def missing(catalog: Catalog) -> list[Message]:
    """Words not translated yet, or not in all their numbers."""
    return [
        message
        for message in catalog
        if message.id and not all(message.string if isinstance(message.string, (tuple, list)) else [message.string])
    ]


def main() -> int:
    settings.configure(USE_I18N=False)
    left = 0
    for language in languages():
        catalog = brought_up_to_date(language)
        po = po_bytes(catalog)
        po_of(language).write_bytes(po)
        po_of(language).with_suffix(".mo").write_bytes(mo_bytes(po, language))
        lacking = missing(catalog)
        left += len(lacking)
        print(f"{language}: {len(catalog)} messages, {len(lacking)} to translate")
        for message in lacking:
            print(f"  {message.id!r}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
