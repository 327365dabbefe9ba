"""What `bench/finding.py` measures, each part in a process of its own."""

# ruff: noqa: E402 - models can be imported when Django is set up
from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import django
from measure import ROOT, milliseconds, percentile

sys.path.insert(0, str(ROOT / "src"))
django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from finding_fill import WORDS, elsewhere, fill, said

from passalong.credit import trace
from passalong.credit.came_back import came_back
from passalong.intake import pages as intake_pages
from passalong.intake import ready as intake_ready
from passalong.intake import write as intake_write
from passalong.intake.plan import plan
from passalong.intake.take_in import write
from passalong.models import Item, Link, Page, Person, Source
from passalong.models.cursor import read_cursor
from passalong.net.get import configure, get_many
from passalong.net.guard import Rules, parse_allowed
from passalong.net.shapes import Ask
from passalong.site.collector import spare_what_is_loaded
from passalong.site.home import migrate
from passalong.wire.shapes import Entry, Feed

AIM_MS, REQUESTS, ENTRIES, LINKS = 50, 40, 20, 8
Asked = tuple[float, str, Any]
"""Seconds, SQL, parameters."""


class Recorder:
    """Keeps what is asked of the database."""

    def __init__(self, asked: list[Asked]) -> None:
        self.asked = asked

    def __call__(self, execute: Any, sql: str, names: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        found = execute(sql, names, many, context)
        self.asked.append((time.perf_counter() - started, sql, names))
        return found


class Shortener(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(301)
        self.send_header("Location", f"https://long.example{self.path}/and-so-on")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


def entry_html(dice: random.Random, number: str, pages: int, port: int) -> str:
    """About 4 KB with LINKS links: of ten, six to new addresses, four to known ones; of 100, one short, one to ours."""

    parts = []
    for place in range(LINKS):
        what = dice.randrange(100)
        url = elsewhere(dice.randrange(pages // 5 + 1, pages)) if what < 40 else ""
        url = url or f"https://site{dice.randrange(5003)}.example/new/{number}-{place}"
        if what == 99:
            url = f"http://127.0.{dice.randrange(1, 200)}.1:{port}/s/x{dice.randrange(10**6)}"
        if what == 98:
            url = f"http://localhost:8000/@ann/{dice.randrange(2000)}"
        words = " ".join(dice.choices(WORDS, k=70))
        parts.append(f'<p>{words}, <em>{dice.choice(WORDS)}</em> <a href="{url}">there</a>.</p>')
    return "".join(parts)


def feed_of(dice: random.Random, number: int, start: int, pages: int, port: int) -> Any:

    host = f"https://p{number}.example"
    entries = [
        Entry(guid=f"{start}-{n}", url=f"{host}/2026/11/entry-{start}-{n}", title=said(dice, 6),
              html=entry_html(dice, f"{number}-{start}-{n}", pages, port))
        for n in range(ENTRIES)
    ]  # fmt: skip
    return Feed("rss-2.0", title=f"Blog {number}", home=f"{host}/", entries=tuple(entries))


def take_part_away(mode: str) -> None:
    """What is left off. The indexes are dropped in `prepare`, once."""

    if mode == "on":
        return
    intake_pages.key = lambda url: ""  # type: ignore[assignment]
    intake_pages.leads_on = lambda url: False  # type: ignore[assignment]
    intake_write.hear = lambda urls, now: set()  # type: ignore[assignment]
    if mode == "bare":
        intake_ready.links_of = lambda *words: ()  # type: ignore[assignment]


def child_intake(mode: str, number: int, feeds: int, pages: int) -> None:
    """One round of one mode; prints JSON."""

    server = ThreadingHTTPServer(("0.0.0.0", 0), Shortener)
    dice = random.Random(number)
    sources = list(Source.objects.filter(kind="feed").select_related("person").order_by("id")[:feeds])
    documents = [(one, feed_of(dice, one.pk, number, pages, server.server_port)) for one in sources]
    take_part_away(mode)
    spare_what_is_loaded()  # as the worker does
    before, now = Page.objects.count(), timezone.now()
    started, cpu = time.perf_counter(), time.process_time()
    for first in range(0, feeds, 16):
        failed = write([plan(one, feed, now) for one, feed in documents[first : first + 16]])
        assert not failed
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    made = Page.objects.count() - before
    traced, trace_cpu = 0, 0.0
    if mode == "on":
        threading.Thread(target=server.serve_forever, daemon=True).start()
        configure(Rules(allow_private=parse_allowed("127.0.0.0/8"), resolver=lambda host: ["127.0.0.1"]))
        list(get_many([Ask(f"http://127.0.201.1:{server.server_port}/s/warm")]))
        started_cpu = time.thread_time()
        while done := trace.work_once(timezone.now()):
            traced += done
        trace_cpu = time.thread_time() - started_cpu
    print(json.dumps({"wall": wall, "cpu": cpu, "pages": made, "traced": traced, "trace_cpu": trace_cpu}))


def prepare(mode: str) -> None:
    """Away with what only finding needs, in this copy."""

    with connection.cursor() as cursor:
        if mode != "on":
            names = connection.introspection.get_constraints(cursor, "passalong_page")
            for name, what in names.items():
                if what["index"] and not what["unique"] and what["columns"] in (["key"], ["lead_at"]):
                    cursor.execute(f'DROP INDEX "{name}"')
            cursor.execute("UPDATE passalong_page SET key = ''")
    if connection.vendor == "sqlite":
        connection.cursor().execute("VACUUM")


def child_read(plans: bool) -> None:
    """Each page asked REQUESTS times by its owner, in process; its slowest query's plan."""

    settings.ALLOWED_HOSTS = ["*"]
    spare_what_is_loaded()  # as the server does
    me = Person.objects.select_related("user").get(user__isnull=False)
    client, host = Client(), settings.BASE_URL.partition("://")[2]
    client.force_login(me.user)
    mine = Item.objects.filter(source__person=me, kind="note").order_by("id")
    loud, quiet = mine[0], mine[500]
    answer = Link.objects.filter(rel="reply").order_by("id")[0].item_id
    paths = {
        "came back": "/came-back",
        "came back, deep": "/came-back?before=" + deep(me, 60),
        "of one, linked to 5,000 times": f"/came-back?of={loud.pk}",
        "of one": f"/came-back?of={quiet.pk}",
        "conversation": f"/conversation/{answer}",
        "conversation of 5,000": f"/conversation/{loud.pk}",
        "unanswered": "/unanswered",
    }
    for what, path in paths.items():
        asked: list[Asked] = []
        with connection.execute_wrapper(Recorder(asked)):
            first = client.get(path, headers={"host": host})
        assert first.status_code == 200, (path, first.status_code, first.headers)
        times, work = [], []
        for _ in range(REQUESTS):
            started, cpu = time.perf_counter(), time.process_time()
            client.get(path, headers={"host": host})
            times.append(time.perf_counter() - started)
            work.append(time.process_time() - cpu)
        verdict = "" if percentile(times, 0.95) * 1000 < AIM_MS else f"   over {AIM_MS} ms"
        cost = f"of CPU {milliseconds(work)}; {len(asked)} queries {sum(one[0] for one in asked) * 1000:.1f} ms"
        print(f"  {what:30} {milliseconds(times)}; {cost}, {len(first.content) // 1000} kB{verdict}", flush=True)
        if plans:
            show_plan(max(asked, key=lambda one: one[0]))


def deep(me: Any, pages: int) -> str:

    before = None
    for _ in range(pages):
        found = came_back(me, before=before, reader=me)
        before = read_cursor(found.next) or before
    return str(before)


def show_plan(asked: Asked) -> None:

    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) "
    seconds, sql, names = asked
    print(f"    slowest, {seconds * 1000:.1f} ms: {' '.join(sql.split())[:160]} ...")
    with connection.cursor() as cursor:
        cursor.execute(explain + sql, names)
        for row in cursor.fetchall():
            print("      " + str(row[-1]))


def main(what: str, *words: str) -> None:

    if what == "fill":
        Path(os.environ["PASSALONG_HOME"]).mkdir(parents=True, exist_ok=True)
        migrate()
        fill(int(words[0]))
    elif what == "prepare":
        prepare(words[0])
    elif what == "intake":
        child_intake(words[0], *map(int, words[1:]))
    else:
        child_read(words[0] == "plans")


if __name__ == "__main__":
    main(*sys.argv[1:])
