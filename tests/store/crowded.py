"""A database with several workspaces and programmes, and random rows of every mapped table in each of them.

Every text in a row says whose it is: ``w1:…`` what belongs to a workspace, ``w1p2:…`` what belongs to one of
its programmes. So whatever a query gives back can be asked where it came from.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    Time,
    select,
)
from sqlalchemy import (
    Row as Answer,
)
from sqlalchemy import inspect as inspected
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from bot.store import tables
from bot.store.base import SEALED_MARK, ProgrammeRow, Row

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
MARK = re.compile(r"(w\d)(p\d)?:")
ROWS = 4
OF_PROGRAMMES = frozenset(
    mapper.local_table.name  # type: ignore[attr-defined] # each mapped class has a table
    for mapper in Row.registry.mappers
    if issubclass(mapper.class_, ProgrammeRow)
)
"""Tables whose rows only a session of their programme may reach; of others the whole workspace may."""


@dataclass(frozen=True)
class Place:
    """One programme of one workspace."""

    workspace: str
    programme: str

    @property
    def workspace_id(self) -> str:
        """Return the workspace's id."""
        return f"{self.workspace}:id"

    @property
    def programme_id(self) -> str:
        """Return the programme's id, which belongs to its workspace."""
        return f"{self.workspace}:{self.programme}"


NAMED: Mapping[str, Callable[[Place], str]] = {
    "workspaces": lambda place: place.workspace_id,
    "programmes": lambda place: place.programme_id,
}
PLACES = (Place("w1", "p1"), Place("w1", "p2"), Place("w2", "p3"), Place("w3", "p4"))


def is_foreign(mark: tuple[str, str], place: Place, *, whole_workspace: bool) -> bool:
    """Tell whether a mark belongs to another workspace than ``place``, or to another programme of it."""
    workspace, programme = mark
    if workspace != place.workspace:
        return True
    return bool(programme) and not whole_workspace and programme != place.programme


def texts_in(found: object) -> Iterator[str]:
    """Give every text in what a query returned, however it is wrapped."""
    if isinstance(found, str | bytes):
        yield found if isinstance(found, str) else found.decode("latin-1")
        return
    for part in _parts(found):
        yield from texts_in(part)


def _parts(found: object) -> Iterable[object]:
    if isinstance(found, Mapping):
        return [*found.keys(), *found.values()]
    if isinstance(found, DeclarativeBase):
        return list(inspected(found).dict.values())
    if is_dataclass(found) and not isinstance(found, type):
        return [getattr(found, one.name) for one in fields(found)]
    if isinstance(found, list | tuple | set | frozenset | Answer):
        return found
    return ()


def marks_in(found: object) -> set[tuple[str, str]]:
    """Return the marks of every place whose rows are in what a query returned."""
    return {match for text in texts_in(found) for match in MARK.findall(text)}


def fill(connection: Connection, rng: random.Random) -> None:
    """Write random rows of every mapped table into every place; those that meet a taken key are left out."""
    held: dict[tuple[str, str], list[str]] = {}
    for place in PLACES:
        for table in tables.METADATA.sorted_tables:
            mark = place.workspace + (place.programme if table.name in OF_PROGRAMMES else "")
            if table.name in NAMED:
                _add(connection, table, NAMED[table.name](place), place, mark, rng, held)
                continue
            for number in range(ROWS):
                _add(connection, table, f"{mark}:{table.name[:16]}{number}", place, mark, rng, held)


def _add(
    connection: Connection,
    table: Table,
    row_id: str,
    place: Place,
    mark: str,
    rng: random.Random,
    held: dict[tuple[str, str], list[str]],
) -> None:
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {
        column.name: _value(column, table, place, mark, rng, held)
        for column in table.columns
        if column.name != "id"
    }
    made = connection.execute(dialect.insert(table).values(id=row_id, **values).on_conflict_do_nothing())
    if made.rowcount == 1:
        held.setdefault((table.name, mark), []).append(row_id)


def _value(
    column: Column[Any],
    table: Table,
    place: Place,
    mark: str,
    rng: random.Random,
    held: Mapping[tuple[str, str], list[str]],
) -> object:
    if column.name == "workspace_id":
        return place.workspace_id
    if column.name == "programme_id":
        return place.programme_id
    for constraint in table.foreign_key_constraints:
        if column.name == list(constraint.columns)[-1].name:
            return _referred(constraint.referred_table.name, column, place, rng, held)
    if column.nullable and rng.random() < 1 / 3:
        return None
    return _plain(column, mark, rng)


def _referred(
    name: str,
    column: Column[Any],
    place: Place,
    rng: random.Random,
    held: Mapping[tuple[str, str], list[str]],
) -> str | None:
    mark = place.workspace + (place.programme if name in OF_PROGRAMMES else "")
    there = held.get((name, mark), [])
    if name == "programmes":
        return place.programme_id
    if name == "workspaces":
        return place.workspace_id
    if column.nullable and (not there or rng.random() < 1 / 3):
        return None
    return rng.choice(there)


VALUES: Sequence[tuple[Any, Callable[[Any, str, random.Random], object]]] = (
    (Enum, lambda kind, _, rng: rng.choice(list(kind.enum_class))),
    (LargeBinary, lambda _, mark, __: SEALED_MARK + f"{mark}:sealed".encode()),
    (DateTime, lambda _, __, rng: NOW + timedelta(hours=rng.randint(-480, 480))),
    (Date, lambda _, __, rng: NOW.date() + timedelta(days=rng.randint(-60, 60))),
    (Time, lambda _, __, rng: time(rng.randint(6, 20))),
    (Boolean, lambda _, __, rng: rng.random() < 1 / 2),
    ((Integer, Float), lambda _, __, rng: rng.randint(0, 5)),
    (JSON, lambda _, mark, __: {"words": f"{mark}:json"}),
    (String, lambda kind, mark, rng: f"{mark}:text{rng.randint(0, 99)}"[: kind.length]),
)
"""How a value of a column's type is made; the first that fits counts."""


def _plain(column: Column[Any], mark: str, rng: random.Random) -> object:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return next(make(kind, mark, rng) for one, make in VALUES if isinstance(kind, one))


Whose = tuple[str, str]
"""The ids of a workspace and, for what belongs to one programme of it, of that programme."""


def dump(
    connection: Connection, only: Collection[str] | None = None
) -> dict[tuple[str, Whose], frozenset[str]]:
    """Return every row (of these tables only) that belongs to somebody, by table and by whose it is."""
    found: dict[tuple[str, Whose], set[str]] = {}
    for table in tables.METADATA.sorted_tables:
        owner = "id" if table.name == "workspaces" else "workspace_id"
        if owner not in table.columns or (only is not None and table.name not in only):
            continue
        for row in connection.execute(select(table)).mappings():
            programme = row["programme_id"] if table.name in OF_PROGRAMMES else ""
            found.setdefault((table.name, (row[owner], programme)), set()).add(repr(dict(row)))
    return {key: frozenset(rows) for key, rows in found.items()}


def may_reach(place: Place, whose: Whose, *, whole_workspace: bool) -> bool:
    """Tell whether a session in ``place`` may reach rows of ``whose``."""
    workspace_id, programme_id = whose
    return workspace_id == place.workspace_id and (
        whole_workspace or programme_id in {"", place.programme_id}
    )
