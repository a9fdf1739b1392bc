"""Alembic itself, run without an ini file: imported only when there is something to migrate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from bot.store import tables, wall
from bot.store.migrations import procrastinate

FOLDER = Path(__file__).resolve().parent
TURN = 0x6D656E746F72
"""The key of the lock under which releases take turns; the number spells "mentor"."""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _in_turn(engine: Engine) -> Iterator[Connection]:
    """Give a connection on which one release after the other migrates.

    Statements may take as long as they need, and every workspace's rows are seen. The connection is not used
    again afterwards, so that no session finds these settings.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.detach()
            connection.execute(
                text(
                    "SELECT set_config('statement_timeout', '0', false),"
                    " set_config('lock_timeout', '0', false),"
                    " set_config('idle_in_transaction_session_timeout', '0', false),"
                    " set_config(:setting, :every, false)"
                ),
                {"setting": wall.SETTING, "every": wall.EVERY_WORKSPACE},
            )
            connection.execute(text("SELECT pg_advisory_lock(:turn)"), {"turn": TURN})
            connection.commit()
        yield connection


def apply(engine: Engine) -> None:
    """Apply every migration the database has not seen; on PostgreSQL also the job engine's, and the wall."""
    with _in_turn(engine) as connection:
        command.upgrade(_config(connection), "head")
        if engine.dialect.name == "postgresql":
            _collate(connection)
            procrastinate.apply(connection)
            wall.build(connection)
            connection.commit()


def _collate(connection: Connection) -> None:
    """Order columns by their bytes where their mapping says so: migrations are written on SQLite, which does.

    Keys are asked for by their beginning; as people order text such a range would not be one.
    """
    found = {
        (row.table_name, row.column_name): row.collation_name
        for row in connection.execute(
            text(
                "SELECT table_name, column_name, collation_name FROM information_schema.columns"
                " WHERE table_schema = current_schema()"
            )
        )
    }
    for table in tables.METADATA.sorted_tables:
        for column in table.columns:
            kind = column.type.dialect_impl(connection.dialect)
            wanted = getattr(kind, "collation", None)
            if wanted is not None and found[table.name, column.name] != wanted:
                spelled = kind.compile(dialect=connection.dialect)
                connection.exec_driver_sql(
                    f'ALTER TABLE "{table.name}" ALTER COLUMN "{column.name}" TYPE {spelled}'
                )
    connection.commit()


def apply_until(engine: Engine, revision: str) -> None:
    """Apply the migrations up to ``revision`` only: how a database of an earlier release looked."""
    with _in_turn(engine) as connection:
        command.upgrade(_config(connection), revision)


def write(engine: Engine, message: str) -> None:
    """Write the migration from the present schema of ``engine`` to the mapped tables, for a developer."""
    number = len(list((FOLDER / "versions").glob("[0-9]*.py"))) + 1
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=f"{number:04d}")
