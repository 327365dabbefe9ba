"""Whom one follows is meant by their name, too, as long as it is one of them."""

from __future__ import annotations

import pytest

from passalong.follow.by_address import followed
from passalong.models import Person, Source
from passalong.wire.shapes import Unreadable
from tests.read.cast import a_source, follow

pytestmark = pytest.mark.django_db


def known(by: Person, host: str, name: str) -> Source:
    source = a_source(host)
    Person.objects.filter(pk=source.person_id).update(name=name)
    follow(by, source)
    return source


@pytest.mark.parametrize(
    ("name", "written"), [("Bea Lark", "bea lark"), ("Bea Lark", " BEA LARK "), ("Émile Øst", "émile øst")]
)
def test_a_name_in_any_case_is_theirs(ann: Person, name: str, written: str) -> None:
    bea = known(ann, "bea", name)
    known(ann, "cas", "Cas Lark")
    assert followed(ann, written) == bea


def test_of_two_none_is_meant(ann: Person) -> None:
    known(ann, "bea", "Bea Lark")
    other = known(ann, "lark", "BEA LARK")
    with pytest.raises(Unreadable, match="You follow more than one place of bea lark: ") as said:
        followed(ann, "bea lark")
    assert other.url in str(said.value)
    assert followed(ann, "BEA LARK") == other, "as it is written is meant first"


def test_nobodys_name_means_nobody(ann: Person) -> None:
    known(ann, "bea", "")
    with pytest.raises(Unreadable, match="Say whom: "):
        followed(ann, "  ")
