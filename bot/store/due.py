"""Looking for what is due over all programmes at once: which of them have anything, not what.

Each look is one statement that an index serves however many programmes and rows there are. It may name a
programme too many, never one too few: what is to be done is decided in the programme's own session.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, Select, func, literal_column, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.store.programmes import Programme, ProgrammeState, Workspace, WorkspaceState

Place = tuple[str, str]
"""The ids of a workspace and of a programme in it."""

AT_ONCE = 500


def literally(column: InstrumentedAttribute[Any], *states: StrEnum) -> ColumnElement[bool]:
    """Return "the column is one of these" with the words written into the statement.

    A partial index is used only where its condition can be read there; a bound value cannot.
    """
    if len(states) == 1:
        return column == literal_column(f"'{states[0].value}'")
    return column.in_([literal_column(f"'{state.value}'") for state in states])


def index(name: str, *columns: str, where: str) -> Index:
    """Return a partial index, the same on both databases."""
    return Index(name, *columns, sqlite_where=literal_column(where), postgresql_where=literal_column(where))


def places(session: Session, *queries: Select[str, str]) -> list[Place]:
    """Return each place that one of the queries names, once, in order (an unscoped session is needed)."""
    asked = plainly_distinct(queries[0]) if len(queries) == 1 else union(*queries)
    return sorted((workspace_id, programme_id) for workspace_id, programme_id in session.execute(asked))


def plainly_distinct(query: Select[str, str]) -> Select[str, str]:
    """Return a query of places so that each comes once.

    Of bare columns SQLite would read a whole table in their order rather than sort the few that are due.
    """
    bare = list(query.selected_columns)
    return query.with_only_columns(*(column + literal_column("''") for column in bare)).distinct()


def running(session: Session, found: Iterable[Place]) -> list[Place]:
    """Return those of these programmes whose clock runs, in order (an unscoped session is needed)."""
    ids = sorted({programme_id for _, programme_id in found})
    kept: list[Place] = []
    for start in range(0, len(ids), AT_ONCE):
        rows = session.execute(
            select(Programme.workspace_id, Programme.id)
            .join(Workspace, Workspace.id == Programme.workspace_id)
            .where(
                Programme.id.in_(ids[start : start + AT_ONCE]),
                Programme.state.in_([ProgrammeState.PILOT, ProgrammeState.RUNNING]),
                Workspace.state == WorkspaceState.INSTALLED,
            )
        )
        kept += [(workspace_id, programme_id) for workspace_id, programme_id in rows]
    return sorted(kept)


def take_turn(session: Session, what: str) -> bool:
    """Take something on for this transaction; False where another process is at it this very moment.

    So two clocks never do the same work side by side. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(what, 0)))))


def same_programme(one: type[Any], other: type[Any]) -> Sequence[ColumnElement[bool]]:
    """Return that two rows lie in one programme: without a scope each join must say so."""
    return one.workspace_id == other.workspace_id, one.programme_id == other.programme_id
