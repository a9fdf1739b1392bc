"""Where the bot's processes are born: it has imported the bot, and forks one process for each that is wanted.

``kill -9`` ends a fork like any other process. But a fresh interpreter spends more than a second of a core on
importing before it does anything, and of two cores shared by everything that would be most of what a run with
many kills measures. What a start costs is measured elsewhere (``benchmarks.start``).

It reads one JSON object a line: ``{"start": "run" | "worker" | "clock"}``; it writes ``{"started": pid, …}``,
``{"ready": pid}``, and ``{"ended": pid, "cpu": seconds, "status": n}`` for each that has ended. It ends, and
all its children with it, when its input is closed.

Options of this runner, none of which the bot itself has: ``--no-look-up`` posts again after doubt without
looking in Slack, the control that must double.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import selectors
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest import mock

from bot import logs, wiring
from bot.clock import SystemClock
from bot.deps import Deps
from bot.engine import Clockwork, Worker
from bot.jobs.heartbeat import Heartbeat
from bot.settings import read_settings

LOOK_SECONDS = 0.02
CLOCK_SECONDS = 0.25
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def say(**what: object) -> None:
    """Write one line, whole: several processes write to the same pipe."""
    os.write(1, json.dumps(what).encode() + b"\n")


class SteadyClock(SystemClock):
    """Looks for a skip a few times a second: the file is the local Slack's, no production reads any."""

    def __init__(self, offset_file: Path | None) -> None:
        super().__init__(offset_file)
        self._seen = 0.0
        self._again = 0.0

    def offset_seconds(self) -> float:
        """Return the offset as it was a moment ago."""
        now = time.monotonic()
        if now >= self._again:
            self._seen, self._again = super().offset_seconds(), now + CLOCK_SECONDS
        return self._seen


def deps(options: argparse.Namespace) -> Deps:
    """Return what the bot needs, each workspace with its own token."""
    settings = read_settings()
    made = wiring.build(settings, clock=SteadyClock(settings.clock_file))
    tokens: dict[str, str] = json.loads(Path(options.tokens).read_text(encoding="utf-8"))
    return replace(made, slack=replace(made.slack, token_of=tokens.__getitem__))


def run(options: argparse.Namespace, stop: threading.Event) -> None:
    """Tick and send in one process, as ``mentorbot run`` does."""
    heartbeat = Heartbeat(deps(options))
    heartbeat.start()
    say(ready=os.getpid())
    stop.wait()
    heartbeat.stop()


def worker(options: argparse.Namespace, stop: threading.Event) -> None:
    """Send what it is woken for, as ``mentorbot worker`` does."""
    process = Worker(deps(options))

    def end() -> None:
        stop.wait()
        process.stop()

    threading.Thread(target=end, daemon=True).start()
    say(ready=os.getpid())
    process.run()


def clock(options: argparse.Namespace, stop: threading.Event) -> None:
    """Look for what is due, as ``mentorbot clock`` does."""
    process = Clockwork(deps(options))
    process.start()
    say(ready=os.getpid())
    stop.wait()
    process.stop()


ROLES: dict[str, Callable[[argparse.Namespace, threading.Event], None]] = {
    "run": run,
    "worker": worker,
    "clock": clock,
}


def child(role: str, options: argparse.Namespace) -> None:
    """Be one of the bot's processes until SIGTERM, or until the parent is gone."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log = os.open(options.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 2)
    logs.set_up("INFO", process=role)
    if options.no_look_up:
        mock.patch("bot.jobs.deliver.attempting.look_up", return_value=None).start()
    ROLES[role](options, stop)


def reap(born: set[int]) -> None:
    """Tell of every child that has ended."""
    for pid in list(born):
        found, status, used = os.wait4(pid, os.WNOHANG)
        if found:
            born.discard(pid)
            say(ended=pid, cpu=used.ru_utime + used.ru_stime, status=status)


def bear(role: str, options: argparse.Namespace) -> int:
    """Fork one process; return its id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        child(role, options)
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Read what is wanted until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--no-look-up", action="store_true")
    options = parser.parse_args()
    born: set[int] = set()
    pending = b""
    with selectors.DefaultSelector() as watch:
        watch.register(0, selectors.EVENT_READ)
        say(ready=0)
        while True:
            if watch.select(LOOK_SECONDS):
                read = os.read(0, 1 << 16)
                if not read:
                    break
                *lines, pending = (pending + read).split(b"\n")
                for line in lines:
                    role = json.loads(line)["start"]
                    pid = bear(role, options)
                    born.add(pid)
                    say(started=pid, role=role)
            reap(born)
    for pid in born:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
