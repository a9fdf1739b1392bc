"""Retention: what was said is forgotten in time, and nothing that is needed yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain import requests
from bot.jobs.outbox import AT_ONCE, prune
from bot.store import tallies
from bot.store.concerns import Concern, ConcernState
from bot.store.database import Scope
from bot.store.digests import Digest
from bot.store.outbox import Notice, OutboxRow, OutboxState
from bot.store.tallies import Tally
from tests.cast import PROGRAMME_ID, WORKSPACE_ID, Desk
from tests.jobs.fake_slack import HELD, Office, open_office

ON_EITHER_DATABASE = True
CANARY = "my supervisor shouts"


@pytest.fixture
def office(desk: Desk) -> Office:
    """A desk that keeps records for thirty days."""
    made = open_office(desk)
    settings = made.deps.settings.model_copy(update={"keep_days": 30.0})
    return replace(made, deps=replace(made.deps, settings=settings))


def put(office: Office, key: str, **values: Any) -> None:
    """Put a row that ended now, with these values."""
    office.tell(key=key)
    change(office, key, **{"state": OutboxState.SENT, "ended_at": office.clock.now(), **values})


def change(office: Office, key: str, **values: Any) -> None:
    """Change a row."""
    with office.desk.db.writing(Scope(WORKSPACE_ID)) as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one()
        for name, value in values.items():
            setattr(row, name, value)


def end_all(office: Office) -> None:
    """Let everything that waits count as sent now."""
    for row in office.desk.outbox():
        if row.state is OutboxState.WAITING:
            change(office, row.key, state=OutboxState.SENT, ended_at=office.clock.now())


def kept(office: Office) -> set[str]:
    """Return the keys there are."""
    return {row.key for row in office.desk.outbox()}


def later(office: Office, days: float = 31) -> set[str]:
    """Let time pass, prune, and return the keys that are left."""
    office.clock.skip(days=days)
    prune(office.deps)
    return kept(office)


def test_what_was_said_is_forgotten_in_time(office: Office) -> None:
    """Sent and cancelled records go after the configured days, not before; the rest stays."""
    put(office, "sent")
    put(office, "cancelled", state=OutboxState.CANCELLED)
    put(office, "waiting", state=OutboxState.WAITING, ended_at=None)
    put(office, "claimed", state=OutboxState.CLAIMED, ended_at=None)
    assert later(office, 29) == {"sent", "cancelled", "waiting", "claimed"}
    assert later(office, 2) == {"waiting", "claimed"}
    assert prune(office.deps) == 0


def test_more_than_one_batch(office: Office) -> None:
    """All of it goes, in small transactions, past what must stay."""
    with office.desk.step("clock") as step:
        step.tell_all(Notice(HELD, f"n{n}", office.desk.id("mira")) for n in range(2 * AT_ONCE + 3))
    with office.desk.db.unscoped("end them", writes=True) as session:
        for row in session.scalars(select(OutboxRow)):
            row.state = OutboxState.DEAD if row.key.endswith("7") else OutboxState.SENT
            row.ended_at = office.clock.now()
    assert {key[-1] for key in later(office)} == {"7"}


def test_the_dead_stay_until_a_lead_could_read_of_them(office: Office) -> None:
    """Without a digest since then they stay; with one they go like the rest."""
    put(office, "dead", state=OutboxState.DEAD, reason="user_not_found")
    put(office, "unknown", state=OutboxState.UNKNOWN)
    assert later(office) == {"dead", "unknown"}
    with office.desk.step("clock") as step:
        now = step.now
        digest = Digest(id="d1", **step.place, lead_id=office.desk.id("lena"), week="2027-W14", due_at=now)
        step.add(digest)
        digest.frozen_at = now
    assert later(office, 0) == set()


def test_a_card_stays_while_its_request_is_open(office: Office) -> None:
    """Its message will be changed; once the request is settled and that is told, all of it goes."""
    with office.desk.step("mira") as step:
        requests.ask(step, request_id="r1", mentor_id=office.desk.id("tomas"), note="May I ask?")
    cards = kept(office)
    assert len(cards) == 2
    end_all(office)
    assert later(office) == cards
    with office.desk.step("tomas") as step:
        requests.decline(step, "r1")
    end_all(office)
    assert later(office) == set()


def test_a_card_stays_while_a_change_of_it_waits(office: Office) -> None:
    """A change held up for months, by a revoked token, still finds its message."""
    put(office, "card")
    put(office, "card:changed", state=OutboxState.WAITING, ended_at=None, updates_key="card", verb="update")
    assert later(office) == {"card", "card:changed"}
    change(office, "card:changed", state=OutboxState.SENT, ended_at=office.clock.now())
    assert later(office) == set()


def test_a_case_is_kept_whole_until_it_is_erased(office: Office) -> None:
    """Its steps go round and rely on what was said before: nobody is told of it twice."""
    put(office, "concern:c1:asks", ids={"concern": "c1"})
    with office.desk.step("mira") as step:
        step.add(
            Concern(
                id="c1",
                **step.place,
                reference="K7QX-M4DP",
                state=ConcernState.RESOLVED,
                level=2,
                reporter_id=office.desk.id("mira"),
                filed_at=step.now,
                guideline_version="1",
            )
        )
    assert later(office) == {"concern:c1:asks"}
    with office.desk.step("clock") as step:
        row = step.session.scalars(select(Concern)).one()
        row.ended_at = row.erased_at = step.now
    assert later(office, 0) == set()


def test_one_programme_in_trouble_holds_up_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged without words, and the run goes on."""

    def fail(*_: object, **__: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr("bot.jobs.outbox.outbox.prune", fail)
    assert prune(office.deps) == 0
    assert f"programme {PROGRAMME_ID}" in caplog.text
    assert CANARY not in caplog.text


def test_counts_of_ended_processes_become_one(office: Office) -> None:
    """Totals stay what they were, in fewer rows."""
    for number in range(5):
        with office.deps.db.unscoped("count", writes=True) as session:
            tallies.add(session, f"worker{number}", {"sent": 2}, now=office.clock.now())
    later(office, 2)
    with office.deps.db.unscoped("read") as session:
        assert tallies.totals(session)["sent"] == 10
        assert session.scalar(select(func.count()).select_from(Tally)) == 1
