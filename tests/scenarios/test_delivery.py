"""A notice is sent once, in time, through limits, faults and restarts; the history at Slack is the judge."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain import requests
from bot.jobs.deliver.outcomes import MAX_TRIES
from bot.running import Bot
from bot.store import digests, outbox, paces
from bot.store.base import change
from bot.store.outbox import Notice, OutboxState
from bot.store.people import Person, PersonState
from tests.cast import PROGRAMME_ID
from tests.world import World

WORDS = "asks whether you would mentor them"


def ask(world: World, request_id: str = "r1") -> None:
    """Let Mira ask Tomás, without waiting for anything to be sent."""
    with world.desk.step("mira") as step:
        requests.ask(
            step, request_id=request_id, mentor_id=world.desk.id("tomas"), note="Please", looked_for=""
        )


def cards(world: World) -> int:
    """Return how many request cards Tomás has in Slack."""
    return sum(WORDS in message.text for message in world.person("tomas").received)


def hello(world: World, number: int) -> None:
    """Record an answer to Mira, without waiting for it to be sent."""
    with world.desk.step("mira") as step:
        step.tell(Notice("mentorship.hello", f"hello:{number}", world.desk.id("mira")))


def hellos(world: World) -> int:
    """Return how many of those answers Mira has in Slack."""
    return len(world.person("mira").received)


def test_a_rate_limit_is_honoured_and_nothing_is_lost(world: World) -> None:
    """Sixty wait when Slack says thirty seconds: it is asked once within them; then each is sent once."""
    for number in range(60):
        hello(world, number)
    world.slack.fault("chat.postMessage", "ratelimited", times=1000, retry_after=30)
    world.settle()
    world.settle()
    assert len(world.slack.calls("chat.postMessage")) == 1
    assert {(row.state, row.tries) for row in world.desk.outbox()} == {(OutboxState.WAITING, 0)}
    world.slack.no_faults()
    world.skip(minutes=1)
    assert hellos(world) == 60
    assert {row.state for row in world.desk.outbox()} == {OutboxState.SENT}


def test_limits_while_looking_do_not_double(world: World) -> None:
    """Accepted twice with an error, and looking limited twice: the reader has the message once."""
    world.slack.fault("chat.postMessage", "error_after", times=2)
    world.slack.fault("conversations.history", "ratelimited", times=2, retry_after=30)
    hello(world, 1)
    world.settle()
    for _ in range(6):
        world.skip(minutes=5)
    assert hellos(world) == 1
    assert {row.state for row in world.desk.outbox()} == {OutboxState.SENT}


@pytest.mark.parametrize("kind", ["error_before", "error_after"])
def test_an_unclear_answer_is_looked_up_before_a_second_attempt(world: World, kind: str) -> None:
    """Whether Slack took the message or not when it answered 500, the reader gets it exactly once."""
    world.slack.fault("chat.postMessage", kind, times=1)
    ask(world)
    world.settle()
    world.skip(minutes=5)
    assert cards(world) == 1
    assert {row.state for row in world.desk.outbox("requests.for_mentor")} == {OutboxState.SENT}


def test_a_passing_error_while_looking_only_delays(world: World) -> None:
    """One error on the look-up neither ends the message nor sends it twice."""
    world.slack.fault("chat.postMessage", "error_after", times=1)
    world.slack.fault("conversations.history", "error_before", times=1)
    hello(world, 1)
    world.settle()
    world.skip(minutes=5)
    (row,) = world.desk.outbox()
    assert row.state is OutboxState.WAITING
    world.skip(minutes=5)
    (row,) = world.desk.outbox()
    assert row.state is OutboxState.SENT
    assert hellos(world) == 1


def test_what_cannot_be_read_back_is_held(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Accepted with an error and never to be looked up: the reader has it once, and we say we do not know."""
    world.slack.fault("chat.postMessage", "error_after", times=1)
    world.slack.fault("conversations.history", "error_before", times=1000)
    hello(world, 1)
    world.settle()
    for _ in range(MAX_TRIES + 1):
        world.skip(hours=1.1)
    (row,) = world.desk.outbox()
    assert row.state is OutboxState.UNKNOWN
    assert hellos(world) == 1
    assert [r.levelname for r in caplog.records if "is unknown" in r.getMessage()] == ["ERROR"]
    with world.desk.step("clock", writes=False) as step:
        lost = digests.undelivered(step.session, PROGRAMME_ID, row.created_at, "concerns.")
    assert [one.recipient_id for one in lost] == [world.desk.id("mira")]


class Killed(BaseException):
    """The process ends here: nothing of it handles this."""


def restart(world: World) -> None:
    """Let another process go on with the same database."""
    world.bot.stop()
    world.bot = Bot(world.bot.deps)
    world.bot.start(beating=False)


def test_a_restart_finishes_what_was_recorded(world: World) -> None:
    """Stopped in the middle of a batch, the bot gives the rest back; the next one sends it, each once."""
    for number in range(5):
        hello(world, number)
    heartbeat = world.bot.heartbeat
    with pytest.MonkeyPatch.context() as patch:
        begin = outbox.begin_posts

        def stop_then_begin(*args: Any, **how: Any) -> frozenset[str]:
            heartbeat.stop()
            return begin(*args, **how)

        patch.setattr(outbox, "begin_posts", stop_then_begin)
        heartbeat.settle()
    assert hellos(world) == 0
    left = {(row.state, row.tries, row.doubt_since, row.owner) for row in world.desk.outbox()}
    assert left == {(OutboxState.WAITING, 0, None, None)}
    restart(world)
    world.settle()
    assert hellos(world) == 5


@pytest.mark.parametrize("place", ["begin_posts", "settle_all"])
def test_a_killed_process_leaves_nothing_doubled_or_lost(world: World, place: str) -> None:
    """Killed between claim and post, or between post and record, the message arrives once by the next one."""
    hello(world, 1)
    with pytest.MonkeyPatch.context() as patch:

        def die(*_: object, **__: object) -> bool:
            raise Killed

        patch.setattr(outbox, place, die)
        with pytest.raises(Killed):
            world.bot.heartbeat.settle()
    posted = {"begin_posts": 0, "settle_all": 1}[place]
    assert hellos(world) == posted
    (row,) = world.desk.outbox()
    assert row.state is OutboxState.CLAIMED
    assert (row.doubt_since is not None) == bool(posted)
    restart(world)
    world.settle()
    assert hellos(world) == posted, "the lease of the one that was killed still holds"
    world.skip(minutes=2)
    assert hellos(world) == 1
    assert {row.state for row in world.desk.outbox()} == {OutboxState.SENT}
    assert len(world.slack.calls("conversations.history")) == posted


def test_an_outcome_that_cannot_be_recorded_is_found_in_slack(world: World) -> None:
    """The database fails once after a post: nobody gets it twice, and nothing else waits for it."""
    hello(world, 1)
    hello(world, 2)
    with pytest.MonkeyPatch.context() as patch:
        real, calls = outbox.settle_all, list[int]()

        def fail_for_all_and_for_one(session: Any, come: Any, **how: Any) -> frozenset[str]:
            calls.append(len(come))
            if len(calls) <= 2:
                raise RuntimeError("the disk is full")
            return real(session, come, **how)

        patch.setattr(outbox, "settle_all", fail_for_all_and_for_one)
        world.settle()
        assert calls[:2] == [2, 1]
    assert hellos(world) == 2
    world.skip(minutes=1)
    assert hellos(world) == 2
    assert {row.state for row in world.desk.outbox()} == {OutboxState.SENT}


def test_somebody_who_left_gets_nothing(world: World) -> None:
    """A notice to a person without a Slack account ends dead with that reason; the others go on."""
    ask(world)
    with world.desk.db.unscoped("he leaves", writes=True) as session:
        change(session, Person, world.desk.id("tomas"), expected=PersonState.HERE, to=PersonState.LEFT)
    world.settle()
    rows = {row.kind: row for row in world.desk.outbox()}
    assert rows["requests.for_mentor"].state is OutboxState.DEAD
    assert "no Slack account" in (rows["requests.for_mentor"].reason or "")
    assert rows["requests.for_mentee"].state is OutboxState.SENT


def test_a_notice_that_is_no_longer_true_is_not_sent(world: World) -> None:
    """A reminder of a request that was answered in the meantime is cancelled."""
    ask(world)
    world.settle()
    with world.desk.step("clock") as step:
        step.tell(
            Notice("requests.reminder", "request:r1:reminder", world.desk.id("tomas"), ids={"request": "r1"})
        )
    with world.desk.step("tomas") as step:
        requests.decline(step, "r1")
    world.settle()
    (reminder,) = world.desk.outbox("requests.reminder")
    assert reminder.state is OutboxState.CANCELLED
    world.person("tomas").does_not_see("still waits for your answer")


def test_before_start_nobody_is_written_to(unstarted_world: World) -> None:
    """A notice to somebody the programme has not started for is not sent."""
    desk = unstarted_world.desk
    with desk.step("mira") as step:
        step.tell(Notice("requests.for_mentor", "early", desk.id("tomas"), ids={"request": "r1"}))
    unstarted_world.settle()
    rows = {row.kind: row for row in unstarted_world.desk.outbox()}
    assert rows["requests.for_mentor"].state is OutboxState.CANCELLED
    assert "not started" in (rows["requests.for_mentor"].reason or "")


def test_a_closed_workspace_waits_instead_of_losing(world: World) -> None:
    """While Slack refuses the token the notices stay, and it is said why; opened again, they are sent."""
    world.slack.deactivate()
    ask(world)
    world.settle()
    assert {row.state for row in world.desk.outbox()} == {OutboxState.WAITING}
    with world.desk.db.unscoped("an operator looks") as session:
        (paused,) = paces.paused(session, world.bot.deps.clock.now(), grace=timedelta(hours=1))
    assert "account_inactive" in paused.reason
    world.slack.deactivate(deactivated=False)
    world.skip(minutes=5)
    assert cards(world) == 1


def test_slack_sees_no_key_of_ours(world: World) -> None:
    """The key in a message's metadata is random: it names no request and no person."""
    ask(world)
    world.settle()
    posted = world.slack.calls("chat.postMessage")
    assert posted
    for call in posted:
        payload = str(call["args"]["metadata"])
        assert "r1" not in payload.replace("mentorbot_notice", "").split('"key"')[0]
        assert "request" not in payload
        assert world.desk.id("tomas") not in payload
