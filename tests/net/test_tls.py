"""https is believed only where the certificate proves it, by the system's authorities or the owner's."""

from __future__ import annotations

import datetime
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
from passalong.net.shapes import Failed
from tests.net.raw import ok

Key = ec.EllipticCurvePrivateKey
NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certify(subject: str, key: Key, issuer: str, issuer_key: Key, until: datetime.datetime) -> x509.Certificate:
    is_authority = subject == issuer
    usage = x509.KeyUsage(not is_authority, False, False, False, False, is_authority, is_authority, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 10 * DAY)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def pem(thing: x509.Certificate | Key) -> bytes:
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(serialization.Encoding.PEM)
    return thing.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ca.pem and, for each kind of site, its certificate with its key."""
    folder = tmp_path_factory.mktemp("authority")
    own, stranger = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (folder / "ca.pem").write_bytes(pem(certify("Our authority", own, "Our authority", own, NOW + DAY)))
    key = ec.generate_private_key(ec.SECP256R1())
    for kind, signer, until in (("good", own, NOW + DAY), ("old", own, NOW - DAY), ("strange", stranger, NOW + DAY)):
        certificate = certify("good.example", key, "Our authority", signer, until)
        (folder / f"{kind}.pem").write_bytes(pem(certificate) + pem(key))
    return folder


@pytest.fixture(params=["good"])
def site(authority: Path, request: pytest.FixtureRequest) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / f"{request.param}.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as connection:
                    connection.recv(65536)
                    connection.sendall(ok(b"proven", "Connection: close"))
            except OSError:
                plain.close()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def visit(port: int, host: str = "good.example", ca_file: str = "") -> bytes:
    get.configure(Rules(parse_allowed("127.0.0.1"), ca_file=ca_file, resolver=lambda host: ["127.0.0.1"]))
    return get.get(f"https://{host}:{port}/").body


def failure(port: int, host: str = "good.example", ca_file: str = "") -> Failed:
    with pytest.raises(Failed) as failed:
        visit(port, host, ca_file)
    return failed.value


def test_the_owners_authority_is_believed(site: int, authority: Path) -> None:
    assert visit(site, ca_file=str(authority / "ca.pem")) == b"proven"


def test_an_unknown_authority_is_not(site: int) -> None:
    failed = failure(site)
    assert failed.code == "tls"
    assert "good.example" in str(failed)


def test_a_certificate_for_another_name_is_not(site: int, authority: Path) -> None:
    assert failure(site, "other.example", str(authority / "ca.pem")).code == "tls"


@pytest.mark.parametrize("site", ["old", "strange"], indirect=True)
def test_an_old_or_foreign_certificate_is_not(site: int, authority: Path) -> None:
    assert failure(site, ca_file=str(authority / "ca.pem")).code == "tls"


def test_a_site_that_speaks_no_tls(authority: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(ok())

    threading.Thread(target=serve, daemon=True).start()
    assert failure(listener.getsockname()[1]).code == "tls"
    listener.close()


def test_ssl_cert_file_is_honoured(site: int, authority: Path) -> None:
    program = f"""
from passalong.net import get
from passalong.net.guard import Rules, parse_allowed
get.configure(Rules(parse_allowed("127.0.0.1"), resolver=lambda host: ["127.0.0.1"]))
print(get.get("https://good.example:{site}/").body)
"""
    environment = {**os.environ, "SSL_CERT_FILE": str(authority / "ca.pem")}
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, timeout=20, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "b'proven'\n"
