"""``mentorbot database``: the schema."""

from __future__ import annotations

import tempfile

import click
from sqlalchemy.engine import make_url

from bot.settings import read_settings
from bot.store import migrations
from bot.store.database import open_engine


@click.group()
def database() -> None:
    """Bring the database to the newest schema."""


@database.command("upgrade")
def upgrade() -> None:
    """Apply every migration the database has not seen. Doing it again changes nothing.

    On PostgreSQL the job engine's tables and row-level security belong to it. Several hosts may do it at the
    same moment: they take turns.
    """
    settings = read_settings()
    engine = open_engine(settings.database_url)
    try:
        migrations.upgrade(engine)
        shown = make_url(settings.database_url).render_as_string(hide_password=True)
        click.echo(f"{shown} is at revision {migrations.present(engine)}.")
    finally:
        engine.dispose()


@database.command("write", hidden=True)
@click.argument("message")
def write(message: str) -> None:
    """Write the migration that is missing between the newest revision and the mapped tables (developers)."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/newest.sqlite3")
        migrations.upgrade(engine)
        migrations.write(engine, message)
        engine.dispose()
