"""The crash-point matrix: a process dies at every commit and every call to Slack, whatever a message needs.

Each flow is run again and again; each time the process dies one point later, until it is no longer reached.
What dies stays dead: nothing of it commits or calls any more. Afterwards another process goes on, when the
lease of the dead one has run out. The judge is what Slack accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pytest_mock import MockerFixture
from sqlalchemy import func, select

from bot.store.acts import Act
from bot.store.outbox import Notice, OutboxRow, OutboxState
from tests.cast import WORKSPACE_ID, Desk
from tests.jobs.fake_slack import CARD, HELD, Accepted, Office, open_office, refusal
from tests.jobs.fate import Disk, Edges, Fate, Killed, watch_commits, with_slack

BROKEN = refusal("", status=500)
ENDED = {OutboxState.SENT, OutboxState.DEAD, OutboxState.CANCELLED}
MOST_POINTS = 120
PAST_THE_LEASE = timedelta(minutes=2)


@dataclass
class Ground:
    """An office whose processes can be killed."""

    office: Office
    slack: Edges
    fate: Fate

    def process(self, at: int | None) -> None:
        """Let one process drain the outbox; it dies at a point, or does not."""
        self.fate.begin(at)
        try:
            self.office.sender().drain_all()
        except Killed:
            self.office.desk.db.engine.dispose()

    def calm(self, drain: Callable[[], object] | None = None) -> None:
        """Let fresh processes (or ``drain``) go on until nothing is left, past the lease of the dead."""
        self.office.clock.skip(seconds=PAST_THE_LEASE.total_seconds())
        for _ in range(12):
            if drain is None:
                self.process(None)
            else:
                drain()
            if all(row.state in ENDED for row in self.office.desk.outbox()):
                return
            self.office.clock.skip(seconds=61)
        raise AssertionError([(row.key, row.state, row.reason) for row in self.office.desk.outbox()])

    def rows(self, prefix: str) -> list[OutboxRow]:
        """Return the rows whose keys begin so."""
        return [row for row in self.office.desk.outbox() if row.key.startswith(prefix)]

    def undelivered(self) -> int:
        """Return how many ends of messages had their consequence kept, in whatever process."""
        with self.office.desk.step("clock", writes=False) as step:
            counted = select(func.count()).select_from(Act).where(Act.what == "test.undelivered")
            return int(step.session.scalar(counted) or 0)


@pytest.fixture
def ground(either_desk: Desk) -> Iterator[Ground]:
    """An office on either database, beside a Slack with edges."""
    office, fate = open_office(either_desk), Fate()
    slack = Edges(fate=fate, clock=office.clock)

    office.deps = with_slack(office.deps, {WORKSPACE_ID: slack})
    office.slack = slack
    undo = watch_commits(either_desk.db.engine, fate)
    yield Ground(office, slack, fate)
    fate.begin(None)
    undo()


Flow = Callable[[Ground, str], None]
"""What is there before the process that may die: puts notices whose keys begin with a prefix."""


def post(ground: Ground, prefix: str) -> None:
    """A message to one person."""
    ground.office.tell(HELD, key=f"{prefix}1")


def three(ground: Ground, prefix: str) -> None:
    """Three messages, which one batch takes together."""
    for number in range(3):
        ground.office.tell(HELD, key=f"{prefix}{number}", to=("mira", "noor", "ines")[number])


def after_doubt(ground: Ground, prefix: str) -> None:
    """A message Slack took although it answered with an error; it is due again."""
    ground.slack.order("chat.postMessage", Accepted(BROKEN))
    post(ground, prefix)
    ground.process(None)
    ground.office.clock.skip(seconds=10)


def after_silence(ground: Ground, prefix: str) -> None:
    """A message Slack did not take, and did not say so; it is due again."""
    ground.slack.order("chat.postMessage", TimeoutError())
    post(ground, prefix)
    ground.process(None)
    ground.office.clock.skip(seconds=10)


def update(ground: Ground, prefix: str) -> None:
    """A message that stands in Slack and must be changed."""
    post(ground, prefix)
    ground.process(None)
    ground.office.tell(HELD, key=f"{prefix}changed", updates_key=f"{prefix}1")


def first_message(ground: Ground, prefix: str) -> None:
    """A message to somebody whose direct messages were never opened."""
    with ground.office.desk.db.unscoped("forget the channels", writes=True) as session:
        session.connection().exec_driver_sql("UPDATE slack_accounts SET dm_channel = NULL")
    post(ground, prefix)


def card(ground: Ground, prefix: str) -> None:
    """A card in the leads' channel, where only some may read it."""
    with ground.office.desk.step("clock") as step:
        step.tell(Notice(CARD, f"{prefix}card", to_channel="#mentoring-leads"))


FLOWS: tuple[Flow, ...] = (post, three, after_doubt, after_silence, update, first_message, card)


def matrix(ground: Ground, flow: Flow) -> Iterator[tuple[str, int]]:
    """Let a process die at each point of a flow; after the calm give the prefix of its keys and the point."""
    for at in range(MOST_POINTS):
        prefix = f"{flow.__name__}:{at}:"
        flow(ground, prefix)
        ground.process(at)
        reached = ground.fate.dead
        ground.calm()
        yield prefix, at
        if not reached:
            assert at > 3, "a process passes several points"
            return
    raise AssertionError("there is no end to the points")


def posted(ground: Ground, row: OutboxRow) -> int:
    """Return how often Slack accepted a row's message."""
    return ground.slack.keys().count(row.id)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: str(flow.__name__))
def test_wherever_a_process_dies_each_message_is_there_once(ground: Ground, flow: Flow) -> None:
    """At every commit and every call: accepted once, recorded as sent, and nobody is told it was not."""
    for prefix, at in matrix(ground, flow):
        for row in ground.rows(prefix):
            assert row.state is OutboxState.SENT, (at, row.key, row.reason)
            assert posted(ground, row) == (0 if row.updates_key else 1), (at, row.key)
    assert ground.undelivered() == 0
    if flow is update:
        assert ground.slack.count("chat.update") >= len({message["ts"] for message in ground.slack.messages})


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: str(flow.__name__))
def test_wherever_the_disk_is_full_each_message_is_there_once(
    ground: Ground, flow: Flow, caplog: pytest.LogCaptureFixture
) -> None:
    """From any write on there is no room: nothing is sent unrecorded twice, and with room the rest goes on.

    The process lives, tries again while the disk is still full, and goes on by itself when there is room.
    """
    disk, sender = Disk(), ground.office.sender()
    for at in range(MOST_POINTS):
        prefix = f"{flow.__name__}:{at}:"
        flow(ground, prefix)
        with disk.under(ground.office.desk.db.engine, at):
            sender.drain_all()
            ground.office.clock.skip(seconds=PAST_THE_LEASE.total_seconds())
            sender.drain_all()
        ground.calm(sender.drain_all)
        for row in ground.rows(prefix):
            assert row.state is OutboxState.SENT, (at, row.key, row.reason)
            assert posted(ground, row) == (0 if row.updates_key else 1), (at, row.key)
        assert ground.undelivered() == 0
        if not disk.full:
            assert at > 1, "a message is written more than once on its way"
            assert "disk is full" in caplog.text
            return
    raise AssertionError("there is no end to the writes")


def test_wherever_a_process_dies_what_follows_a_death_follows_once(ground: Ground) -> None:
    """What Slack refuses ends dead with its reason; what follows is done exactly once, and nothing posted."""
    ground.slack.always["chat.postMessage"] = refusal("user_not_found")
    for deaths, (prefix, at) in enumerate(matrix(ground, post), start=1):
        (row,) = ground.rows(prefix)
        assert (row.state, row.reason) == (OutboxState.DEAD, "user_not_found"), at
        assert ground.undelivered() == deaths, at
    assert ground.slack.messages == []


def test_the_control_without_looking_the_matrix_sees_doubles(ground: Ground, mocker: MockerFixture) -> None:
    """Were nobody to look in Slack, a process that dies between the post and its record would double it."""
    mocker.patch("bot.jobs.deliver.attempting.look_up", return_value=None)
    doubled = [
        ground.fate.passed[-1]
        for prefix, _ in matrix(ground, post)
        for row in ground.rows(prefix)
        if posted(ground, row) > 1
    ]
    assert doubled
