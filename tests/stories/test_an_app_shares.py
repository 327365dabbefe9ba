"""An app that knows nothing but Ann's address: finds the way in, asks her, shares with a picture, changes, deletes and
brings back, is removed. A real node in processes of its own, over real connections."""

from __future__ import annotations

import base64
import hashlib
import html
import http.client
import http.server
import json
import re
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.node import Browser, Node
from tests.share.pictures import jpeg

VERIFIER = "one-verifier-for-the-whole-story-0123456789-abcdefgh"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
LINK = re.compile(r'<([^<>]+)>; rel="([^"]+)"')


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    with Node(tmp_path / "home") as running:
        yield running


@pytest.fixture
def back() -> Iterator[tuple[str, list[str]]]:
    """The app's own server, where the browser comes back to: (its address, the paths it was asked for)."""
    seen: list[str] = []

    class Back(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"Welcome back")

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Back) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", seen
        server.shutdown()


def ask(method: str, url: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request of the app, without cookies and without following anything: (status, headers, body)."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def send(url: str, fields: dict[str, str], **headers: str) -> tuple[int, dict[str, str], bytes]:
    body = urllib.parse.urlencode(fields).encode()
    return ask("POST", url, body, Content_Type="application/x-www-form-urlencoded", **headers)


def found_at(url: str) -> dict[str, str]:
    """IndieAuth, 4.1 and Micropub, 5.3: what the Link header of a person's page names, and the metadata behind it."""
    _, headers, _ = ask("GET", url)
    named = {rel: place for place, rel in LINK.findall(headers["link"])}
    status, _, body = ask("GET", named["indieauth-metadata"])
    assert status == 200
    said: dict[str, str] = json.loads(body)
    return said | {"micropub": named["micropub"]}


def consent(browser: Browser, ways: dict[str, str], app: str, scope: str) -> None:
    """The browser of Ann: reads the question, ticks what stands there, presses Allow."""
    asked = {
        "response_type": "code", "client_id": app, "redirect_uri": f"{app}back", "state": "s1", "scope": scope,
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    page = browser.get(f"{ways['authorization_endpoint']}?{urllib.parse.urlencode(asked)}")
    question = re.search(r'name="question" value="([^"]+)"', page)
    assert question, page
    words = re.findall(r'name="scope" value="([^"]+)" checked', page)
    key = next(cookie.value for cookie in browser.jar if cookie.name == "csrftoken")
    fields = [("csrfmiddlewaretoken", key or ""), ("question", html.unescape(question[1])), ("answer", "yes")]
    data = urllib.parse.urlencode([*fields, *(("scope", word) for word in words)]).encode()
    headers = {"Origin": browser.base, "Referer": browser.base + "/"}
    browser._open(urllib.request.Request(f"{browser.base}/oauth/consent", data, headers))


def multipart(**parts: tuple[str, bytes]) -> tuple[bytes, str]:
    """(body, content type); each part is (file name or '', bytes)."""
    pieces = []
    for name, (file_name, data) in parts.items():
        called = f'; filename="{file_name}"' if file_name else ""
        pieces.append(
            f'--edge\r\nContent-Disposition: form-data; name="{name}"{called}\r\n\r\n'.encode() + data + b"\r\n"
        )
    return b"".join(pieces) + b"--edge--\r\n", "multipart/form-data; boundary=edge"


@pytest.mark.slow
def test_from_an_address_to_a_post_and_back(node: Node, back: tuple[str, list[str]]) -> None:
    app, seen = back
    browser = node.browser()
    ways = found_at(node.url)
    consent(browser, ways, app, "create update delete undelete media")
    came = {name: value[0] for name, value in urllib.parse.parse_qs(urllib.parse.urlsplit(seen[0]).query).items()}
    assert (came["state"], came["iss"]) == ("s1", ways["issuer"])

    exchange = {
        "grant_type": "authorization_code", "code": came["code"], "client_id": app, "redirect_uri": f"{app}back",
        "code_verifier": VERIFIER,
    }  # fmt: skip
    status, _, body = send(ways["token_endpoint"], exchange)
    assert status == 200, body
    said = json.loads(body)
    # IndieAuth, 5.4: the address that came back names the same server.
    assert found_at(said["me"])["authorization_endpoint"] == ways["authorization_endpoint"]
    head = {"Authorization": f"Bearer {said['access_token']}"}

    _, _, config = ask("GET", f"{ways['micropub']}?q=config", **head)
    data, kind = multipart(file=("oak.jpg", jpeg()))
    status, headers, _ = ask("POST", json.loads(config)["media-endpoint"], data, Content_Type=kind, **head)
    assert status == 201
    assert ask("GET", headers["location"])[0] == 200

    post = {"type": ["h-entry"], "properties": {"content": ["From an app"], "photo": [headers["location"]]}}
    as_json = {"Content_Type": "application/json", **head}
    status, headers, _ = ask("POST", ways["micropub"], json.dumps(post).encode(), **as_json)
    assert status == 201
    place = headers["location"]
    assert b"From an app" in ask("GET", place)[2]
    assert b"/file/" in ask("GET", place)[2]

    change = {"action": "update", "url": place, "replace": {"content": ["Changed by an app"]}}
    assert ask("POST", ways["micropub"], json.dumps(change).encode(), **as_json)[0] == 204
    assert b"Changed by an app" in ask("GET", place)[2]
    assert send(ways["micropub"], {"action": "delete", "url": place}, **head)[0] == 204
    assert ask("GET", place)[0] == 410
    assert send(ways["micropub"], {"action": "undelete", "url": place}, **head)[0] == 200
    assert b"Changed by an app" in ask("GET", place)[2]

    remove = re.search(r"/settings/apps/\d+/remove", browser.get("/settings"))
    assert remove
    browser.post(remove[0])
    assert send(ways["micropub"], {"h": "entry", "content": "again"}, **head)[0] == 401
    log = "".join(node.lines)
    assert not [secret for secret in (said["access_token"], said["refresh_token"], came["code"]) if secret in log]


@pytest.mark.slow
def test_signing_in_elsewhere(node: Node, back: tuple[str, list[str]]) -> None:
    """A site learns Ann's address and nothing else; an answer for somebody else would not check out."""
    app, seen = back
    ways = found_at(node.url)
    consent(node.browser(), ways, app, "")
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(seen[0]).query)["code"][0]
    fields = {
        "grant_type": "authorization_code", "code": code, "client_id": app, "redirect_uri": f"{app}back",
        "code_verifier": VERIFIER,
    }  # fmt: skip
    status, _, body = send(ways["authorization_endpoint"], fields)
    assert (status, list(json.loads(body))) == (200, ["me"])
    assert found_at(json.loads(body)["me"])["issuer"] == ways["issuer"]
    assert send(ways["authorization_endpoint"], fields)[0] == 400


@pytest.mark.slow
def test_a_stranger_sends_no_file(node: Node) -> None:
    """Refused before the body is read; the server stays well."""
    data, kind = multipart(file=("big.bin", b"x" * 5_000_000))
    try:
        status = ask("POST", f"{node.url}/micropub/media", data, Content_Type=kind)[0]
    except (ConnectionError, http.client.HTTPException):
        status = 401  # it did not wait for the rest
    assert status == 401
    assert ask("GET", f"{node.url}/livez")[0] == 200
