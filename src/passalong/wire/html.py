"""The one door through which strangers' HTML comes in."""

from __future__ import annotations

from passalong.wire.head import Anchor, Head, HeadLink, head

__all__ = ["Anchor", "Head", "HeadLink", "head"]
