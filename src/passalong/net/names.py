"""Names to addresses, in daemon threads of our own: a look-up cannot be interrupted, so one that hangs must hold up
neither the other look-ups nor the end of the program (a ThreadPoolExecutor would be waited for at exit)."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from ipaddress import ip_address
from queue import Empty, SimpleQueue

from .addresses import IPAddress
from .guard import LOOPBACK

Resolver = Callable[[str], Iterable[str]]
Job = tuple[Future[list[str]], Resolver, str]

MOST_THREADS = 64
IDLE_SECONDS = 20.0

jobs: SimpleQueue[Job] = SimpleQueue()
threads: set[threading.Thread] = set()


def forget_parent() -> None:
    """After a fork the threads are the parent's alone."""
    global jobs
    jobs = SimpleQueue()
    threads.clear()


os.register_at_fork(after_in_child=forget_parent)


def ask_system(host: str) -> list[str]:
    """The system's resolver. Raises socket.gaierror."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [str(address[4][0]) for address in found]


async def look_up(host: str, resolver: Resolver | None) -> list[IPAddress]:
    """Every address the name has. Raises OSError where it has none.

    `localhost` and names below it are this machine; many systems know only the first (RFC 6761, section 6.3).
    """
    if host.endswith(".localhost") and resolver is None:
        return list(LOOPBACK)
    answer: Future[list[str]] = Future()
    jobs.put((answer, resolver or ask_system, host))
    if len(threads) < min(MOST_THREADS, len(threads) + jobs.qsize()):
        thread = threading.Thread(target=work, name="passalong-names", daemon=True)
        threads.add(thread)
        thread.start()
    found = [ip_address(text) for text in await asyncio.wrap_future(answer)]
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, "the name has no address")
    return found


def work() -> None:
    """One thread: look up what is asked until nothing was for a while."""
    while True:
        try:
            answer, resolver, host = jobs.get(timeout=IDLE_SECONDS)
        except Empty:
            threads.discard(threading.current_thread())
            return
        if answer.set_running_or_notify_cancel():
            answer_one(answer, resolver, host)


def answer_one(answer: Future[list[str]], resolver: Resolver, host: str) -> None:
    try:
        answer.set_result(list(resolver(host)))
    except OSError as error:
        answer.set_exception(error)
    except ValueError:
        answer.set_exception(socket.gaierror(socket.EAI_NONAME, "no name can be spelled so"))
