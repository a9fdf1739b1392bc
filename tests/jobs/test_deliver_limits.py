"""Slack's limits are kept for everything they hold for: what it says, and what is known beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.jobs.deliver.outcomes import retry_after
from bot.jobs.deliver.pacing import IN_ONE_CHANNEL, POST, Pace
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


def test_nobody_waits_for_direct_messages_to_be_opened(office: Office) -> None:
    """A person is written to by their own id; what Slack opens for it is kept, and used from then on."""
    office.slack.always["conversations.open"] = limited(30)
    office.slack.named["U0MIRA"] = "D0MIRA"
    sender = office.sender()
    for key in ("first", "second"):
        office.tell(key=key)
        sender.drain_all()
    assert [message["channel"] for message in office.slack.messages] == ["U0MIRA", "D0MIRA"]
    assert office.slack.count("conversations.open") == 0


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


def posted(minutes: float) -> list[datetime]:
    """Return when posts can be made, into a channel each, by somebody who always has more to post."""
    pace, now, at = Pace(), MONDAY, list[datetime]()
    while now < MONDAY + timedelta(minutes=minutes):
        while pace.free_at("w", POST, f"D{len(at)}", now, paced=True) <= now:
            pace.take("w", POST, f"D{len(at)}", now)
            at.append(now)
        now = pace.free_at("w", POST, None, now, paced=True)
    return at


def test_a_workspace_never_gets_more_than_slack_takes_in_any_minute() -> None:
    """The limit is a window that slides: neither the first burst nor what follows it goes beyond."""
    at = posted(5)
    for number, moment in enumerate(at):
        assert sum(moment <= other < moment + timedelta(minutes=1) for other in at[number:]) <= 300


def test_nearly_all_that_the_limit_allows_is_used() -> None:
    """Over ten minutes at least nineteen of twenty."""
    assert len(posted(10)) >= 0.95 * 300 * 10


def test_calls_made_by_hand_are_no_debt(office: Office) -> None:
    """After forty messages sent unpaced the paced sender waits for none of them."""
    for number in range(40):
        office.tell(key=f"n{number}")
    sender = office.sender()
    sender.drain_all()
    office.tell(key="paced")
    sender.drain_all(paced=True)
    assert len(office.slack.messages) == 41


def test_what_is_full_is_forgotten() -> None:
    """Channels written to once do not pile up in memory, nor in the table."""
    pace = Pace()
    for number in range(5000):
        pace.take("w", POST, f"D{number}", MONDAY + timedelta(seconds=number))
    assert len(pace.kept("w", MONDAY + timedelta(seconds=5000))["kept"]["full_until"]) < 10


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
