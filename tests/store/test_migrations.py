"""The migrations make exactly the tables that are mapped."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from bot.store import migrations, tables
from bot.store.database import open_engine


def test_migrations_make_what_is_mapped(tmp_path: Path) -> None:
    """From an empty database to the newest revision nothing is missing and nothing is left over."""
    engine = open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.METADATA) == []
    engine.dispose()


def test_upgrading_again_changes_nothing(tmp_path: Path) -> None:
    """An up-to-date database is left alone, and says at which revision it is."""
    engine = open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    assert migrations.present(engine) is None
    migrations.upgrade(engine)
    migrations.upgrade(engine)
    assert migrations.present(engine) == migrations.newest()
    assert set(tables.METADATA.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_the_newest_revision_is_the_head(tmp_path: Path) -> None:
    """What the file names say is the newest is what Alembic arrives at."""
    engine = open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    migrations.upgrade(engine)
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.newest()
    assert migrations.present(engine) == migrations.newest()
    engine.dispose()
