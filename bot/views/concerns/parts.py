"""What the modals of a case share: long words, the log, a name, a state."""

from __future__ import annotations

from bot.domain.concerns.reading import Line
from bot.store.concerns import ConcernState
from bot.store.people import Contact
from bot.texts import Mrkdwn, escape
from bot.views.blocks import SECTION, Block, cut, section
from bot.views.reader import Reader

SHOWN = 20
"""The newest notes and openings that a modal shows; it holds a hundred blocks."""


def long_text(words: str) -> list[Block]:
    """Return what somebody wrote, whole: escaping may make it longer than one section holds."""
    text, parts = escape(words), []
    while len(text) > SECTION:
        part = cut(text, SECTION).removesuffix("…")
        parts.append(part)
        text = text[len(part) :].lstrip()
    return [section(part) for part in (*parts, text) if part]


def log_lines(lines: tuple[Line, ...], to: Reader) -> list[str]:
    """Return who opened a case and when, the newest of them."""
    return [
        to.say("concerns.status.log_line", name=name_of(line.who, to), at=to.time(line.at))
        for line in lines[-SHOWN:]
    ]


def name_of(who: Contact | None, to: Reader) -> Mrkdwn:
    """Return somebody's name, or a dash for one whom nobody knows any more."""
    return to.name(who) if who is not None else Mrkdwn("\N{EN DASH}")


def state_name(state: ConcernState, to: Reader) -> str:
    """Return what a state of a case is called."""
    return to.say(f"concerns.state.{state}")
