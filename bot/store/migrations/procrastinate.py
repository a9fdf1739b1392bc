"""The tables and functions of the job engine, brought up by the SQL the engine itself ships.

Procrastinate keeps no record of which of its migrations a database has seen: we keep one beside its tables.
What it holds are wake-ups only, so nothing is lost where its tables are dropped.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.errors import Misconfigured

PREFIX = "procrastinate_"
APPLIED = f"{PREFIX}applied"
JOBS = f"{PREFIX}jobs"


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Tell Alembic (``include_name``) whether it may look at something: the engine's tables are foreign."""
    return not (kind == "table" and name is not None and name.startswith(PREFIX))


@lru_cache(maxsize=1)
def _sql() -> Path:
    found = importlib.util.find_spec("procrastinate")  # finds the folder; the package itself is not loaded
    if found is None or found.origin is None:
        raise Misconfigured("Procrastinate is not installed: install mentorbot with its requirements.")
    return Path(found.origin).parent / "sql"


def shipped() -> list[str]:
    """Return the names of the migrations the installed version brings, in order."""
    return sorted(path.name for path in (_sql() / "migrations").glob("*.sql"))


def waiting(connection: Connection) -> list[str]:
    """Return the migrations the database has not seen, in order; all of them for a new database."""
    if not inspect(connection).has_table(APPLIED):
        return shipped()
    seen = set(connection.scalars(text(f"SELECT name FROM {APPLIED}")))  # noqa: S608 - a constant
    return [name for name in shipped() if name not in seen]


def apply(connection: Connection) -> list[str]:
    """Apply what waits and record it, each in a transaction of its own; return the names.

    A new database gets the whole schema in one piece. Raises Misconfigured for tables of the engine that
    something else made, whose state nobody knows.
    """
    lacking = waiting(connection)
    if not inspect(connection).has_table(APPLIED):
        if inspect(connection).has_table(JOBS):
            raise Misconfigured(
                "The database holds Procrastinate's tables, but mentorbot did not make them. They hold "
                "wake-ups only, no words and no promises: drop them (their names begin with procrastinate_), "
                "or give mentorbot a database of its own; then run `mentorbot database upgrade` again."
            )
        _run(connection, (_sql() / "schema.sql").read_text(encoding="utf-8"))
        connection.execute(
            text(f"CREATE TABLE {APPLIED} (name text PRIMARY KEY, at timestamptz DEFAULT now())")
        )
        _record(connection, lacking)
        connection.commit()
        return lacking
    for name in lacking:
        _run(connection, (_sql() / "migrations" / name).read_text(encoding="utf-8"))
        _record(connection, [name])
        connection.commit()
    return lacking


def _run(connection: Connection, script: str) -> None:
    connection.exec_driver_sql(script, execution_options={"no_parameters": True})


def _record(connection: Connection, names: list[str]) -> None:
    remember = text(f"INSERT INTO {APPLIED} (name) VALUES (:name)")  # noqa: S608 - a constant
    connection.execute(remember, [{"name": name} for name in names])
