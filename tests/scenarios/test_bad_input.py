"""Bad input, across every noun: a clear answer, a reference in the log, nothing private, twice or lost."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pytest_mock import MockerFixture
from slack_bolt import BoltRequest
from sqlalchemy import func, select

from bot import handlers
from bot.store.agreements import Agreement
from bot.store.base import find
from bot.store.concerns import Concern
from bot.store.relationships import Relationship
from bot.store.requests import MentorRequest, RequestState
from sandbox.driver import Message, Person
from tests.cast import CAST, LEADS_CHANNEL, TEAM_ID, WORKSPACE_ID
from tests.scenarios.test_requests import ask, card
from tests.world import World

CANARY = "Schlehdorn-4417"
RIGHT_TO_LEFT = "\u202e\u05e9\u05dc\u05d5\u05dd\u202c"
NASTY = f"<!channel> <@U0LENA> *{CANARY}* & <https://evil.example|here> 🚀 {RIGHT_TO_LEFT} مرحبا"
REFERENCE = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}")
NOT_YOURS = "not yours to open"


class Switchboard:
    """Stands where a Bolt app stands while handlers plug themselves in, and writes down what they answer."""

    def __init__(self) -> None:
        self.plugged: dict[str, list[str]] = {}

    def __getattr__(self, kind: str) -> Callable[[str], Callable[[Any], Any]]:
        def plug(name: str) -> Callable[[Any], Any]:
            self.plugged.setdefault(kind, []).append(name)
            return lambda listener: listener

        return plug


def plugged(world: World) -> dict[str, list[str]]:
    """Return every id that is listened to, by kind."""
    board = Switchboard()
    handlers.register(board, world.bot.deps)  # type: ignore[arg-type] # stands in for the app
    return board.plugged


def unforeseen(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the log lines about something nobody foresaw."""
    return [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR]


def rows(world: World) -> tuple[int, ...]:
    """Return how many rows there are of what an act could make."""
    with world.desk.step("mira", writes=False) as step:
        return tuple(
            step.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (MentorRequest, Relationship, Agreement, Concern)
        )


def state(world: World) -> RequestState:
    """Return the state of the only request."""
    with world.desk.step("mira", writes=False) as step:
        return step.session.scalars(select(MentorRequest)).one().state


def press(person: Person, message: Message, action_id: str) -> dict[str, Any]:
    """Press over the wire, as an old or a second window would, whatever the message shows by now."""
    place = {"message_ts": message.ts, "channel": message.channel_id}
    return person.post("press", {"container": place, "action_id": action_id})


# The same second.


def test_pressed_twice_in_the_same_second(world: World) -> None:
    """Two presses on Accept at once make one relationship, and the mentee reads one yes."""
    ask(world, "mira")
    tomas, shown = world.person("tomas"), card(world, "tomas")
    with ThreadPoolExecutor(4) as threads:
        for pressed in [threads.submit(press, tomas, shown, "requests.accept") for _ in range(4)]:
            pressed.result()
    world.settle()
    assert state(world) is RequestState.ACCEPTED
    assert rows(world) == (1, 1, 1, 0)
    assert sum("said yes" in text for text in world.person("mira").dm.texts) <= 2
    assert len([row for row in world.desk.outbox("requests.decided") if row.state == "sent"]) == 1


def test_two_people_act_in_the_same_second(world: World) -> None:
    """Accepted and taken back at once: one of both holds, and the other reads which."""
    ask(world, "mira")
    mira, tomas = world.person("mira"), world.person("tomas")
    theirs, mine = card(world, "tomas"), mira.dm.wait("You asked")
    with ThreadPoolExecutor(2) as threads:
        for pressed in (
            threads.submit(press, tomas, theirs, "requests.accept"),
            threads.submit(press, mira, mine, "requests.withdraw"),
        ):
            pressed.result()
    world.settle()
    ended = state(world)
    assert ended in {RequestState.ACCEPTED, RequestState.WITHDRAWN}
    assert rows(world)[1] == (1 if ended is RequestState.ACCEPTED else 0)
    loser = mira if ended is RequestState.ACCEPTED else tomas
    assert "Nothing was changed" in loser.dm.text


@pytest.mark.parametrize("noun", ["request", "concern"])
def test_a_form_sent_twice_in_the_same_second(
    world: World, caplog: pytest.LogCaptureFixture, noun: str
) -> None:
    """Two windows send one form at once: one row, one message to its reader, and no fault."""
    mira = world.person("mira")
    if noun == "request":
        answer = mira.command("/findmentor statistics")
        assert answer.ephemeral is not None
        answer.ephemeral.button("Ask").click()
        mira.modal.fill({"Why you are asking": CANARY})
    else:
        mira.command("/concern").modal.submit()
        world.settle()
        mira.modal.fill({"concerns.level": "1", "concerns.about": "tomas"})
        world.settle()
        mira.modal.fill({"words": CANARY, "wanted": "advice"})
    view = mira.modal.raw
    body = {
        "type": "view_submission",
        "team": {"id": TEAM_ID},
        "user": {"id": mira.id, "team_id": TEAM_ID},
        "view": view,
    }
    with ThreadPoolExecutor(4) as threads:
        sent = [
            threads.submit(world.bot.app.dispatch, BoltRequest(mode="socket_mode", body=body))
            for _ in range(4)
        ]
        assert {one.result().status for one in sent} == {200}
    world.settle()
    assert sum(rows(world)) == 1
    reader = world.person("tomas" if noun == "request" else "hugo")
    assert len(reader.received) == 1
    assert unforeseen(caplog) == []
    assert CANARY not in caplog.text


# Somebody else, or about nothing.


def test_a_copied_message_opens_nothing_to_somebody_else(world: World) -> None:
    """Every button of a request, in a message copied to a channel, answers others as about nothing."""
    ask(world, "mira", note=CANARY)
    client = world.bot.deps.slack.client(WORKSPACE_ID)
    blocks = [
        block
        for message in (card(world, "tomas"), world.person("mira").dm.wait("You asked"))
        for block in message.raw["blocks"]
        if block["type"] == "actions"
    ]
    for number, block in enumerate(blocks):
        block["block_id"] = f"copied{number}"
    client.chat_postMessage(channel=LEADS_CHANNEL, text="copied", blocks=blocks)
    lena, before = world.person("lena"), rows(world)
    copied = lena.channel("#mentoring-leads").wait("")
    for action in ("requests.accept", "requests.decline", "requests.withdraw"):
        press(lena, copied, action)
        world.settle()
        assert NOT_YOURS in lena.channel("#mentoring-leads").last.text
    assert state(world) is RequestState.OPEN
    assert rows(world) == before
    assert CANARY not in lena.transcript()


VALUES = ("", "no json", "[]", '{"programme": "another"}', '{"programme": 5, "request": null}')
FORGED = json.dumps(
    dict.fromkeys(("agreement", "checkin", "concern", "person", "relationship", "request", "term"), "forged")
)

IN_PLACE = re.compile(r"home\.programme|mentors\.term\.\d|checkins\.resume")
"""What answers by changing the message or the Home it stands on."""


@pytest.mark.parametrize("who", ["mira", "tomas", "lena", "hugo", "oskar"])
def test_any_button_with_a_forged_value_is_answered(
    world: World, caplog: pytest.LogCaptureFixture, who: str
) -> None:
    """Whatever a button carries, whoever presses it: an answer, nothing unforeseen, nothing made."""
    client, person, before = world.bot.deps.slack.client(WORKSPACE_ID), world.person(who), rows(world)
    actions, silent = sorted(set(plugged(world)["action"])), []
    channel = client.conversations_open(users=person.id)["channel"]["id"]
    for number, action in enumerate(actions):
        value = FORGED if number % 2 else VALUES[number // 2 % len(VALUES)]
        button = {
            "type": "button",
            "action_id": action,
            "text": {"type": "plain_text", "text": "x"},
            **({"value": value} if value else {}),
        }
        posted = client.chat_postMessage(
            channel=channel, text="forged", blocks=[{"type": "actions", "elements": [button]}]
        )
        place = {"message_ts": str(posted["ts"]), "channel": channel}
        answer = person.act("press", {"container": place, "action_id": action})
        if not (answer.ok and (IN_PLACE.match(action) or answer.text)):
            silent.append(action)
    world.settle()
    assert silent == []
    assert unforeseen(caplog) == []
    assert rows(world) == before


@pytest.mark.parametrize("who", ["mira", "lena", "oskar"])
@pytest.mark.parametrize("carried", ["", FORGED])
def test_any_form_with_forged_ids_is_answered(
    world: World, caplog: pytest.LogCaptureFixture, who: str, carried: str
) -> None:
    """Every form, sent empty with ids that name nothing, is answered in words and makes nothing."""
    before = rows(world)
    for callback_id in sorted(set(plugged(world)["view"])):
        body = {
            "type": "view_submission",
            "team": {"id": TEAM_ID},
            "user": {"id": CAST[who].slack_id, "team_id": TEAM_ID},
            "view": {
                "id": "V0",
                "type": "modal",
                "callback_id": callback_id,
                "private_metadata": carried,
                "state": {"values": {}},
            },
        }
        answer = world.bot.app.dispatch(BoltRequest(mode="socket_mode", body=body))
        assert answer.status == 200, callback_id
    world.settle()
    assert unforeseen(caplog) == []
    assert rows(world) == before


# What nobody foresaw.


def referred(text: str, caplog: pytest.LogCaptureFixture) -> None:
    """Check that an answer names the reference under which the log has the fault, and no private word."""
    found = REFERENCE.search(text)
    assert found is not None, text
    assert "nothing was changed" in text
    assert any(found.group() in line for line in unforeseen(caplog))
    assert CANARY not in caplog.text
    assert CANARY not in text


def test_a_command_that_fails_names_a_reference(
    world: World, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    """The person reads the reference the log has; neither repeats what was typed."""
    mocker.patch("bot.handlers.mentors.mentors.find", side_effect=RuntimeError(CANARY))
    answer = world.person("mira").command(f"/findmentor {CANARY}")
    referred(answer.text, caplog)


def test_a_press_that_fails_names_a_reference(
    world: World, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault behind a button is told beside the message; the matter stays as it was and can be done."""
    ask(world, "mira", note=CANARY)
    tomas = world.person("tomas")
    broken = mocker.patch("bot.handlers.requests.requests.accept", side_effect=RuntimeError(CANARY))
    press(tomas, card(world, "tomas"), "requests.accept")
    world.settle()
    told = tomas.dm.wait("That did not work")
    assert told.ephemeral
    referred(told.text, caplog)
    assert state(world) is RequestState.OPEN
    mocker.stop(broken)
    press(tomas, card(world, "tomas"), "requests.accept")
    world.settle()
    assert state(world) is RequestState.ACCEPTED


def test_a_form_that_fails_names_a_reference(
    world: World, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault behind Send is told in the form, which keeps what was typed; nothing is stored or logged."""
    mocker.patch("bot.handlers.requests.requests.ask", side_effect=RuntimeError("what nobody foresaw"))
    ask(world, "mira", note=CANARY)
    shown = world.person("mira").modal.text
    assert CANARY in shown
    referred(shown.replace(CANARY, ""), caplog)
    assert rows(world)[0] == 0


# What people type.


def test_what_is_typed_stays_text_wherever_it_is_read(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A note, a profile and a concern with mentions, markup, emoji and right-to-left text arrive as typed."""
    mira, tomas, hugo = (world.person(one) for one in ("mira", "tomas", "hugo"))
    tomas.open_home().button("Edit profile").click()
    world.settle()
    tomas.modal.fill({"mentors_on": NASTY}).submit()
    world.settle()
    ask(world, "mira", note=NASTY)
    mira.command("/concern").modal.submit()
    world.settle()
    mira.modal.fill({"concerns.level": "1", "concerns.about": "tomas"})
    world.settle()
    mira.modal.fill({"words": NASTY, "wanted": "advice"})
    mira.modal.submit()
    world.settle()
    hugo.dm.last.button("Open").click()
    world.settle()
    shown = [*hugo.modal.blocks, *card(world, "tomas").blocks]
    written = json.dumps(shown, ensure_ascii=False)
    assert written.count(CANARY) >= 2
    assert "&lt;!channel&gt;" in written
    for forged in ("<!channel>", "<@U0LENA>", "<https://evil.example|here>"):
        assert forged not in written
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    "typed", ["x" * 10_000, NASTY, "\u202e" * 50, "🚀" * 900, "<@U0LENA|lena>", "%s {0}"]
)
@pytest.mark.parametrize("command", ["/findmentor", "/concern", "/mentorship agreement"])
def test_a_command_takes_any_text(
    world: World, caplog: pytest.LogCaptureFixture, command: str, typed: str
) -> None:
    """Any text behind a command is answered, calls nobody and is never logged."""
    mira = world.person("mira")
    mira.command(f"{command} {typed}")
    world.settle()
    assert mira.has_modal or any(message.ephemeral for message in mira.channel("#general").messages)
    assert "<!channel>" not in json.dumps([m.raw for m in mira.channel("#general").messages])
    assert unforeseen(caplog) == []
    assert CANARY not in caplog.text


# Slack is not as it was.


def test_without_its_channel_a_concern_still_arrives(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """The programme's channel is gone: the handler is told directly, once; the reporter notices nothing."""
    world.slack.channel("#mentoring-leads", deleted=True)
    mira, hugo = world.person("mira"), world.person("hugo")
    mira.command("/concern").modal.submit()
    world.settle()
    mira.modal.fill({"concerns.level": "1", "concerns.about": "tomas"})
    world.settle()
    mira.modal.fill({"words": CANARY, "wanted": "advice"})
    mira.modal.submit()
    world.settle()
    assert "stored under the reference" in mira.modal.text
    assert sum("You have something to look at" in text for text in hugo.dm.texts) == 1
    assert CANARY not in caplog.text


def test_a_token_that_is_back_loses_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """What was asked while Slack refused the token is sent once when it takes it again."""
    mira = world.person("mira")
    answer = mira.command("/findmentor statistics")
    assert answer.ephemeral is not None
    answer.ephemeral.button("Ask").click()
    mira.modal.fill({"Why you are asking": CANARY})
    mira.modal.submit()
    assert world.bot.listeners.wait_idle(10)
    world.slack.deactivate()
    world.settle()
    assert "Expect an answer by" in mira.modal.text
    assert world.person("tomas").received == []
    world.slack.deactivate(deactivated=False)
    world.skip(hours=1)
    assert sum("asks whether you would mentor" in text for text in world.person("tomas").dm.texts) == 1
    with world.desk.step("mira", writes=False) as step:
        kept = step.session.scalars(select(MentorRequest)).one()
        assert find(step.session, MentorRequest, kept.id) is not None
    assert CANARY not in caplog.text
