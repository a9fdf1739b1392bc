"""The migrations make exactly the tables that are mapped, on either database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text

from bot.errors import Misconfigured
from bot.store import migrations, tables
from bot.store.concerns import Concern, ConcernOpening, Opened
from bot.store.database import open_engine
from bot.store.migrations import applying, procrastinate
from tests.postgres import Server

TRIGGER = "procrastinate_trigger_status_events_update_v1"
"""What the newest of the engine's migrations makes."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database without any table."""
    server: Server | None = None
    address = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        address = server.empty_database()
    engine = open_engine(address)
    yield engine
    engine.dispose()
    if server is not None:
        server.drop(address)


@pytest.fixture
def empty_postgres(postgres: Server) -> Iterator[Engine]:
    """An engine on a PostgreSQL database without any table."""
    address = postgres.empty_database()
    engine = open_engine(address)
    yield engine
    engine.dispose()
    postgres.drop(address)


def test_migrations_make_what_is_mapped(empty: Engine) -> None:
    """From an empty database to the newest revision nothing is missing and nothing is left over."""
    migrations.upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": procrastinate.is_ours, "compare_type": True}
        )
        assert compare_metadata(context, tables.METADATA) == []


def test_upgrading_again_changes_nothing(empty: Engine) -> None:
    """An up-to-date database is left alone, and says at which revision it is."""
    assert migrations.present(empty) is None
    assert "tables" in migrations.outdated(empty)
    migrations.upgrade(empty)
    migrations.upgrade(empty)
    assert migrations.present(empty) == migrations.newest()
    assert migrations.outdated(empty) == []
    assert set(tables.METADATA.tables) <= set(inspect(empty).get_table_names())


def test_the_newest_revision_is_the_head(empty: Engine) -> None:
    """What the file names say is the newest is what Alembic arrives at."""
    migrations.upgrade(empty)
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.newest()
    assert migrations.present(empty) == migrations.newest()


def test_from_the_first_release_on(empty: Engine) -> None:
    """A database of the first release, with a row in it, comes to the newest schema with its row."""
    applying.apply_until(empty, "0001")
    with empty.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO workspaces (id, slack_team_id, slack_enterprise_id, name, state)"
                " VALUES ('w1', 'T1', '', 'Riverside', 'installed')"
            )
        )
    migrations.upgrade(empty)
    with empty.begin() as connection:
        if empty.dialect.name == "postgresql":
            assert connection.scalars(text("SELECT name FROM workspaces")).all() == []  # the wall stands
            connection.execute(text("SELECT set_config('mentorbot.workspace', 'w1', true)"))
        assert connection.scalars(text("SELECT name FROM workspaces")).all() == ["Riverside"]


BEFORE_CONCERNS_IN_FULL = """
INSERT INTO workspaces (id, slack_team_id, slack_enterprise_id, name, state)
VALUES ('w1', 'T1', '', 'Riverside', 'installed');
INSERT INTO programmes (id, workspace_id, name, state) VALUES ('p1', 'w1', 'Research', 'running');
INSERT INTO people (id, workspace_id, name, time_zone, language, state)
VALUES ('mira', 'w1', 'Mira', 'UTC', 'en', 'here');
INSERT INTO concerns (id, workspace_id, programme_id, reference, state, level, reporter_id, rung, changes,
filed_at, acknowledged_at, ended_at, asked_again, guideline_version)
VALUES ('c1', 'w1', 'p1', 'K7QX-M4DP', 'resolved', 1, 'mira', 0, 0, '2027-03-01 09:00:00',
'2027-03-02 09:00:00', '2027-03-05 09:00:00', 0, 'f');
INSERT INTO concern_openings (id, workspace_id, programme_id, concern_id, person_id, opened_at)
VALUES ('o1', 'w1', 'p1', 'c1', 'mira', '2027-03-02 09:00:00')
"""


def test_a_case_from_before_questions_and_steps(empty: Engine) -> None:
    """A case stays as it was, and its first acknowledgement and end are known for the leads' figures."""
    applying.apply_until(empty, "0003")
    with empty.begin() as connection:
        for statement in BEFORE_CONCERNS_IN_FULL.split(";"):
            connection.execute(text(statement))
    migrations.upgrade(empty)
    with empty.begin() as connection:
        if empty.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('mentorbot.workspace', 'w1', true)"))
        [case] = connection.execute(select(Concern.__table__)).mappings().all()
        [opening] = connection.execute(select(ConcernOpening.__table__)).mappings().all()
    assert case["first_acknowledged_at"] == case["acknowledged_at"] is not None
    assert case["first_ended_at"] == case["ended_at"] is not None
    assert (case["reopened"], case["approved_version"], case["hold_since"]) == (0, "", None)
    assert opening["what"] is Opened.WORDS


def test_keys_are_ordered_by_their_bytes(empty_postgres: Engine) -> None:
    """The keys of an older database are ordered as their mapping says, whatever the database's own order."""
    applying.apply_until(empty_postgres, "0001")
    migrations.upgrade(empty_postgres)
    [key] = [c for c in inspect(empty_postgres).get_columns("outbox") if c["name"] == "key"]
    assert key["type"].collation == "C"  # type: ignore[attr-defined] # a String


def test_two_releases_at_once(empty_postgres: Engine) -> None:
    """Two hosts that migrate the same new database at the same moment take turns; both end well."""
    gate = threading.Barrier(3)

    def release(_: int) -> None:
        engine = open_engine(empty_postgres.url.render_as_string(hide_password=False))
        gate.wait()
        migrations.upgrade(engine)
        engine.dispose()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(release, range(3)))
    assert migrations.outdated(empty_postgres) == []


def test_the_engine_is_there_to_use(empty_postgres: Engine) -> None:
    """After an upgrade the job engine finds its tables and functions: a wake-up can be put."""
    migrations.upgrade(empty_postgres)
    with empty_postgres.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
        functions = set(
            connection.scalars(text("SELECT proname FROM pg_proc WHERE proname LIKE 'procrastinate%'"))
        )
    assert {"procrastinate_defer_jobs_v1", "procrastinate_fetch_job_v2"} <= functions


def test_a_newer_engine_brings_its_own_migrations(empty_postgres: Engine) -> None:
    """What the installed engine ships and the database has not seen is applied, once, and is remembered."""
    migrations.upgrade(empty_postgres)
    last = procrastinate.shipped()[-1]
    with empty_postgres.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_applied WHERE name = :name"), {"name": last})
        connection.execute(text(f"DROP TRIGGER {TRIGGER} ON procrastinate_jobs"))
    assert migrations.outdated(empty_postgres) == ["engine"]
    migrations.upgrade(empty_postgres)
    assert migrations.outdated(empty_postgres) == []
    with empty_postgres.connect() as connection:
        made = connection.scalar(
            text("SELECT count(*) FROM pg_trigger WHERE tgname = :name"), {"name": TRIGGER}
        )
    assert made == 1


def test_tables_of_somebody_elses_engine(empty_postgres: Engine) -> None:
    """Where something else made the engine's tables nobody guesses at their state; it says what to do."""
    with empty_postgres.begin() as connection:
        connection.execute(text("CREATE TABLE procrastinate_jobs (id int)"))
    with pytest.raises(Misconfigured, match="drop them"):
        migrations.upgrade(empty_postgres)
