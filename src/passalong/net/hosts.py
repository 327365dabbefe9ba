"""The host part of an address, read as browsers read it (WHATWG URL, 3.5 host parsing), so that no spelling of a
private address gets past: %31, circled digits, 2130706433, 0177.0.0.1, 127.1."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import unquote_to_bytes

import idna

from .addresses import IPAddress
from .shapes import Failed

NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\Z")
NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
LONGEST_NAME, LONGEST_LABEL = 253, 63


def bad(what: str) -> Failed:
    return Failed(f"This is not an address that can be visited: {what}. Check it and try again.", "address")


def read_host(text: str) -> tuple[str, IPAddress | None]:
    """The host in ASCII, lower case, without brackets and last dot, and the address where it is a literal one.
    Raises Failed('address')."""
    if text.startswith("["):
        ip = read_ipv6(text)
        return str(ip), ip
    name = to_ascii(text).removesuffix(".")
    if NUMBER.match(name.rpartition(".")[2]):
        ip4 = read_ipv4(name)
        return str(ip4), ip4
    if not name:
        raise bad("it names no site")
    if len(name) > LONGEST_NAME or not NAME.match(name) or any(len(part) > LONGEST_LABEL for part in name.split(".")):
        raise bad("no site can have such a name")
    return name, None


def read_ipv6(text: str) -> IPv6Address:
    """`[::1]`; zones are refused, they only mean something on the local network."""
    try:
        if not text.endswith("]") or "%" in text:
            raise AddressValueError
        return IPv6Address(text[1:-1])
    except AddressValueError:
        raise bad("the part in brackets is no IPv6 address") from None


def to_ascii(text: str) -> str:
    """UTS 46, non-transitional; a symbol name (an emoji) that IDNA 2008 refuses but browsers visit goes as punycode."""
    if text.isascii() and "%" not in text:
        return text.lower()
    try:
        text = unquote_to_bytes(text).decode("utf-8")
        name = idna.uts46_remap(text, std3_rules=False, transitional=False)
        return ".".join(label_to_ascii(label) for label in name.split("."))
    except (UnicodeError, idna.IDNAError):
        raise bad("no site can have such a name") from None


def label_to_ascii(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:
        return "xn--" + label.encode("punycode").decode("ascii")


def read_ipv4(name: str) -> IPv4Address:
    """A host that ends in a number is an IPv4 address in one of its old spellings, or nothing (WHATWG URL, 3.5)."""
    parts = name.split(".")
    try:
        if len(parts) > 4:
            raise ValueError
        numbers = [read_number(part) for part in parts]
        last = numbers.pop()
        if any(number > 255 for number in numbers) or last >= 256 ** (4 - len(numbers)):
            raise ValueError
    except ValueError:
        raise bad("the number in it is no internet address") from None
    for position, number in enumerate(numbers):
        last += number << 8 * (3 - position)
    return IPv4Address(last)


def read_number(text: str) -> int:
    if text.startswith("0x"):
        return int(text[2:], 16) if len(text) > 2 else 0
    if not text.isdecimal():
        raise ValueError(text)
    return int(text, 8) if len(text) > 1 and text.startswith("0") else int(text)
