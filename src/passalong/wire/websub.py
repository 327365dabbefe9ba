"""WebSub, as it is spelled (W3C Recommendation of 23 January 2018): forms, addresses, signatures. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from passalong.wire.shapes import Unreadable

LONGEST_SECRET = 200
"""Bytes; a secret is shorter (section 5.1)."""
LONGEST_ADDRESS = 2000
LONGEST_CHALLENGE = 2000
METHODS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
"""Section 7.1.1."""
OURS = "sha256"


@dataclass(frozen=True, slots=True)
class Asked:
    """A subscriber asks a hub (section 5.1)."""

    mode: str
    """subscribe or unsubscribe."""
    topic: str
    callback: str
    lease: int | None = None
    """Seconds."""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A hub asks a subscriber whether it meant it, or says that it will not (sections 5.2 and 5.3)."""

    mode: str
    """subscribe, unsubscribe or denied."""
    topic: str
    challenge: str = ""
    lease: int | None = None
    """Seconds."""
    reason: str = ""


def read_asked(fields: Mapping[str, str]) -> Asked:
    """A form sent to a hub; what it does not know is passed over. Raises Unreadable: a sentence for its sender."""
    mode = fields.get("hub.mode", "")
    if mode not in ("subscribe", "unsubscribe"):
        raise Unreadable("hub.mode has to be subscribe or unsubscribe.", "mode")
    topic, callback = fields.get("hub.topic", ""), fields.get("hub.callback", "")
    for name, address in (("hub.topic", topic), ("hub.callback", callback)):
        if not address.lower().startswith(("http://", "https://")) or len(address) > LONGEST_ADDRESS:
            raise Unreadable(f"{name} has to be an http or https address of at most 2000 characters.", "address")
    secret = fields.get("hub.secret", "")
    if len(secret.encode()) >= LONGEST_SECRET or "\0" in secret:
        raise Unreadable("hub.secret has to be shorter than 200 bytes.", "secret")
    lease = fields.get("hub.lease_seconds", "") if mode == "subscribe" else ""
    if lease and read_seconds(lease) is None:
        raise Unreadable("hub.lease_seconds has to be a positive whole number.", "lease")
    return Asked(mode, topic, callback.partition("#")[0], read_seconds(lease), secret)


def write_asked(asked: Asked) -> list[tuple[str, str]]:
    """The fields of the form."""
    fields = [("hub.mode", asked.mode), ("hub.topic", asked.topic), ("hub.callback", asked.callback)]
    if asked.mode == "subscribe":
        fields += [("hub.lease_seconds", str(asked.lease))] if asked.lease else []
        fields += [("hub.secret", asked.secret)] if asked.secret else []
    return fields


def read_question(fields: Mapping[str, str]) -> Question:
    """The query of a hub's GET. Raises Unreadable."""
    mode, challenge = fields.get("hub.mode", ""), fields.get("hub.challenge", "")
    if mode not in ("subscribe", "unsubscribe", "denied"):
        raise Unreadable("hub.mode has to be subscribe, unsubscribe or denied.", "mode")
    if mode != "denied" and not 0 < len(challenge) <= LONGEST_CHALLENGE:
        raise Unreadable("hub.challenge is missing or too long.", "challenge")
    lease = read_seconds(fields.get("hub.lease_seconds", ""))
    return Question(mode, fields.get("hub.topic", ""), challenge, lease, fields.get("hub.reason", "")[:300])


def write_question(callback: str, question: Question) -> str:
    """The address a hub asks: what stands in the callback's own query stays, ours comes behind it (section 5.1.1)."""
    fields = [("hub.mode", question.mode), ("hub.topic", question.topic)]
    fields += [("hub.challenge", question.challenge)] if question.challenge else []
    fields += [("hub.lease_seconds", str(question.lease))] if question.lease else []
    fields += [("hub.reason", question.reason)] if question.reason else []
    joint = "&" if "?" in callback else "?"
    return f"{callback}{joint}{urlencode(fields)}"


def read_seconds(text: str) -> int | None:
    """A positive decimal integer; None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 and int(text) > 0 else None


def write_links(hub: str, topic: str) -> str:
    """The Link header of a feed and of what is sent of it (sections 4 and 7); no hub is named where `hub` is ''."""
    return (f'<{hub}>; rel="hub", ' if hub else "") + f'<{topic}>; rel="self"'


def sign(secret: str, body: bytes) -> str:
    """X-Hub-Signature (section 7.1)."""
    return f"{OURS}={hmac.new(secret.encode(), body, METHODS[OURS]).hexdigest()}"


def is_signed(secret: str, stated: str, body: Iterable[bytes]) -> bool:
    """Does the header say what only who knows the secret can say of this body? By the method it declares (7.1.2).

    Reads the whole body only where the header is one.
    """
    method, _, signature = stated.strip().partition("=")
    made = METHODS.get(method.strip().lower())
    if made is None or not secret or not signature.isascii():
        return False
    code = hmac.new(secret.encode(), digestmod=made)
    for piece in body:
        code.update(piece)
    return hmac.compare_digest(code.hexdigest(), signature.strip().lower())
