"""News about an agreement. No message carries a word of a clause: those are shown in modals only."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.agreements import News
from bot.views.agreements.actions import CHANGE, RENEW, change_button, open_button
from bot.views.agreements.pieces import full_day
from bot.views.blocks import Block, Element, Message, actions, context, section
from bot.views.reader import Reader
from bot.views.together import together


def _message(key: str, text: str, buttons: list[Element], to: Reader, small_print: str = "") -> Message:
    blocks = [section(text), actions(*buttons)]
    if small_print:
        blocks.append(context(small_print))
    return Message(text=to.say(f"agreements.{key}.notification"), blocks=blocks)


def written(outcome: News, to: Reader) -> Message:
    """Return that another member wrote a version: read and sign it, or change something."""
    key = "renewed" if outcome.renews else "first" if outcome.number == 1 else "changed"
    text = to.say(f"agreements.written.{key}", author=to.name(outcome.actor) if outcome.actor else "")
    if outcome.author_signed:
        text = f"{text} {to.say('agreements.written.author_signed')}"
    return _message(
        "written",
        text,
        [
            open_button("read_and_sign", outcome.relationship_id, to, primary=True),
            change_button("change", CHANGE, outcome.agreement_id, to),
        ],
        to,
        to.say("agreements.written.small_print"),
    )


def settled(outcome: News, to: Reader) -> Message:
    """Return what an earlier message about a version says once nothing waits on it any more."""
    key = "signed_by_all" if outcome.signed_by_all else "superseded"
    text = to.say(f"agreements.settled.{key}", author=to.name(outcome.actor) if outcome.actor else "")
    return _message("settled", text, [open_button("read", outcome.relationship_id, to)], to)


def signed(outcome: News, to: Reader) -> Message:
    """Return that another member signed and the same version waits for the reader."""
    text = to.say("agreements.signed.body", who=to.name(outcome.actor) if outcome.actor else "")
    buttons = [
        open_button("read_and_sign", outcome.relationship_id, to, primary=True),
        change_button("change", CHANGE, outcome.agreement_id, to),
    ]
    return _message("signed", text, buttons, to)


def in_force(outcome: News, to: Reader) -> Message:
    """Return that everyone signed."""
    key = "body" if outcome.ends_on else "body_without_end"
    text = to.say(
        f"agreements.in_force.{key}",
        others=to.names(outcome.others),
        until=full_day(outcome.ends_on, to) if outcome.ends_on else "",
    )
    small_print = to.say("agreements.in_force.small_print")
    return _message("in_force", text, [open_button("read", outcome.relationship_id, to)], to, small_print)


def reminder(outcome: News, to: Reader) -> Message:
    """Return the one reminder of what waits for the reader."""
    return Message(text=to.say("agreements.reminder.notification"), blocks=_reminder(outcome, to))


def reminders(outcomes: Sequence[News], to: Reader) -> Message:
    """Return the one reminder of several agreements that wait for the reader."""
    return _together("reminder", [_reminder(outcome, to) for outcome in outcomes], to)


def ends_soon(outcome: News, to: Reader) -> Message:
    """Return that the agreement ends soon, with one press to renew it."""
    blocks = [*_ends_soon(outcome, to), context(to.say("agreements.ends_soon.small_print"))]
    return Message(text=to.say("agreements.ends_soon.notification"), blocks=blocks)


def all_end_soon(outcomes: Sequence[News], to: Reader) -> Message:
    """Return that several agreements end soon, each with one press to renew it."""
    parts = [_ends_soon(outcome, to) for outcome in outcomes]
    return _together("ends_soon", parts, to, to.say("agreements.ends_soon.small_print"))


def offer(outcome: News, to: Reader) -> Message:
    """Return the offer to write an agreement, for people who already work together without one."""
    return Message(text=to.say("agreements.offer.notification"), blocks=_offer(outcome, to))


def offers(outcomes: Sequence[News], to: Reader) -> Message:
    """Return the offer to write an agreement with each of several people."""
    return _together("offer", [_offer(outcome, to) for outcome in outcomes], to)


def _together(key: str, parts: Sequence[Sequence[Block]], to: Reader, small_print: str = "") -> Message:
    title = to.say(f"agreements.{key}.title_each", n=len(parts))
    return together(to.say(f"agreements.{key}.notification"), title, parts, small_print)


def _reminder(outcome: News, to: Reader) -> list[Block]:
    key = "sign" if outcome.number else "fill"
    text = to.say(f"agreements.reminder.{key}", others=to.names(outcome.others))
    label = "read_and_sign" if outcome.number else "fill"
    return [section(text), actions(open_button(label, outcome.relationship_id, to, primary=True))]


def _ends_soon(outcome: News, to: Reader) -> list[Block]:
    text = to.say(
        "agreements.ends_soon.body",
        others=to.names(outcome.others),
        until=full_day(outcome.ends_on, to) if outcome.ends_on else "",
    )
    buttons = (
        change_button("renew", RENEW, outcome.agreement_id, to),
        open_button("read", outcome.relationship_id, to),
    )
    return [section(text), actions(*buttons)]


def _offer(outcome: News, to: Reader) -> list[Block]:
    text = to.say("agreements.offer.body", others=to.names(outcome.others))
    return [section(text), actions(open_button("fill", outcome.relationship_id, to))]
