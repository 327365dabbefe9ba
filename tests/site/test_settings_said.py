"""What a wrong setting is told: its name, and what it takes or lacks."""

from __future__ import annotations

from importlib.machinery import ModuleSpec

import pytest

from passalong.site import settings_list
from passalong.site.settings_list import WrongSetting, read_one


@pytest.mark.parametrize(
    ("name", "address", "extra"),
    [
        ("DATABASE_URL", "postgres://db.example/passalong", "postgres"),
        ("PASSALONG_QUEUE_URL", "redis://queue.example/0", "redis"),
        ("PASSALONG_MEDIA_URL", "s3://bucket/folder", "s3"),
    ],
)
def test_what_is_not_installed_is_said_with_the_command(
    name: str, address: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(module: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(settings_list, "find_spec", nothing)
    with pytest.raises(WrongSetting, match=rf"^The setting {name} needs a part that .* '\.\[{extra}\]' adds it\.$"):
        read_one(name, {name: address})


def test_the_databases_at_hand_need_nothing() -> None:
    assert read_one("DATABASE_URL", {"DATABASE_URL": "sqlite:///ann.sqlite3"}) == "sqlite:///ann.sqlite3"


def test_proxies_are_addresses() -> None:
    name = "PASSALONG_TRUSTED_PROXIES"
    assert read_one(name, {name: "127.0.0.1, ::1"}) == ("127.0.0.1", "::1")
    with pytest.raises(WrongSetting, match=r"^The setting PASSALONG_TRUSTED_PROXIES takes addresses such as"):
        read_one(name, {name: "caddy"})
