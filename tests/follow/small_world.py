"""A small web in memory, written as text (the files in `sites/`), and a fetch over it.

    == name of the site
    + ADDRESS KIND REST       what it answers; the indented lines below are its body, or @Name: header
    ? WHAT IS PASTED          then what must come of it:
    = ADDRESS ...             any of these first; or
    ~ WORD|WORD               an error that says one of these words
    ! ADDRESS                 must be nowhere in the answer

KIND: rss TITLE, atom TITLE, json TITLE (feeds of three posts), comments TITLE (a feed of comments), empty TITLE,
html (the body as it stands), head (the body stands in the page's head), text TYPE, opml, actor, jrd ACCT ACTOR,
301|302|308 TARGET, or any other status number with a page. `accept=TYPE` before the KIND: only for that Accept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from passalong.net.shapes import Answer, Ask, Failed, Hop

Key = tuple[str, str, str, tuple[tuple[str, str], ...]]


@dataclass
class Reply:
    status: int = 200
    type: str = "text/html; charset=utf-8"
    body: str = ""
    location: str = ""
    accept: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Case:
    site: str
    pasted: str
    expected: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.site}: {self.pasted.strip()}"


@dataclass
class World:
    replies: dict[Key, list[Reply]] = field(default_factory=dict)
    hosts: set[tuple[str, str]] = field(default_factory=set)
    cases: list[Case] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def fetch(self, ask: Ask) -> Answer:
        """Answer as a web would: redirects followed, unknown hosts not found, plain http sent on to https."""
        url, hops = ask.url, []
        for _ in range(6):
            self.asked.append(url)
            reply = self.reply(url, ask.headers.get("Accept", ""))
            if not reply.location:
                headers = {"content-type": reply.type, **reply.headers}
                return Answer(url, reply.status, headers, reply.body.encode(), tuple(hops))
            hops.append(Hop(reply.status, url))
            url = urljoin(url, reply.location)
        raise Failed("The site redirects in a circle.", "redirects")

    def reply(self, url: str, accept: str) -> Reply:
        key = key_of(url)
        if key[:2] not in self.hosts:
            if key[0] == "http" and ("https", key[1]) in self.hosts:
                return Reply(301, location=url.replace("http:", "https:", 1))
            known = any(host == key[1] for _, host in self.hosts)
            raise Failed("It does not answer.", "refused") if known else Failed("No site has that name.", "name")
        fitting = [one for one in self.replies.get(key, []) if not one.accept or one.accept in accept]
        fitting.sort(key=lambda one: not one.accept)
        return fitting[0] if fitting else Reply(404, body="<!DOCTYPE html><title>Not found</title><p>Nothing here.</p>")


def key_of(url: str) -> Key:
    parts = urlsplit(url)
    query = tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return parts.scheme, parts.netloc.lower(), unquote(parts.path) or "/", query


def read_world(folder: Path) -> World:
    world = World()
    for path in sorted(folder.glob("*.txt")):
        site, open_reply = "", Reply()
        for line in path.read_text(encoding="utf-8").splitlines():
            mark, rest = line[:2], line[2:]
            if mark == "==":
                site = rest.strip()
            elif mark == "+ ":
                open_reply = add_reply(world, rest)
            elif mark == "? ":
                world.cases.append(Case(site, rest.encode().decode("unicode_escape") if "\\" in rest else rest))
            elif mark in ("= ", "~ ", "! "):
                add_expectation(world.cases[-1], mark, rest)
            elif line.startswith("  @"):
                name, _, value = line.strip()[1:].partition(": ")
                open_reply.headers[name.lower()] = value
            elif line.startswith("  "):
                open_reply.body += line.strip() + "\n"
    for reply in (one for many in world.replies.values() for one in many):
        finish(reply)
    return world


def add_expectation(case: Case, mark: str, rest: str) -> None:
    if mark == "~ ":
        case.words += rest.split("|")
    else:
        (case.expected if mark == "= " else case.never).extend(rest.split())


def add_reply(world: World, text: str) -> Reply:
    url, *rest = text.split()
    reply = Reply()
    if rest and rest[0].startswith("accept="):
        reply.accept = rest.pop(0)[7:]
    kind, detail = rest[0], " ".join(rest[1:])
    key = key_of(url)
    world.hosts.add(key[:2])
    world.replies.setdefault(key, []).append(reply)
    reply.headers["x-kind"], reply.headers["x-detail"], reply.headers["x-url"] = kind, detail, url
    return reply


def finish(reply: Reply) -> None:
    """Make the body that a kind stands for."""
    kind, detail, url = (reply.headers.pop(f"x-{name}") for name in ("kind", "detail", "url"))
    if kind in ("rss", "atom", "json", "comments", "empty"):
        reply.type, reply.body = feed(kind, detail, url)
    elif kind == "head":
        reply.body = f"<!DOCTYPE html><html><head>{reply.body}</head><body><p>Words.</p></body></html>"
    elif kind == "opml":
        reply.type, reply.body = "text/xml", "<opml version='2.0'><head><title>People</title></head><body/></opml>"
    elif kind == "actor":
        reply.type = "application/activity+json"
        reply.body = json.dumps(
            {"id": url, "type": "Person", "inbox": url + "/inbox", "preferredUsername": detail or "ann"}
        )
    elif kind == "jrd":
        reply.type, reply.body = "application/jrd+json", jrd(*detail.split())
    elif kind == "text":
        reply.type = detail
    elif kind.isdigit():
        reply.status = int(kind)
        reply.location = detail if kind.startswith("3") else ""


def jrd(account: str, actor: str, page: str = "") -> str:
    links = [{"rel": "self", "type": "application/activity+json", "href": actor}]
    links += [{"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page}] if page else []
    return json.dumps({"subject": account, "links": links})


def feed(kind: str, title: str, url: str) -> tuple[str, str]:
    home = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    if kind == "json":
        items = [{"id": f"{home}/{n}", "url": f"{home}/{n}", "content_text": f"Post {n}"} for n in range(3)]
        document = {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": items}
        return "application/json", json.dumps(document)
    if kind == "atom":
        rows = "".join(f"<entry><id>{n}</id><title>Post {n}</title><link href='{home}/{n}'/></entry>" for n in range(3))
        head = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{title}</title><id>{url}</id>"
        return "application/atom+xml", f"{head}{rows}</feed>"
    rows = "".join(item(kind, home, n) for n in range(0 if kind == "empty" else 3))
    head = f"<rss version='2.0'><channel><title>{title}</title><link>{home}/</link>"
    return "application/rss+xml", f"{head}{rows}</channel></rss>"


def item(kind: str, home: str, n: int) -> str:
    mark, name = (f"#comment-{n}", f"Comment on Post {n} by Cas") if kind == "comments" else ("", f"Post {n}")
    return f"<item><title>{name}</title><link>{home}/{n}/{mark}</link><guid>{home}/{n}/{mark}</guid></item>"


def worlds() -> Iterator[tuple[World, Case]]:
    world = read_world(Path(__file__).with_name("sites"))
    for case in world.cases:
        yield world, case
