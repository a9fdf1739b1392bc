"""A backup, taken as the papers say while people write: restored it is whole, and says nothing twice."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.clock import SetClock
from bot.domain import agreements, requests
from bot.ids import random_ids
from bot.store import restoring
from bot.store.database import Database, open_engine
from bot.store.outbox import OutboxState
from bot.store.sealing import Keyring
from tests.cast import KEYS, Desk
from tests.domain.test_agreements import accepted, in_force
from tests.jobs.fake_slack import open_office
from tests.postgres import Server

ON_EITHER_DATABASE = True


@contextmanager
def writing(desk: Desk) -> Iterator[Callable[[], int]]:
    """Let somebody write one transaction after the other meanwhile; give how many there were."""
    stop, done = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            with desk.step("clock") as step:
                step.record("test.first", str(done[0]))
                step.record("test.second", str(done[0]))
            done[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield lambda: done[0]
    finally:
        stop.set()
        thread.join()


def backed_up(desk: Desk, folder: Path, request: pytest.FixtureRequest) -> Callable[[], Desk]:
    """Take a backup of a desk's database as ``docs/operating.md`` says; return how it is restored."""
    url = desk.db.engine.url
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            connection.execute("VACUUM INTO ?", (str(folder / "backup.sqlite3"),))

        def restore() -> Desk:
            shutil.copy(folder / "backup.sqlite3", folder / "restored.sqlite3")
            return elsewhere(desk, f"sqlite:///{folder / 'restored.sqlite3'}")

        return restore
    server: Server = request.getfixturevalue("postgres")
    file = folder / "backup.dump"
    dump(server, url.render_as_string(hide_password=False), file)

    def restore_postgres() -> Desk:
        address = server.empty_database()
        subprocess.run(  # noqa: S603 - PostgreSQL's own programme
            [
                server.programme("pg_restore"),
                "--no-owner",
                "--exit-on-error",
                "--dbname",
                plain(address),
                file,
            ],
            check=True,
            capture_output=True,
        )
        return elsewhere(desk, address)

    return restore_postgres


def plain(address: str) -> str:
    """Return an address as PostgreSQL's own programmes read it."""
    return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)


def dump(server: Server, address: str, file: Path, options: str = "-c mentorbot.workspace=*") -> None:
    """Run pg_dump as the bot's own role, which names every workspace to the wall."""
    subprocess.run(  # noqa: S603 - PostgreSQL's own programme
        [
            server.programme("pg_dump"),
            "--format=custom",
            *(["--enable-row-security"] if options else []),
            "--file",
            file,
            plain(address),
        ],
        check=True,
        capture_output=True,
        env={**os.environ, "PGOPTIONS": options},
    )


def elsewhere(desk: Desk, address: str) -> Desk:
    """Return a desk on the restored database, at the same time and with the same keys."""
    db = Database(open_engine(address), Keyring.parse(KEYS))
    return Desk(db=db, clock=desk.clock, ids=random_ids, rules=desk.rules, texts=desk.texts)


def test_backup_and_restore(desk: Desk, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Chain, words and open messages come back whole; what was said after the backup is not said again."""
    relationship_id = accepted(desk)
    in_force(desk, relationship_id)
    office = open_office(desk)
    for n in range(5):
        office.tell(key=f"before:{n}")
    with writing(desk) as written:
        while written() < 3:
            pass
        restore = backed_up(desk, tmp_path, request)
    office.sender().drain_all()
    said = office.slack.count("chat.postMessage")
    assert said >= 5

    again = restore()
    try:
        with again.step("mira", writes=False) as step:
            assert agreements.verify(step, relationship_id).whole
            seen = requests.seen_by(step, "r-mira", step.by)
            acts = step.session.connection().exec_driver_sql(
                "SELECT what, count(*) FROM acts WHERE what LIKE 'test.%%' GROUP BY what"
                if again.db.engine.dialect.name == "postgresql"
                else "SELECT what, count(*) FROM acts WHERE what LIKE 'test.%' GROUP BY what"
            )
            counts = dict(tuple(row) for row in acts)
        assert seen is not None
        assert seen.note == "Please"
        assert counts["test.first"] == counts["test.second"] >= 3  # no half of a transaction
        with again.db.unscoped("after a restore", writes=True) as session:
            assert restoring.doubt_what_waits(session, again.clock.now()) >= 5
        restored = open_office(again)
        restored.slack.messages = office.slack.messages  # Slack is the same Slack
        assert isinstance(again.clock, SetClock)
        for _ in range(20):
            restored.sender().drain_all()
            again.clock.skip(minutes=5)
        assert restored.slack.count("chat.postMessage") == 0
        rows = [row for row in again.outbox() if row.key.startswith("before:")]
        assert [row.state for row in rows] == [OutboxState.SENT] * 5
        restored.tell(key="after")
        restored.sender().drain_all()
        assert restored.slack.count("chat.postMessage") == 1
    finally:
        again.db.engine.dispose()
        if again.db.engine.dialect.name == "postgresql":
            request.getfixturevalue("postgres").drop(
                again.db.engine.url.render_as_string(hide_password=False)
            )


def test_a_dump_never_is_silently_empty(fresh_postgres: str, postgres: Server, tmp_path: Path) -> None:
    """A dump by the bot's role that says nothing of workspaces fails; it does not leave everybody out."""
    with pytest.raises(subprocess.CalledProcessError) as refused:
        dump(postgres, fresh_postgres, tmp_path / "empty.dump", options="")
    assert b"row-level security" in refused.value.stderr
