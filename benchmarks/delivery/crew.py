"""The processes of one run: started through a cradle, killed at random by a seed, and counted."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

PATIENCE = 60.0
LOOK_SECONDS = 0.02


@dataclass
class Member:
    """One process that was started."""

    pid: int
    role: str
    ready: bool = False
    ended: bool = False
    status: int = 0
    cpu: float = 0.0


@dataclass
class Crew:
    """The bot's processes. Only those it started are ever signalled."""

    cradle: subprocess.Popen[bytes]
    members: dict[int, Member] = field(default_factory=dict)
    kills: int = 0
    _pending: bytes = b""
    _watch: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    @classmethod
    def open(cls, environment: Mapping[str, str], options: Sequence[str]) -> Self:
        """Start a cradle and wait until it has imported the bot. Raises RuntimeError when it does not."""
        cradle = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "benchmarks.delivery.cradle", *options],
            env={**environment, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        crew = cls(cradle)
        assert cradle.stdout is not None
        os.set_blocking(cradle.stdout.fileno(), False)
        crew._watch.register(cradle.stdout, selectors.EVENT_READ)
        seen: list[bool] = []
        crew.until(lambda: bool(seen), told=lambda what: seen.append(what.get("ready") == 0))
        return crew

    def listen(self, seconds: float = 0.0, told: Callable[[dict[str, Any]], None] | None = None) -> None:
        """Take what the cradle says, waiting at most ``seconds`` for it to say anything."""
        if not self._watch.select(seconds):
            return
        assert self.cradle.stdout is not None
        read = os.read(self.cradle.stdout.fileno(), 1 << 16)
        if not read:
            raise RuntimeError("the cradle ended by itself: see its log")
        *lines, self._pending = (self._pending + read).split(b"\n")
        for line in lines:
            what = json.loads(line)
            self._heard(what)
            if told is not None:
                told(what)

    def _heard(self, what: dict[str, Any]) -> None:
        if "started" in what:
            member = self.members.setdefault(what["started"], Member(what["started"], what["role"]))
            member.role = what["role"]
        elif what.get("ready"):
            self.members.setdefault(what["ready"], Member(what["ready"], "")).ready = True
        elif "ended" in what:
            member = self.members[what["ended"]]
            member.ended, member.cpu, member.status = True, what["cpu"], what["status"]

    def until(
        self,
        there: Callable[[], bool],
        seconds: float = PATIENCE,
        told: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        """Wait until a condition holds. Raises TimeoutError after ``seconds``."""
        ends = time.monotonic() + seconds
        while not there():
            if time.monotonic() > ends:
                raise TimeoutError("what was waited for did not come")
            self.listen(LOOK_SECONDS, told)

    def alive(self, role: str | None = None) -> list[Member]:
        """Return who runs and is ready, the oldest first."""
        return [
            one for one in self.members.values() if one.ready and not one.ended and role in {None, one.role}
        ]

    def start(self, role: str) -> None:
        """Start one process; it is ready some time later."""
        assert self.cradle.stdin is not None
        self.cradle.stdin.write(json.dumps({"start": role}).encode() + b"\n")
        self.cradle.stdin.flush()

    def start_all(self, roles: Sequence[str]) -> None:
        """Start processes and wait until all of them are ready."""
        there = len(self.alive())
        for role in roles:
            self.start(role)
        self.until(lambda: len(self.alive()) == there + len(roles))

    def signal(self, member: Member, number: int) -> None:
        """Send a signal to one of ours."""
        if not member.ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member.pid, number)

    def kill_and_replace(self, member: Member) -> None:
        """``kill -9`` one process, and start another in its place at once."""
        self.signal(member, signal.SIGKILL)
        member.ready = False
        self.kills += 1
        self.start(member.role)

    def stop(self, seconds: float = PATIENCE) -> None:
        """Ask everybody to stop and wait; who does not is killed."""
        for member in self.members.values():
            self.signal(member, signal.SIGCONT)
            self.signal(member, signal.SIGTERM)
        try:
            self.until(lambda: all(one.ended for one in self.members.values()), seconds)
        except TimeoutError:
            for member in self.members.values():
                self.signal(member, signal.SIGKILL)
            self.until(lambda: all(one.ended for one in self.members.values()), seconds)

    @property
    def cpu_seconds(self) -> float:
        """Return the CPU of everybody who has ended; all of it once stopped."""
        return sum(one.cpu for one in self.members.values())

    def close(self) -> None:
        """End the cradle and, with it, whoever is left."""
        assert self.cradle.stdin is not None
        assert self.cradle.stdout is not None
        self.cradle.stdin.close()
        try:
            self.cradle.wait(10)
        except subprocess.TimeoutExpired:
            self.cradle.kill()
            self.cradle.wait()
        self._watch.close()
        self.cradle.stdout.close()


@contextlib.contextmanager
def crew(environment: Mapping[str, str], options: Sequence[str]) -> Iterator[Crew]:
    """Give a crew, and end it afterwards whatever happens."""
    made = Crew.open(environment, options)
    try:
        yield made
    finally:
        made.close()
