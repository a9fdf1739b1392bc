"""Turning a handler into a Bolt listener: acknowledge, find out who calls, run, tell a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.deps import Deps
from bot.errors import NotAMember, Refusal
from bot.handlers.calls.callers import identify, user_of
from bot.handlers.calls.kinds import (
    Answer,
    Command,
    Opening,
    Outsider,
    Press,
    Submission,
    Suggestion,
    Writing,
)
from bot.handlers.calls.once import Answers, is_first, was_acted_on
from bot.handlers.calls.telling import (
    Way,
    by_direct_message,
    by_modal,
    by_response,
    told,
    under_the_form,
)
from bot.handlers.forms import Form
from bot.views import refusals
from bot.views.reader import unpack


def listen_command(
    app: App,
    deps: Deps,
    command: str,
    handle: Callable[[Command], None],
    *,
    or_first: bool = False,
    outside: Callable[[Outsider], None] | None = None,
) -> None:
    """Let ``handle`` answer a slash command; ``or_first`` as in ``identify``.

    ``outside`` answers who is in no programme here; without it they are told just that.
    """

    def listener(ack: Ack, body: dict[str, Any], client: WebClient, respond: Callable[..., Any]) -> None:
        ack()
        say = deps.texts.say()
        ways = [by_response(say, respond), by_direct_message(say, client, user_of(body))]
        with told(deps, command, ways) as progress:
            try:
                fields = identify(deps, client, body, {}, or_first=or_first)
            except NotAMember:
                if outside is None:
                    raise
                outside(Outsider(deps, client, body))
                return
            if not is_first(deps, fields["identity"], body):
                return
            text = str(body.get("text") or "").strip()
            handle(Command(**fields, progress=progress, text=text, respond=respond))

    app.command(command)(listener)


def listen_press(app: App, deps: Deps, action_id: str, handle: Callable[[Press], None]) -> None:
    """Let ``handle`` answer a button or menu, wherever it stands."""

    def listener(
        ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Callable[..., Any]
    ) -> None:
        ack()
        answers = respond if body.get("response_url") else None
        with told(deps, action_id, ways_after_press(deps, body, client, answers)) as progress:
            view = body.get("view") or {}
            ids = {**unpack(view.get("private_metadata")), **unpack(_value(action))}
            fields = identify(deps, client, body, ids)
            if not is_first(deps, fields["identity"], body):
                return
            handle(Press(**fields, progress=progress, action=action, respond=answers))

    app.action(action_id)(listener)


def ways_after_press(
    deps: Deps, body: Mapping[str, Any], client: WebClient, respond: Callable[..., Any] | None
) -> list[Way]:
    """Return the ways to reach somebody who pressed something: in a message, a modal or on Home."""
    say = deps.texts.say()
    first = [by_response(say, respond)] if respond is not None else by_modal(say, client, body)
    return [*first, by_direct_message(say, client, user_of(body))]


def _value(action: Mapping[str, Any]) -> str | None:
    return action.get("value") or (action.get("selected_option") or {}).get("value")


def listen_submission(
    app: App, deps: Deps, callback_id: str, handle: Callable[[Submission], Answer | None]
) -> None:
    """Let ``handle`` answer a sent form; what goes wrong is shown under a field, and the form stays.

    A form that Slack delivers again is answered as it was, and not acted on again.
    """
    answers = Answers()

    def listener(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        afterwards: list[Callable[[], None]] = []
        say = deps.texts.say()
        ways = [under_the_form(say, ack, view), by_direct_message(say, client, user_of(body))]
        with told(deps, callback_id, ways) as progress:
            fields = identify(deps, client, body, unpack(view.get("private_metadata")))
            if was_acted_on(deps, fields["identity"], body):
                ack(**answers.of(body))
                return
            form = Form((view.get("state") or {}).get("values") or {})
            answered = _as_slack_wants(
                handle(Submission(**fields, progress=progress, form=form, afterwards=afterwards))
            )
            ack(**answered)
            if progress.kept:
                answers.keep(body, answered)
                with told(deps, callback_id):
                    is_first(deps, fields["identity"], body)
        for act in afterwards:
            with told(deps, callback_id):
                act()

    app.view(callback_id)(listener)


def _as_slack_wants(answer: Answer | None) -> dict[str, Any]:
    """Return what is acknowledged; nothing closes the form."""
    if answer is None:
        return {}
    if answer.errors is not None:
        return {"response_action": "errors", "errors": dict(answer.errors)}
    if answer.update is not None:
        return {"response_action": "update", "view": answer.update}
    if answer.push is not None:
        return {"response_action": "push", "view": answer.push}
    return {"response_action": "clear"} if answer.close_all else {}


def listen_suggestion(
    app: App, deps: Deps, action_id: str, handle: Callable[[Suggestion], list[dict[str, Any]]]
) -> None:
    """Let ``handle`` give the options of an external menu; trouble gives none."""

    def listener(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        options: list[dict[str, Any]] = []
        with told(deps, action_id) as progress:
            fields = identify(deps, client, body, unpack((body.get("view") or {}).get("private_metadata")))
            options = handle(Suggestion(**fields, progress=progress, typed=str(body.get("value") or "")))
        ack(options=options)

    app.options(action_id)(listener)


def listen_home(app: App, deps: Deps, handle: Callable[[Opening], None]) -> None:
    """Let ``handle`` publish Home when it is opened; a refusal becomes the Home itself."""

    def listener(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        if event.get("tab") != "home":
            return

        def publish(refusal: Refusal) -> None:
            message = refusals.as_message(refusal, deps.texts.say())
            client.views_publish(user_id=event["user"], view=refusals.as_home(message))

        with told(deps, "app_home_opened", [publish]) as progress:
            handle(Opening(**identify(deps, client, body, {}, or_first=True), progress=progress))

    app.event("app_home_opened")(listener)


def listen_writing(app: App, deps: Deps, handle: Callable[[Writing], None]) -> None:
    """Let ``handle`` answer what a person, never a bot, writes to the bot in a direct message."""

    def listener(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        from_person = event.get("user") and not event.get("bot_id") and not event.get("app_id")
        said = event.get("subtype") in {None, "file_share"}
        if event.get("channel_type") != "im" or not from_person or not said:
            return

        def post(refusal: Refusal) -> None:
            message = refusals.as_message(refusal, deps.texts.say())
            client.chat_postMessage(channel=event["channel"], text=message.text, blocks=list(message.blocks))

        with told(deps, "message.im", [post]) as progress:
            fields = identify(deps, client, body, {}, or_first=True)
            if not is_first(deps, fields["identity"], body):
                return
            event_id = str(body.get("event_id") or event.get("ts"))
            handle(Writing(**fields, progress=progress, event_id=event_id))

    app.event("message")(listener)


def listen_shortcut(
    app: App,
    deps: Deps,
    callback_id: str,
    handle: Callable[[Press], None],
    *,
    outside: Callable[[Outsider], None] | None = None,
) -> None:
    """Let ``handle`` answer a global or message shortcut; ``outside`` as in ``listen_command``."""

    def listener(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        with told(deps, callback_id, ways_after_press(deps, body, client, None)) as progress:
            try:
                fields = identify(deps, client, body, {})
            except NotAMember:
                if outside is None:
                    raise
                outside(Outsider(deps, client, body))
                return
            if not is_first(deps, fields["identity"], body):
                return
            handle(Press(**fields, progress=progress, action={}, respond=None))

    app.shortcut(callback_id)(listener)
