"""Our own table of what is public (promises T03). Sources: the IANA special-purpose registries."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from passalong.net.addresses import inner, is_public

PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 100.100.100.200 127.0.0.1 127.255.255.254
168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.7 192.88.99.1
192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255 :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1
::ffff:0:8.8.8.8 64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::1
64:ff9b:1:7f00:0:100:: 2002:7f00:1:: 2002:a00:1::1 2002:c0a8:101::5 2002:a9fe:a9fe:: 2001:0:7f00:1::1
2001:0:4136:e378:8000:63bf:80ff:fffe 2001:0:4136:e378:8000:63bf:f5ff:fffe 2001:db8::1 2001:2::1 2001:10::1
2001:20::1 3fff::1 100::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 fec0:0:0:ffff::1 ff02::1
ff0e::1 2a00:1450::5efe:10.0.0.1 2a00:1450::200:5efe:127.0.0.1 4000::1 ::ffff:0:0
"""

PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 168.63.129.15
169.253.255.255 172.15.255.255 172.32.0.0 192.0.1.1 192.0.3.1 192.167.255.255 192.169.0.0 198.17.255.255
198.20.0.0 223.255.255.255 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1 2a00:1450:4001:81b::200e
2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450::5efe:8.8.8.8
"""


@pytest.mark.parametrize("text", PRIVATE.split())
def test_private(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC.split())
def test_public(text: str) -> None:
    assert is_public(ip_address(text))


def test_what_an_address_carries_inside() -> None:
    carried = {
        "::ffff:10.0.0.1": "10.0.0.1",
        "64:ff9b::7f00:1": "127.0.0.1",
        "2002:c0a8:101::5": "192.168.1.1",
        "2a00::200:5efe:a00:1": "10.0.0.1",
    }
    for outer, within in carried.items():
        assert [str(ip) for ip in inner(ip_address(outer))] == [within]  # type: ignore[arg-type]
