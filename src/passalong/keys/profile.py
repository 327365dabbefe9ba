"""What an app that may know it is told of a person (IndieAuth, 5.3.4)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from passalong.models import Person


def profile_of(person: Person, scope: str) -> dict[str, Any]:
    """{"profile": {name, url, photo}}, or {} where the scope does not reach."""
    if "profile" not in scope.split():
        return {}
    said = {"name": str(person), "url": person.url}
    if person.photo:
        said["photo"] = urljoin(person.url, person.photo)
    return {"profile": said}
