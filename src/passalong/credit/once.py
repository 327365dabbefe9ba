"""One post that came by several ways is shown once."""

from __future__ import annotations

from passalong.models import Item, Source
from passalong.wire.hands import same_hands


def post_of(item: Item) -> tuple[str, int]:
    """Equal for two items that are the same post: of one page, where that is their author's; what somebody only says at
    a page of others is theirs. Reads `item.page` and `item.source`."""
    if item.page is None:
        return "", item.pk
    at_home = item.source.kind == Source.Kind.PAGE or same_hands(item.source.url, item.page.url)
    return item.page.key, 0 if at_home else item.source.person_id
