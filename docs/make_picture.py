"""Makes docs/picture.png from the program itself: Ann's page beside her river. `python docs/make_picture.py`

Needs the development install and Debian's Chromium.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.node import Node

OUT = Path(__file__).resolve().parent / "picture.png"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
WIDTH, HEIGHT = 640, 860
PEOPLE = {
    "Ben's notebook": [
        ("Winter seeds", "Some seeds only wake after weeks of cold. A cold frame and patience are all it takes."),
        ("A shelf is a network", "Our seed library has no catalogue. People read the labels, and then they talk."),
    ],
    "Cas reads": [
        ("Marginalia as conversation", "Students who wrote in the margins of a shared text asked better questions."),
        ("Small tools, kept", "What lasts in a school is what one teacher can run alone on a Tuesday evening."),
    ],
}
SHARES = [
    "Captions first: a video without them asks half the room to wait outside. #accessibility",
    "Three worksheets on seed dormancy, free to change and pass on. #oer #seeds",
    "What did you stop grading, and what happened?",
]


def feed(name: str) -> bytes:
    entries = "".join(
        f"<entry><title>{title}</title><id>tag:x.example,2026:{n}-{len(name)}</id>"
        f"<updated>2026-11-{20 - n}T0{n + 7}:00:00Z</updated><summary>{words}</summary></entry>"
        for n, (title, words) in enumerate(PEOPLE[name])
    )
    head = f"<title>{name}</title><id>tag:x.example,2026:{len(name)}</id><updated>2026-11-20T08:00:00Z</updated>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'.encode()


class Feeds(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = feed(list(PEOPLE)[int(self.path.strip("/") or 0)])
        self.send_response(200)
        self.send_header("Content-Type", "application/atom+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served() -> Iterator[int]:
    server = ThreadingHTTPServer(("", 0), Feeds)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def shots(node: Node) -> list[Image.Image]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(node.hello)
        found = []
        for path in ("/", "/river"):
            page.goto(node.url + path)
            page.wait_for_timeout(400)
            found.append(Image.open(BytesIO(page.screenshot())))
        browser.close()
    return found


def main() -> None:
    folder = tempfile.TemporaryDirectory()
    home = Path(folder.name) / "home"
    with folder, served() as port, Node(home, PASSALONG_ALLOW_PRIVATE="127.0.0.0/8") as node:
        for number in range(len(PEOPLE)):
            node.run("follow", f"http://127.0.0.{number + 2}:{port}/{number}").check_returncode()
        for words in SHARES:
            node.run("share", words).check_returncode()
        pages = shots(node)
    whole = Image.new("RGB", (WIDTH * 2 + 24, HEIGHT), "#d9d4cb")
    whole.paste(pages[0].convert("RGB"), (0, 0))
    whole.paste(pages[1].convert("RGB"), (WIDTH + 24, 0))
    whole.quantize(128).save(OUT, optimize=True)


if __name__ == "__main__":
    main()
