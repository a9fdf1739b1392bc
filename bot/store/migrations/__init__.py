"""Alembic migrations from the first table on, run without an ini file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

FOLDER = Path(__file__).resolve().parent


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema; an up-to-date one is left alone."""
    command.upgrade(_config(engine), "head")


def newest() -> str | None:
    """Return the newest revision there is."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config).get_current_head()


def present(engine: Engine) -> str | None:
    """Return the revision the database is at, or None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def write(engine: Engine, message: str) -> None:
    """Write the migration from the present schema of ``engine`` to the mapped tables, for a developer."""
    command.revision(_config(engine), message=message, autogenerate=True, rev_id=_next_number())


def _next_number() -> str:
    return f"{len(list((FOLDER / 'versions').glob('[0-9]*.py'))) + 1:04d}"
