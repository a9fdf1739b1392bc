"""The Bolt app: every handler plugged in, for the processes Slack talks to.

The others (``clock``, ``worker``) never load Bolt or the handlers: see ``bot.wiring`` for what all share.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient

from bot import handlers
from bot.deps import Deps
from bot.errors import Misconfigured
from bot.handlers.calls import answer_what_escapes, listen_to_the_rest
from bot.handlers.workspaces import Authorising, Installing, Own, ask_who
from bot.settings import Settings
from bot.slack import CALL_SECONDS, OnceMore
from bot.tokens import Tokens

TALKATIVE = ("bolt", "slack_bolt", "slack_sdk")
"""Loggers that at DEBUG print whole payloads, and with them what people wrote: held at INFO at any level."""


def bolt(deps: Deps, executor: ThreadPoolExecutor | None = None) -> App:
    """Make the Bolt app with every handler plugged in, for Socket Mode and signed HTTP alike.

    With SLACK_BOT_TOKEN it asks Slack once where that belongs (``auth.test``; raises SlackApiError) and
    answers there. With SLACK_CLIENT_ID it answers in every workspace it was installed into, and brings the
    pages for installing (``App.oauth_flow``). With neither it raises Misconfigured.
    """
    for name in TALKATIVE:
        talkative = logging.getLogger(name)
        talkative.setLevel(max(talkative.level, logging.INFO))
    logging.getLogger("bolt").addFilter(_is_worth_reading)
    tokens = Tokens(deps.db, deps.clock, deps.settings)
    app = App(
        name="mentorbot",  # without one Bolt reads the source of every caller on the stack to make one up
        logger=logging.getLogger("bolt"),
        # Without a token: each request brings its workspace's own.
        client=WebClient(
            base_url=deps.settings.slack_api_url, timeout=CALL_SECONDS, retry_handlers=[OnceMore()]
        ),
        authorize=Authorising(deps, tokens, _own(deps)),
        oauth_flow=Installing(deps, tokens) if installs(deps.settings) else None,
        signing_secret=deps.settings.signing_secret.get_secret_value() or "socket-mode-needs-none",
        listener_executor=executor
        or ThreadPoolExecutor(deps.settings.listeners, thread_name_prefix="listener"),
        raise_error_for_unhandled_request=False,
    )
    app.middleware(acknowledge_first)
    handlers.register(app, deps)
    listen_to_the_rest(app, deps)
    answer_what_escapes(app, deps)
    return app


def installs(settings: Settings) -> bool:
    """Tell whether others can install the bot into their workspaces. Raises Misconfigured for half of it."""
    if settings.client_id and not settings.client_secret.get_secret_value():
        raise Misconfigured("SLACK_CLIENT_ID is set, but SLACK_CLIENT_SECRET is not. Set both or neither.")
    return bool(settings.client_id)


def _own(deps: Deps) -> Own | None:
    """Return where SLACK_BOT_TOKEN belongs, asked of Slack; None where there is none."""
    token = deps.settings.bot_token.get_secret_value()
    if not token:
        if not installs(deps.settings):
            raise Misconfigured(
                "Neither SLACK_BOT_TOKEN nor SLACK_CLIENT_ID is set. `mentorbot check` explains both."
            )
        return None
    return ask_who(deps)


def _is_worth_reading(record: logging.LogRecord) -> bool:
    message = str(record.msg)
    if message.startswith("Unhandled request"):
        # Bolt goes on with the request itself, and how one would write a listener for it.
        record.msg, record.args = "a request of a type nobody here knows was left alone", ()
    # Bolt reads SLACK_BOT_TOKEN itself and warns that it will use our client instead: that is what we want.
    return "`token`" not in message or "`client`" not in message


def acknowledge_first(body: dict[str, Any], ack: Ack, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002 - Bolt passes it by this name
    """Acknowledge what needs no answer before it waits for a free thread.

    A person must hear from us within three seconds, and when fifty press at once the queue for the threads
    is most of that. Forms and menus are left alone: their acknowledgement carries what came of them.
    """
    if "command" in body or body.get("type") in {"block_actions", "shortcut", "message_action"}:
        ack()
    return next()
