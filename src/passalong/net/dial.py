"""The only place where sockets are made. Three looks at every address: the spelling (guard.check_url), each answer of
the resolver, and the very address about to be dialled."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from dataclasses import dataclass, field
from functools import lru_cache, partial
from ipaddress import ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from .addresses import IPAddress
from .failures import BARRED
from .guard import LOOPBACK, Rules, allowed, choose, is_localhost, parse_proxy, private
from .heads import Handler
from .names import look_up
from .turns import Place, Turn

CONNECT_SECONDS = 10.0
NAME_SECONDS = 60
LONGEST_LINE = 64 * 1024
MOST_HEADERS = 256
AddrInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]


@dataclass(slots=True)
class Door:
    """What the requests of one island share: sessions, and whose turn it is."""

    rules: Rules
    direct: aiohttp.ClientSession
    proxied: aiohttp.ClientSession | None
    proxy: URL | None
    proxy_headers: dict[str, str]
    turns: dict[Place, Turn] = field(default_factory=dict)


class GuardedResolver(AbstractResolver):
    """Looks a name up once and lets through only addresses that may be visited."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.granted: set[tuple[IPAddress, int]] = set()
        """Private addresses behind a name that the owner allowed by name and port."""

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        found = list(LOOPBACK) if is_localhost(host) else await look_up(host, self.rules.resolver)
        chosen = choose(host, port, found, self.rules)
        if (host, port) in self.rules.allow_private:
            self.granted.update((ip, port) for ip in chosen)
        return [as_result(host, ip, port) for ip in chosen]

    async def close(self) -> None:
        """Nothing is held."""

    def make_socket(self, info: AddrInfo) -> socket.socket:
        """The last look, at the socket itself: nothing that reached this point by another way is dialled."""
        family, kind, protocol, _, address = info
        ip = ip_address(address[0])
        if not allowed(ip, address[1], self.rules) and (ip, address[1]) not in self.granted:
            raise barred()
        return socket.socket(family, kind, protocol)


class ProxyResolver(AbstractResolver):
    """Where a proxy is set, its own name is the only one looked up here."""

    def __init__(self, place: Place, rules: Rules) -> None:
        self.place = place
        self.rules = rules
        self.known: set[IPAddress] = set()

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        if (host, port) != self.place:
            raise private()
        found = list(LOOPBACK) if is_localhost(host) else await look_up(host, self.rules.resolver)
        self.known.update(found)
        return [as_result(host, ip, port) for ip in found]

    async def close(self) -> None:
        """Nothing is held."""

    def make_socket(self, info: AddrInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        ip = ip_address(address[0])
        if address[1] != self.place[1] or (ip not in self.known and str(ip) != self.place[0]):
            raise barred()
        return socket.socket(family, kind, protocol)


def barred() -> OSError:
    """The client tries an address after the other and takes only OSErrors for a failed one."""
    return OSError(BARRED)


def as_result(host: str, ip: IPAddress, port: int) -> ResolveResult:
    family = socket.AF_INET if ip.version == 4 else socket.AF_INET6
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=str(ip), port=port, family=family, proto=0, flags=flags)


def open_door(rules: Rules) -> Door:
    """To be called inside the running loop."""
    trust = trust_of(rules.ca_file) if rules.ca_file else True  # what the client has loaded already is the same
    direct = open_session(GuardedResolver(rules), trust, rules)
    if not rules.proxy:
        return Door(rules, direct, None, None, {})
    host, port, authorization = parse_proxy(rules.proxy)
    proxied = open_session(ProxyResolver((host, port), rules), trust, rules)
    shown = f"[{host}]" if ":" in host else host
    headers = {"Proxy-Authorization": authorization} if authorization else {}
    return Door(rules, direct, proxied, URL(f"http://{shown}:{port}", encoded=True), headers)


async def shut_door(door: Door) -> None:
    await door.direct.close()
    if door.proxied:
        await door.proxied.close()


def trust_of(ca_file: str) -> ssl.SSLContext:
    """As `make_trust`, made once for a file as it is now: reading hundreds of authorities takes a while."""
    return _trust_made(ca_file, os.stat(ca_file).st_mtime_ns)


@lru_cache(maxsize=1)
def _trust_made(ca_file: str, written: int) -> ssl.SSLContext:  # noqa: ARG001 - tells one version from the next
    return make_trust(ca_file)


def make_trust(ca_file: str) -> ssl.SSLContext:
    """The system's authorities (OpenSSL reads SSL_CERT_FILE itself), and the owner's own."""
    trust = ssl.create_default_context()
    trust.set_alpn_protocols(["http/1.1"])
    if ca_file:
        trust.load_verify_locations(ca_file)
    return trust


def open_session(
    resolver: GuardedResolver | ProxyResolver, trust: ssl.SSLContext | bool, rules: Rules
) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        resolver=resolver,
        socket_factory=resolver.make_socket,
        ssl=trust,
        limit=0,
        ttl_dns_cache=NAME_SECONDS,
        keepalive_timeout=5,
        loop=asyncio.get_running_loop(),
    )
    connector._factory = partial(Handler, loop=asyncio.get_running_loop())  # type: ignore[assignment]
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        headers={"User-Agent": rules.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate, br"},
        auto_decompress=False,
        trust_env=False,
        max_line_size=LONGEST_LINE,
        max_field_size=LONGEST_LINE,
        max_headers=MOST_HEADERS,
    )
