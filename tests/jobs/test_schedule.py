"""The tick looks before it writes: with nothing due nobody who writes waits for it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain import requests
from bot.jobs import schedule
from bot.jobs.notices import Due
from tests.cast import Desk
from tests.jobs.fake_slack import Office, open_office

MOST_STATEMENTS = 16


@pytest.fixture
def office(desk: Desk) -> Office:
    """A desk with everything a tick is given."""
    return open_office(desk)


def ticked(office: Office) -> tuple[int, int, int]:
    """Tick once; return how many things were handled, writing transactions begun and statements sent."""
    writing: list[bool] = []
    statements: list[str] = []
    engine = office.desk.db.engine

    def begun(connection: Any) -> None:
        writing.append(bool(connection.get_execution_options().get("writes", True)))

    def sent(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "begin", begun)
    event.listen(engine, "before_cursor_execute", sent)
    try:
        handled = schedule.tick(office.deps)
    finally:
        event.remove(engine, "begin", begun)
        event.remove(engine, "before_cursor_execute", sent)
    return handled, sum(writing), len(statements)


def test_with_nothing_due_nothing_is_written(office: Office) -> None:
    """One reading session a programme, and a number of queries that is known."""
    schedule.tick(office.deps)
    handled, writing, statements = ticked(office)
    assert (handled, writing) == (0, 0)
    assert statements <= MOST_STATEMENTS


def test_what_is_due_is_handled(office: Office) -> None:
    """Each kind of due thing opens its own transaction, only once it is due."""
    schedule.tick(office.deps)
    with office.desk.step("mira") as step:
        requests.ask(step, request_id="r1", mentor_id=office.desk.id("tomas"), note="Please", looked_for="")
    assert ticked(office)[:2] == (0, 0)
    office.clock.skip(days=60)
    for _ in range(5):
        schedule.tick(office.deps)
    assert ticked(office)[:2] == (0, 0)
    assert office.desk.outbox("requests.decided")


def test_every_due_thing_says_whether_it_waits() -> None:
    """No noun makes each beat write just to look."""
    assert [due.name for due in schedule.dues() if due.waits is None] == []


def test_where_looking_fails_everything_else_is_handled(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One noun that cannot even look does not hold up the others, and is named in the log."""
    ran: list[str] = []
    words = "what somebody wrote"

    def fail(_step: object) -> int:
        raise RuntimeError(words)

    def run(_step: object) -> int:
        ran.append("other")
        return 0

    table = (Due("one", fail, waits=fail), Due("other", run, waits=lambda _step: True))
    monkeypatch.setattr(schedule, "dues", lambda: iter(table))
    with caplog.at_level(logging.WARNING):
        schedule.tick(office.deps)
    assert ran == ["other"]
    assert "one in programme" in caplog.text
    assert words not in caplog.text
