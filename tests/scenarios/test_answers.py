"""Every act is answered: a form keeps what was typed, a kept act is not called undone, no way is the last."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture
from slack_bolt import BoltRequest

from bot import slack
from bot.errors import NotFound
from bot.handlers.calls.telling import NotShown, respond_with
from bot.store import connecting
from bot.store.requests import RequestState
from tests.cast import CAST, TEAM_ID, WORKSPACE_ID
from tests.scenarios.test_bad_input import CANARY, REFERENCE, press, rows, state, unforeseen
from tests.scenarios.test_requests import ask, card
from tests.world import World


def fill_request(world: World, note: str) -> Any:
    """Let Mira fill the form of a request; return her."""
    mira = world.person("mira")
    answer = mira.command("/findmentor statistics")
    assert answer.ephemeral is not None
    answer.ephemeral.button("Ask").click()
    mira.modal.fill({"Why you are asking": note})
    return mira


# A form keeps what was typed.


def test_a_refused_form_keeps_what_was_typed(world: World, mocker: MockerFixture) -> None:
    """A refusal that names no field stands under the first one, beside the note; sent again, it goes."""
    mira = fill_request(world, CANARY)
    refused = mocker.patch("bot.handlers.requests.requests.ask", side_effect=NotFound())
    assert not mira.modal.submit().ok
    assert CANARY in mira.modal.text
    assert "not here any more" in mira.modal.text
    assert "*" not in str(mira.modal.text)
    mocker.stop(refused)
    mira.modal.submit()
    world.settle()
    assert rows(world)[0] == 1


def test_the_outcome_of_a_case_is_kept_when_saving_fails(
    world: World, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    """A handler who wrote the outcome of a case reads the reference beside what they wrote."""
    mira, hugo = world.person("mira"), world.person("hugo")
    mira.command("/concern").modal.submit()
    world.settle()
    mira.modal.fill({"concerns.level": "1", "concerns.about": "tomas"})
    world.settle()
    mira.modal.fill({"words": "something", "wanted": "advice"})
    mira.modal.submit()
    world.settle()
    hugo.dm.last.button("Acknowledge").click()
    world.settle()
    hugo.dm.last.button("Open").click()
    world.settle()
    hugo.modal.button("End with an outcome").click()
    world.settle()
    mocker.patch("bot.domain.concerns.casework.resolve", side_effect=RuntimeError("unforeseen"))
    hugo.modal.fill({"words": CANARY}).submit()
    assert CANARY in hugo.modal.text
    assert REFERENCE.search(hugo.modal.text.replace(CANARY, ""))
    assert CANARY not in caplog.text


def test_a_locked_database_loses_no_note(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """While another process writes for long the form stays as it was filled; afterwards it is sent."""
    mira = fill_request(world, CANARY)
    monkeypatch.setattr(connecting, "LOCK_MS", 20)
    world.bot.deps.db.engine.dispose()
    other = sqlite3.connect(tmp_path / "desk.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert not mira.modal.submit().ok
    assert CANARY in mira.modal.text
    assert "nothing was changed" in mira.modal.text
    assert CANARY not in caplog.text
    other.execute("ROLLBACK")
    other.close()
    mira.modal.submit()
    world.settle()
    assert rows(world)[0] == 1


def test_a_form_without_fields_is_told_on_top(world: World, mocker: MockerFixture) -> None:
    """Where there is no field to stand under, the sentence comes in a sheet over the form."""
    mira = world.person("mira")
    mocker.patch("bot.domain.concerns.raising.blank", side_effect=NotFound())
    mira.command("/concern").modal.submit()
    world.settle()
    mira.modal_saying("not here any more").close()
    world.settle()
    assert "not here any more" not in mira.modal.text
    assert mira.has_modal


# What was done is not called undone.


def test_a_home_that_fails_changes_no_answer(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """The act stands, its message shows it, nobody reads of a failure; the log has it under a reference."""
    ask(world, "mira", note=CANARY)
    tomas = world.person("tomas")
    world.slack.fault("views.publish", "error_before", times=9)
    card(world, "tomas").button("Accept").click()
    world.settle()
    assert state(world) is RequestState.ACCEPTED
    assert "did not work" not in tomas.transcript()
    assert any(REFERENCE.search(line) for line in unforeseen(caplog))


def test_an_act_whose_message_could_not_change_is_told_as_kept(world: World, mocker: MockerFixture) -> None:
    """When the pressed message cannot be changed after the act, its person reads that it is kept."""
    ask(world, "mira")
    tomas = world.person("tomas")
    mocker.patch("bot.handlers.calls.kinds.respond_with", side_effect=NotShown("404"))
    card(world, "tomas").button("Accept").click()
    world.settle()
    told = tomas.dm.wait("What you did is kept")
    assert told.ephemeral
    assert state(world) is RequestState.ACCEPTED
    assert "nothing was changed" not in tomas.transcript()


# When telling fails too.


def test_when_no_modal_opens_a_direct_message_says_so(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Slack refuses every modal (as for an expired trigger): the person reads it in a direct message."""
    noor = world.person("noor")
    home = noor.open_home()
    world.slack.fault("views.open", "error_before", times=9)
    home.button("Find a mentor").click()
    world.settle()
    assert "did not work" in noor.dm.text
    assert CAST["noor"].name not in caplog.text


def test_when_nothing_can_be_told_nothing_escapes(
    world: World, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    """Every way fails: the log has it, by type and reference, and Bolt logs no message of its own."""
    mocker.patch("bot.handlers.mentors.mentors.find", side_effect=RuntimeError(CANARY))
    mocker.patch("bot.handlers.calls.telling.respond_with", side_effect=RuntimeError(CANARY))
    world.slack.fault("conversations.open", "error_before", times=9)
    body = {
        "command": "/findmentor",
        "team_id": TEAM_ID,
        "user_id": CAST["mira"].slack_id,
        "text": CANARY,
        "response_url": "http://127.0.0.1:9/gone",
    }
    assert world.bot.app.dispatch(BoltRequest(mode="socket_mode", body=body)).status == 200
    world.settle()
    assert any("nobody was told" in line for line in unforeseen(caplog))
    assert CANARY not in caplog.text


def test_what_escapes_every_handler_is_logged_without_its_message(
    world: World, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault outside a handler's own care is logged by type and reference, never by its message."""
    mocker.patch("bot.handlers.calls.listening.user_of", side_effect=RuntimeError(CANARY))
    body = {"command": "/findmentor", "team_id": TEAM_ID, "user_id": CAST["mira"].slack_id, "text": CANARY}
    with caplog.at_level(logging.DEBUG):
        world.bot.app.dispatch(BoltRequest(mode="socket_mode", body=body))
        world.settle()
    lines = [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR]
    assert any("RuntimeError" in line and REFERENCE.search(line) for line in lines)
    assert CANARY not in caplog.text


# Things of an older version.


def test_a_button_of_an_older_version_says_what_to_do(world: World) -> None:
    """A button that no handler knows any more is answered, and so is a form."""
    tomas = world.person("tomas")
    client = world.bot.deps.slack.client(WORKSPACE_ID)
    channel = client.conversations_open(users=tomas.id)["channel"]["id"]
    old = {"type": "button", "action_id": "gone.since", "text": {"type": "plain_text", "text": "Old"}}
    client.chat_postMessage(channel=channel, text="old", blocks=[{"type": "actions", "elements": [old]}])
    assert press(tomas, tomas.dm.wait(""), "gone.since")
    world.settle()
    assert "older version" in tomas.dm.last.text
    body = {
        "type": "view_submission",
        "team": {"id": TEAM_ID},
        "user": {"id": tomas.id, "team_id": TEAM_ID},
        "view": {
            "id": "V0",
            "type": "modal",
            "callback_id": "gone.since",
            "blocks": [{"type": "input", "block_id": "note"}],
            "state": {"values": {}},
        },
    }
    answer = world.bot.app.dispatch(BoltRequest(mode="socket_mode", body=body))
    assert "older version" in answer.body


# Slack asks to wait.


def test_a_short_pause_slack_asks_for_is_waited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One 429 that asks for a second costs a second, not the answer."""
    waited: list[float] = []
    monkeypatch.setattr(slack, "pause", waited.append)
    world.slack.fault("views.open", "ratelimited", times=1, retry_after=1)
    mira = world.person("mira")
    mira.command("/concern")
    world.settle()
    assert mira.has_modal
    assert waited == [1.0]


def test_a_long_pause_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Slack asks for longer than the trigger holds, the person reads that nothing was changed."""
    waited: list[float] = []
    monkeypatch.setattr(slack, "pause", waited.append)
    world.slack.fault("views.open", "ratelimited", times=1, retry_after=30)
    answer = world.person("mira").command("/concern")
    assert "Slack asks us to wait" in answer.text
    assert waited == []


def test_a_short_pause_is_waited_for_a_reply_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A response_url that is busy for a second is tried once more, and no longer."""
    from_slack = [
        {"status_code": 429, "headers": {"Retry-After": "1"}},
        {"status_code": 200, "headers": {}},
    ]
    waited: list[float] = []
    monkeypatch.setattr(slack, "pause", waited.append)

    class Reply:
        def __init__(self, status_code: int, headers: dict[str, str]) -> None:
            self.status_code, self.headers = status_code, headers

    respond_with(lambda **_: Reply(**from_slack.pop(0)), text="x")  # type: ignore[arg-type] # one of each type
    assert waited == [1.0]
    assert from_slack == []
