"""Migrations from the first table on.

Whether a database is up to date is asked at every start and answered without Alembic, whose import takes a
fifth of a second; Alembic is loaded when there is something to apply.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from sqlalchemy import Engine, MetaData, Table, inspect, select

FOLDER = Path(__file__).resolve().parent
VERSION_TABLE = "alembic_version"


def newest() -> str:
    """Return the newest revision there is: files begin with their number."""
    return max(path.name.split("_", maxsplit=1)[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def present(engine: Engine) -> str | None:
    """Return the revision the database is at, or None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        table = Table(VERSION_TABLE, MetaData(), autoload_with=connection)
        return connection.execute(select(table.c.version_num)).scalar_one_or_none()


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema; an up-to-date one is left alone."""
    if present(engine) != newest():
        importlib.import_module("bot.store.migrations.applying").apply(engine)


def write(engine: Engine, message: str) -> None:
    """Write the migration from the present schema of ``engine`` to the mapped tables, for a developer."""
    importlib.import_module("bot.store.migrations.applying").write(engine, message)
