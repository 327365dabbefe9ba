"""People write first: the turnstile in front of SQLite's one write lock."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from passalong.sqlite import turnstile
from passalong.sqlite.turnstile import Turnstile


def test_one_at_a_time(tmp_path: Path) -> None:
    inside, most = 0, 0
    lock = threading.Lock()

    def go() -> None:
        nonlocal inside, most
        gate = Turnstile(str(tmp_path / "turn"))
        for _ in range(20):
            gate.enter(hurry=True)
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.0005)
            with lock:
                inside -= 1
            gate.leave()
        gate.close()

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == 1


def test_a_machine_lets_a_person_who_came_lately_go_first(tmp_path: Path) -> None:
    person, machine = Turnstile(str(tmp_path / "turn")), Turnstile(str(tmp_path / "turn"))
    person.enter(hurry=True)
    person.leave()
    began = time.monotonic()
    machine.enter(hurry=False)
    assert time.monotonic() - began >= turnstile.LATELY / 2
    assert machine.inside
    for gate in (person, machine):
        gate.leave()
        gate.close()


def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    """Whoever holds it for ever holds up nobody for ever: SQLite's own lock decides then."""
    turnstile.AT_MOST, before = 0.2, turnstile.AT_MOST
    try:
        stuck, other = Turnstile(str(tmp_path / "turn")), Turnstile(str(tmp_path / "turn"))
        stuck.enter(hurry=True)
        began = time.monotonic()
        other.enter(hurry=True)
        assert 0.2 <= time.monotonic() - began < 5
        assert not other.inside
    finally:
        turnstile.AT_MOST = before
    for gate in (stuck, other):
        gate.leave()
        gate.close()


def test_a_machine_is_not_kept_out_for_ever(tmp_path: Path) -> None:
    person, machine = Turnstile(str(tmp_path / "turn")), Turnstile(str(tmp_path / "turn"))
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            person.enter(hurry=True)
            person.leave()
            time.sleep(0.001)

    thread = threading.Thread(target=busy)
    thread.start()
    machine.enter(hurry=False)
    assert machine.inside
    stop.set()
    machine.leave()
    thread.join(10)
    person.close()
    machine.close()
