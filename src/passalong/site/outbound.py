"""How this node goes out, from its settings: the one place that sets the one outbound door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from passalong.net.guard import Rules
from passalong.net.rules import keep_to, user_agent
from passalong.site.settings_list import WrongSetting


def set_the_door(values: Mapping[str, Any], base_url: str) -> None:
    """Before anything goes out. `values` are settings by name (`settings_list.read_all`). Raises WrongSetting."""
    rules = Rules(
        allow_private=values["PASSALONG_ALLOW_PRIVATE"],
        proxy=values["PASSALONG_PROXY"],
        ca_file=values["SSL_CERT_FILE"],
        user_agent=user_agent(base_url),
    )
    try:
        keep_to(rules)
    except ValueError as problem:
        raise WrongSetting(str(problem)) from problem
