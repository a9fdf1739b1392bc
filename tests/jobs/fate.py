"""Processes that die at a point of their way, at a commit or at a call to Slack; and a disk that is full."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, cast

import psycopg
from sqlalchemy import Engine

from bot.deps import Deps
from bot.slack import Slack
from tests.jobs.fake_slack import FakeSlack


class Killed(BaseException):
    """The process ends here: nothing of it handles this."""


@dataclass
class Fate:
    """Counts the points a process passes, and kills it at one of them."""

    at: int | None = None
    passed: list[str] = field(default_factory=list)
    dead: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, at: int | None) -> None:
        """Begin another process; it dies at point ``at`` (from 0), or never."""
        self.at, self.passed, self.dead = at, [], False

    def point(self, name: str) -> None:
        """Pass a point. Raises Killed from the fatal one on."""
        with self.lock:
            if self.dead:
                raise Killed
            if self.at == len(self.passed):
                self.dead = True
                self.passed.append(name)
                raise Killed
            self.passed.append(name)


@dataclass
class Edges(FakeSlack):
    """A Slack in memory whose every call has two edges: before it is heard, and before its answer is read."""

    fate: Fate = field(default_factory=Fate)

    def _answer(self, method: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        self.fate.point(f"before {method}")
        try:
            return super()._answer(method, do)
        finally:
            self.fate.point(f"after {method}")


def watch_commits(engine: Engine, fate: Fate) -> Callable[[], None]:
    """Let every commit have two edges: before the database hears of it, and after. Returns what undoes it."""
    dialect: Any = engine.dialect
    commit = dialect.do_commit

    def do_commit(connection: Any) -> None:
        fate.point("before commit")
        commit(connection)
        fate.point("after commit")

    dialect.do_commit = do_commit

    def undo() -> None:
        del dialect.do_commit

    return undo


@dataclass
class Disk:
    """Counts what is written, and is full from one of those points on."""

    at: int | None = None
    passed: list[str] = field(default_factory=list)
    full: bool = False
    _wrote: set[int] = field(default_factory=set)

    def _write(self, name: str, refusal: Callable[[], Exception]) -> None:
        self.full = self.full or self.at == len(self.passed)
        self.passed.append(name)
        if self.full:
            raise refusal()

    @contextmanager
    def under(self, engine: Engine, at: int) -> Iterator[None]:
        """Let every statement that writes, and every commit of one, be a point; the disk is full from ``at``.

        A transaction that only read commits on a full disk too: it writes nothing.
        """
        self.at, self.passed, self.full = at, [], False
        dialect: Any = engine.dialect
        before = {name: getattr(dialect, name) for name in _WRITING}
        refusal = _NO_ROOM[engine.dialect.name]

        def do_statement(name: str, cursor: Any, statement: str, *rest: Any) -> None:
            if WRITES.match(statement):
                self._wrote.add(id(cursor.connection))
                self._write(statement, refusal)
            before[name](cursor, statement, *rest)

        def do_commit(connection: Any) -> None:
            if id(connection.dbapi_connection) in self._wrote:
                self._wrote.discard(id(connection.dbapi_connection))
                try:
                    self._write("commit", refusal)
                except Exception:
                    before["do_rollback"](connection)  # as both databases do with a commit that fails so
                    raise
            before["do_commit"](connection)

        def do_rollback(connection: Any) -> None:
            self._wrote.discard(id(connection.dbapi_connection))
            before["do_rollback"](connection)

        dialect.do_execute = partial(do_statement, "do_execute")
        dialect.do_executemany = partial(do_statement, "do_executemany")
        dialect.do_commit, dialect.do_rollback = do_commit, do_rollback
        try:
            yield
        finally:
            for name, done in before.items():
                setattr(dialect, name, done)


WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|WITH\b.*\b(INSERT INTO|DELETE FROM|UPDATE \w+ SET))\b", re.DOTALL
)
_WRITING = ("do_execute", "do_executemany", "do_commit", "do_rollback")
_NO_ROOM: Mapping[str, Callable[[], Exception]] = {
    "sqlite": lambda: sqlite3.OperationalError("database or disk is full"),
    "postgresql": lambda: psycopg.errors.DiskFull("could not extend file: No space left on device"),
}
"""What each database says where there is no room, by the driver's own error."""


@dataclass(frozen=True)
class Lines:
    """Stands where ``bot.slack.Slack`` stands: a Slack in memory for each workspace."""

    by_workspace: Mapping[str, FakeSlack]

    def client(self, workspace_id: str) -> FakeSlack:
        """Return the Slack of a workspace. Raises KeyError where there is none."""
        return self.by_workspace[workspace_id]

    def scopes(self, _workspace_id: str) -> frozenset[str]:
        """Return no scopes: nothing was heard of any."""
        return frozenset()


def with_slack(deps: Deps, by_workspace: Mapping[str, FakeSlack]) -> Deps:
    """Return the same deps with these Slacks."""
    return replace(deps, slack=cast("Slack", Lines(by_workspace)))
