"""Starting the programme: what stands, the pilot group, previews, and the welcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.examples import COUNTERPART
from bot.domain.launch import Plan, Started, Welcome
from bot.store.people import Role
from bot.store.programmes import ProgrammeState
from bot.texts import Mrkdwn, escape
from bot.views import concerns, mentors, profiles
from bot.views.blocks import (
    Block,
    Element,
    HomeParts,
    Message,
    Modal,
    actions,
    button,
    confirm,
    context,
    divider,
    fields,
    modal,
    option,
    section,
    select_input,
)
from bot.views.pickers import person_input
from bot.views.reader import Reader

START = "launch.start"
PILOT = "launch.pilot"
PILOT_SEND = "launch.pilot.send"
PREVIEW = "launch.preview"
PREVIEW_SHOW = "launch.preview.show"

GROUP = "group"
PERSON = "person"
KIND = "kind"

MOST_FIELDS = 10
SHOWN_IN_MODALS = frozenset({"section", "header", "context", "divider", "image"})


def at_home(outcome: Plan, to: Reader) -> HomeParts:
    """Return what Home tells a lead about starting, while somebody still waits for it."""
    if outcome.written_to == 0:
        return HomeParts(next=[_preview_button(to)])
    if outcome.waiting == 0 and outcome.state is ProgrammeState.PREPARING:
        alone = to.say("launch.plan.alone", programme=outcome.programme)
        return HomeParts(waiting=[section(alone), actions(_preview_button(to))])
    text = to.say(
        f"launch.plan.{outcome.state}",
        programme=outcome.programme,
        waiting=_waiting(outcome, to),
        started=outcome.started,
    )
    return HomeParts(waiting=[section(text), actions(*_buttons(outcome, to))])


def plan(outcome: Plan, to: Reader) -> Message:
    """Return the answer to ``/mentorship start``."""
    parts = at_home(outcome, to)
    if not parts.waiting:
        text = to.say("launch.all_started", programme=outcome.programme, n=outcome.started)
        return Message(text=text, blocks=[section(text), actions(*parts.next)])
    return Message(text=to.say("launch.notification"), blocks=parts.waiting)


def started(outcome: Started, to: Reader) -> Message:
    """Return what a start did."""
    text = to.say("launch.started" if outcome.people else "launch.started_already", n=outcome.people)
    return Message(text=text, blocks=[section(text)])


def starting(to: Reader) -> Message:
    """Return what stands there while the start goes on."""
    text = to.say("launch.starting")
    return Message(text=text, blocks=[section(text)])


def pilot_form(to: Reader) -> Modal:
    """Return the form that names a pilot group."""
    element = {"type": "multi_users_select", "action_id": GROUP}
    return modal(
        title=to.say.plain("launch.pilot.title"),
        callback_id=PILOT_SEND,
        submit=to.say.plain("launch.pilot.start"),
        close=to.say.plain("common.cancel"),
        private_metadata=to.ref(),
        blocks=[
            section(to.say("launch.pilot.intro")),
            {
                "type": "input",
                "block_id": GROUP,
                "label": {"type": "plain_text", "text": to.say.plain("launch.pilot.group"), "emoji": True},
                "element": element,
            },
        ],
    )


def preview_form(kinds: Sequence[str], to: Reader) -> Modal:
    """Return the form that chooses a message and the person to read it as."""
    return modal(
        title=to.say.plain("launch.preview.title"),
        callback_id=PREVIEW_SHOW,
        submit=to.say.plain("launch.preview.show"),
        close=to.say.plain("common.close"),
        private_metadata=to.ref(),
        blocks=[
            section(to.say("launch.preview.intro")),
            person_input(to.say.plain("launch.preview.person"), PERSON),
            select_input(
                to.say.plain("launch.preview.kind"),
                KIND,
                [option(to.say.plain(f"launch.kind.{kind}"), kind) for kind in kinds],
            ),
        ],
    )


def preview(message: Message, name: str, to: Reader) -> Modal:
    """Return a message as somebody would read it; its buttons are named, and do nothing here."""
    return modal(
        title=to.say.plain("launch.preview.title"),
        close=to.say.plain("common.back"),
        blocks=[
            context(
                to.say("launch.preview.as_read_by", name=name),
                to.say("launch.preview.lock_screen", text=Mrkdwn(message.text)),
            ),
            context(to.say("launch.preview.example", counterpart=COUNTERPART)),
            divider(),
            *(shown for block in message.blocks for shown in _without_effect(block, to)),
        ],
    )


def welcome(outcome: Welcome, to: Reader) -> Message:
    """Return what somebody reads when the programme starts for them."""
    goals = "\n".join(f"• {goal}" for goal in outcome.goals)
    next_steps: list[Element] = []
    if Role.MENTEE in outcome.roles:
        next_steps.append(
            button(to.say.plain("launch.welcome.find"), mentors.SEARCH, value=to.ref(), style="primary")
        )
    if Role.MENTOR in outcome.roles:
        next_steps.append(button(to.say.plain("launch.welcome.profile"), profiles.OPEN, value=to.ref()))
    next_steps.append(button(to.say.plain("launch.welcome.concern"), concerns.OPEN, value=to.ref()))
    roles = [role for role in (Role.MENTEE, Role.MENTOR) if role in outcome.roles]
    return Message(
        text=to.say("launch.welcome.notification", programme=outcome.programme),
        blocks=[
            section(to.say("launch.welcome.title", programme=outcome.programme)),
            section(goals),
            *(section(to.say(f"launch.welcome.{role}")) for role in roles),
            actions(*next_steps),
            context(to.say("launch.welcome.who", leads=to.names(outcome.leads)))
            if outcome.leads
            else context(to.say("launch.welcome.home")),
        ],
    )


def _waiting(outcome: Plan, to: Reader) -> str:
    """Return how many others of each wait, without those of whom there is none; the lead if nobody else."""
    counts = (("mentors", outcome.mentors), ("mentees", outcome.mentees), ("others", outcome.others))
    others = [to.say(f"launch.waiting.{name}", n=n) for name, n in counts if n]
    return to.list(others or [to.say("launch.waiting_yourself")])


def _buttons(outcome: Plan, to: Reader) -> list[Element]:
    buttons = [
        button(
            to.say.plain("launch.start"),
            START,
            value=to.ref(),
            style="primary",
            confirm=confirm(
                to.say.plain("launch.confirm.title"),
                to.say.plain("launch.confirm.text", n=outcome.written_to),
                to.say.plain("launch.confirm.yes"),
                to.say.plain("common.cancel"),
            ),
        ),
        _preview_button(to),
    ]
    if outcome.state is not ProgrammeState.RUNNING:
        buttons.insert(1, button(to.say.plain("launch.pilot.open"), PILOT, value=to.ref()))
    return buttons


def _preview_button(to: Reader) -> Element:
    return button(to.say.plain("launch.preview.open"), PREVIEW, value=to.ref())


def _without_effect(block: Block, to: Reader) -> list[Block]:
    kind = block.get("type")
    if kind in SHOWN_IN_MODALS:
        accessory = block.get("accessory")
        shown = {name: value for name, value in block.items() if name not in {"accessory", "block_id"}}
        return [shown, *([_named([accessory], to)] if accessory else [])]
    if kind == "actions":
        return [_named(block["elements"], to)]
    if kind == "table":
        return _as_fields(block)
    return [context(to.say("launch.preview.not_here"))]


def _as_fields(block: Block) -> list[Block]:
    """Return a table, which only messages may hold, as fields: each row under its first cell."""
    rows = [[escape(cell["text"]) for cell in row] for row in block["rows"]]
    texts = [f"*{first}*\n{'   '.join(rest)}" for first, *rest in rows[1:]]
    return [fields(texts[start : start + MOST_FIELDS]) for start in range(0, len(texts), MOST_FIELDS)]


def _named(elements: Sequence[dict[str, Any]], to: Reader) -> Block:
    labels = [
        str((element.get("text") or element.get("placeholder") or {}).get("text") or "…")
        for element in elements
    ]
    return context(to.say("launch.preview.buttons", labels=" · ".join(labels)))
