"""A message is posted once: doubt begins before the call and ends only by a plain no or by looking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_mock import MockerFixture
from sqlalchemy import update

from bot.jobs.deliver.group import LEASE
from bot.jobs.deliver.looking import HISTORY_PAGE, HISTORY_PAGES
from bot.store.outbox import OutboxRow, OutboxState
from tests.cast import Desk
from tests.jobs.fake_slack import HELD, RESENT, Accepted, Office, limited, open_office, refusal
from tests.jobs.fate import Killed

ON_EITHER_DATABASE = True
BROKEN = refusal("", status=500)


@pytest.fixture
def office(desk: Desk) -> Office:
    """A sender beside a Slack in memory."""
    return open_office(desk)


def until_settled(office: Office, hours: float = 4) -> None:
    """Let the sender look every two minutes for so long."""
    sender = office.sender()
    for _ in range(int(hours * 30)):
        sender.drain_all()
        office.clock.skip(minutes=2)


@pytest.mark.parametrize("kind", [HELD, RESENT])
@pytest.mark.parametrize("between", [limited(), refusal("token_revoked"), refusal("internal_error"), BROKEN])
def test_trouble_while_looking_keeps_the_doubt(office: Office, kind: str, between: Exception) -> None:
    """Twice accepted with an error, twice no answer when looking: the message is in Slack once."""
    office.slack.order("chat.postMessage", Accepted(BROKEN), Accepted(TimeoutError()))
    office.slack.order("conversations.history", between, between)
    office.tell(kind)
    until_settled(office)
    assert office.slack.keys() == [office.row().id]
    assert office.row().state is OutboxState.SENT
    assert office.row().doubt_since is None


APART = [timedelta(minutes=minutes) for minutes in (-60, -5, 60)]


@pytest.mark.parametrize("ahead", APART)
@pytest.mark.parametrize("unclear", [BROKEN, TimeoutError(), Killed()])
def test_a_clock_that_is_wrong_doubles_nothing(
    office: Office, ahead: timedelta, unclear: BaseException
) -> None:
    """Slack's clock is up to an hour ahead of ours or behind it: what it took is found by its ``ts``."""
    office.slack.ahead = ahead
    office.slack.order("chat.postMessage", Accepted(unclear))
    office.tell()
    sender = office.sender()
    if isinstance(unclear, Killed):
        with pytest.raises(Killed):
            sender.drain_all()
    until_settled(office, hours=0.2)
    assert office.slack.keys() == [office.row().id]
    assert office.row().state is OutboxState.SENT
    assert office.slack.count("conversations.history") == 1


@pytest.mark.parametrize("wrong", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_clock_put_right_after_a_crash_doubles_nothing(office: Office, wrong: timedelta) -> None:
    """Killed while our clock was an hour off, set right before the next start: found all the same."""
    real = office.clock.now()
    office.slack.ahead = -wrong
    office.slack.order("chat.postMessage", Accepted(Killed()))
    office.tell()
    with pytest.raises(Killed):
        office.sender().drain_all()
    office.clock._now = real - wrong
    office.slack.ahead = timedelta(0)
    until_settled(office, hours=2)
    assert office.slack.keys() == [office.row().id]
    assert office.row().state is OutboxState.SENT


def test_it_is_found_pages_down(office: Office) -> None:
    """Much was said since in the channel: all of it is read, page for page, and nothing is posted twice."""
    office.slack.order("chat.postMessage", Accepted(BROKEN))
    office.tell()
    office.sender().drain_all()
    office.slack.say("U0MIRA", HISTORY_PAGE * (HISTORY_PAGES - 1))
    until_settled(office, hours=0.2)
    assert office.slack.keys() == [office.row().id]
    assert office.row().state is OutboxState.SENT
    assert office.slack.count("conversations.history") == HISTORY_PAGES


@pytest.mark.parametrize(("kind", "state"), [(HELD, OutboxState.UNKNOWN), (RESENT, OutboxState.SENT)])
def test_further_down_than_is_read_nobody_can_tell(office: Office, kind: str, state: OutboxState) -> None:
    """More was said than is read: that Slack has it not is not concluded; the kind says what follows."""
    office.slack.order("chat.postMessage", BROKEN)
    office.tell(kind)
    office.sender().drain_all()
    office.slack.say("U0MIRA", HISTORY_PAGE * HISTORY_PAGES + 1)
    until_settled(office, hours=0.2)
    assert office.row().state is state
    assert office.slack.count("conversations.history") == HISTORY_PAGES


def test_what_was_said_long_before_is_not_read(office: Office) -> None:
    """A look begins two hours before the doubt: years of a channel cost nothing."""
    office.slack.say("U0MIRA", HISTORY_PAGE * HISTORY_PAGES * 2)
    office.clock.skip(hours=2.1)
    office.slack.order("chat.postMessage", BROKEN)
    office.tell()
    until_settled(office, hours=0.2)
    assert office.row().state is OutboxState.SENT
    assert office.slack.count("conversations.history") == 1


def test_looks_of_many_pages_come_to_their_end(office: Office) -> None:
    """Many looks into a busy channel, more calls than a minute allows: none begins anew for ever."""
    for number in range(8):
        office.tell(key=f"busy:{number}")
    now = office.clock.now()
    for row in office.desk.outbox():
        office.slack.chat_postMessage(channel="U0MIRA", metadata={"event_payload": {"key": row.id}})
    with office.desk.db.unscoped("all in doubt", writes=True) as session:
        session.execute(update(OutboxRow).values(doubt_since=now))
    office.slack.say("U0MIRA", HISTORY_PAGE * (HISTORY_PAGES - 1))
    sender = office.sender()
    for _ in range(30):
        sender.drain_all()
        office.clock.skip(seconds=3)
    assert len(set(office.slack.keys())) == len(office.slack.keys()) == 8
    assert {row.state for row in office.desk.outbox()} == {OutboxState.SENT}
    assert office.slack.count("conversations.history") == 8 * HISTORY_PAGES


def test_without_looking_it_would_double(office: Office, mocker: MockerFixture) -> None:
    """The control: were nobody to look, Slack would have the message twice, and these tests would see it."""
    mocker.patch("bot.jobs.deliver.attempting.look_up", return_value=None)
    office.slack.order("chat.postMessage", Accepted(BROKEN))
    office.tell()
    until_settled(office, hours=0.1)
    assert office.slack.keys() == [office.row().id] * 2


def test_trouble_before_the_call_keeps_the_doubt(office: Office) -> None:
    """When the direct message cannot even be opened at the second attempt, the first is not forgotten."""
    office.slack.order("chat.postMessage", Accepted(BROKEN))
    office.tell()
    sender = office.sender()
    sender.drain_all()
    with office.desk.db.unscoped("forget the channel", writes=True) as session:
        session.connection().exec_driver_sql("UPDATE slack_accounts SET dm_channel = NULL")
    office.slack.order("conversations.open", limited(), refusal("token_revoked"))
    until_settled(office, hours=0.5)
    assert len(office.slack.messages) == 1


def test_a_plain_no_leaves_no_doubt(office: Office) -> None:
    """A message refused for its rate was not taken: it is posted without looking."""
    office.slack.order("chat.postMessage", limited())
    office.tell()
    sender = office.sender()
    sender.drain_all()
    assert office.row().doubt_since is None
    assert office.row().tries == 0
    office.clock.skip(seconds=30)
    sender.drain_all()
    assert office.slack.count("conversations.history") == 0
    assert len(office.slack.messages) == 1


def test_a_rate_limit_at_the_second_call_is_no_answer_about_the_first(office: Office) -> None:
    """Sent again unseen and refused for its rate: whether the first was taken is as open as before."""
    office.slack.order("chat.postMessage", Accepted(BROKEN), limited())
    office.slack.order("conversations.history", refusal("missing_scope"))
    office.tell(RESENT)
    until_settled(office, hours=0.5)
    assert len(office.slack.messages) == 1
    assert office.row().state is OutboxState.SENT


def test_doubt_stands_in_the_store_before_slack_is_asked(office: Office) -> None:
    """Whenever the process ends, the next one knows that Slack may have the message."""
    seen: list[object] = []
    office.slack.on_post = lambda: seen.append(office.row().doubt_since)
    office.tell()
    office.sender().drain_all()
    assert seen == [office.clock.now()]


def test_looking_ends_the_doubt(office: Office) -> None:
    """Not taken, seen to be missing, posted: nothing is open any more."""
    office.slack.order("chat.postMessage", BROKEN)
    office.tell()
    until_settled(office, hours=0.1)
    assert office.slack.count("conversations.history") == 1
    assert len(office.slack.messages) == 1
    assert office.row().state is OutboxState.SENT


@pytest.mark.parametrize("error", ["missing_scope", "channel_not_found", "not_in_channel"])
def test_where_slack_never_lets_us_look_the_outcome_is_unknown(
    office: Office, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Held, said in the log, and counted as undelivered; not posted a second time."""
    office.slack.order("chat.postMessage", BROKEN)
    office.slack.always["conversations.history"] = refusal(error)
    office.tell(HELD)
    until_settled(office, hours=0.1)
    row = office.row()
    assert row.state is OutboxState.UNKNOWN
    assert row.ended_at is not None
    assert office.slack.messages == []
    assert len(office.undelivered) == 1
    assert [r.levelname for r in caplog.records if "is unknown" in r.getMessage()] == ["ERROR"]


def test_what_may_double_is_sent_again_where_looking_is_refused(office: Office) -> None:
    """A kind that must arrive is posted again rather than held."""
    office.slack.order("chat.postMessage", BROKEN)
    office.slack.always["conversations.history"] = refusal("missing_scope")
    office.tell(RESENT)
    until_settled(office, hours=0.1)
    assert office.row().state is OutboxState.SENT
    assert len(office.slack.messages) == 1


def test_looking_that_fails_for_hours_ends_unknown(office: Office) -> None:
    """Tries are used up, nobody knows whether Slack has it: unknown, never dead, never a second message."""
    office.slack.order("chat.postMessage", Accepted(BROKEN))
    office.slack.always["conversations.history"] = BROKEN
    office.tell()
    until_settled(office)
    assert office.row().state is OutboxState.UNKNOWN
    assert len(office.slack.messages) == 1
    assert len(office.undelivered) == 1


def test_another_sender_that_took_over_is_left_alone(office: Office) -> None:
    """Whoever no longer holds the row does not post it."""
    office.tell()
    first, second = office.sender(), office.sender()

    def fall_asleep() -> None:
        office.slack.on_post = lambda: None
        office.clock.skip(seconds=LEASE.total_seconds() + 1)
        second.drain_all()

    with pytest.MonkeyPatch.context() as patch:
        opening = office.slack.conversations_open

        def open_slowly(*, users: str) -> dict[str, object]:
            patch.undo()
            fall_asleep()
            return opening(users=users)

        patch.setattr(office.slack, "conversations_open", open_slowly)
        first.drain_all()
    assert len(office.slack.messages) == 1
    assert office.row().state is OutboxState.SENT


def test_no_attempt_begins_near_the_end_of_its_lease(office: Office) -> None:
    """Slow calls: what is left of a batch is given back and claimed anew, each posted once, no try lost."""
    for number in range(20):
        office.tell(key=f"slow:{number}")
    began: list[timedelta] = []
    claims: list[str] = []
    rows = office.desk.outbox

    def take_long() -> None:
        held = [row for row in rows() if row.owner is not None]
        began.extend(row.lease_until - office.clock.now() for row in held if row.lease_until)
        claims.extend(row.owner for row in held if row.owner)
        office.clock.skip(seconds=20)

    office.slack.on_post = take_long
    office.sender().drain_all()
    assert len(set(office.slack.keys())) == len(office.slack.messages) == 20
    assert len(set(claims)) > 1
    assert min(began) > timedelta(0)
    assert {row.tries for row in rows()} == {1}
