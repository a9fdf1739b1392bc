"""The tick looks before it writes: with nothing due nobody who writes waits for it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain import requests
from bot.domain.step import Step
from bot.jobs import schedule
from bot.jobs.notices import BATCH, Due
from bot.store import digests
from bot.store.due import Place
from bot.store.programmes import Programme, ProgrammeState, Workspace, WorkspaceState
from tests.cast import PROGRAMME_ID, WORKSPACE_ID, Desk
from tests.jobs.fake_slack import Office, open_office

MOST_STATEMENTS = 15


@pytest.fixture
def office(desk: Desk) -> Office:
    """A desk with everything a tick is given."""
    return open_office(desk)


def ticked(office: Office) -> tuple[int, int, int]:
    """Tick once; return how many things were handled, writing transactions begun and statements sent.

    How long SQLite is to wait for a lock is told each transaction, and reads nothing: it is not counted.
    """
    writing: list[bool] = []
    statements: list[str] = []
    engine = office.desk.db.engine

    def begun(connection: Any) -> None:
        writing.append(bool(connection.get_execution_options().get("writes", True)))

    def sent(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("PRAGMA busy_timeout"):
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
    """One reading session, and a number of queries that is known."""
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


def test_a_big_programme_takes_turns_with_small_ones(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where thousands are due, one batch is handled, then one of all else, before the next."""
    first, last, *_ = schedule.dues()
    big, small = (WORKSPACE_ID, "big"), (WORKSPACE_ID, "small")
    left = {(first.name, big): 3 * BATCH, (first.name, small): 5, (last.name, small): 5}
    turns = list[tuple[str, Place]]()

    def batch(_deps: object, due: Due, place: Place) -> int:
        turns.append((due.name, place))
        handled = min(left[due.name, place], BATCH)
        left[due.name, place] -= handled
        return handled

    monkeypatch.setattr(schedule, "_found", lambda _deps: [(first, [big, small]), (last, [small])])
    monkeypatch.setattr(schedule, "_batch", batch)
    assert schedule.tick(office.deps) == 3 * BATCH + 10
    assert turns[:3] == [(first.name, big), (first.name, small), (last.name, small)]
    assert turns[3:] == [(first.name, big)] * 3


def test_every_due_thing_says_whether_it_waits() -> None:
    """No noun makes each beat write just to look."""
    assert [due.name for due in schedule.dues() if due.question is None] == []


def test_where_looking_fails_everything_else_is_handled(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One noun that cannot even look does not hold up the others, and is named in the log."""
    ran: list[str] = []
    words = "what somebody wrote"

    def fail(_session: object, _now: object) -> list[Place]:
        raise RuntimeError(words)

    def run(_step: object) -> int:
        ran.append("other")
        return 0

    here = [(WORKSPACE_ID, PROGRAMME_ID)]
    table = (
        Due("one", run, waits=fail),
        Due("other", run, waits=lambda _session, _now: here),
    )
    monkeypatch.setattr(schedule, "dues", lambda: iter(table))
    with caplog.at_level(logging.WARNING):
        schedule.tick(office.deps)
    assert ran == ["other"]
    assert "one: looking failed" in caplog.text
    assert words not in caplog.text


def test_a_tick_costs_the_same_for_one_programme_or_three_hundred(office: Office) -> None:
    """What is looked for is looked for everywhere at once."""
    schedule.tick(office.deps)
    _, _, before = ticked(office)
    with office.desk.db.unscoped("three hundred more", writes=True) as session:
        for number in range(300):
            session.add(Workspace(id=f"w{number}", slack_team_id=f"T{number}", name="More"))
            session.flush()
            session.add(
                Programme(
                    id=f"p{number}", workspace_id=f"w{number}", name="More", state=ProgrammeState.RUNNING
                )
            )
    assert ticked(office) == (0, 0, before)


def test_only_programmes_with_something_due_are_opened(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found in a programme that does not run, or a workspace we left, is nobody's business."""
    opened: list[str] = []

    def run(step: Step) -> int:
        opened.append(step.programme_id)
        return 0

    found = [(WORKSPACE_ID, PROGRAMME_ID), ("left", "p-left"), (WORKSPACE_ID, "p-closed")]
    with office.desk.db.unscoped("others", writes=True) as session:
        session.add(Workspace(id="left", slack_team_id="T0LEFT", name="Left", state=WorkspaceState.GONE))
        session.flush()
        for place, state in zip(found[1:], (ProgrammeState.RUNNING, ProgrammeState.CLOSED), strict=True):
            session.add(Programme(id=place[1], workspace_id=place[0], name=place[1], state=state))
    monkeypatch.setattr(schedule, "dues", lambda: iter([Due("one", run, waits=lambda *_: found)]))
    schedule.tick(office.deps)
    assert opened == [PROGRAMME_ID]


def test_the_digest_is_looked_for_when_a_leads_clock_says_so(office: Office) -> None:
    """Between two looks a lead costs nothing; a changed clock or rule is seen after two hours."""
    schedule.tick(office.deps)
    with office.desk.db.unscoped("read") as session:
        assert digests.places_due(session, office.clock.now()) == []
        office.clock.skip(hours=2)
        assert digests.places_due(session, office.clock.now()) == [(WORKSPACE_ID, PROGRAMME_ID)]
    schedule.tick(office.deps)
    with office.desk.db.unscoped("read") as session:
        assert digests.places_due(session, office.clock.now()) == []
