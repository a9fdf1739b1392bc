"""News about an agreement. No message carries a word of a clause: those are shown in modals only."""

from __future__ import annotations

from bot.domain.agreements import News
from bot.views.agreements.actions import CHANGE, RENEW, change_button, open_button
from bot.views.agreements.pieces import full_day
from bot.views.blocks import Element, Message, actions, context, section
from bot.views.reader import Reader


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
    key = "sign" if outcome.number else "fill"
    text = to.say(f"agreements.reminder.{key}", others=to.names(outcome.others))
    button = open_button(
        "read_and_sign" if outcome.number else "fill", outcome.relationship_id, to, primary=True
    )
    return _message("reminder", text, [button], to)


def ends_soon(outcome: News, to: Reader) -> Message:
    """Return that the agreement ends soon, with one press to renew it."""
    text = to.say(
        "agreements.ends_soon.body",
        others=to.names(outcome.others),
        until=full_day(outcome.ends_on, to) if outcome.ends_on else "",
    )
    buttons = [
        change_button("renew", RENEW, outcome.agreement_id, to),
        open_button("read", outcome.relationship_id, to),
    ]
    return _message("ends_soon", text, buttons, to, to.say("agreements.ends_soon.small_print"))


def offer(outcome: News, to: Reader) -> Message:
    """Return the offer to write an agreement, for people who already work together without one."""
    text = to.say("agreements.offer.body", others=to.names(outcome.others))
    return _message("offer", text, [open_button("fill", outcome.relationship_id, to)], to)
