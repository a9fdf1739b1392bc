"""A database of the size one installation may come to, filled with bulk statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, text

DAY = timedelta(days=1)
DUE_ID = "r0-"
"""What the ids of the first programme's rhythms begin with: those that are made due."""


@dataclass(frozen=True)
class Size:
    """How much there is: relationships in all, programmes (one a workspace), people in the first."""

    relationships: int
    programmes: int
    due: int

    @property
    def first(self) -> int:
        """Return how many relationships the first programme has: the big one."""
        return max(self.due, self.relationships // 10)

    @property
    def each(self) -> int:
        """Return how many relationships every other programme has."""
        return (self.relationships - self.first) // max(self.programmes - 1, 1)


def fill(engine: Engine, size: Size, now: datetime) -> None:
    """Fill an empty, migrated database. Everybody is asked next in the coming weeks; nothing is due."""
    said = now.astimezone(UTC)
    for table, columns, rows in _tables(size, said):
        if engine.dialect.name == "postgresql":
            _copy(engine, table, columns, rows)
        else:
            _insert(engine, table, columns, rows)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))  # as autovacuum does within a minute


def _insert(engine: Engine, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of this file
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        for pragma in ("cache_size=-600000", "synchronous=OFF", "foreign_keys=OFF"):  # for the filling only
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN")
        raw.executemany(statement, (tuple(_plain(value) for value in row) for row in rows))
        raw.execute("COMMIT")
    engine.dispose()


def _plain(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _copy(engine: Engine, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        indexes = _take_indexes(connection, table)
        raw: Any = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        with (
            raw.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copying,
        ):
            for row in rows:
                copying.write_row(row)
    with engine.begin() as connection:  # what refers to other rows is checked when the first one commits
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        for definition in indexes:
            connection.execute(text(definition))
        # Else the references of the next table are checked with the statistics of an empty one.
        connection.execute(text(f"ANALYZE {table}"))


def _take_indexes(connection: Connection, table: str) -> list[str]:
    """Drop the indexes that hold no constraint; return how to make them, which is quicker at once."""
    found = connection.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            " AND tablename = :table AND indexname LIKE 'ix%'"
        ),
        {"table": table},
    ).all()
    for name, _ in found:
        connection.execute(text(f'DROP INDEX "{name}"'))
    return [definition for _, definition in found]


def _tables(size: Size, now: datetime) -> Iterator[tuple[str, tuple[str, ...], Iterator[tuple[Any, ...]]]]:
    numbers = range(size.programmes)
    started = now - 100 * DAY
    yield (
        "workspaces",
        ("id", "slack_team_id", "slack_enterprise_id", "name", "state"),
        ((f"w{n}", f"T{n}", "", f"Workspace {n}", "installed") for n in numbers),
    )
    yield (
        "programmes",
        ("id", "workspace_id", "name", "state", "started_at"),
        ((f"p{n}", f"w{n}", "Mentoring", "running", started) for n in numbers),
    )
    yield (
        "people",
        ("id", "workspace_id", "name", "time_zone", "language", "state"),
        ((f"u{n}-{i}", f"w{n}", f"Person {i}", "Europe/Berlin", "en", "here") for n, i in _people(size)),
    )
    yield (
        "slack_accounts",
        ("id", "workspace_id", "person_id", "team_id", "user_id"),
        ((f"a{n}-{i}", f"w{n}", f"u{n}-{i}", f"T{n}", f"U{n}X{i}") for n, i in _people(size)),
    )
    yield (
        "memberships",
        ("id", "workspace_id", "programme_id", "person_id", "role", "started_at"),
        (
            (f"m{n}-{i}", f"w{n}", f"p{n}", f"u{n}-{i}", "lead" if i == 0 else "mentee", started)
            for n, i in _people(size)
        ),
    )
    yield (
        "relationships",
        ("id", "workspace_id", "programme_id", "kind", "state", "basis", "made_from", "created_at"),
        (
            (f"r{n}-{i}", f"w{n}", f"p{n}", "mentor", "active", "here", f"pairs:{i}", started)
            for n, i in _relationships(size)
        ),
    )
    yield (
        "checkin_rhythms",
        (
            "id",
            "workspace_id",
            "programme_id",
            "relationship_id",
            "person_id",
            "started_on",
            "next_on",
            "next_at",
            "survey",
        ),
        (
            (
                f"r{n}-{i}",
                f"w{n}",
                f"p{n}",
                f"r{n}-{i}",
                f"u{n}-{i % _people_in(size, n)}",
                started.date(),
                (now + (20 + i % 40) * DAY).date(),
                now + (20 + i % 40) * DAY,
                "quick",
            )
            for n, i in _relationships(size)
        ),
    )


def _relationships(size: Size) -> Iterator[tuple[int, int]]:
    for n in range(size.programmes):
        for i in range(size.first if n == 0 else size.each):
            yield n, i


def _people_in(size: Size, n: int) -> int:
    return size.due if n == 0 else max(1, size.each // 5)


def _people(size: Size) -> Iterator[tuple[int, int]]:
    for n in range(size.programmes):
        for i in range(_people_in(size, n)):
            yield n, i


def make_due(engine: Engine, size: Size, now: datetime) -> int:
    """Let as many rhythms of the first programme be due as there are people in it; return how many."""
    ids = [f"{DUE_ID}{i}" for i in range(size.due)]
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('mentorbot.workspace', '*', true)"))
        raw: Any = connection.connection.driver_connection
        mark, moment = ("%s", now) if engine.dialect.name == "postgresql" else ("?", _plain(now))
        statement = f"UPDATE checkin_rhythms SET next_at = {mark}, next_on = {mark} WHERE id = {mark}"  # noqa: S608 - marks only
        cursor = raw.cursor()
        on = now.date() if engine.dialect.name == "postgresql" else now.date().isoformat()
        cursor.executemany(statement, [(moment, on, one) for one in ids])
        cursor.close()
    return len(ids)
