"""`passalong up`: the one command. Prepares what is missing, then serves pages and does the work until stopped.

prepare -> fork the worker -> serve (granian forks the web processes) -> Ready -> ... SIGTERM -> all down within 5 s
"""

from __future__ import annotations

import contextlib
import encodings.idna  # noqa: F401 - a codec first loaded while we fork would stay locked in the child for ever
import errno
import gc
import http.client
import os
import signal
import socket
import sys
import threading
import time
import webbrowser
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, connections
from granian.constants import Interfaces
from granian.server.mp import MPServer

from passalong.site.alone import alone
from passalong.site.home import prepare
from passalong.site.orphan import SERVED_BY, end_with_parent
from passalong.site.sentence import CannotStart
from passalong.site.sign_in import hello_token
from passalong.site.started import note, served_at
from passalong.site.work import work

STOP_WITHIN = 4.0
MOST_FAILURES, WITHIN = 20, 10.0
"""So many ends of the server within so many seconds are a fault of ours, not somebody's kill."""
WEB_THREADS = 6
"""Those who wait for somebody else's server (a picture, a new follow) must leave some for everyone else."""


def check_port(host: str, port: int) -> None:
    """Raises CannotStart when nothing can listen there."""
    if not host:
        raise CannotStart("--host needs an address of this machine, such as 127.0.0.1.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CannotStart(_why_not(host, port, problem)) from problem


def _why_not(host: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: stop it, or choose another with --port {port + 1}."
    if problem.errno == errno.EACCES:
        return f"Port {port} needs more rights than this program has: choose one above 1023 with --port."
    return f"Nothing can listen on {host}: use an address of this machine with --host."


def fork_worker(work: Callable[[], None]) -> int:
    """Starts `work` in a child process that ends with this one. Returns its pid."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    end_with_parent(parent)
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


@dataclass(frozen=True, slots=True)
class Beside:
    """What runs in a process of its own beside a node."""

    live: Callable[[], None]
    """Its work; ends on SIGTERM."""
    wait: Callable[[], None]
    """Returns when the node may be served. Raises CannotStart."""


class Crew:
    """The worker process: started, started again when it dies, stopped with us."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work, self.stopping = work, False
        self.pid = fork_worker(work)

    def watch(self) -> None:
        while not self.stopping:
            done, _ = os.waitpid(self.pid, os.WNOHANG)
            if done and not self.stopping:
                self.pid = fork_worker(self.work)
            time.sleep(0.5)

    def stop(self) -> None:
        self.stopping = True
        deadline = time.monotonic() + STOP_WITHIN
        try:
            os.kill(self.pid, signal.SIGTERM)
            while time.monotonic() < deadline:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return
                time.sleep(0.05)
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def _answers(host: str, port: int) -> bool:
    """Does the server answer? Asked of our own port only."""
    ask = http.client.HTTPConnection(host, port, timeout=2)
    try:
        ask.request("GET", "/livez", headers={"Host": "localhost"})
        return ask.getresponse().status == 200
    except OSError:
        return False
    finally:
        ask.close()


def _say_ready(host: str, port: int, token: str, open_browser: bool) -> None:
    ask_at = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compares, does not bind
    while not _answers(ask_at, port):
        time.sleep(0.02)
    print(f"Ready: {settings.BASE_URL}", flush=True)
    if token:
        print(f"Sign in: {settings.BASE_URL}/hello/{token}", flush=True)
        if open_browser and sys.stdout.isatty():
            webbrowser.open(f"{settings.BASE_URL}/hello/{token}")


def serve(host: str, port: int, token: str = "", open_browser: bool = False) -> None:
    """Serves until SIGTERM or SIGINT. Raises CannotStart where serving fails again and again.

    granian gives up when a web process dies twice within seconds; whoever kills one so often is no reason to stop.
    """
    gc.freeze()
    os.environ[SERVED_BY] = str(os.getpid())
    failures: deque[float] = deque(maxlen=MOST_FAILURES)
    server = _server(host, port)
    server.on_startup(lambda: _in_a_thread(_say_ready, host, port, token, open_browser))
    while not _served(server):
        failures.append(time.monotonic())
        if len(failures) == MOST_FAILURES and failures[-1] - failures[0] < WITHIN:
            raise CannotStart("Serving pages fails again and again: PASSALONG_LOG=debug shows why.")
        server = _next_server(server, host, port)


def _server(host: str, port: int) -> MPServer:
    return MPServer(
        "passalong.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.VALUES["PASSALONG_WORKERS"],
        blocking_threads=WEB_THREADS,
        log_enabled=False,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=int(STOP_WITHIN) - 1,
    )


def _next_server(before: MPServer, host: str, port: int) -> MPServer:
    """One more; a signal that came to the one before it is a signal to this one."""
    server = _server(host, port)

    def heed() -> None:
        if before.interrupt_signal:
            server.signal_handler_interrupt()  # type: ignore[no-untyped-call]

    server.on_startup(heed)
    return server


def _served(server: MPServer) -> bool:
    """Serves; True where it ended because it was asked to."""
    with contextlib.suppress(SystemExit):
        server.serve()
    return bool(server.interrupt_signal)


def _in_a_thread(run: Callable[..., None], *given: object) -> None:
    threading.Thread(target=run, args=given, daemon=True).start()


def web(host: str, port: int) -> None:
    """Serves pages only: another machine, or another process, works. A database in the folder is served by one alone:
    two would each take its addresses for their own. Raises CannotStart."""
    here = connection.vendor == "sqlite"
    with alone(settings.HOME, served_at(os.environ)) if here else contextlib.nullcontext():
        _web(host, port)


def _web(host: str, port: int) -> None:
    check_port(host, port)
    token = hello_token(prepare(to_stay=True))
    note(settings.HOME, os.environ, settings.BASE_URL)
    connections.close_all()
    serve(host, port, token)


def up(host: str, port: int, name: str, open_browser: bool, beside: Beside | None = None) -> None:
    """The whole node in one command, and what lives beside it. Raises CannotStart before pages are served."""
    with alone(settings.HOME, served_at(os.environ)):
        _up(host, port, name, open_browser, beside)


def _up(host: str, port: int, name: str, open_browser: bool, beside: Beside | None) -> None:
    check_port(host, port)
    token = hello_token(prepare(name, to_stay=True))
    note(settings.HOME, os.environ, settings.BASE_URL)
    connections.close_all()
    crews: list[Crew] = []
    try:
        if beside:
            crews.append(_crew(beside.live))
            beside.wait()
        crews.append(_crew(work))
        serve(host, port, token, open_browser)
    finally:
        for crew in crews:
            crew.stop()


def _crew(work: Callable[[], None]) -> Crew:
    crew = Crew(work)
    threading.Thread(target=crew.watch, name="crew", daemon=True).start()
    return crew
