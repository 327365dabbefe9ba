"""A real node in processes of its own, for stories: `passalong up` on a free loopback port in a fresh folder."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

START_WITHIN = 30.0
PROGRAM = [sys.executable, "-m", "passalong"]
SRC = Path(__file__).resolve().parents[1] / "src"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, **extra: str) -> dict[str, str]:
    """The machine's environment, without settings of ours but those given."""
    mine = {
        key: value for key, value in os.environ.items() if not key.startswith(("PASSALONG_", "DJANGO_", "DATABASE_"))
    }
    return mine | {"PASSALONG_HOME": str(home), "PYTHONPATH": str(SRC), "PYTHONWARNINGS": "default"} | extra


def run(
    home: Path, *words: str, stdin: str | None = None, timeout: float = 60, **extra: str
) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [*PROGRAM, *words],
        env=environment(home, **extra),
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


class Node:
    """`with Node(folder) as node:` node.url, node.hello, node.browser(); stopped at the end."""

    def __init__(self, home: Path, *words: str, port: int | None = None, **extra: str) -> None:
        self.home, self.port = home, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.words, self.extra = words, extra
        self.hello = ""
        self.lines: list[str] = []

    def __enter__(self) -> Node:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self.hello = ""
        words = self.words or ("up", "--no-open", "--name", "Ann")
        self.process = subprocess.Popen(
            [*PROGRAM, *words, "--port", str(self.port)],
            env=environment(self.home, **self.extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        ready = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(ready,), daemon=True)
        self._reader.start()
        if not ready.wait(START_WITHIN):
            self.kill()
            raise AssertionError("not ready: " + "".join(self.lines))

    def _read(self, ready: threading.Event) -> None:
        assert self.process.stdout
        wants_hello = not self.words or self.words[0] in ("up", "web")
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.match(r"Sign in: (\S+)", line):
                self.hello = found[1]
            if self.hello or (line.startswith("Ready:") and not wants_hello):
                ready.set()
        self.process.stdout.close()

    def stop(self) -> float:
        """SIGTERM; returns the seconds until it was gone."""
        started = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        took = time.monotonic() - started
        self._end()
        return took

    def kill(self) -> None:
        """kill -9 for the whole node."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self._end()

    def _end(self) -> None:
        self.process.wait(10)
        self._reader.join(10)
        assert not self._reader.is_alive(), "a process of the node outlived it"

    def children(self) -> list[int]:
        """Process ids of its web and work processes."""
        return children_of(self.process.pid)

    def browser(self) -> Browser:
        """Signed in as the owner, by the printed link."""
        browser = Browser(self.url)
        browser.get(self.hello)
        return browser

    def run(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return run(self.home, *words, stdin=stdin, **self.extra)


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


class Browser:
    """A small browser without JavaScript: cookies, forms with their hidden fields, redirects."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar)
        )
        self.url, self.status, self.page = "", 0, ""

    def get(self, path: str) -> str:
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.base, path)))

    def post(self, path: str, **fields: str) -> str:
        """Sends a form, with the CSRF key of the last cookie."""
        key = next((c.value for c in self.jar if c.name == "csrftoken"), "")
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": key or "", **fields}).encode()
        address = urllib.parse.urljoin(self.base, path)
        return self._open(urllib.request.Request(address, data, {"Referer": self.base + "/", "Origin": self.base}))

    def json(self, path: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.get(path))
        return found

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self.opener.open(request, timeout=20) as answer:
                self.status, self.url = answer.status, answer.url
                self.page = answer.read().decode(errors="replace")
        except urllib.error.HTTPError as answer:
            with answer:
                self.status, self.url = answer.code, answer.url or ""
                self.page = answer.read().decode(errors="replace")
        return self.page


def is_listening(port: int) -> bool:
    ask = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        ask.request("GET", "/livez")
        return ask.getresponse().status == 200
    except OSError:
        return False
    finally:
        ask.close()
