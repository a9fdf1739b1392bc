"""Health: what /readyz says is so, and it says it in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.store import beats, paces, tallies
from bot.store.beats import Beating
from bot.store.outbox import OutboxRow, OutboxState
from bot.web import health
from bot.web.figures import Figures
from bot.web.health import Check, Health, Look, report
from tests.cast import WORKSPACE_ID, Desk
from tests.jobs.fake_slack import HELD, Office, open_office

ON_EITHER_DATABASE = True


@pytest.fixture
def office(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A desk with everything in order: the schema is new, a clock has just looked."""
    monkeypatch.setattr("bot.store.migrations.outdated", lambda _: [])
    made = open_office(desk)
    tick(made)
    return made


def tick(office: Office) -> None:
    """Let a clock give a sign of life."""
    with office.deps.db.unscoped("beat", writes=True) as session:
        beats.beat(session, "clock1", Beating.CLOCK, office.clock.now())


def looked(office: Office, *, stopping: bool = False) -> dict[str, Any]:
    """Return what /readyz would say."""
    status, body = report(Health(office.deps, lambda: stopping).of_everything())
    assert (status == 200) is body["ready"]
    return body


def test_ready_when_everything_is_in_order(office: Office) -> None:
    """Database, schema, outbox and clock are looked at, and all is well."""
    body = looked(office)
    assert body["ready"]
    assert body["failing"] == []
    assert set(body["checks"]) == {"process", "database", "schema", "outbox", "clock"}


def test_not_ready_while_it_stops(office: Office) -> None:
    """Whoever spreads requests is told to look elsewhere."""
    assert looked(office, stopping=True)["failing"] == ["process"]


def test_not_ready_on_an_old_schema(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is old and what to do."""
    monkeypatch.setattr("bot.store.migrations.outdated", lambda _: ["tables", "wall"])
    body = looked(office)
    assert body["failing"] == ["schema"]
    assert body["checks"]["schema"]["why"].startswith("tables, wall not as this release needs")


def test_not_ready_when_sending_lags(office: Office) -> None:
    """Something due for longer than allowed; before that, and once it is sent, all is well."""
    office.tell()
    office.clock.skip(seconds=299)
    tick(office)
    assert looked(office)["ready"]
    office.clock.skip(seconds=2)
    tick(office)
    body = looked(office)
    assert body["failing"] == ["outbox"]
    assert body["checks"]["outbox"]["oldest_due_seconds"] == 301.0
    office.sender().drain_all(paced=False)
    assert looked(office)["ready"]


def test_what_waits_for_its_time_is_no_lag(office: Office) -> None:
    """Only what is due counts."""
    office.tell(not_before=office.clock.now() + timedelta(days=1))
    office.clock.skip(hours=12)
    tick(office)
    assert looked(office)["ready"]


def test_a_workspace_nobody_can_send_to_is_no_lag(office: Office) -> None:
    """A token that one workspace revoked makes no web process of all others unready; it is counted."""
    office.tell()
    now = office.clock.now()
    with office.deps.db.unscoped("pause", writes=True) as session:
        values = {"paused_since": now, "paused_until": now + timedelta(days=1), "reason": "token_revoked"}
        paces.save(session, WORKSPACE_ID, {"kept": {}, **values})
    office.clock.skip(hours=1)
    tick(office)
    body = looked(office)
    assert body["ready"]
    assert body["checks"]["outbox"]["paused_workspaces"] == 1


def test_a_workspace_that_could_be_tried_again_and_is_not_lags(office: Office) -> None:
    """Its pause was over long ago: where no sender comes, the trouble is ours; the figures say so."""
    office.tell()
    now = office.clock.now()
    with office.deps.db.unscoped("pause", writes=True) as session:
        values = {"paused_since": now, "paused_until": now + timedelta(minutes=30), "reason": "no answer"}
        paces.save(session, WORKSPACE_ID, {"kept": {}, **values})
    office.clock.skip(minutes=34)
    tick(office)
    assert looked(office)["ready"], "a sender still has the time of one lag to come"
    office.clock.skip(minutes=2)
    tick(office)
    body = looked(office)
    assert body["failing"] == ["outbox"]
    assert body["checks"]["outbox"]["paused_workspaces"] == 0
    assert figures(office)["mentorbot_outbox_oldest_due_seconds"] == 36 * 60


def test_a_claim_whose_sender_went_away_lags_too(office: Office) -> None:
    """A row is late from the end of its lease on."""
    office.tell()
    with office.deps.db.unscoped("claim", writes=True) as session:
        row = session.get_one(OutboxRow, office.row().id)
        row.state, row.lease_until = OutboxState.CLAIMED, office.clock.now()
    office.clock.skip(seconds=301)
    tick(office)
    assert looked(office)["failing"] == ["outbox"]


def test_not_ready_without_a_tick(office: Office) -> None:
    """A clock that has not looked for a minute, or never."""
    office.clock.skip(seconds=61)
    assert looked(office)["failing"] == ["clock"]
    with office.deps.db.unscoped("forget", writes=True) as session:
        beats.forget(session, office.clock.now() + timedelta(days=2))
    body = looked(office)
    assert body["failing"] == ["clock"]
    assert body["checks"]["clock"]["last_tick_seconds"] is None


def test_a_sign_of_life_from_the_future_is_none(office: Office) -> None:
    """A clock process ended while its machine's clock was an hour ahead: nobody has looked since."""
    with office.deps.db.unscoped("beat", writes=True) as session:
        beats.beat(session, "clock0", Beating.CLOCK, office.clock.now() + timedelta(hours=1))
    assert looked(office)["ready"]
    office.clock.skip(seconds=61)
    assert looked(office)["failing"] == ["clock"]


def test_a_worker_is_no_clock(office: Office) -> None:
    """Signs of life of workers say nothing about ticks."""
    office.clock.skip(seconds=61)
    with office.deps.db.unscoped("beat", writes=True) as session:
        beats.beat(session, "worker1", Beating.WORKER, office.clock.now())
    assert looked(office)["failing"] == ["clock"]


def test_not_ready_without_a_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is the type of the fault, not its words, and nothing else is guessed."""

    def fail(_: object) -> list[str]:
        raise ConnectionRefusedError("host=secret-host password=hunter2")

    monkeypatch.setattr("bot.store.migrations.outdated", fail)
    body = looked(office)
    assert body["failing"] == ["database"]
    assert body["checks"]["database"]["why"] == "ConnectionRefusedError"
    assert "hunter2" not in str(body)


def test_a_database_that_is_away_is_told_of_in_a_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same one as in the logs and in ``check``; nothing of what the driver said."""

    def fail(_: object) -> list[str]:
        raise psycopg.OperationalError("connection to server at secret-host failed")

    monkeypatch.setattr("bot.store.migrations.outdated", fail)
    why = looked(office)["checks"]["database"]["why"]
    assert why == "The database does not answer. Look at the server, the network, and DATABASE_URL."


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A database that does not answer until the event is set; everybody's patience is short."""
    answers = threading.Event()
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(Look.answer, "__defaults__", (0.01,))
    monkeypatch.setattr("bot.store.migrations.outdated", lambda _: [] if answers.wait(30) else ["never"])
    yield answers
    answers.set()


def test_a_hanging_database_does_not_hang_the_answer(office: Office, hanging: threading.Event) -> None:
    """It says no in time, however often it is asked, and holds one thread for all of that."""
    checks = Health(office.deps, lambda: False)
    before = threading.active_count()
    for _ in range(5):
        assert [check.name for check in checks.of_everything() if not check.fine] == ["database"]
    assert threading.active_count() == before + 1
    hanging.set()


def test_a_look_is_shared() -> None:
    """Who asks while a question is open is given that one's answer; the next is asked anew."""
    asked, go = [], threading.Event()

    def ask() -> int:
        asked.append(1)
        go.wait(30)
        return len(asked)

    look = Look(ask)
    with pytest.raises(TimeoutError):
        look.answer(0.01)
    with pytest.raises(TimeoutError):
        look.answer(0.01)
    go.set()
    assert look.answer(30) in {1, 2}
    assert look.answer(30) == len(asked) <= 3


def test_a_report_names_what_fails() -> None:
    """503 and the names; 200 when nothing fails."""
    fine, broken = Check("a", fine=True, details={}), Check("b", fine=False, details={"why": "x"})
    assert report([fine])[0] == 200
    status, body = report([fine, broken])
    assert (status, body["failing"]) == (503, ["b"])


def figures(office: Office) -> dict[str, float]:
    """Return the figures as Prometheus reads them, by name and labels."""
    said = Figures(office.deps, queue=lambda: 3).exposition().decode()
    found = {}
    for family in text_string_to_metric_families(said):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_figures_tell_what_the_database_knows(office: Office) -> None:
    """Depth by state and whether due, age of the oldest, what was counted by every process, beats."""
    office.tell(key="sent")
    office.sender().drain_all(paced=False)
    office.tell(key="due")
    office.tell(key="later", not_before=office.clock.now() + timedelta(days=1))
    with office.deps.db.unscoped("count", writes=True) as session:
        tallies.add(session, "worker1", {"limited": 2, "looked_up": 3}, now=office.clock.now())
        tallies.add(session, "worker2", {"limited": 5}, now=office.clock.now())
    office.clock.skip(seconds=42)
    found = figures(office)
    assert found["mentorbot_outbox_rows{due=yes,state=waiting}"] == 1
    assert found["mentorbot_outbox_rows{due=no,state=waiting}"] == 1
    assert found["mentorbot_outbox_rows{due=no,state=dead}"] == 0
    assert found["mentorbot_outbox_oldest_due_seconds"] == 42
    assert found["mentorbot_messages_sent_total"] == 1
    assert found["mentorbot_rate_limited_total"] == 7
    assert found["mentorbot_lookups_total"] == 3
    assert found["mentorbot_last_beat_timestamp_seconds{kind=clock}"] == pytest.approx(
        office.clock.now().timestamp() - 42
    )
    assert found["mentorbot_database_up"] == 1
    assert found["mentorbot_listeners_busy"] == 3
    assert found["process_open_fds"] > 0


def test_figures_name_nobody(office: Office) -> None:
    """No workspace, person, key, kind of a case or word stands in them."""
    office.tell(key="concern:c1:asks", kind=HELD)
    said = Figures(office.deps, queue=lambda: 0).exposition().decode()
    for private in (WORKSPACE_ID, "mira", "Mira", "concern", office.row("concern:c1:asks").id, HELD):
        assert private not in said


def test_figures_without_a_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of the process are there still, and one says that the database is not."""

    def fail(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("bot.store.tallies.totals", fail)
    found = figures(office)
    assert found["mentorbot_database_up"] == 0
    assert "mentorbot_messages_sent_total" not in found
    assert "process_open_fds" in found
