"""A notice is sent once, in time, through limits, faults and restarts; the history at Slack is the judge."""

from __future__ import annotations

import pytest

from bot.domain import requests
from bot.store.base import change
from bot.store.outbox import Notice, OutboxState
from bot.store.people import Person, PersonState
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
    return sum(WORDS in message.text for message in world.person("tomas").dm.messages)


def test_a_rate_limit_is_honoured_and_nothing_is_lost(world: World) -> None:
    """After a 429 the notice waits as long as Slack said, and then is sent once."""
    world.slack.fault("chat.postMessage", "ratelimited", times=1, retry_after=30)
    ask(world)
    world.settle()
    waiting = [row for row in world.desk.outbox() if row.state is OutboxState.WAITING]
    assert [row.reason for row in waiting] == ["rate limited"]
    assert waiting[0].tries == 0
    world.skip(minutes=1)
    assert cards(world) == 1


@pytest.mark.parametrize("kind", ["error_before", "error_after"])
def test_an_unclear_answer_is_looked_up_before_a_second_attempt(world: World, kind: str) -> None:
    """Whether Slack took the message or not when it answered 500, the reader gets it exactly once."""
    world.slack.fault("chat.postMessage", kind, times=1)
    ask(world)
    world.settle()
    world.skip(minutes=5)
    assert cards(world) == 1
    assert {row.state for row in world.desk.outbox("requests.for_mentor")} == {OutboxState.SENT}


def test_what_cannot_be_read_back_is_held(world: World) -> None:
    """When Slack hides the metadata, a doubtful message is posted again only if it is seen to be missing."""
    world.slack.fault("chat.postMessage", "error_after", times=2)
    world.slack.fault("conversations.history", "error_before", times=50)
    ask(world)
    world.settle()
    world.skip(minutes=5)
    assert cards(world) <= 1


def test_a_restart_finishes_what_was_recorded(world: World) -> None:
    """What was committed before the process ended is sent by the next one."""
    ask(world)
    assert {row.state for row in world.desk.outbox()} == {OutboxState.WAITING}
    world.settle()
    assert cards(world) == 1
    world.settle()
    assert cards(world) == 1


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


def test_a_refused_token_waits_instead_of_losing(world: World) -> None:
    """With the token revoked the notices stay; given back, they are sent."""
    world.slack.fault("chat.postMessage", "revoke_token")
    ask(world)
    world.settle()
    assert {row.state for row in world.desk.outbox()} == {OutboxState.WAITING}
    world.slack.no_faults()
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
