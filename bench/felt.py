"""How quickly pages are there for a person with a slow phone, in a real Chromium, by its own clock.

python bench/felt.py [--rounds 5] [--only river,person]

A filled node (felt_home.py) is looked at over 150 ms, 1.6 Mbit/s down and 0.75 up, with a quarter of this machine's
speed, 360 by 740 pixels of two dots each. "First" is a visit with an empty cache, "again" one that has been here
before. Times are the browser's (Paint Timing, Largest Contentful Paint, Long Tasks, Layout Instability), medians of
the rounds; bytes are those that travelled, heads and all. The peer of the same run is /livez: one word, no style, so
the least that this server, this line and this phone can do. "1st byte" is the browser's own figure, which leaves the
150 ms of the line out: what the server took. Ends with 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from measure import HERE, ROOT, environment, passalong
from playwright.sync_api import Browser, BrowserContext, Page

sys.path.insert(0, str(ROOT))

from tests.browser.chromium import PHONE, launched
from tests.node import Node

LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4
FIRST_PAINT, WEIGHT, SHIFT, PEER = 500, 150_000, 0.05, 3.0
WORD = "/livez"
TEXT = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")
READ = """async () => {
    const seen = {paint: [], "largest-contentful-paint": [], "layout-shift": [], longtask: []};
    for (const type of Object.keys(seen)) {
        new PerformanceObserver((list) => seen[type].push(...list.getEntries())).observe({type, buffered: true});
    }
    await new Promise((done) => setTimeout(done, 300));
    const [way] = performance.getEntriesByType("navigation");
    const at = (name) => seen.paint.find((each) => each.name === name)?.startTime ?? NaN;
    return {
        first_byte: way.responseStart, paint: at("first-paint"), content: at("first-contentful-paint"),
        largest: seen["largest-contentful-paint"].at(-1)?.startTime ?? NaN, loaded: way.loadEventEnd,
        blocked: seen.longtask.reduce((sum, each) => sum + Math.max(0, each.duration - 50), 0),
        shifted: seen["layout-shift"].reduce((sum, each) => sum + (each.hadRecentInput ? 0 : each.value), 0),
        elements: document.querySelectorAll("*").length,
        eager: document.querySelectorAll("img:not([loading=lazy]):not([width][height])").length,
        holding: performance.getEntriesByType("resource").filter((each) => each.renderBlockingStatus === "blocking")
            .map((each) => new URL(each.name).pathname),
        preloads: document.querySelectorAll("link[rel~=preload], link[rel~=modulepreload]").length,
    };
}"""
"""What the browser noted since the navigation began, in milliseconds."""


@dataclass
class Sent:
    """One answer as it came over the line."""

    url: str
    kind: str
    headers: dict[str, str]
    size: int = 0
    """Bytes that travelled, with the head; 0 out of the cache."""


@dataclass
class Visit:
    told: dict[str, Any]
    sent: list[Sent]
    faults: list[str] = field(default_factory=list)

    def bytes_by_kind(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for each in self.sent:
            found[each.kind] += each.size
        return found

    def weight(self) -> int:
        """Without pictures."""
        return sum(size for kind, size in self.bytes_by_kind().items() if kind != "Image")


class Phone:
    """A browser of one person, slowed down; its cache lives as long as it does."""

    def __init__(self, browser: Browser, state: Any) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, locale="en", storage_state=state
        )
        self.page: Page = self.context.new_page()
        self.sent: dict[str, Sent] = {}
        line = self.context.new_cdp_session(self.page)
        line.on("Network.responseReceived", self._answered)
        line.on("Network.loadingFinished", self._finished)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", LINE)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def _answered(self, said: dict[str, Any]) -> None:
        answer = said["response"]
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        self.sent[said["requestId"]] = Sent(answer["url"], said["type"], headers)

    def _finished(self, said: dict[str, Any]) -> None:
        if found := self.sent.get(said["requestId"]):
            found.size = int(said["encodedDataLength"])

    def visit(self, url: str) -> Visit:
        """Opens it and looks at what is on the first screen; nobody touches anything.

        They come from a page of this server that has no parts, so that nothing is cached by it, but the browser's
        process for this server has started: that is the browser's time, not ours.
        """
        self.page.goto(urljoin(url, f"{WORD}?before"))
        self.sent.clear()
        self.page.goto(url, wait_until="load")
        self.page.wait_for_load_state("networkidle")
        found = Visit(self.page.evaluate(READ), list(self.sent.values()))
        found.faults = faults(found, url)
        return found

    def wander(self) -> tuple[float, int]:
        """Down to the end, one more page of it where there is one, and down again: how much jumped, and elements."""
        more = self.page.locator("a[data-load-more]")
        for _ in range(2):
            self._down()
            if not more.count():
                break
            cards = self.page.locator("article").count()
            more.click()
            self.page.wait_for_function("many => document.querySelectorAll('article').length > many", arg=cards)
        told = self.page.evaluate(READ)
        return told["shifted"], told["elements"]

    def _down(self) -> None:
        end = self.page.evaluate("document.documentElement.scrollHeight")
        for _ in range(0, end, 600):
            self.page.mouse.wheel(0, 600)
            self.page.wait_for_timeout(80)
        self.page.wait_for_load_state("networkidle")


def faults(visit: Visit, url: str) -> list[str]:
    """What is wrong with how it was sent, whatever time it took."""
    told, found = visit.told, []
    ours = urlsplit(url).netloc
    web = [each for each in visit.sent if each.url.startswith("http")]
    found += [f"asks {each.url}" for each in web if urlsplit(each.url).netloc != ours]
    for each in web:
        path = urlsplit(each.url).path
        is_text = each.headers.get("content-type", "").startswith(TEXT)
        if is_text and each.size > 1400 and "content-encoding" not in each.headers:
            found.append(f"{path} is not compressed")
        if path.startswith("/static/") and "immutable" not in each.headers.get("cache-control", ""):
            found.append(f"{path} is not immutable")
    styles = sum(name.endswith(".css") for name in told["holding"])
    found += [f"{name} holds the first paint" for name in told["holding"] if styles > 1 or not name.endswith(".css")]
    found += ["a preload"] * bool(told["preloads"])
    found += ["a picture that is neither lazy nor of said size"] * bool(told["eager"])
    return found


def middle(visits: list[Visit], name: str) -> float:
    return statistics.median(each.told[name] for each in visits)


def row(what: str, visits: list[Visit]) -> str:
    times = "".join(f"{middle(visits, name):9.0f}" for name in ("first_byte", "paint", "content", "largest", "blocked"))
    one = visits[-1]
    kinds = one.bytes_by_kind()
    kilo = "".join(f"{kinds[kind] / 1000:7.1f}" for kind in ("Document", "Stylesheet", "Script", "Image"))
    return f"{what:17}{times}{len(one.sent):5}{kilo}{one.told['elements']:7}"


HEAD = (
    f"{'':17}{'1st byte':>9}{'1st paint':>9}{'content':>9}{'largest':>9}{'blocked':>9}{'asks':>5}"
    f"{'page':>7}{'style':>7}{'script':>7}{'pics kB':>7}{'nodes':>7}"
)


@contextmanager
def filled(home: Path) -> Iterator[tuple[Node, dict[str, str]]]:
    """A node with a full house, and where its pages are."""
    env = environment(home)
    subprocess.run(passalong("river", "--limit", "1"), env=env, check=True, capture_output=True)
    node = Node(home, "up", "--no-open", "--name", "Ann")
    out = subprocess.run(
        [sys.executable, str(HERE / "felt_home.py")], env=env | {"PASSALONG_URL": node.url}, check=True,
        stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip
    with node:
        yield node, json.loads(out)


def signed_in(browser: Browser, node: Node) -> Any:
    """What a browser keeps of having signed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(node.hello)
    page.goto(node.url + "/river")
    state = context.storage_state()
    context.close()
    return state


def look(browser: Browser, state: Any, url: str, rounds: int) -> tuple[list[Visit], list[Visit], tuple[float, int]]:
    """First visits, visits again, and what the last of them found by wandering."""
    first, again = [], []
    wandered = (0.0, 0)
    for number in range(rounds):
        phone = Phone(browser, state)
        first.append(phone.visit(url))
        again.append(phone.visit(url))
        if number == rounds - 1:
            wandered = phone.wander()
        phone.context.close()
    return first, again, wandered


def missed(what: str, first: list[Visit], again: list[Visit], shifted: float, peer: float) -> list[str]:
    """Which limits this page does not hold."""
    found = []
    for how, visits in (("first", first), ("again", again)):
        paint = middle(visits, "paint")
        if paint > FIRST_PAINT:
            found.append(f"{what}, {how}: first paint after {paint:.0f} ms, limit {FIRST_PAINT}")
        if paint > PEER * peer:
            found.append(f"{what}, {how}: {paint / peer:.1f} times the peer's first paint, limit {PEER:.0f}")
    if (weight := max(each.weight() for each in first)) > WEIGHT:
        found.append(f"{what}: {weight / 1000:.0f} kB without pictures, limit {WEIGHT // 1000}")
    if shifted > SHIFT:
        found.append(f"{what}: {shifted:.3f} jumped, limit {SHIFT}")
    return found + [f"{what}: {fault}" for fault in sorted({fault for each in first + again for fault in each.faults})]


def bench(node: Node, places: dict[str, str], rounds: int) -> list[str]:
    wrong = []
    with launched() as browser:
        state = signed_in(browser, node)
        word, word_again, _ = look(browser, state, node.url + WORD, rounds)
        peers = middle(word, "paint"), middle(word_again, "paint")
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {rounds} rounds, times in ms\n{HEAD}")
        print(f"{row('one word, first', word)}\n{row('          again', word_again)}", flush=True)
        for what, path in places.items():
            first, again, (shifted, elements) = look(browser, state, node.url + path, rounds)
            times = middle(first, "paint") / peers[0], middle(again, "paint") / peers[1]
            print(f"{row(f'{what}, first', first)}\n{row('          again', again)}")
            print(f"{'':17}{times[0]:.2f} and {times[1]:.2f} times the word; {first[0].weight() / 1000:.1f} kB without"
                  f" pictures; {shifted:.3f} jumped; {elements} elements at the end", flush=True)  # fmt: skip
            wrong += missed(what, first, again, shifted, peers[0])
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, filled(Path(name) / "home") as (node, places):
        only = given.only.split(",") if given.only else list(places)
        wrong = bench(node, {what: path for what, path in places.items() if what in only}, given.rounds)
    print(f"\nLimits: first paint {FIRST_PAINT} ms and {PEER:.0f} times the word, {WEIGHT // 1000} kB without pictures,"
          f" {SHIFT} jumped, nobody else asked. Missed: {len(wrong)}")  # fmt: skip
    print("\n".join(f"  {each}" for each in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
