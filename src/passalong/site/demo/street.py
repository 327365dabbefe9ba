"""The invented sharers' sites, served: one little HTTP server on loopback, one name under .localhost for each."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from passalong.site.sentence import CannotStart

from . import pages, place, things
from .place import Mark
from .village import FILES, Post, Sharer, Village, feed

HTML = "text/html; charset=utf-8"
Answer = tuple[int, str, bytes]
NOTHING: Answer = (404, HTML, b"<!doctype html><title>Nothing here</title><p>Nothing here.")


class Street(ThreadingHTTPServer):
    """Listens from the moment it is made; answers once it has a village."""

    daemon_threads = True
    village: Village | None = None


def open_street(home: Path) -> tuple[Street, Mark]:
    """Listens at the port the demo of this folder has, or at a free one. Raises CannotStart."""
    mark = place.read(home)
    try:
        street = Street(("127.0.0.1", mark.port if mark else 0), Handler)
    except OSError as problem:
        assert mark
        raise CannotStart(
            f"Port {mark.port}, where the demo's invented people live, is taken by another program:"
            f" stop that, or remove the folder {home} and start the demo again."
        ) from problem
    return street, mark or place.new_mark(street.server_port)


class Handler(BaseHTTPRequestHandler):
    server: Street
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_GET(self) -> None:
        self._send(*self._found())

    def do_HEAD(self) -> None:
        self._send(*self._found(), body=False)

    def do_POST(self) -> None:
        """A webmention is taken with thanks; nothing comes of it."""
        self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 100_000))
        self._send(202 if self.path == "/webmention" else 404, "text/plain; charset=utf-8", b"Thank you.")

    def _found(self) -> Answer:
        handle = (self.headers.get("Host") or "").partition(":")[0].removesuffix(".localhost")
        village = self.server.village
        sharer = village.told.people.get(handle) if village else None
        if village is None or sharer is None:
            return NOTHING
        return answer(village, sharer, self.path.partition("?")[0])

    def _send(self, status: int, kind: str, content: bytes, body: bool = True) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nobody needs to know."""


def answer(village: Village, sharer: Sharer, path: str) -> Answer:
    """What the site of this sharer says at `path`."""
    if village.troubled and sharer.trouble and not path.endswith(".png"):
        return sharer.trouble, HTML, b"<!doctype html><title>Closed</title><p>Closed."
    if path == "/":
        return 200, HTML, pages.home(village, sharer).encode()
    if path == "/feed.atom" and sharer.wire == "atom":
        return 200, "application/atom+xml; charset=utf-8", feed(village, sharer)
    if path == "/face.png":
        return 200, "image/png", things.face(sharer.handle, sharer.colour)
    slug, _, ending = path[1:].partition(".")
    post = next((one for one in village.posts(sharer.handle) if one.slug == slug), None)
    return _of_post(village, sharer, post, ending) if post else NOTHING


def _of_post(village: Village, sharer: Sharer, post: Post, ending: str) -> Answer:
    if not ending:
        return 200, HTML, pages.post_page(village, sharer, post).encode()
    if ending == "png" and post.picture:
        return 200, "image/png", things.picture(post.slug, sharer.colour)
    if ending == post.file == "wav":
        return 200, FILES["wav"], things.sound(post.slug)
    if ending == post.file == "pdf":
        return 200, FILES["pdf"], things.paper([post.title, "", *post.words.split("\n")])
    return NOTHING
