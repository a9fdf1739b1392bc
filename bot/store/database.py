"""Opening sessions: always with a scope, so that nothing of one workspace is reachable from another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import ORMOption

from bot.store.base import ProgrammeRow, Row, WorkspaceRow
from bot.store.connecting import LOCK_MS, is_new_file, open_engine
from bot.store.sealing import Keyring
from bot.store.turns import Turns
from bot.store.wall import EVERY_WORKSPACE, SETTING

__all__ = ["Database", "OutOfScope", "Scope", "is_new_file", "open_engine"]

WORKSPACES = "workspaces"
"""The one table in which a row's own id says whose it is."""

_TELL_THE_WALL = text(f"SELECT set_config('{SETTING}', :workspace, true)")


@dataclass(frozen=True)
class Scope:
    """Whose rows a session may touch: one workspace, and one programme of it where one is meant."""

    workspace_id: str
    programme_id: str | None = None


class OutOfScope(Exception):  # noqa: N818 - says what was attempted
    """A query without a scope, or a row of another workspace or programme: always a fault of the code."""


def _hold_to_scope(state: ORMExecuteState) -> None:
    if "unscoped" in state.session.info:
        return
    scope: Scope | None = state.session.info.get("scope")
    if scope is None:
        raise OutOfScope("a session needs a scope")
    if state.is_column_load or state.is_relationship_load:
        return
    if scope.programme_id is None:
        tables = {mapper.class_ for mapper in state.all_mappers}
        if any(issubclass(table, ProgrammeRow) for table in tables):
            raise OutOfScope(f"{', '.join(sorted(t.__name__ for t in tables))}: the query needs a programme")
    state.statement = state.statement.options(*_criteria(scope))


@lru_cache(maxsize=1024)
def _criteria(scope: Scope) -> tuple[ORMOption, ...]:
    """Return what holds every query to a scope. Made once for each: they are a part of every statement."""
    workspace_id, programme_id = scope.workspace_id, scope.programme_id
    found = [
        with_loader_criteria(WorkspaceRow, lambda row: row.workspace_id == workspace_id, include_aliases=True)
    ]
    found += [
        with_loader_criteria(table, table.id == workspace_id, include_aliases=True)
        for table in (mapper.class_ for mapper in Row.registry.mappers)
        if table.__tablename__ == WORKSPACES
    ]
    if programme_id is not None:
        found.append(
            with_loader_criteria(
                ProgrammeRow, lambda row: row.programme_id == programme_id, include_aliases=True
            )
        )
    return tuple(found)


def _refuse_foreign_rows(session: Session, _flush: UOWTransaction, _instances: object) -> None:
    if "unscoped" in session.info:
        return
    scope: Scope | None = session.info.get("scope")
    for row in session.new:
        if isinstance(row, WorkspaceRow) and (scope is None or row.workspace_id != scope.workspace_id):
            raise OutOfScope(f"{type(row).__name__} of another workspace")
        if isinstance(row, ProgrammeRow) and scope is not None and row.programme_id != scope.programme_id:
            raise OutOfScope(f"{type(row).__name__} of another programme")


def _tell_the_wall(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Say to PostgreSQL whose rows this transaction may see (``store.wall``); forgotten when it ends."""
    if connection.dialect.name != "postgresql":
        return
    scope: Scope | None = session.info.get("scope")
    workspace = scope.workspace_id if scope else ""
    if "unscoped" in session.info:
        workspace = EVERY_WORKSPACE
    connection.execute(_TELL_THE_WALL, {"workspace": workspace})


class Database:
    """One engine and its ways of opening a session. Sessions commit when their block ends without error."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self.engine = engine
        self._keyring = keyring
        self._make = sessionmaker(engine, expire_on_commit=False)
        event.listen(self._make, "do_orm_execute", _hold_to_scope)
        event.listen(self._make, "before_flush", _refuse_foreign_rows)
        event.listen(self._make, "after_begin", _tell_the_wall)
        self._on_commit: list[Callable[[frozenset[str]], None]] = []
        self._memory: dict[object, object] = {}
        self._turns = Turns()

    def when_noticed(self, wake: Callable[[frozenset[str]], None]) -> None:
        """Call ``wake`` after each commit that put something into the outbox, with its workspaces' ids."""
        self._on_commit.append(wake)

    @contextmanager
    def writing(self, scope: Scope) -> Iterator[Session]:
        """Open a session that may change rows of ``scope``; one writer at a time on SQLite."""
        with self._open({"scope": scope}, writes=True) as session:
            yield session

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Session]:
        """Open a session that only reads rows of ``scope``."""
        with self._open({"scope": scope}, writes=False) as session:
            yield session

    @contextmanager
    def unscoped(self, reason: str, *, writes: bool = False) -> Iterator[Session]:
        """Open a session over all workspaces: only to identify a caller, for delivery and operations."""
        with self._open({"unscoped": reason}, writes=writes) as session:
            yield session

    @contextmanager
    def _open(self, info: dict[str, Any], *, writes: bool) -> Iterator[Session]:
        made = self._make(info={**info, "keyring": self._keyring, "memory": self._memory})
        with self._in_turn(writes=writes) as patience_ms, made as session:
            session.connection(execution_options={"writes": writes, "patience_ms": patience_ms})
            yield session
            session.commit()
        noticed: set[str] = session.info.get("noticed", set())
        if noticed:
            for wake in self._on_commit:
                wake(frozenset(noticed))

    @contextmanager
    def _in_turn(self, *, writes: bool) -> Iterator[int]:
        """Let the threads that write take turns where there can be one writer: SQLite.

        Its own way is to sleep and try again, for whom nobody else keeps the turn: under load some threads
        never get one. Here who waits longest comes first. Gives how many milliseconds are left to wait for
        the database itself, for another process may hold it: both waits together take LOCK_MS. Who has none
        left goes on and is told by the database if it is locked.
        """
        if not writes or self.engine.dialect.name != "sqlite":
            yield LOCK_MS
            return
        until = monotonic() + LOCK_MS / 1000
        taken = self._turns.take(LOCK_MS / 1000)
        try:
            yield max(0, int((until - monotonic()) * 1000))
        finally:
            if taken:
                self._turns.give()
