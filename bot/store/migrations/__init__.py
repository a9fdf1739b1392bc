"""Migrations from the first table on.

Whether a database is up to date is asked at every start and answered without Alembic, whose import takes a
fifth of a second; Alembic is loaded when there is something to apply. On PostgreSQL the job engine's tables
(``migrations.engine``) and the wall between workspaces (``store.wall``) belong to the schema too.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, Table, inspect, select

from bot.store import tables as _all_tables  # noqa: F401 - so that the wall knows them
from bot.store import wall
from bot.store.migrations import procrastinate

FOLDER = Path(__file__).resolve().parent
VERSION_TABLE = "alembic_version"
PARTS = ("tables", "engine", "wall")


def newest() -> str:
    """Return the newest revision there is: files begin with their number."""
    return max(path.name.split("_", maxsplit=1)[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def present(engine: Engine) -> str | None:
    """Return the revision the database is at, or None for an empty one."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    table = Table(VERSION_TABLE, MetaData(), autoload_with=connection)
    return connection.execute(select(table.c.version_num)).scalar_one_or_none()


def outdated(engine: Engine) -> list[str]:
    """Return which parts of the schema are not as this release needs them: some of ``PARTS``, or nothing."""
    with engine.connect() as connection:
        stale = ["tables"] if _revision(connection) != newest() else []
        if engine.dialect.name == "postgresql":
            stale += ["engine"] if procrastinate.waiting(connection) else []
            stale += ["wall"] if wall.missing(connection) else []
    return stale


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema; an up-to-date one is left alone.

    Several releases may do this at the same moment: on PostgreSQL they take turns.
    """
    if outdated(engine):
        importlib.import_module("bot.store.migrations.applying").apply(engine)


def write(engine: Engine, message: str) -> None:
    """Write the migration from the present schema of ``engine`` to the mapped tables, for a developer."""
    importlib.import_module("bot.store.migrations.applying").write(engine, message)
