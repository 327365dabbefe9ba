"""A page somewhere that one comes across, and what a phone does with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SENT = """words => {
    const form = Object.assign(document.createElement("form"), {method: "post", action: "/share/target"});
    form.enctype = "multipart/form-data";
    for (const [name, value] of Object.entries(words))
        form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    document.body.append(form);
    form.submit();
}"""
"""What a phone does when one chooses Passalong in its share sheet (W3C Web Share Target: a form is sent)."""


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A good page</title><input value='https://cas.example/copied'>")

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def elsewhere() -> Iterator[str]:
    """Where it is, for as long as it is there: http://127.0.0.1:<port>."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
