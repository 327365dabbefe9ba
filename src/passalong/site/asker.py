"""Whose request it is, when proxies stand in front of us."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address


def address_of(peer: str, forwarded_for: str, proxies: Collection[str]) -> str:
    """The address that asked: `peer`, or behind proxies of ours what the outermost of them saw.

    `forwarded_for` is the X-Forwarded-For header: each proxy puts at its end whom it heard (RFC 7239, 5.2 and 7.1),
    so it is read from the end, and only as long as the one who said it is in `proxies`. All else anybody can write.
    """
    asker = peer
    said = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    while said and _plain(asker) in proxies:
        before = _plain(said.pop())
        if not before:
            break
        asker = before
    return asker


def _plain(text: str) -> str:
    """An address without port and brackets, IPv4 also where it comes as IPv6; '' for anything else."""
    bare = text[1 : text.find("]")] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
