"""What every handler shares: who is calling, an open step, the way back to them, refusals told.

A handler is a function of one of the calls below. ``listen_*`` turn it into a Bolt listener: acknowledge,
find out who calls and for which programme, run the handler, tell a refusal in its words. Anything else that
goes wrong is logged under a reference id, without the exception's message (it may quote a person's words),
and the person is told the reference.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.deps import Deps
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.handlers.forms import Form
from bot.ids import reference
from bot.store import people
from bot.store.people import Identity, ProgrammeOfCaller, Role
from bot.texts import Say
from bot.views import refusals
from bot.views.blocks import Message, Modal
from bot.views.reader import Reader, unpack

log = logging.getLogger(__name__)

EPHEMERAL = "ephemeral"


@dataclass(frozen=True)
class Call:
    """Somebody of a programme did something in Slack."""

    deps: Deps
    client: WebClient
    body: Mapping[str, Any]
    slack_user_id: str
    identity: Identity
    programme: ProgrammeOfCaller
    ids: Mapping[str, str]
    """The identifiers the pressed thing carried: possibly old, possibly forged; domain steps check them."""

    @property
    def person_id(self) -> str:
        """Return the caller's own id."""
        return self.identity.person_id

    @property
    def roles(self) -> frozenset[Role]:
        """Return the caller's roles in the programme."""
        return self.programme.roles

    @property
    def reader(self) -> Reader:
        """Return the caller as the reader of what is shown next."""
        return Reader(
            say=self.deps.texts.say(self.identity.language),
            time_zone=self.identity.time_zone,
            programme_id=self.programme.id,
        )

    @contextmanager
    def step(self, *, writes: bool = True) -> Iterator[Step]:
        """Open the transaction in which the caller acts."""
        with self.deps.step(
            self.identity.workspace_id, self.programme.id, by=self.person_id, writes=writes
        ) as step:
            yield step

    def id(self, name: str) -> str:
        """Return one identifier that was carried. Raises NotFound when it was not."""
        try:
            return self.ids[name]
        except KeyError:
            raise NotFound from None

    def open(self, view: Modal) -> None:
        """Open a modal, or push it where one is open already."""
        trigger_id = self.body["trigger_id"]
        in_modal = (self.body.get("view") or {}).get("type") == "modal"
        if in_modal:
            self.client.views_push(trigger_id=trigger_id, view=view)
        else:
            self.client.views_open(trigger_id=trigger_id, view=view)

    def replace_modal(self, view: Modal) -> None:
        """Show another content in the modal the press came from."""
        self.client.views_update(view_id=self.body["view"]["id"], view=view)


@dataclass(frozen=True)
class Command(Call):
    """A slash command."""

    text: str
    respond: Callable[..., Any]

    def answer(self, message: Message) -> None:
        """Answer so that only the caller sees it, in whichever channel this was typed."""
        self.respond(text=message.text, blocks=list(message.blocks), response_type=EPHEMERAL)


@dataclass(frozen=True)
class Press(Call):
    """A pressed button or a choice made, in a message, a modal or Home."""

    action: Mapping[str, Any]
    respond: Callable[..., Any] | None

    @property
    def chosen(self) -> str:
        """Return the value of the option chosen in a menu."""
        return str((self.action.get("selected_option") or {}).get("value") or "")

    @property
    def form(self) -> Form:
        """Return what the open view holds so far."""
        return Form(((self.body.get("view") or {}).get("state") or {}).get("values") or {})

    def replace_message(self, message: Message) -> None:
        """Show another content in the message that was pressed; in a modal or on Home there is none."""
        if self.respond is not None:
            self.respond(text=message.text, blocks=list(message.blocks), replace_original=True)

    def answer(self, message: Message) -> None:
        """Answer with something only the caller sees: beside the message, or as a modal from Home."""
        if self.respond is not None:
            self.respond(
                text=message.text,
                blocks=list(message.blocks),
                response_type=EPHEMERAL,
                replace_original=False,
            )
        else:
            self.open(refusals.as_modal(message, self.reader))


@dataclass(frozen=True)
class Submission(Call):
    """A sent form."""

    form: Form
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    def after(self, act: Callable[[], None]) -> None:
        """Do ``act`` once Slack has its answer; it may be lost, so only what answers the sender."""
        self.afterwards.append(act)


@dataclass(frozen=True)
class Answer:
    """What a sent form answers: errors by field, another view in its place, or one on top of it."""

    errors: Mapping[str, str] | None = None
    update: Modal | None = None
    push: Modal | None = None
    close_all: bool = False


@dataclass(frozen=True)
class Suggestion(Call):
    """Letters typed into a menu that asks for its options."""

    typed: str


@dataclass(frozen=True)
class Opening(Call):
    """Somebody opened the app's Home."""


@dataclass(frozen=True)
class Writing(Call):
    """Somebody wrote to the bot in a direct message. What they wrote is not carried along."""

    event_id: str


def _user_of(body: Mapping[str, Any]) -> tuple[str, str]:
    user = body.get("user")
    user_id = body.get("user_id") or (user.get("id") if isinstance(user, Mapping) else user)
    if user_id is None:
        user_id = (body.get("event") or {}).get("user")
    team = body.get("team")
    team_id = body.get("team_id") or (team.get("id") if isinstance(team, Mapping) else None)
    if team_id is None and isinstance(user, Mapping):
        team_id = user.get("team_id")
    return str(team_id or ""), str(user_id or "")


def _programme(identity: Identity, ids: Mapping[str, str], *, or_first: bool) -> ProgrammeOfCaller:
    if not identity.programmes:
        raise Refusal("common.not_a_member")
    wanted = ids.get("programme")
    if wanted is not None:
        for programme in identity.programmes:
            if programme.id == wanted:
                return programme
        raise NotFound
    if len(identity.programmes) == 1:
        return identity.programmes[0]
    for programme in identity.programmes:
        if programme.id == identity.chosen_programme_id:
            return programme
    if or_first:
        return identity.programmes[0]
    raise Refusal("common.which_programme")


def identify(
    deps: Deps,
    client: WebClient,
    body: Mapping[str, Any],
    ids: Mapping[str, str],
    *,
    or_first: bool = False,
) -> dict[str, Any]:
    """Return the fields of a Call. Raises Refusal for somebody who is in no programme here.

    Somebody in several programmes who has not chosen one is asked to, or with ``or_first`` is taken to mean
    the first: where they can choose, such as on Home.
    """
    team_id, user_id = _user_of(body)
    with deps.db.unscoped("identify a caller") as session:
        identity = people.identify(session, team_id=team_id, user_id=user_id)
    if identity is None:
        raise Refusal("common.not_a_member")
    return {
        "deps": deps,
        "client": client,
        "body": body,
        "slack_user_id": user_id,
        "identity": identity,
        "programme": _programme(identity, ids, or_first=or_first),
        "ids": ids,
    }


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
