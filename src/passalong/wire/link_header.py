"""The HTTP header `Link` (RFC 8288 section 3), as servers write it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST = 100

# Every repetition is possessive: no header is read twice. Empty elements and parameters are passed over (RFC 9110,
# section 5.6.1.2; RFC 8288, appendix B.3).
_TARGET = re.compile(r"[\s,;]*+<([^<>]*+)>")
_PARAM = re.compile(r"""\s*+;[\s;]*+([\w!#$&+.^`|~*-]++)\s*+(?:=\s*+(?:"((?:[^"\\]++|\\.)*+)"|([^\s;,"]*+)))?+""")


def read_link_header(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each link as (target as written, parameters with names in lower case; the first of each name counts)."""
    at = 0
    for _ in range(MOST):
        target = _TARGET.match(text, at)
        if target is None:
            return
        at = target.end()
        given: dict[str, str] = {}
        while param := _PARAM.match(text, at):
            at = param.end()
            value = re.sub(r"\\(.)", r"\1", param[2]) if param[2] is not None else param[3] or ""
            given.setdefault(param[1].lower(), value)
        yield target[1].strip(), given
