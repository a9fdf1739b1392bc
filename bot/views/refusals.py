"""How a refusal, or any short answer, is shown: as a message, a modal or Home."""

from __future__ import annotations

import re

from bot.errors import Refusal
from bot.texts import Say
from bot.views.blocks import Home, Message, Modal, cut, home, modal, section
from bot.views.reader import Reader

UNDER_FIELD = 300
"""Characters under a field: more than Slack promises room for is cut by us, not by it."""

_MARKS = re.compile(r"([*`])(\S(?:[^*`\n]*\S)?)\1")


def as_message(refusal: Refusal, say: Say) -> Message:
    """Return the sentence a refused person reads, which says what to do instead."""
    text = say(refusal.key, **refusal.values)
    return Message(text=text, blocks=(section(text),))


def under_field(refusal: Refusal, say: Say) -> str:
    """Return the sentence as it stands under a form's field, where Slack shows plain text only."""
    return cut(_MARKS.sub(r"\2", say.plain(refusal.key, **refusal.values)), UNDER_FIELD)


def as_modal(message: Message, to: Reader) -> Modal:
    """Return a short answer as a modal that only shows."""
    return modal(
        title=to.say.plain("common.modal_title"),
        close=to.say.plain("common.close"),
        blocks=message.blocks,
    )


def as_home(message: Message) -> Home:
    """Return a short answer as the whole of Home."""
    return home(message.blocks)
