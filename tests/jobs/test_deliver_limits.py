"""Slack's limits are kept for everything they hold for: what it says, and what is known beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.jobs.deliver.outcomes import retry_after
from bot.jobs.deliver.pacing import IN_ONE_CHANNEL, METHODS, POST, Pace
from bot.store.outbox import OutboxState
from tests.cast import MONDAY, Desk
from tests.jobs.fake_slack import Office, limited, open_office, refusal


@pytest.fixture
def office(desk: Desk) -> Office:
    """A sender beside a Slack in memory."""
    return open_office(desk)


def test_a_limit_holds_for_every_message_of_the_workspace(office: Office) -> None:
    """Sixty wait, Slack says thirty seconds: it is asked once within them, and nobody loses a try."""
    for number in range(60):
        office.tell(key=f"n{number}")
    office.slack.always[POST] = limited(30)
    sender = office.sender()
    for _ in range(29):
        sender.drain_all()
        office.clock.skip(seconds=1)
    assert office.slack.count(POST) == 1
    assert {(row.state, row.tries) for row in office.desk.outbox()} == {(OutboxState.WAITING, 0)}
    del office.slack.always[POST]
    office.clock.skip(seconds=1)
    sender.drain_all()
    assert len(set(office.slack.keys())) == len(office.slack.messages) == 60


def test_a_limit_of_one_method_does_not_hold_up_the_others(office: Office) -> None:
    """Where the direct message is known, it is sent while no other may be opened."""
    office.tell(to="mira", key="known")
    sender = office.sender()
    sender.drain_all()
    office.tell(to="noor", key="new")
    office.tell(to="mira", key="known again")
    office.slack.always["conversations.open"] = limited(30)
    sender.drain_all()
    assert office.row("new").state is OutboxState.WAITING
    assert office.row("known again").state is OutboxState.SENT


@pytest.mark.parametrize(("said", "seconds"), [("0", 1), ("30", 30), ("", 1), ("soon", 1), (None, 1)])
def test_slack_is_left_alone_for_a_second_at_least(said: str | None, seconds: int) -> None:
    """Also where it names no time, or none that can be read."""
    assert retry_after(refusal("ratelimited", status=429, retry_after=said)) == timedelta(seconds=seconds)


def drained(office: Office, seconds: int) -> list[datetime]:
    """Let a paced sender look every tenth of a second; return when each message was posted."""
    at: list[datetime] = []
    office.slack.on_post = lambda: at.append(office.clock.now())
    sender = office.sender()
    for _ in range(seconds * 10):
        sender.drain_all(paced=True)
        office.clock.skip(seconds=0.1)
    return at


def test_one_channel_gets_one_message_a_second(office: Office) -> None:
    """A few at once, then one a second: Slack never has to say so."""
    for number in range(10):
        office.tell(key=f"n{number}")
    at = drained(office, 10)
    assert len(at) == 10
    assert sum(moment == at[0] for moment in at) == IN_ONE_CHANNEL.burst
    for moment in at:
        within = sum(moment <= other < moment + timedelta(seconds=2) for other in at)
        assert within <= IN_ONE_CHANNEL.burst + 2


def test_paced_or_not_every_message_goes_out(office: Office) -> None:
    """By hand nothing waits but for what Slack says."""
    for number in range(40):
        office.tell(key=f"n{number}")
    office.sender().drain_all()
    assert len(office.slack.messages) == 40


def test_a_workspace_gets_so_many_a_minute() -> None:
    """After a burst, calls of a method are spread evenly over all channels."""
    pace, now, made = Pace(), MONDAY, 0
    allowance = METHODS[POST]
    while now < MONDAY + timedelta(minutes=2):
        while pace.free_at("w", POST, f"D{made}", now, paced=True) <= now:
            pace.take("w", POST, f"D{made}", now)
            made += 1
        now = pace.free_at("w", POST, None, now, paced=True)
    assert abs(made - (allowance.burst + 2 * allowance.a_minute)) <= 2


def test_calls_made_by_hand_are_no_debt() -> None:
    """After a thousand unpaced calls the sender waits as long as after a full burst, no longer."""
    pace = Pace()
    for _ in range(1000):
        pace.take("w", POST, "D1", MONDAY)
    assert pace.free_at("w", POST, "D1", MONDAY, paced=True) <= MONDAY + timedelta(seconds=1.1)


def test_what_is_full_is_forgotten() -> None:
    """Channels written to once do not pile up in memory."""
    pace = Pace()
    for number in range(5000):
        pace.take("w", POST, f"D{number}", MONDAY + timedelta(seconds=number))
    assert len(pace._buckets) <= 2001


def test_the_sender_knows_when_it_may_go_on(office: Office) -> None:
    """Held up by a limit, it says until when, so that nothing waits for the next beat."""
    office.tell()
    office.slack.order(POST, limited(3))
    sender = office.sender()
    sender.drain_all()
    assert sender.opens_at == office.clock.now() + timedelta(seconds=3)
    office.clock.skip(seconds=3)
    sender.drain_all()
    assert sender.opens_at is None
