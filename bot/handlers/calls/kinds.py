"""What somebody did in Slack, as a handler is given it, and the ways back to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.deps import Deps
from bot.domain.step import Step
from bot.errors import NotFound
from bot.handlers.calls.telling import EPHEMERAL, Progress, respond_with
from bot.handlers.forms import Form
from bot.store.accounts import Identity, ProgrammeOfCaller
from bot.store.people import Role
from bot.views import refusals
from bot.views.blocks import Message, Modal
from bot.views.reader import Reader
from bot.views.together import with_part

CLOSED_MEANWHILE = frozenset({"not_found", "view_not_found"})
"""How Slack names a view that is not open any more."""


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
    progress: Progress

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
        self.progress.kept = self.progress.kept or writes

    def id(self, name: str) -> str:
        """Return one identifier that was carried. Raises NotFound when it was not."""
        try:
            return self.ids[name]
        except KeyError:
            raise NotFound from None

    def open(self, view: Modal) -> str:
        """Open a modal, or push it where one is open already; return its id."""
        trigger_id = self.body["trigger_id"]
        in_modal = (self.body.get("view") or {}).get("type") == "modal"
        if in_modal:
            opened = self.client.views_push(trigger_id=trigger_id, view=view)
        else:
            opened = self.client.views_open(trigger_id=trigger_id, view=view)
        return str(opened["view"]["id"])

    def update(self, view_id: str, view: Modal) -> None:
        """Show another content in a modal opened before; one that was closed meanwhile is left closed."""
        try:
            self.client.views_update(view_id=view_id, view=view)
        except SlackApiError as fault:
            if fault.response.get("error") not in CLOSED_MEANWHILE:
                raise

    def replace_modal(self, view: Modal) -> None:
        """Show another content in the modal the press came from; from anywhere else, open one."""
        shown = self.body.get("view") or {}
        if shown.get("type") == "modal":
            self.client.views_update(view_id=shown["id"], view=view)
        else:
            self.open(view)


@dataclass(frozen=True)
class Outsider:
    """Somebody of the workspace who is in no programme did something that is answered nevertheless."""

    deps: Deps
    client: WebClient
    body: Mapping[str, Any]

    @property
    def reader(self) -> Reader:
        """Return them as the reader of what is shown next; nothing is known of their language or zone."""
        return Reader(say=self.deps.texts.say(), time_zone="UTC", programme_id="")

    def open(self, view: Modal) -> None:
        """Open a modal."""
        self.client.views_open(trigger_id=self.body["trigger_id"], view=view)


@dataclass(frozen=True)
class Command(Call):
    """A slash command."""

    text: str
    respond: Callable[..., Any]

    def answer(self, message: Message) -> None:
        """Answer so that only the caller sees it, in whichever channel this was typed."""
        respond_with(self.respond, text=message.text, blocks=list(message.blocks), response_type=EPHEMERAL)


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
            respond_with(self.respond, text=message.text, blocks=list(message.blocks), replace_original=True)

    def replace_part(self, message: Message) -> None:
        """Show another content in the pressed part of a message that may say several things."""
        shown = self.body.get("message") or {}
        pressed = str((self.body.get("actions") or [{}])[0].get("block_id", ""))
        blocks = with_part(shown.get("blocks") or [], pressed, message.blocks)
        self.replace_message(message if blocks is None else Message(str(shown.get("text", "")), blocks))

    def answer(self, message: Message) -> None:
        """Answer with something only the caller sees: beside the message, or as a modal from Home."""
        if self.respond is not None:
            respond_with(
                self.respond,
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
