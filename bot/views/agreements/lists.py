"""A person's own agreements, on Home and as the answer to a command: never a word of a clause."""

from __future__ import annotations

from bot.domain.agreements import AtHome, Mine, Turn
from bot.store.relationships import Basis
from bot.views.agreements.actions import RENEW, change_button, open_button
from bot.views.agreements.pieces import full_day
from bot.views.blocks import Block, Element, HomeParts, Message, section
from bot.views.reader import Reader

BUTTON = {Turn.FILL: "fill", Turn.SIGN: "read_and_sign"}
MOST = 20


def at_home(outcome: AtHome, to: Reader) -> HomeParts:
    """Return what waits for the reader and what is theirs."""
    waiting = [mine for mine in outcome.agreements if mine.turn in BUTTON]
    rest = [mine for mine in outcome.agreements if mine.turn not in BUTTON]
    return HomeParts(
        waiting=[_line(mine, to) for mine in waiting[:MOST]], mine=[_line(mine, to) for mine in rest[:MOST]]
    )


def mine(outcome: AtHome | None, to: Reader) -> Message:
    """Return the answer to ``/mentorship agreement``."""
    if outcome is None:
        text = to.say("agreements.mine.none")
        return Message(text=text, blocks=[section(text)])
    blocks: list[Block] = [section(to.say("agreements.mine.title"))]
    blocks += [_line(held, to) for held in outcome.agreements[:MOST]]
    return Message(text=to.say("agreements.mine.title"), blocks=blocks)


def _line(held: Mine, to: Reader) -> Block:
    return section(
        to.say(
            f"agreements.mine.{_state(held)}",
            others=to.names(held.others),
            waiting=to.names(held.waiting_for),
            until=full_day(held.ends_on, to) if held.ends_on else "",
        ),
        accessory=_button(held, to),
    )


def _state(held: Mine) -> str:
    if held.turn is not Turn.NOTHING:
        return f"turn_{held.turn}"
    if held.waiting_for:
        return "waits_for_other" if held.latest_number else "waits_for_first"
    if held.in_force_number is not None:
        return "in_force_until" if held.ends_on else "in_force"
    return "on_paper" if held.basis is Basis.PAPER else "waits_for_first"


def _button(held: Mine, to: Reader) -> Element:
    if held.turn is Turn.RENEW and held.agreement_id is not None:
        return change_button("renew", RENEW, held.agreement_id, to)
    key = BUTTON.get(held.turn) or ("read" if held.latest_number else "write_here")
    return open_button(key, held.relationship_id, to, primary=held.turn in BUTTON)
