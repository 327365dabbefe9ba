"""The name of a site in one form: lower case, ASCII, IPv4 and IPv6 in their usual spelling."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote

import idna

from passalong.wire.shapes import Unreadable

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


def read_host(text: str) -> str:
    if text.startswith("[") and text.endswith("]"):
        try:
            return ipaddress.IPv6Address(text[1:-1].partition("%")[0]).compressed
        except ValueError:
            raise _bad_host() from None
    name = unquote(text).strip().lower() if "%" in text else text.lower()
    name = name.removesuffix(".")
    if not name:
        raise Unreadable("That address names no site: a host such as example.org is missing.", "no-host")
    labels = _ascii(name).removesuffix(".").split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or len(labels) > 127 or sum(map(len, labels)) > 250:
        raise _bad_host()
    return _ipv4(labels) if _NUMBER.fullmatch(labels[-1]) else ".".join(labels)


def _ascii(name: str) -> str:
    """UTS 46 without transitional processing; symbols IDNA 2008 forbids (emoji hosts exist) go by their mapping."""
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        pass
    try:
        labels = idna.uts46_remap(name, std3_rules=False).replace("。", ".").split(".")
        return ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels
        )
    except (idna.IDNAError, UnicodeError):
        raise _bad_host() from None


def _ipv4(labels: list[str]) -> str:
    """URL Standard, section 3.5: a host that ends in a number is an IPv4 address, in any of its old spellings."""
    if len(labels) > 4 or not all(_NUMBER.fullmatch(label) for label in labels):
        raise _bad_host()
    try:
        numbers = [_number(label) for label in labels]
    except ValueError:
        raise _bad_host() from None
    value = numbers[-1]
    if any(number > 255 for number in numbers[:-1]) or value >= 256 ** (5 - len(numbers)):
        raise _bad_host()
    for place, number in enumerate(numbers[:-1]):
        value += number * 256 ** (3 - place)
    return str(ipaddress.IPv4Address(value))


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8) if len(label) > 1 and label.startswith("0") else int(label)


def _bad_host() -> Unreadable:
    return Unreadable("The name of the site in that address is not possible: check it for typing errors.", "bad-host")
