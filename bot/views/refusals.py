"""How a refusal, or any short answer, is shown: as a message, a modal or Home."""

from __future__ import annotations

from bot.errors import Refusal
from bot.texts import Say
from bot.views.blocks import Home, Message, Modal, home, modal, section
from bot.views.reader import Reader


def as_message(refusal: Refusal, say: Say) -> Message:
    """Return the sentence a refused person reads, which says what to do instead."""
    text = say(refusal.key, **refusal.values)
    return Message(text=text, blocks=(section(text),))


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
