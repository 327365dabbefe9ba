"""Which numeric addresses belong to the open internet. A table of our own: `ipaddress.is_global` says yes to
`::127.0.0.1`, `64:ff9b::7f00:1`, `fec0::1` and multicast.

Sources: IANA IPv4 and IPv6 special-purpose address registries (RFC 6890 and what updates it).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

CLOSED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network, RFC 791
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # carrier NAT, RFC 6598
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # inside Azure: the machine's own host, though it looks public
        "169.254.0.0/16",  # link-local, and every cloud's metadata service
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays, withdrawn by RFC 7526
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
OPEN_V6 = IPv6Network("2000::/3")
"""Only this much of IPv6 is handed out as global unicast (RFC 4291, 2.4); all else is closed unless unwrapped."""
CLOSED_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID, AMT
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation, RFC 9637
    )
)
MAPPED = IPv6Network("::ffff:0:0/96")  # RFC 4291, 2.5.5.2
SIX_TO_FOUR = IPv6Network("2002::/16")  # RFC 3056
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
ISATAP = 0x5EFE  # RFC 5214: interface identifier 0000:5efe or 0200:5efe, then the IPv4 address
LAST_32 = 0xFFFFFFFF


def inner(ip: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address carries inside, and to which a packet for it would go."""
    number = int(ip)
    if ip in MAPPED or ip in NAT64:
        yield IPv4Address(number & LAST_32)
    elif ip in SIX_TO_FOUR:
        yield IPv4Address(number >> 80 & LAST_32)
    if number >> 32 & 0xFDFFFFFF == ISATAP:
        yield IPv4Address(number & LAST_32)


def plain(ip: IPAddress) -> IPAddress:
    """The address itself, an IPv4-mapped one as the IPv4 address that the system would dial."""
    if isinstance(ip, IPv6Address):
        if ip in MAPPED:
            return IPv4Address(int(ip) & LAST_32)
        if ip.scope_id:
            return IPv6Address(int(ip))
    return ip


@lru_cache(maxsize=4096)
def is_public(ip: IPAddress) -> bool:
    """True where anybody on the internet could be meant; False for all that is private, local, special or unknown."""
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in CLOSED_V4)
    carried = list(inner(ip))
    if not all(is_public(address) for address in carried):
        return False
    if ip in MAPPED or ip in NAT64:
        return True
    return ip in OPEN_V6 and not any(ip in network for network in CLOSED_V6)
