"""Alembic itself, run without an ini file: imported only when there is something to migrate."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

FOLDER = Path(__file__).resolve().parent


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = engine
    return config


def apply(engine: Engine) -> None:
    """Apply every migration the database has not seen."""
    command.upgrade(_config(engine), "head")


def write(engine: Engine, message: str) -> None:
    """Write the migration from the present schema of ``engine`` to the mapped tables, for a developer."""
    number = len(list((FOLDER / "versions").glob("[0-9]*.py"))) + 1
    command.revision(_config(engine), message=message, autogenerate=True, rev_id=f"{number:04d}")
