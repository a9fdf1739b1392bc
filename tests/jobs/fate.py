"""Processes that die at a point of their way: at a commit, or at a call to Slack."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

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
