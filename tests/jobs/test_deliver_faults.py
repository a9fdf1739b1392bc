"""What fails in one row, one channel or one workspace stays there; nobody's silence is made of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_mock import MockerFixture
from sqlalchemy import select

from bot.jobs.deliver import Delivery
from bot.jobs.deliver.draining import BATCH
from bot.jobs.deliver.outcomes import MAX_TRIES
from bot.jobs.heartbeat import Heartbeat
from bot.store import outbox
from bot.store.acts import Act
from bot.store.base import change
from bot.store.outbox import Notice, OutboxRow, OutboxState
from bot.store.people import Person, PersonState
from bot.store.programmes import Workspace
from tests.cast import LEADS_CHANNEL, MONDAY, WORKSPACE_ID, Desk
from tests.jobs.fake_slack import CARD, HELD, IN_HOURS, Accepted, Office, open_office, refusal

BROKEN = refusal("", status=503)


@pytest.fixture
def office(desk: Desk) -> Office:
    """A sender beside a Slack in memory."""
    return open_office(desk)


def use_up(office: Office) -> None:
    """Let every attempt of what waits fail until none is left."""
    sender = office.sender()
    for _ in range(MAX_TRIES + 1):
        sender.drain_all()
        office.clock.skip(hours=1.1)


@pytest.mark.parametrize("trouble", [refusal("token_revoked"), BROKEN, ConnectionRefusedError()])
def test_an_outage_spends_no_tries(office: Office, trouble: Exception) -> None:
    """A day without Slack or with a refused token: nobody was silent, so nothing dies and nothing follows."""
    office.slack.always = dict.fromkeys(["chat.postMessage", "auth.test", "conversations.open"], trouble)
    for number in range(BATCH + 5):
        office.tell(key=f"n{number}")
    office.tell(IN_HOURS, key="short", expires_at=office.clock.now() + timedelta(hours=2))
    sender = office.sender()
    for _ in range(24):
        sender.drain_all()
        office.clock.skip(hours=1)
    assert {row.state for row in office.desk.outbox() if row.key != "short"} == {OutboxState.WAITING}
    assert max(row.tries for row in office.desk.outbox()) <= 1
    assert office.row("short").state is OutboxState.CANCELLED
    assert office.undelivered == []
    office.slack.always = {}
    office.clock.skip(minutes=6)
    sender.drain_all()
    assert len(set(office.slack.keys())) == len(office.slack.messages) == BATCH + 5


def test_a_message_slack_chokes_on_uses_up_its_own_tries(office: Office) -> None:
    """Where Slack answers otherwise, the trouble is the message's own: its tries are used up."""
    office.slack.order("chat.postMessage", *[BROKEN] * MAX_TRIES)
    office.tell()
    use_up(office)
    assert office.row().state is OutboxState.UNKNOWN
    assert office.undelivered == ["http 503"]
    assert office.slack.messages == []


def test_what_dies_at_claim_is_told_like_any_other(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """A row whose tries were used up by processes that ended is logged, and what follows is done."""
    office.tell()
    with office.desk.db.unscoped("it killed eight processes", writes=True) as session:
        change(
            session, OutboxRow, office.row().id, expected=OutboxState.WAITING, to=OutboxState.WAITING, tries=8
        )
    office.sender().drain_all()
    assert office.row().state is OutboxState.DEAD
    assert office.undelivered == ["gave up"]
    assert [r.levelname for r in caplog.records if "is dead" in r.getMessage()] == ["ERROR"]


def followed(office: Office) -> int:
    """Return how many ends of messages had their consequence kept."""
    with office.desk.step("clock", writes=False) as step:
        return len(step.session.scalars(select(Act).where(Act.what == "test.undelivered")).all())


def test_an_end_and_what_follows_are_one(office: Office) -> None:
    """If what follows from a death fails, there was no death: both happen together, later."""
    office.on_dead_fails = True
    office.slack.always["chat.postMessage"] = refusal("user_not_found")
    office.tell()
    office.tell(key="two")
    sender = office.sender()
    sender.drain_all()
    assert office.row().state is OutboxState.WAITING
    assert followed(office) == 0
    office.on_dead_fails = False
    office.clock.skip(hours=1.1)
    sender.drain_all()
    assert {row.state for row in office.desk.outbox()} == {OutboxState.DEAD}
    assert followed(office) == 2


def test_one_row_that_cannot_be_recorded_does_not_hold_the_rest(
    office: Office, mocker: MockerFixture
) -> None:
    """Its outcome is found in Slack later; the others of its batch are sent now, none twice."""
    for number in range(5):
        office.tell(key=f"n{number}")
    real, failed = outbox.settle_all, office.row("n0").id

    def settle_all(session: Any, come: Any, **how: Any) -> Any:
        if any(row_id == failed and values["state"] == "sent" for row_id, values in come):
            raise RuntimeError("the disk is full")
        return real(session, come, **how)

    mocker.patch.object(outbox, "settle_all", settle_all)
    sender = office.sender()
    sender.drain_all()
    assert len(office.slack.messages) == 5
    assert sorted(row.state for row in office.desk.outbox()) == ["sent"] * 4 + ["waiting"]
    mocker.stopall()
    office.clock.skip(minutes=1)
    sender.drain_all()
    assert len(office.slack.messages) == 5
    assert {row.state for row in office.desk.outbox()} == {OutboxState.SENT}


def test_one_failing_workspace_does_not_stop_the_others(
    office: Office, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    """Where nothing can even be claimed, the next workspace is sent to all the same."""
    with office.desk.db.unscoped("a workspace that comes first", writes=True) as session:
        session.add(Workspace(id="a-first", slack_team_id="T2", name="Other"))
        notice = Notice(HELD, "theirs", "nobody")
        outbox.put(session, notice, row_id="x", workspace_id="a-first", programme_id=None, now=MONDAY)
    office.tell()
    real = outbox.claim

    def claim(session: Any, **how: Any) -> outbox.Claimed:
        if session.info["scope"].workspace_id == "a-first":
            raise RuntimeError("their rows cannot be read")
        return real(session, **how)

    mocker.patch.object(outbox, "claim", claim)
    office.sender().drain_all()
    assert office.row().state is OutboxState.SENT
    assert "a-first: sending stopped for now: RuntimeError" in caplog.text


def test_a_large_workspace_does_not_starve_a_small_one(office: Office, mocker: MockerFixture) -> None:
    """One batch each in turn."""
    turns: list[str] = []
    real = Delivery._batch

    def batch(self: Delivery, workspace_id: str, *, paced: bool) -> Any:
        turns.append(workspace_id)
        return real(self, workspace_id, paced=paced)

    mocker.patch.object(Delivery, "_batch", batch)
    for number in range(50):
        office.tell(key=f"n{number}")
    with office.desk.db.unscoped("a second workspace", writes=True) as session:
        session.add(Workspace(id="small", slack_team_id="T2", name="Other"))
        notice = Notice(HELD, "theirs", "nobody")
        outbox.put(session, notice, row_id="x", workspace_id="small", programme_id=None, now=MONDAY)
    office.sender().drain_all()
    assert turns[:2] == [WORKSPACE_ID, "small"]
    assert len(office.slack.messages) == 50


def test_a_newcomer_does_not_wait_for_the_rest(office: Office) -> None:
    """What is committed elsewhere while a large workspace is sent to is sent before that is done."""
    with office.desk.db.unscoped("a second workspace", writes=True) as session:
        session.add(Workspace(id="small", slack_team_id="T2", name="Other"))
    for number in range(3 * BATCH):
        office.tell(key=f"n{number}")
    ended_after: list[int] = []

    def look() -> None:
        with office.desk.db.unscoped("somebody acts there", writes=True) as session:
            notice = Notice(HELD, "theirs", "nobody")
            outbox.put(session, notice, row_id="x", workspace_id="small", programme_id=None, now=MONDAY)
            row = session.scalars(select(OutboxRow).where(OutboxRow.id == "x")).one()
            if row.state is OutboxState.DEAD:
                ended_after.append(len(office.slack.messages))

    office.slack.on_post = look
    office.sender().drain_all()
    assert len(office.slack.messages) == 3 * BATCH
    assert ended_after[0] <= 2 * BATCH


def test_what_expired_does_not_end_the_looking(office: Office) -> None:
    """Sixty rows too late in front of one in time: it is sent in the same drain."""
    soon = office.clock.now() + timedelta(minutes=1)
    for number in range(60):
        office.tell(IN_HOURS, key=f"late:{number}", expires_at=soon)
    office.clock.skip(minutes=2)
    office.tell(key="in time")
    office.sender().drain_all()
    assert office.row("in time").state is OutboxState.SENT
    assert sum(row.state is OutboxState.CANCELLED for row in office.desk.outbox()) == 60


def test_stopping_finishes_one_message_and_gives_the_rest_back(office: Office) -> None:
    """The next process sends them at once, with every try left."""
    for number in range(10):
        office.tell(key=f"n{number}")
    stopped: list[bool] = []
    office.slack.on_post = lambda: stopped.append(True)
    Delivery(office.deps, office.kinds, stopping=lambda: bool(stopped)).drain_all()
    assert len(office.slack.messages) == 1
    left = [row for row in office.desk.outbox() if row.state is OutboxState.WAITING]
    assert len(left) == 9
    assert {(row.tries, row.owner, row.doubt_since) for row in left} == {(0, None, None)}
    office.slack.on_post = lambda: None
    office.sender().drain_all()
    assert len(set(office.slack.keys())) == len(office.slack.messages) == 10


def test_the_heartbeat_tells_its_sender_to_stop(office: Office, mocker: MockerFixture) -> None:
    """Stopped in the middle of a batch, the bot leaves the rest to the next process."""
    mocker.patch("bot.jobs.schedule.kinds", return_value=office.kinds)
    heartbeat = Heartbeat(office.deps)
    for number in range(5):
        office.tell(key=f"n{number}")
    office.slack.on_post = heartbeat.stop
    heartbeat.settle()
    assert len(office.slack.messages) == 1


@pytest.mark.parametrize("trouble", [refusal("", status=500), refusal("internal_error"), TimeoutError()])
def test_a_card_waits_for_certainty_about_its_channel(office: Office, trouble: Exception) -> None:
    """A passing error of Slack does not cancel what must be posted there."""
    office.slack.order("conversations.members", trouble)
    with office.desk.step("clock") as step:
        step.tell(Notice(CARD, "card", to_channel="#mentoring-leads"))
    sender = office.sender()
    sender.drain_all()
    assert office.row("card").state is OutboxState.WAITING
    office.clock.skip(minutes=1)
    sender.drain_all()
    assert office.row("card").state is OutboxState.SENT


def test_a_channel_made_anew_under_its_name_is_found(office: Office) -> None:
    """The id remembered is dropped when Slack no longer knows it."""
    sender = office.sender()
    for key, channel in (("first", LEADS_CHANNEL), ("second", "G0ANEW")):
        office.slack.channels = {"mentoring-leads": channel}
        with office.desk.step("clock") as step:
            step.tell(Notice(CARD, key, to_channel="#mentoring-leads"))
        sender.drain_all()
    assert [message["channel"] for message in office.slack.messages] == [LEADS_CHANNEL, "G0ANEW"]


def test_where_members_stay_hidden_nothing_is_posted(office: Office) -> None:
    """Without certainty about who reads along the card is not posted."""
    office.slack.always["conversations.members"] = refusal("missing_scope")
    with office.desk.step("clock") as step:
        step.tell(Notice(CARD, "card", to_channel="#mentoring-leads"))
    office.sender().drain_all()
    assert office.row("card").state is OutboxState.CANCELLED
    assert office.slack.messages == []


@pytest.mark.parametrize("trouble", [BROKEN, Accepted(BROKEN)])
def test_after_a_long_delay_nobody_is_written_to_at_night(office: Office, trouble: Any) -> None:
    """What nobody asked for waits for the recipient's next opening, and is posted once."""
    office.tell(IN_HOURS, to="mira")
    office.slack.order("chat.postMessage", trouble)
    sender = office.sender()
    sender.drain_all()
    office.clock.skip(hours=12)  # Monday 21:00 UTC: 22:00 in Berlin
    sender.drain_all()
    row = office.row()
    assert row.state is OutboxState.WAITING
    assert row.reason == "outside their working hours"
    assert row.tries == 1
    opens = row.not_before
    assert opens.astimezone().date() > MONDAY.date()
    office.clock.skip(seconds=(opens - office.clock.now()).total_seconds())
    sender.drain_all()
    assert office.row().state is OutboxState.SENT
    assert len(office.slack.messages) == 1


def test_an_answer_to_ones_own_act_comes_at_any_hour(office: Office) -> None:
    """Only what nobody asked for is held back."""
    office.clock.skip(hours=12)
    office.tell(HELD, key="answer")
    office.sender().drain_all()
    assert office.row("answer").state is OutboxState.SENT


def test_a_card_of_somebody_who_left_is_let_be(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """There is nothing to look into: no error in the log."""
    office.tell()
    sender = office.sender()
    sender.drain_all()
    office.tell(key="one:changed", updates_key="one")
    with office.desk.db.unscoped("she leaves", writes=True) as session:
        change(session, Person, office.desk.id("mira"), expected=PersonState.HERE, to=PersonState.LEFT)
    sender.drain_all()
    assert office.row("one:changed").state is OutboxState.CANCELLED
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_change_waits_for_its_message_however_long(office: Office) -> None:
    """A card to change that is not sent yet costs the change no try."""
    office.tell(not_before=office.clock.now() + timedelta(days=3))
    office.tell(key="one:changed", updates_key="one")
    sender = office.sender()
    for _ in range(80):
        sender.drain_all()
        office.clock.skip(hours=1)
    assert {row.state for row in office.desk.outbox()} == {OutboxState.SENT}
