"""There is one door: no other room of the house has a socket or an HTTP client in hand (promises, design 1)."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "passalong"
CLIENTS = (
    "socket ssl asyncio.streams aiohttp urllib.request http.client requests httpx urllib3 ftplib smtplib poplib "
    "imaplib telnetlib nntplib xmlrpc socketserver pycurl websockets paramiko"
)
EXCEPTIONS = {
    ("site/up.py", "socket"),  # looks whether its own listening port is free
    ("site/up.py", "http.client"),  # asks that port of its own whether the server answers
}


def imported(path: Path) -> set[str]:
    """Every module a file imports, also by name (`from urllib import request`) or by string."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            names |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    return names


def clients(path: Path) -> set[str]:
    names = imported(path)
    return {
        client for client in CLIENTS.split() if any(name == client or name.startswith(client + ".") for name in names)
    }


def test_only_net_has_sockets() -> None:
    found = {
        (str(path.relative_to(PACKAGE)), client)
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] != "net"
        for client in clients(path)
    }
    assert found <= EXCEPTIONS


def test_the_test_sees_them() -> None:
    assert clients(PACKAGE / "net" / "dial.py") == {"socket", "ssl", "aiohttp"}


def test_only_the_dialling_part_makes_connections() -> None:
    """Inside net too: one file opens sessions, one sends requests."""
    makers = {
        path.name
        for path in (PACKAGE / "net").glob("*.py")
        if any(word in path.read_text() for word in ("ClientSession(", "TCPConnector(", "create_connection("))
    }
    assert makers == {"dial.py"}
    askers = {path.name for path in (PACKAGE / "net").glob("*.py") if "session.request(" in path.read_text()}
    assert askers == {"fetch.py"}


def test_net_knows_no_django() -> None:
    found = {name for path in (PACKAGE / "net").glob("*.py") for name in imported(path)}
    assert not {name for name in found if name.split(".")[0] in ("django", "passalong")}
