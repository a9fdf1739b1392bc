"""What every table shares: ids, instants, choices, the scope of a row, conditional change of state."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CursorResult,
    DateTime,
    Dialect,
    Enum,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    any_,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    MappedAsDataclass,
    Session,
    mapped_column,
)
from sqlalchemy.schema import SchemaItem

from bot.store import bulk

SEALED_MARK = b"\x01mb"
MOMENTS = 1024
"""Answers of SQLite that are remembered as the instants they are, a column type and engine."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Refuses naive values going in; SQLite's naive answers come out aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return how an answer becomes an instant; SQLite's, which are text, are read once where they repeat.

        Of thousands that are due at one hour all but the first cost next to nothing.
        """
        process = super().result_processor(dialect, coltype)
        if process is None or dialect.name != "sqlite":
            return process
        return lru_cache(maxsize=MOMENTS)(process)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC; SQLite keeps no zone. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} is naive: an instant needs its zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy passes it by name
        """Return the instant aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[bytes]):
    """Private text, only ever as sealed bytes (``store.sealing``): refuses anything not sealed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy passes it by name
        """Return the bytes unchanged. Raises ValueError for bytes that were not sealed."""
        if value is not None and not value.startswith(SEALED_MARK):
            raise ValueError("private text must be sealed before it is stored")
        return value


def choice(states: type[StrEnum]) -> Enum:
    """Return the column type for one of a closed set of words, stored as text so that a set can grow."""
    return Enum(
        states, native_enum=False, length=32, values_callable=lambda members: [m.value for m in members]
    )


class Row(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """Base of every table. ``repr`` is off so that no row prints itself into a log."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant(), str: String(255)}  # noqa: RUF012 - SQLAlchemy's own spelling

    id: Mapped[str] = mapped_column(String(40), primary_key=True)


class WorkspaceRow(MappedAsDataclass, kw_only=True, eq=False, repr=False):
    """A row that belongs to one workspace; no session of another workspace finds it."""

    workspace_id: Mapped[str] = mapped_column(String(40))


class ProgrammeRow(WorkspaceRow, kw_only=True, eq=False, repr=False):
    """A row that belongs to one programme of one workspace."""

    programme_id: Mapped[str] = mapped_column(String(40))


def _reference(columns: list[str], targets: list[str]) -> ForeignKeyConstraint:
    # Checked at commit: the unit of work sorts inserts by ORM relationships, and we map none.
    return ForeignKeyConstraint(columns, targets, deferrable=True, initially="DEFERRED")


def in_workspace(*more: SchemaItem) -> tuple[SchemaItem, ...]:
    """Return table arguments for a WorkspaceRow: others may refer to it only within its workspace.

    The unique constraint is also the index by which a workspace's rows are found; one on the bare column
    would cost every write, and mislead a planner whose statistics are old.
    """
    return (
        UniqueConstraint("workspace_id", "id"),
        _reference(["workspace_id"], ["workspaces.id"]),
        *more,
    )


def in_programme(*more: SchemaItem) -> tuple[SchemaItem, ...]:
    """Return table arguments for a ProgrammeRow: others may refer to it only within its programme.

    As above the unique constraint is its index too.
    """
    return (
        UniqueConstraint("workspace_id", "programme_id", "id"),
        _reference(["workspace_id", "programme_id"], ["programmes.workspace_id", "programmes.id"]),
        *more,
    )


def of_person(column: str) -> ForeignKeyConstraint:
    """Return the foreign key of ``column`` to a person of the same workspace."""
    return _reference(["workspace_id", column], ["people.workspace_id", "people.id"])


def of(table: str, column: str) -> ForeignKeyConstraint:
    """Return the foreign key of ``column`` to a row of ``table`` in the same programme."""
    return _reference(
        ["workspace_id", "programme_id", column],
        [f"{table}.workspace_id", f"{table}.programme_id", f"{table}.id"],
    )


R = TypeVar("R", bound=Row)


def require_own(session: Session, workspace_id: str) -> None:
    """Refuse to write for another workspace than the session's: for inserts that name it themselves.

    The filter of a session holds its queries, updates and deletes; an insert is what it says. Raises
    ValueError.
    """
    scope = session.info.get("scope")
    if scope is not None and scope.workspace_id != workspace_id:
        raise ValueError("a row of another workspace")


def new_row(session: Session, table: type[Row]) -> Any:
    """Return an insert that may say what to do where the row is there already: each database has its own.

    The filter of a session does not hold it: whoever names a workspace in it calls ``require_own`` first.
    """
    make: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return make(table)


def among(session: Session, column: InstrumentedAttribute[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Return "the column is one of these words", however many: they are one parameter of the statement.

    So it is compiled and prepared once, where a list in it is written out anew for each number of values.
    """
    words = list(values)
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(words, ARRAY(String)))
    given = func.json_each(json.dumps(words)).table_valued("value")
    return column.in_(select(given.c.value))


def find(session: Session, table: type[R], row_id: str) -> R | None:
    """Return the row by id if it lies in the session's scope, else None."""
    return session.scalars(select(table).where(table.id == row_id)).one_or_none()


def change(
    session: Session,
    table: type[R],
    row_id: str,
    *,
    expected: StrEnum | Iterable[StrEnum],
    to: StrEnum,
    state: InstrumentedAttribute[Any] | None = None,
    **values: object,
) -> bool:
    """Move a row from an expected state to another, setting ``values`` with it.

    Returns False when another act got there first (no row was in an expected state): the caller then
    changes nothing and says so. ``state`` is the state column where it is not called ``state``.
    """
    column = state if state is not None else cast("InstrumentedAttribute[Any]", table.state)  # type: ignore[attr-defined] # only tables with a state come here
    states = [expected] if isinstance(expected, StrEnum) else list(expected)
    result = session.execute(
        update(table).where(table.id == row_id, column.in_(states)).values({column.key: to, **values})
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def add_many(
    session: Session, table: type[R], rows: Sequence[Mapping[str, Any]], *, unless: Sequence[str] = ()
) -> int:
    """Add rows of one workspace, each given with all its columns, in one statement; return how many were new.

    With ``unless`` those whose columns of that name are taken by a row already are left out. It goes past the
    unit of work, which costs ten times as much a row. Raises ValueError for rows outside the session's scope.
    """
    if not rows:
        return 0
    scope = session.info.get("scope")
    if scope is not None and any(row["workspace_id"] != scope.workspace_id for row in rows):
        raise ValueError(f"{table.__name__} of another workspace")
    of_programme = issubclass(cast("type[object]", table), ProgrammeRow)
    if scope is not None and of_programme and any(row["programme_id"] != scope.programme_id for row in rows):
        raise ValueError(f"{table.__name__} of another programme")
    return bulk.insert(session.connection(), cast("Table", table.__table__), rows, unless)


def set_many(
    session: Session, table: type[R], rows: Sequence[Mapping[str, Any]], *, held: bool = False
) -> int:
    """Give rows, each named by its ``id``, other values at once; return how many there were.

    All of them name the same columns. ``held`` says that this transaction has locked them: else they are
    changed in the order given. Within the session's workspace, and for rows of a programme within its own; it
    goes past the unit of work as ``add_many`` does, so what is loaded already keeps its old values. Raises
    ValueError for rows of a programme where the session names none.
    """
    if not rows:
        return 0
    scope = session.info.get("scope")
    within = {} if scope is None else {"workspace_id": scope.workspace_id}
    if scope is not None and issubclass(cast("type[object]", table), ProgrammeRow):
        if scope.programme_id is None:
            raise ValueError(f"{table.__name__} needs a programme")
        within["programme_id"] = scope.programme_id
    return bulk.update(session.connection(), cast("Table", table.__table__), rows, within, held=held)
