"""The one kind of failure a person meets at the command line."""

from __future__ import annotations


class Sentence(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Why something could not be done and what to do, in one sentence: `str()`."""


class CannotStart(Sentence):
    """Why nothing can be kept or served."""
