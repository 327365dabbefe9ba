"""Addresses are read as browsers read them (WHATWG URL), and refused by their spelling alone where that is enough."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.net.guard import Rules, allowed, check_url, choose, parse_allowed, parse_proxy
from passalong.net.shapes import Failed

OPEN = Rules()
PRIVATE_HOSTS = """
127.0.0.1 127.1 127.0.1 2130706433 017700000001 0177.0.0.1 0x7f.1 0x7f000001 0X7F.0.0.1 127.0.0.1. 0 0.0.0.0
①②⑦.⓪.⓪.① １２７.０.０.１ 127。0。0。1 %31%32%37.0.0.1 %6c%6f%63alhost localhost LOCALHOST localhost. ｌocalhost
a.b.localhost 10.1 192.168.257 169.254.169.254 2852039166 [::1] [0:0:0:0:0:0:0:1] [::] [::ffff:127.0.0.1]
[::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1] [fec0::1] [fd00::1]
[2001:0:4136:e378:8000:63bf:80ff:fffe] user@127.0.0.1 good.example@127.0.0.1
"""
OTHER_SCHEMES = """
file:///etc/passwd gopher://x.example/ data:text/plain,x ftp://x.example/ javascript:alert(1) x.example //x.example/
feed:http://x.example/ view-source:http://x.example/ unix:/x http
"""


def refusal(url: str, rules: Rules = OPEN, base: str = "") -> str:
    with pytest.raises(Failed) as failed:
        check_url(url, rules, base)
    assert str(failed.value).endswith((".", "?"))
    return failed.value.code


@pytest.mark.parametrize("host", PRIVATE_HOSTS.split())
@pytest.mark.parametrize("form", ["http://{}/", "https://{}:8443/x", "http://{}?q", "HTTP://{}", "http:\n//{}/\t"])
def test_private_in_any_spelling(host: str, form: str) -> None:
    assert refusal(form.format(host)) == "private"


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///",
        "http://?x",
        "http:x.example/",
        "http://x.example:0/",
        "http://x.example:65536/",
        "http://x.example:8o/",
        "http://x.example:-1/",
        "http://x.example:٨٠/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[1.2.3.4]/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://1.2.3.08/",
        "http://0x/x.1.2.3.4.5.6",
        "http://a.0xg.9/",
        "http://4294967296/",
        "http://x..example/",
        "http://-x.example/",
        "http://x y.example/",
        "http://x%00.example/",
        "http://x%2f.example/",
        "http://x%40.example/",
        "http://x%ff.example/",
        "http://x,y.example/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 127 + "example/",
        "http://x.example/" + "a" * 9000,
        "http://x.example/\ud800",
        "http://a@b@x.example/",
        "http://good.example\\@x.example/",
        "http:\\\\x.example\\",
        "http://x.example\\.evil.example/",
        "http://xn--\u2028.example/",
    ],
)
def test_no_address(url: str) -> None:
    # "http://0x/…" is the number 0, which is private: either refusal will do.
    assert refusal(url) in ("address", "private")


@pytest.mark.parametrize("port", [22, 25, 110, 143, 6379, 6667, 11211])
def test_ports_where_a_request_would_be_a_command(port: int) -> None:
    assert refusal(f"http://x.example:{port}/") == "address"


@pytest.mark.parametrize("url", ["", *OTHER_SCHEMES.split()])
def test_other_schemes(url: str) -> None:
    """Promises T07."""
    assert refusal(url) == "scheme"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("HTTP://X.Example", "http://x.example/"),
        ("https://x.example:443/a?b#c", "https://x.example/a?b"),
        ("http://x.example:8080", "http://x.example:8080/"),
        ("http://x.example./", "http://x.example/"),
        (" http://x.example/a b\n", "http://x.example/a%20b"),
        ("http://x.example/ä?ö=ü'", "http://x.example/%C3%A4?%C3%B6=%C3%BC%27"),
        ("http://x.example/%c3%a4%zz", "http://x.example/%c3%a4%zz"),
        ("http://x.example/\udce4", "http://x.example/%E4"),
        ("http://x.example/a\\b?c\\d", "http://x.example/a/b?c\\d"),
        ("http://x.example?a=1&b=%20", "http://x.example/?a=1&b=%20"),
        ("https://user:secret@x.example/", "https://x.example/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://BÜCHER。example/", "http://xn--bcher-kva.example/"),
        ("http://faß.example/", "http://xn--fa-hia.example/"),
        ("http://i❤.example/", "http://xn--i-7iq.example/"),
        ("http://a_b.example/", "http://a_b.example/"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://0x08.0x8.2056/", "http://8.8.8.8/"),
        ("http://[2606:4700:4700:0::1111]:8000/", "http://[2606:4700:4700::1111]:8000/"),
        ("http://1and1.example/", "http://1and1.example/"),
        ("http://0xbad.example/", "http://0xbad.example/"),
    ],
)
def test_addresses_as_they_are_asked_for(given: str, read: str) -> None:
    assert check_url(given, OPEN).url == read


@pytest.mark.parametrize(
    ("place", "led"),
    [
        ("/b", "http://x.example/b"),
        ("b?c#d", "http://x.example/dir/b?c"),
        ("?c", "http://x.example/dir/a?c"),
        ("//y.example/b", "http://y.example/b"),
        ("\\\\y.example\\b", "http://y.example/b"),
        ("HTTPS://y.example", "https://y.example/"),
        ("/ä b", "http://x.example/%C3%A4%20b"),
        ("", "http://x.example/dir/a"),
    ],
)
def test_where_a_redirect_leads(place: str, led: str) -> None:
    assert check_url(place, OPEN, base="http://x.example/dir/a").url == led


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "//127.0.0.1/", "\\\\127.0.0.1\\x", "http:\\\\[::1]\\", "//[", "x:y"]
)
def test_where_a_redirect_may_not_lead(place: str) -> None:
    assert refusal(place, base="http://x.example/") in ("scheme", "private", "address")


def test_credentials_leave_the_address() -> None:
    target = check_url("https://us%40er:p%3Ass@x.example/feed", OPEN)
    assert target.url == "https://x.example/feed"
    assert target.authorization == "Basic dXNAZXI6cDpzcw=="


@given(st.text() | st.from_regex(r"(https?:)?//?[^/]{0,40}(/.{0,20})?"))
def test_any_text_is_read_or_refused(text: str) -> None:
    for base in ("", "https://x.example/a"):
        try:
            target = check_url(text, OPEN, base)
        except Failed:
            continue
        assert target.url.isascii()
        assert "@" not in target.url.split("/")[2]
        assert not any(mark in target.url for mark in " \r\n\t#")


def test_what_may_be_allowed() -> None:
    assert parse_allowed("") == ()
    assert parse_allowed(" 127.0.0.1, 10.1.2.3/16 ,::1,[::1]:80, LOCALHOST:8080,127.1:9,") == (
        ip_network("127.0.0.1"),
        ip_network("10.1.0.0/16"),
        ip_network("::1"),
        ("::1", 80),
        ("localhost", 8080),
        ("127.0.0.1", 9),
    )


@pytest.mark.parametrize(
    "text", ["nonsense", "localhost", "10.0.0.0/99", "x.example:0", "x.example:99999", "*", "a b:80"]
)
def test_what_cannot_be_allowed_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="takes addresses, networks or host:port") as error:
        parse_allowed("127.0.0.1," + text)
    assert text in str(error.value)


def test_an_exception_is_no_wider_than_it_says() -> None:
    by_port = Rules(allow_private=parse_allowed("127.0.0.1:8000"))
    assert allowed(ip_address("127.0.0.1"), 8000, by_port)
    assert not allowed(ip_address("127.0.0.1"), 8001, by_port)
    assert not allowed(ip_address("127.0.0.2"), 8000, by_port)
    assert allowed(ip_address("::ffff:127.0.0.1"), 8000, by_port)
    assert not allowed(ip_address("64:ff9b::127.0.0.1"), 8000, by_port)
    assert refusal("http://127.0.0.1:8001/", by_port) == "private"
    assert check_url("http://127.0.0.1:8000/", by_port).near
    assert check_url("http://localhost:8000/", by_port).near
    by_net = Rules(allow_private=parse_allowed("10.0.0.0/8"))
    assert allowed(ip_address("10.9.8.7"), 1, by_net)
    assert not allowed(ip_address("192.168.0.1"), 1, by_net)
    by_name = Rules(allow_private=parse_allowed("nas.example:80"))
    assert choose("nas.example", 80, [ip_address("10.0.0.1")], by_name)
    with pytest.raises(Failed):
        choose("nas.example", 81, [ip_address("10.0.0.1")], by_name)
    with pytest.raises(Failed):
        choose("other.example", 80, [ip_address("10.0.0.1")], by_name)


def test_one_private_address_spoils_the_name() -> None:
    found = [ip_address("8.8.8.8"), ip_address("10.0.0.1")]
    with pytest.raises(Failed) as failed:
        choose("x.example", 80, found, OPEN)
    assert failed.value.code == "private"


@pytest.mark.parametrize(
    "url", ["http://router/", "http://nas.local/", "http://metadata.google.internal/", "http://a.lan/"]
)
def test_names_of_the_inside_are_not_asked_of_a_proxy(url: str) -> None:
    assert refusal(url, Rules(proxy="http://proxy.example:3128")) == "private"
    assert check_url(url, OPEN).url == url  # without a proxy the look-up decides


def test_a_proxy_is_a_host_and_a_port() -> None:
    assert parse_proxy("http://proxy.example:3128") == ("proxy.example", 3128, "")
    assert parse_proxy("http://[::1]:3128/") == ("::1", 3128, "")
    assert parse_proxy("http://a:b@10.0.0.1") == ("10.0.0.1", 80, "Basic YTpi")
    for wrong in ("proxy.example:3128", "https://x:1", "socks5://x:1", "http://x:99999", "http://x/y", "http://"):
        with pytest.raises(ValueError, match="takes an address like http://"):
            parse_proxy(wrong)
