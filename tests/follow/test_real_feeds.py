"""Real feeds, served locally, followed twice over: whatever they are, each gets a state in words, nothing breaks, and
the second time brings nothing new (P5, P6, P10)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from passalong.follow import refresh
from passalong.follow.start import start
from passalong.models import Body, Item, Person, Source
from passalong.wire.shapes import Found
from tests.shared import shared

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600), pytest.mark.slow]
TYPES = {".json": "application/feed+json", ".html": "text/html", ".atom": "application/atom+xml"}


def test_every_real_feed_is_followed_twice(
    ben: Person, httpserver: HTTPServer, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    files = sorted(path for path in shared("feeds").iterdir() if path.suffix not in (".md", ".opml"))
    files = [path for path in files if path.name != "index.json"]

    def serve(request: Request) -> Response:
        path = files[int(request.path.strip("/"))]
        return Response(path.read_bytes(), content_type=TYPES.get(path.suffix, "application/xml"))

    httpserver.expect_request(re.compile(r"/\d+")).respond_with_handler(serve)
    for number in range(len(files)):
        url = f"http://s{number}.example:{httpserver.port}/{number}"
        start(ben, Found(url, "feed"), now=timezone.now())
    first = refresh.refresh_due("worker")
    assert first.sources == len(files)
    assert first.new > 1500
    check_states(files)
    Source.objects.update(etag="", last_modified="", body_hash="")
    clock.shift(3 * 24 * 3600)
    bodies = Body.objects.count()
    second = refresh.refresh_all("worker")
    assert (second.sources, second.new, second.changed, second.failed) == (len(files), 0, 0, first.failed)
    assert Body.objects.count() == bodies
    assert "Traceback" not in caplog.text


def check_states(files: list[Path]) -> None:
    for source in Source.objects.filter(kind="feed"):
        name = files[int(source.url.rpartition("/")[2])].name
        assert source.fetch_at, name
        assert source.state in ("fine", "not a feed", "backing off"), (name, source.state, source.reason)
        assert "fault is ours" not in source.reason, name
        assert (source.state == "fine") or source.reason.endswith("."), name
    late = Item.objects.filter(published__gt=timezone.now()) | Item.objects.filter(arrived__gt=timezone.now())
    assert not late.exists()
