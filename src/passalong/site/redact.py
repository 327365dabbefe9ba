"""Keeps secrets out of the log: one-time links, tokens, passwords and credentials inside addresses."""

from __future__ import annotations

import logging
import re

SECRETS = re.compile(
    r"(?P<keep>/hello/|://(?=[^\s/@]+@)|(?:token|password|passwd|secret|key|code)[\"']?\s*[=:]\s*[\"']?"
    r"|Bearer\s+|Basic\s+|GoogleLogin auth=)(?P<hide>[^\s\"'&,@/]+)",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """The text with each secret replaced by dots."""
    return SECRETS.sub(lambda found: found["keep"] + "…", text)


class Troubles(logging.Filter):
    """Of what Django says about requests, only what the owner should act on: a page nobody has is no news."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != "django.request" or bool(record.exc_info)


class Redact(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        return True
