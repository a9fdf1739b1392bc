"""A SQLite file whose disk is full while the bot runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.scenarios.test_answers import fill_request
from tests.scenarios.test_bad_input import CANARY, rows
from tests.world import World


@contextmanager
def no_room(world: World) -> Iterator[None]:
    """Let the file not grow any more by a single page, as on a full disk."""
    engine = world.bot.deps.db.engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def on_connect(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    engine.dispose()  # connections opened from here on know the limit
    event.listen(engine, "connect", on_connect)
    try:
        with pytest.raises(OperationalError, match="full"):  # what is left of the last pages
            fill_up(world)
        yield
    finally:
        event.remove(engine, "connect", on_connect)
        engine.dispose()


def fill_up(world: World) -> None:
    """Write what needs nobody until there is no room."""
    for n in range(2000):
        with world.desk.step("clock") as step:
            step.record("test.filler", f"{n:040}")


def test_a_full_disk_loses_no_note(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing can be written: the form stays as it was filled, reading goes on, and with room it is sent."""
    mira = fill_request(world, CANARY)
    with no_room(world):
        assert not mira.modal.submit().ok
        assert "nothing was changed" in mira.modal.text
        assert CANARY in mira.modal.text
        assert "disk is full" in caplog.text
        assert CANARY not in caplog.text
        answer = world.person("noor").command("/findmentor statistics")
        assert answer.ephemeral is not None
        assert "Tomás Aguilar" in answer.ephemeral.text
    mira.modal.submit()
    world.settle()
    assert rows(world)[0] == 1
