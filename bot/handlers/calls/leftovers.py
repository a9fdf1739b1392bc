"""What no handler answers: things from an older version, and faults outside every handler."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient

from bot.deps import Deps
from bot.errors import Refusal
from bot.handlers.calls.callers import user_of
from bot.handlers.calls.listening import ways_after_press
from bot.handlers.calls.telling import by_direct_message, by_response, log_fault, told, under_the_form
from bot.handlers.calls.turning_away import TurnedAway, turn_away

log = logging.getLogger(__name__)

ANYTHING = re.compile("")
EVENT_TYPE = re.compile("[a-z_.]{1,60}")
"""How Slack names its events: anything else is not repeated."""


def listen_to_the_rest(app: App, deps: Deps) -> None:
    """Acknowledge what no handler knows, such as a button of a message from before an upgrade, and say so.

    To be plugged in last: Bolt asks listeners in the order in which they came.
    """
    outdated = Refusal("common.outdated")

    def pressed(ack: Ack, body: dict[str, Any], client: WebClient, respond: Callable[..., Any]) -> None:
        ack()
        answers = respond if body.get("response_url") else None
        with told(deps, "outdated button", ways_after_press(deps, body, client, answers)):
            raise outdated

    def sent(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        say = deps.texts.say()
        ways = [under_the_form(say, ack, view), by_direct_message(say, client, user_of(body))]
        with told(deps, "outdated form", ways):
            raise outdated

    def typed(ack: Ack, body: dict[str, Any], client: WebClient, respond: Callable[..., Any]) -> None:
        ack()
        say = deps.texts.say()
        ways = [by_response(say, respond), by_direct_message(say, client, user_of(body))]
        with told(deps, "outdated command", ways):
            raise outdated

    def asked_for_options(ack: Ack) -> None:
        ack(options=[])

    def happened(event: dict[str, Any]) -> None:
        kind = str(event.get("type"))
        log.info(
            "an event nobody here asked for: %s", kind if EVENT_TYPE.fullmatch(kind) else "of no known type"
        )

    app.action(ANYTHING)(pressed)
    app.shortcut(ANYTHING)(pressed)
    app.view(ANYTHING)(sent)
    app.command(ANYTHING)(typed)
    app.options(ANYTHING)(asked_for_options)
    app.event(ANYTHING)(happened)


def answer_what_escapes(app: App, deps: Deps) -> None:
    """Turn away whom nothing here serves; log any other fault that no handler caught.

    By type and reference only: Bolt would log its message.
    """

    def escaped(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse | None:
        if isinstance(error, TurnedAway):
            return turn_away(app, deps, error.refusal, body, context)
        log_fault(deps, "a listener", error)
        return None

    app.error(escaped)
