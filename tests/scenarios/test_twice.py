"""What Slack delivers a second time: forms are answered as they were, and acted on once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.handlers.calls import Answer, Submission, listen_submission
from tests.cast import TEAM_ID, Desk
from tests.jobs.fake_slack import open_office

FORM = "test.form"

Deliver = Callable[[str], dict[str, Any]]
"""Delivers the form under a trigger's id, and gives what was acknowledged."""


class Board:
    """Stands where a Bolt app stands, and keeps the one listener that is plugged in."""

    def __init__(self) -> None:
        self.listener: Callable[..., None] = lambda: None

    def view(self, _: str) -> Callable[[Callable[..., None]], None]:
        """Keep a listener."""

        def plug(listener: Callable[..., None]) -> None:
            self.listener = listener

        return plug


@pytest.fixture
def handled() -> list[str]:
    """What the form's handler was called for."""
    return []


def form_at(desk: Desk, handled: list[str], handle: Callable[[Submission], Answer]) -> Deliver:
    """Return the way to deliver a form of Mira's to ``handle``."""
    board = Board()

    def counted(call: Submission) -> Answer:
        handled.append(str(call.body["trigger_id"]))
        return handle(call)

    listen_submission(cast("App", board), open_office(desk).deps, FORM, counted)

    def deliver(trigger_id: str) -> dict[str, Any]:
        acknowledged: list[dict[str, Any]] = []
        view: dict[str, Any] = {"callback_id": FORM, "blocks": [], "state": {"values": {}}}
        body = {
            "type": "view_submission",
            "team": {"id": TEAM_ID},
            "user": {"id": "U0MIRA", "team_id": TEAM_ID},
            "trigger_id": trigger_id,
            "view": view,
        }
        board.listener(lambda **said: acknowledged.append(said), body, view, WebClient())
        (said,) = acknowledged
        return said

    return deliver


def test_a_form_that_was_acted_on_is_answered_again_and_not_acted_on_again(
    desk: Desk, handled: list[str]
) -> None:
    """Whoever lost the first answer is given the same; another sending of the person is acted on."""

    def handle(call: Submission) -> Answer:
        with call.step() as step:
            step.record("test.sent", "form")
        return Answer(close_all=True)

    deliver = form_at(desk, handled, handle)
    assert [deliver("1.1"), deliver("1.1"), deliver("2.2")] == [{"response_action": "clear"}] * 3
    assert handled == ["1.1", "2.2"]


def test_another_process_closes_what_was_acted_on(desk: Desk, handled: list[str]) -> None:
    """It does not know the answer, but that the form was acted on: nothing happens twice."""

    def handle(call: Submission) -> Answer:
        with call.step() as step:
            step.record("test.sent", "form")
        return Answer(close_all=True)

    form_at(desk, handled, handle)("1.1")
    assert form_at(desk, handled, handle)("1.1") == {}
    assert handled == ["1.1"]


def test_a_form_with_a_fault_is_looked_at_again(desk: Desk, handled: list[str]) -> None:
    """Nothing was kept of it, so that the second delivery reads the same fault."""
    deliver = form_at(desk, handled, lambda _: Answer(errors={"field": "too long"}))
    assert deliver("1.1") == deliver("1.1") == {"response_action": "errors", "errors": {"field": "too long"}}
    assert handled == ["1.1", "1.1"]
