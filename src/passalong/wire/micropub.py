"""What an app asks of a Micropub server, read from a form or from JSON (https://www.w3.org/TR/micropub/, section 3).

Pure: names, values and bytes in, a Command out; what the properties mean is not known here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from passalong.wire.shapes import Unreadable

Properties = dict[str, list[Any]]
"""microformats2 JSON: every value in a list; a value is text, or an object."""
CHANGES = ("update", "delete", "undelete")
RESERVED = {"access_token", "h", "q", "url", "action"}
"""Never part of a post (section 3.2)."""
MOST = 1_000
DEEPEST = 8
_NAME = re.compile(r"([^\[\]]{1,100})((?:\[[^\[\]]{0,100}\]){0,4})")


@dataclass(frozen=True, slots=True)
class Command:
    action: str
    """create, update, delete or undelete."""
    kind: str = "entry"
    """The type without h-."""
    properties: Properties = field(default_factory=dict)
    orders: Properties = field(default_factory=dict)
    """What stood under mp-..., without those letters: orders to the server, not part of the post."""
    url: str = ""
    replace: Properties = field(default_factory=dict)
    add: Properties = field(default_factory=dict)
    delete: Properties | tuple[str, ...] = ()
    """Values to remove by property, or whole properties."""


def _wrong(sentence: str) -> Unreadable:
    return Unreadable(sentence, "invalid_request")


def read_form(fields: Iterable[tuple[str, str]]) -> Command:
    """A form's names and values, in their order (sections 3.2 to 3.5). Raises Unreadable."""
    plain: dict[str, str] = {}
    found: Properties = {}
    for name, value in fields:
        parts = _NAME.fullmatch(name)
        if parts is None:
            raise _wrong(f"The field {name[:80]!r} is not named as properties are.")
        head, path = parts[1], re.findall(r"\[([^\[\]]*)\]", parts[2])
        if head in RESERVED:
            plain.setdefault(head, value)
        else:
            _put(found.setdefault(head, []), path, value)
    properties = {name: [_whole(value) for value in values] for name, values in found.items()}
    return _command(plain.get("action", ""), plain.get("h", "entry"), properties, plain.get("url", ""))


def _put(values: list[Any], path: list[str], value: str) -> None:
    """`a[]=x` is one more value; `a[html]=x` a part of the one object; `a[0][value]=x` a part of the first."""
    objects = [one for one in values if isinstance(one, dict)]
    if len(path) > 1 and path[0].isdecimal():
        place = min(int(path[0][:3]), len(objects))
        if place == len(objects):
            objects.append({})
            values.append(objects[-1])
        _into(objects[place], path[1:], value)
    elif not path or path[0] == "" or path[0].isdecimal():
        values.append(value)
    else:
        if not objects:
            objects.append({})
            values.append(objects[0])
        _into(objects[0], path, value)


def _into(one: dict[str, Any], path: list[str], value: str) -> None:
    names = [part for part in path if part] or ["value"]
    for part in names[:-1]:
        inner = one.setdefault(part, {})
        if not isinstance(inner, dict):
            raise _wrong("A field is a value and an object at once.")
        one = inner
    held = one.setdefault(names[-1], [] if path[-1] == "" else None)
    if isinstance(held, dict):
        raise _wrong("A field is a value and an object at once.")
    if isinstance(held, list):
        held.append(value)
    else:
        one[names[-1]] = value if held is None else [held, value]


def _whole(value: Any) -> Any:
    """An object that came in pieces, as microformats2 JSON spells it: lists everywhere."""
    if not isinstance(value, dict) or "properties" not in value:
        return value
    kind, inside = value.get("type", []), value["properties"]
    return {
        "type": kind if isinstance(kind, list) else [kind],
        "properties": {name: each if isinstance(each, list) else [each] for name, each in inside.items()}
        if isinstance(inside, dict)
        else {},
    }


def read_json(body: bytes) -> Command:
    """Raises Unreadable."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise _wrong("This is no JSON.") from None
    if not isinstance(said, dict) or _deep(said, DEEPEST):
        raise _wrong("This is no JSON object, or one too deep to be a post.")
    action = said.get("action", "")
    if action == "update":
        return _update(said)
    kinds = said.get("type", ["h-entry"])
    kind = kinds[0] if isinstance(kinds, list) and kinds and isinstance(kinds[0], str) else "h-entry"
    orders = {name: value for name, value in said.items() if name.startswith("mp-")}
    properties = _lists(said.get("properties", {})) | {
        name: value if isinstance(value, list) else [value] for name, value in orders.items()
    }
    return _command(action, kind.removeprefix("h-"), properties, said.get("url", ""))


def _command(action: Any, kind: str, properties: Properties, url: Any) -> Command:
    if action not in ("", "create", *CHANGES) or action == "update":
        raise _wrong("The action is none of: update (as JSON), delete, undelete.")
    if action in CHANGES and (not isinstance(url, str) or not url):
        raise _wrong("The url of what is to be changed is missing.")
    orders = {name[3:]: value for name, value in properties.items() if name.startswith("mp-")}
    kept = {name: value for name, value in properties.items() if not name.startswith("mp-") and name not in RESERVED}
    return Command(action or "create", kind, kept, orders, url if action in CHANGES else "")


def _update(said: Mapping[str, Any]) -> Command:
    """Section 3.4: at least one of replace, add and delete, every value a list."""
    if not isinstance(said.get("url"), str) or not said["url"]:
        raise _wrong("The url of what is to be changed is missing.")
    if not any(name in said for name in ("replace", "add", "delete")):
        raise _wrong("An update says what to replace, add or delete.")
    delete = said.get("delete", [])
    gone: Properties | tuple[str, ...]
    if isinstance(delete, list) and all(isinstance(name, str) for name in delete):
        gone = tuple(delete)
    else:
        gone = _lists(delete)
    return Command(
        "update", url=said["url"], replace=_lists(said.get("replace", {})), add=_lists(said.get("add", {})), delete=gone
    )


def _lists(said: Any) -> Properties:
    if not isinstance(said, dict) or len(said) > MOST:
        raise _wrong("Properties are an object: names, each with a list of values.")
    for name, values in said.items():
        if not isinstance(values, list):
            raise _wrong(f"The values of {name[:80]!r} have to stand in a list, even if there is only one.")
    return dict(said)


def _deep(value: Any, left: int) -> bool:
    if left == 0:
        return True
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_deep(each, left - 1) for each in inside)


def changed(properties: Properties, command: Command) -> Properties:
    """The properties of a post after an update (sections 3.4.1 to 3.4.3)."""
    made = {name: list(values) for name, values in properties.items()} | dict(command.replace)
    for name, values in command.add.items():
        made[name] = [*made.get(name, []), *(value for value in values if value not in made.get(name, []))]
    for name in command.delete:
        gone = command.delete[name] if isinstance(command.delete, dict) else made.get(name, [])
        made[name] = [value for value in made.get(name, []) if not _is_one_of(value, gone)]
    return {name: values for name, values in made.items() if values}


def _is_one_of(value: Any, others: list[Any]) -> bool:
    """Pictures are also removed by their address alone."""
    return value in others or (isinstance(value, dict) and value.get("value") in others)
