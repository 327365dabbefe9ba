"""What may be reached. Pure: an address in, a Target out or Failed; no name is looked up, nothing is dialled."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network
from urllib.parse import quote, unquote_to_bytes, urljoin

from .addresses import IPAddress, IPNetwork, inner, is_public, plain
from .hosts import read_host
from .shapes import Failed

Allowed = IPNetwork | tuple[str, int]
"""One exception: a network (one address is a network of one), or a host (name or literal) with its port."""

LONGEST_URL = 8192
PORTS = {"http": 80, "https": 443}
LOOPBACK: tuple[IPAddress, ...] = (IPv4Address("127.0.0.1"), IPv6Address("::1"))
INSIDE_NAMES = ("local", "internal", "localdomain", "lan", "home.arpa", "intranet", "corp", "home")
"""Names that only a local network knows (RFC 6762, RFC 8375, ICANN's reservations): not to be asked of a proxy."""
BAD_PORTS_LISTED = (
    "1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 "
    "117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 "
    "587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6379 6566 6665 6666 "
    "6667 6668 6669 6679 6697 10080 11211"
)
BAD_PORTS = frozenset(map(int, BAD_PORTS_LISTED.split()))
"""Ports where other protocols listen, to which a request would be a command (Fetch Standard, 2.9), and two caches."""
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
STRAY = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of signs, which stand for no bytes. (Bytes of a header that are no UTF-8 come as U+DC80 to U+DCFF.)"""
PATH_SAFE, QUERY_SAFE = "/%!$&'()*+,;=:@-._~|[]", "/%!$&()*+,;=:@-._~|^[]\\?`{}"


@dataclass(frozen=True, slots=True)
class Rules:
    """How this node goes out. Set once at start, by `net.rules.keep_to`."""

    allow_private: tuple[Allowed, ...] = ()
    proxy: str = ""
    """`http://host:port`, or none."""
    ca_file: str = ""
    """Authorities to trust besides the system's (and those of SSL_CERT_FILE)."""
    user_agent: str = "Passalong/0.1"
    resolver: Callable[[str], Iterable[str]] | None = None
    """Host to addresses in place of the system's look-up; raises OSError for a name that does not exist."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that passed the door's first check."""

    scheme: str
    host: str
    """ASCII, lower case, no brackets."""
    port: int
    url: str
    """The whole address as it is asked for: ASCII, no credentials, no fragment."""
    literal: IPAddress | None = None
    authorization: str = ""
    """Basic credentials that stood in the address."""
    near: bool = False
    """A private place the owner allowed by number: dialled from here, also where a proxy is set."""

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port


def private() -> Failed:
    return Failed("The address leads into a private network, which Passalong does not visit.", "private")


def parse_allowed(text: str) -> tuple[Allowed, ...]:
    """`127.0.0.1, 10.1.0.0/16, [::1]:8080, intranet.example:80` -> exceptions. Raises ValueError, which says
    what the setting takes."""
    return tuple(parse_exception(part.strip()) for part in text.split(",") if part.strip())


def parse_exception(text: str) -> Allowed:
    try:
        return ip_network(text.strip("[]"), strict=False)
    except ValueError:
        host, _, port = text.rpartition(":")
    try:
        if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
            raise ValueError
        return read_host(host)[0], int(port)
    except (ValueError, Failed):
        raise ValueError(
            "takes addresses, networks or host:port with commas between, such as 127.0.0.1, 10.0.0.0/8, "
            f"localhost:8080; “{text}” is none of these"
        ) from None


def parse_proxy(text: str) -> tuple[str, int, str]:
    """`http://user:password@host:port` -> host, port, Proxy-Authorization. Raises ValueError with one sentence."""
    match = re.fullmatch(r"http://(?:([^/@\s]+)@)?([^/@\s]+?)(?::([0-9]{1,5}))?/?", text)
    try:
        if not match or not 0 < int(match[3] or 80) < 65536:
            raise ValueError
        return read_host(match[2])[0], int(match[3] or 80), basic(match[1] or "")
    except (ValueError, Failed):
        raise ValueError("PASSALONG_PROXY takes an address like http://proxy.example.org:3128.") from None


def allowed(ip: IPAddress, port: int, rules: Rules) -> bool:
    """May this very address be dialled? Also the last check, at the socket."""
    return is_public(ip) or excepted(ip, port, rules)


def excepted(ip: IPAddress, port: int, rules: Rules) -> bool:
    """Did the owner allow this address, which is private? What it carries inside must be allowed or public too."""
    ip = plain(ip)
    if isinstance(ip, IPv6Address) and not all(allowed(carried, port, rules) for carried in inner(ip)):
        return False
    return any(
        (str(ip), port) == rule if isinstance(rule, tuple) else ip.version == rule.version and ip in rule
        for rule in rules.allow_private
    )


def choose(host: str, port: int, found: Iterable[IPAddress], rules: Rules) -> list[IPAddress]:
    """Of the addresses a name has, those to dial. One private address among them and the whole name is refused,
    unless the owner allowed one of them (localhost is two addresses). Raises Failed."""
    addresses = list(dict.fromkeys(found))
    if (host, port) in rules.allow_private:
        return addresses
    fine = [ip for ip in addresses if allowed(ip, port, rules)]
    if len(fine) < len(addresses) and not any(excepted(ip, port, rules) for ip in fine):
        raise private()
    return fine


def check_url(url: str, rules: Rules, base: str = "") -> Target:
    """Read an address strictly, resolved against `base` (the page that redirects). Raises Failed: scheme, address,
    private. Everything that can be known without asking anyone is refused here."""
    text = clean(url, base)
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if scheme not in PORTS or not colon:
        raise Failed("Passalong visits only addresses that begin with http:// or https://.", "scheme")
    authority, tail = split_authority(rest)
    userinfo, _, hostport = authority.rpartition("@")
    if "@" in userinfo or "\\" in authority:
        raise Failed("The address hides where it leads. Write it without the part before the @.", "address")
    host, port, literal = read_place(hostport, PORTS[scheme])
    near = check_place(host, port, literal, rules)
    shown = f"[{host}]" if literal and literal.version == 6 else host
    if port != PORTS[scheme]:
        shown = f"{shown}:{port}"
    return Target(scheme, host, port, f"{scheme}://{shown}{tail}", literal, basic(userinfo), near)


def clean(url: str, base: str) -> str:
    """Spaces around and line breaks within go, as in browsers (WHATWG URL, 4.4); then it is made absolute."""
    text = url.strip("".join(map(chr, range(0x21)))).translate({9: None, 10: None, 13: None})
    if len(text) > LONGEST_URL or STRAY.search(text):
        raise Failed("The address is too long, or has signs in it that no address can have.", "address")
    if base and (text.lower().startswith(tuple(PORTS)) or not SCHEME.match(text)):
        path, mark, rest = text.partition("?")
        text = path.replace("\\", "/") + mark + rest
    try:
        return urljoin(base, text) if base else text
    except ValueError:
        raise Failed("This is not an address that can be visited. Check it and try again.", "address") from None


def split_authority(rest: str) -> tuple[str, str]:
    """What follows the scheme -> (user@host:port, /path?query percent-encoded, without the fragment)."""
    if not rest.startswith("//"):
        raise Failed("The address names no site: it should look like https://site.example/page.", "address")
    rest = rest.lstrip("/").partition("#")[0]
    cut = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    path, mark, query = rest[cut:].partition("?")
    return rest[:cut], (encode(path.replace("\\", "/"), PATH_SAFE) or "/") + (
        mark + encode(query, QUERY_SAFE) if mark else ""
    )


def encode(text: str, safe: str) -> str:
    """Percent-encode what may not stand in a request line. Bytes of a header that were no UTF-8 keep their value."""
    return quote(text, safe=safe, encoding="utf-8", errors="surrogateescape")


def read_place(hostport: str, default: int) -> tuple[str, int, IPAddress | None]:
    at = hostport.rfind(":")
    host, port = (hostport[:at], hostport[at + 1 :]) if at > hostport.rfind("]") else (hostport, "")
    if not re.fullmatch(r"[0-9]{0,5}", port, re.ASCII) or (port and not 0 < int(port) < 65536):
        raise Failed("The number after the colon in the address is no port.", "address")
    name, literal = read_host(host)
    return name, int(port or default), literal


def check_place(host: str, port: int, literal: IPAddress | None, rules: Rules) -> bool:
    """Refuse what is private by its spelling. True where the owner allowed a private place by number."""
    if (host, port) in rules.allow_private:
        return literal is not None or is_localhost(host)
    here = [literal] if literal else LOOPBACK if is_localhost(host) else []
    if here:
        if not choose(host, port, here, rules):
            raise private()
        if any(excepted(ip, port, rules) for ip in here):
            return True
    if port in BAD_PORTS:
        raise Failed("Nothing that can be read lives at that port of the address.", "address")
    if rules.proxy and not literal and ("." not in host or host.endswith(tuple("." + name for name in INSIDE_NAMES))):
        raise private()
    return False


def is_localhost(host: str) -> bool:
    """RFC 6761, 6.3: whoever is asked, these names mean this machine."""
    return host == "localhost" or host.endswith(".localhost")


def basic(userinfo: str) -> str:
    """`user:password` of an address -> the header's value (RFC 7617), or nothing."""
    if not userinfo:
        return ""
    user, _, password = userinfo.partition(":")
    return "Basic " + b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password)).decode("ascii")
