"""The commands on a real PostgreSQL, and on databases in trouble: always a sentence, never a traceback."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url

from bot.store import migrations
from bot.store.database import open_engine
from tests.cast import KEYS
from tests.commands.terminal import command, process
from tests.postgres import Server

NOBODY_THERE = "postgresql://mentorbot:hush@127.0.0.1:1/mentorbot"


@pytest.fixture
def address(postgres: Server) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    made = postgres.empty_database()
    yield made
    postgres.drop(made)


def ran(address: str, *words: str) -> str:
    """Run raw statements on a database as its owner."""
    engine = open_engine(address)
    with engine.begin() as connection:
        for statement in words:
            connection.execute(text(statement))
    engine.dispose()
    return address


def test_upgrade_and_check(address: str) -> None:
    """A new PostgreSQL database is brought up by one command; the check finds nothing wrong with it."""
    plain = address.replace("postgresql+psycopg://", "postgres://")
    for _ in range(2):
        said = command("database", "upgrade", DATABASE_URL=plain, MENTORBOT_KEYS=KEYS)
        assert said.code == 0
        assert f"its schema is {migrations.newest()}." in said.text
    said = command("check", DATABASE_URL=plain, MENTORBOT_KEYS=KEYS)
    assert f"Database: reachable, its schema is {migrations.newest()}." in said.text
    assert said.text.count("Database:") == 1


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("DROP TABLE procrastinate_applied", "Procrastinate"),
        ("ALTER TABLE people NO FORCE ROW LEVEL SECURITY", "row-level security is missing"),
        ("UPDATE alembic_version SET version_num = '0001'", "its schema is 0001"),
    ],
)
def test_what_is_missing_is_named(fresh_postgres: str, broken: str, said: str) -> None:
    """Whatever part of the schema is missing or old is named with the command that mends it."""
    told = command("check", DATABASE_URL=ran(fresh_postgres, broken), MENTORBOT_KEYS=KEYS)
    assert told.code == 1
    assert said in told.text
    assert "mentorbot database upgrade" in told.text


def test_a_superuser_is_named(fresh_postgres: str, postgres: Server) -> None:
    """Row-level security does not hold a superuser back: the check says so, and what to do."""
    address = postgres.url(str(make_url(fresh_postgres).database), superuser=True)
    told = command("check", DATABASE_URL=address, MENTORBOT_KEYS=KEYS)
    assert "connects as a superuser" in told.text
    assert "CREATE ROLE mentorbot" in told.text


@pytest.mark.parametrize("words", [("database", "upgrade"), ("check",), ("outbox", "list")])
def test_a_server_that_is_away(words: tuple[str, ...]) -> None:
    """No server at the address: one sentence, no traceback, no password."""
    said = process(*words, DATABASE_URL=NOBODY_THERE, MENTORBOT_KEYS=KEYS)
    assert said.code != 0
    assert "does not answer" in said.text
    assert "Traceback" not in said.text
    assert "hush" not in said.text


def test_a_database_that_does_not_exist(address: str) -> None:
    """A server that is there without the named database: look at the address."""
    nowhere = address.replace("/mentorbot_", "/no_such_")
    for words in (("database", "upgrade"), ("check",)):
        said = process(*words, DATABASE_URL=nowhere, MENTORBOT_KEYS=KEYS)
        assert said.code != 0
        assert "does not let the bot in" in said.text
        assert "Traceback" not in said.text


def test_a_locked_file(tmp_path: Path) -> None:
    """Another process writes for too long: the command says so, and the file is as it was."""
    file = tmp_path / "bot.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN IMMEDIATE")
        said = process("database", "upgrade", DATABASE_URL=f"sqlite:///{file}")
        assert said.code == 2
        assert "busy" in said.text
        assert "Traceback" not in said.text
        other.execute("ROLLBACK")
    assert process("database", "upgrade", DATABASE_URL=f"sqlite:///{file}").code == 0


@contextmanager
def little_room() -> Iterator[None]:
    """Let every SQLite file opened meanwhile grow to forty pages and no further, as on a full disk."""

    def on_connect(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=40")

    event.listen(Engine, "connect", on_connect)
    try:
        yield
    finally:
        event.remove(Engine, "connect", on_connect)


def test_a_full_disk(tmp_path: Path) -> None:
    """No room to migrate: the command says so, nothing is half done, and with room it goes on."""
    file = tmp_path / "bot.sqlite3"
    with little_room():
        said = command("database", "upgrade", DATABASE_URL=f"sqlite:///{file}")
    assert said.code == 2
    assert "disk is full" in said.text
    engine = open_engine(f"sqlite:///{file}")
    assert migrations.present(engine) is None
    engine.dispose()
    assert command("database", "upgrade", DATABASE_URL=f"sqlite:///{file}").code == 0


def test_a_file_nobody_may_open(tmp_path: Path) -> None:
    """A folder where the file should be: the address is to be looked at."""
    (tmp_path / "bot.sqlite3").mkdir(mode=stat.S_IRWXU)
    said = process("database", "upgrade", DATABASE_URL=f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    assert said.code == 2
    assert "DATABASE_URL" in said.text
    assert "Traceback" not in said.text
