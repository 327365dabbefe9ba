"""By which rules this node goes out: set once at start, long before anything does. Loads no client.

Every command sets them, and most of them never go out: the client (aiohttp) takes longer to load than they run.
"""

from __future__ import annotations

import ssl

from .guard import Rules, parse_proxy

_rules = Rules()


def user_agent(public_url: str) -> str:
    """Who we are and how to reach the owner (promise P7)."""
    return f"Passalong/0.1 (+{public_url})"


def keep_to(rules: Rules) -> None:
    """Set the rules. Raises ValueError with one sentence where they cannot be kept."""
    global _rules
    if rules.proxy:
        parse_proxy(rules.proxy)
    try:
        if rules.ca_file:  # read once more where it is needed (dial.py), together with the system's
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(rules.ca_file)
    except OSError:
        raise ValueError(f"The certificates in {rules.ca_file} cannot be read. Check SSL_CERT_FILE.") from None
    _rules = rules


def in_force() -> Rules:
    return _rules
