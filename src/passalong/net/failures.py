"""What went wrong, in one sentence for a person and one word for the program."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Mapping

import aiohttp

from .guard import Target, private
from .shapes import Failed

BARRED = "barred at the socket"


def slow() -> Failed:
    return Failed("The site took too long to answer. Trying again later may help.", "timeout")


def too_big(limit: int) -> Failed:
    size = f"{limit / 1024 / 1024:.0f} MB" if limit >= 1024 * 1024 else f"{limit / 1024:.0f} kB"
    return Failed(f"What the site sends is too big: more than {size}.", "too big")


def cut_short() -> Failed:
    return Failed("The site's answer broke off in the middle. Trying again later may help.", "cut short")


def garbled() -> Failed:
    return Failed("The site's answer does not follow the rules of the web. Its keeper must mend that.", "protocol")


def onward(failed: Failed) -> Failed:
    """The same refusal, said of where a redirect leads."""
    if failed.code == "private":
        return Failed("The address redirects into a private network, which Passalong does not visit.", "private")
    return Failed(f"The address redirects to where Passalong cannot follow. {failed}", failed.code)


def unknown_name(host: str) -> Failed:
    return Failed(f"There is no site with the name {host}. Check how it is spelled.", "name")


def refused(host: str) -> Failed:
    return Failed(f"The site {host} does not accept connections. Trying again later may help.", "refused")


def offline() -> Failed:
    return Failed("This computer cannot reach the internet just now. Check its connection.", "offline")


def explain(error: Exception, target: Target) -> Failed:
    """An error of the client or of the system -> Failed."""
    if isinstance(error, Failed):
        return error
    if isinstance(error, TimeoutError):
        return slow()
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return Failed(f"The site {target.host} cannot prove that it is itself: its certificate is not valid.", "tls")
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return explain_proxy(error.status, error.headers or {}, target) or refused(target.host)
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return Failed("The proxy through which Passalong goes out does not answer. Check PASSALONG_PROXY.", "offline")
    if isinstance(error, aiohttp.ClientConnectorDNSError) and not error.os_error.errno:
        return unknown_name(target.host)
    if isinstance(error, aiohttp.ClientConnectorError):
        return explain_connect(error.os_error, target)
    if isinstance(error, (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError, OSError)):
        return cut_short()
    return garbled()


def explain_connect(error: OSError, target: Target) -> Failed:
    if BARRED in str(error):
        return private()
    if isinstance(error, socket.gaierror):
        if error.errno != socket.EAI_AGAIN:
            return unknown_name(target.host)
        if not has_route():
            return offline()
        return Failed(f"The name {target.host} could not be looked up. Trying again later may help.", "name")
    if error.errno in (errno.ENETUNREACH, errno.ENETDOWN):
        return offline()
    if error.errno == errno.ETIMEDOUT:
        return slow()
    return refused(target.host) if error.errno else cut_short()


def has_route() -> bool:
    """Is there a way to the open internet at all? Connecting a datagram socket sends nothing."""
    for family, address in ((socket.AF_INET, "8.8.8.8"), (socket.AF_INET6, "2001:4860:4860::8888")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 53))
                return True
        except OSError:
            continue
    return False


def explain_proxy(status: int, headers: Mapping[str, str], target: Target) -> Failed | None:
    """What a proxy says of a site it did not reach: Proxy-Status (RFC 9209), Squid's own header, fakeweb's; or None."""
    said = " ".join(headers.get(name, "") for name in ("Proxy-Status", "X-Squid-Error", "X-Fakeweb")).lower()
    if any(word in said for word in ("dns", "unknown-host")):
        return unknown_name(target.host)
    if "timeout" in said or (status == 504 and said.strip()):
        return slow()
    if status == 407:
        return Failed("The proxy asks for a password: write it into PASSALONG_PROXY.", "offline")
    if any(word in said for word in ("refused", "connect_fail", "connection_", "destination_")):
        return refused(target.host)
    return None
