"""``mentorbot database``: the schema."""

from __future__ import annotations

import tempfile

import click
from sqlalchemy.engine import make_url

from bot.clock import SystemClock
from bot.settings import read_settings
from bot.store import migrations, restoring
from bot.store.database import Database, open_engine
from bot.store.sealing import Keyring


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
        click.echo(f"{shown}: its schema is {migrations.present(engine)}.")
    finally:
        engine.dispose()


@database.command("restored")
def restored() -> None:
    """After a backup was put back: let the bot ask Slack about everything that waits, before it is said.

    What waited when the backup was taken may have been said since; so nothing of it is said twice. Run it
    before the bot starts again. It brings the schema to the newest as well.
    """
    settings = read_settings()
    engine = open_engine(settings.database_url)
    try:
        migrations.upgrade(engine)
        database = Database(engine, Keyring.parse(settings.keys.get_secret_value()))
        with database.unscoped("doubt what waits after a restore", writes=True) as session:
            n = restoring.doubt_what_waits(session, SystemClock(settings.clock_file).now())
        click.echo(f"{n} waiting messages will be looked for in Slack before they are sent.")
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
