"""Turning a handler into a Bolt listener: acknowledge, find out who calls, run, tell a refusal.

Anything unforeseen is logged under a reference id, without the exception's message (it may quote a person's
words), and the person is told the reference.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.deps import Deps
from bot.errors import Refusal
from bot.handlers.calls.callers import identify
from bot.handlers.calls.kinds import (
    EPHEMERAL,
    Answer,
    Command,
    Opening,
    Press,
    Submission,
    Suggestion,
    Writing,
)
from bot.handlers.forms import Form
from bot.ids import reference
from bot.texts import Say
from bot.views import refusals
from bot.views.reader import Reader, unpack

log = logging.getLogger(__name__)


def _say(deps: Deps) -> Say:
    return deps.texts.say()


@contextmanager
def _told(deps: Deps, what: str, tell: Callable[[Refusal], None]) -> Iterator[None]:
    """Tell a refusal; log and tell the reference of anything unforeseen."""
    try:
        yield
    except Refusal as refusal:
        tell(refusal)
    except Exception as fault:  # noqa: BLE001 - the last resort of every handler; Slack shows nothing otherwise
        number = reference(deps.ids)
        stack = "".join(traceback.format_tb(fault.__traceback__))
        log.error("%s failed, reference %s: %s\n%s", what, number, type(fault).__name__, stack)  # noqa: TRY400 - the message may quote a person
        tell(Refusal("common.trouble", reference=number))


def listen_command(
    app: App, deps: Deps, command: str, handle: Callable[[Command], None], *, or_first: bool = False
) -> None:
    """Let ``handle`` answer a slash command; ``or_first`` as in ``identify``."""

    def listener(ack: Ack, body: dict[str, Any], client: WebClient, respond: Callable[..., Any]) -> None:
        ack()

        def tell(refusal: Refusal) -> None:
            message = refusals.as_message(refusal, _say(deps))
            respond(text=message.text, blocks=list(message.blocks), response_type=EPHEMERAL)

        with _told(deps, command, tell):
            fields = identify(deps, client, body, {}, or_first=or_first)
            handle(Command(**fields, text=str(body.get("text") or "").strip(), respond=respond))

    app.command(command)(listener)


def listen_press(app: App, deps: Deps, action_id: str, handle: Callable[[Press], None]) -> None:
    """Let ``handle`` answer a button or menu, wherever it stands."""

    def listener(
        ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Callable[..., Any]
    ) -> None:
        ack()
        view = body.get("view") or {}
        has_message = bool(body.get("response_url"))

        def tell(refusal: Refusal) -> None:
            message = refusals.as_message(refusal, _say(deps))
            if has_message:
                respond(
                    text=message.text,
                    blocks=list(message.blocks),
                    response_type=EPHEMERAL,
                    replace_original=False,
                )
                return
            shown = refusals.as_modal(message, Reader(_say(deps), "UTC", ""))
            if view.get("type") == "modal":
                client.views_push(trigger_id=body["trigger_id"], view=shown)
            else:
                client.views_open(trigger_id=body["trigger_id"], view=shown)

        with _told(deps, action_id, tell):
            ids = {**unpack(view.get("private_metadata")), **unpack(_value(action))}
            fields = identify(deps, client, body, ids)
            handle(Press(**fields, action=action, respond=respond if has_message else None))

    app.action(action_id)(listener)


def _value(action: Mapping[str, Any]) -> str | None:
    return action.get("value") or (action.get("selected_option") or {}).get("value")


def listen_submission(
    app: App, deps: Deps, callback_id: str, handle: Callable[[Submission], Answer | None]
) -> None:
    """Let ``handle`` answer a sent form; a refusal that names a field is shown under it."""

    def listener(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        afterwards: list[Callable[[], None]] = []

        def tell(refusal: Refusal) -> None:
            say = _say(deps)
            if refusal.field is not None:
                ack(
                    response_action="errors", errors={refusal.field: say.plain(refusal.key, **refusal.values)}
                )
                return
            shown = refusals.as_modal(refusals.as_message(refusal, say), Reader(say, "UTC", ""))
            ack(response_action="update", view=shown)

        with _told(deps, callback_id, tell):
            ids = unpack(view.get("private_metadata"))
            fields = identify(deps, client, body, ids)
            form = Form((view.get("state") or {}).get("values") or {})
            answer = handle(Submission(**fields, form=form, afterwards=afterwards))
            _acknowledge(ack, answer)
        for act in afterwards:
            with _told(deps, callback_id, lambda _: None):
                act()

    app.view(callback_id)(listener)


def _acknowledge(ack: Ack, answer: Answer | None) -> None:
    if answer is None:
        ack()
    elif answer.errors is not None:
        ack(response_action="errors", errors=dict(answer.errors))
    elif answer.update is not None:
        ack(response_action="update", view=answer.update)
    elif answer.push is not None:
        ack(response_action="push", view=answer.push)
    elif answer.close_all:
        ack(response_action="clear")
    else:
        ack()


def listen_suggestion(
    app: App, deps: Deps, action_id: str, handle: Callable[[Suggestion], list[dict[str, Any]]]
) -> None:
    """Let ``handle`` give the options of an external menu; trouble gives none."""

    def listener(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        options: list[dict[str, Any]] = []
        with _told(deps, action_id, lambda _: None):
            fields = identify(deps, client, body, unpack((body.get("view") or {}).get("private_metadata")))
            options = handle(Suggestion(**fields, typed=str(body.get("value") or "")))
        ack(options=options)

    app.options(action_id)(listener)


def listen_home(app: App, deps: Deps, handle: Callable[[Opening], None]) -> None:
    """Let ``handle`` publish Home when it is opened; a refusal becomes the Home itself."""

    def listener(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        if event.get("tab") != "home":
            return

        def tell(refusal: Refusal) -> None:
            client.views_publish(
                user_id=event["user"], view=refusals.as_home(refusals.as_message(refusal, _say(deps)))
            )

        with _told(deps, "app_home_opened", tell):
            handle(Opening(**identify(deps, client, body, {}, or_first=True)))

    app.event("app_home_opened")(listener)


def listen_writing(app: App, deps: Deps, handle: Callable[[Writing], None]) -> None:
    """Let ``handle`` answer what a person, never a bot, writes to the bot in a direct message."""

    def listener(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        from_person = event.get("user") and not event.get("bot_id") and not event.get("app_id")
        said = event.get("subtype") in {None, "file_share"}
        if event.get("channel_type") != "im" or not from_person or not said:
            return

        def tell(refusal: Refusal) -> None:
            message = refusals.as_message(refusal, _say(deps))
            client.chat_postMessage(channel=event["channel"], text=message.text, blocks=list(message.blocks))

        with _told(deps, "message.im", tell):
            fields = identify(deps, client, body, {}, or_first=True)
            handle(Writing(**fields, event_id=str(body.get("event_id") or event.get("ts"))))

    app.event("message")(listener)


def listen_shortcut(app: App, deps: Deps, callback_id: str, handle: Callable[[Press], None]) -> None:
    """Let ``handle`` answer a global or message shortcut."""

    def listener(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()

        def tell(refusal: Refusal) -> None:
            shown = refusals.as_modal(refusals.as_message(refusal, _say(deps)), Reader(_say(deps), "UTC", ""))
            client.views_open(trigger_id=body["trigger_id"], view=shown)

        with _told(deps, callback_id, tell):
            handle(Press(**identify(deps, client, body, {}), action={}, respond=None))

    app.shortcut(callback_id)(listener)
