"""What can be typed, and the answer to a direct message."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.domain.mentorship import Greeted
from bot.store.people import Role
from bot.views import concerns
from bot.views.blocks import Block, Message, actions, button, context, section
from bot.views.reader import Reader

FOR_ROLES: dict[str, frozenset[Role]] = {
    "digest": frozenset({Role.LEAD}),
    "launch": frozenset({Role.LEAD}),
    "preview": frozenset({Role.LEAD}),
    "profile": frozenset({Role.MENTOR}),
    "start": frozenset({Role.LEAD}),
}
"""Words after ``/mentorship`` that only some roles can use; every other word is everybody's."""

FIND_ROLES = frozenset({Role.MENTEE})


def usable(words: Iterable[str], roles: Collection[Role], *, several: bool) -> list[str]:
    """Return the words that somebody with these roles can use, in the order of the alphabet."""
    return sorted(
        word
        for word in words
        if (word not in FOR_ROLES or FOR_ROLES[word] & set(roles)) and (several or word != "programme")
    )


def help_(words: Iterable[str], roles: Collection[Role], to: Reader, *, several: bool) -> Message:
    """Return everything the reader can type, each with one line."""
    lines = []
    if FIND_ROLES & set(roles):
        lines.append(to.say("mentorship.line.findmentor"))
    lines += [
        to.say(f"mentorship.line.{word}") for word in usable(words, roles, several=several) if word != "help"
    ]
    lines += [to.say("mentorship.line.concern"), to.say("mentorship.line.help")]
    return Message(
        text=to.say("mentorship.help.title"),
        blocks=(
            section(to.say("mentorship.help.title")),
            section("\n".join(lines)),
            actions(_wrong(to)),
            context(to.say("mentorship.help.small_print")),
        ),
    )


def unknown(meant: str | None, help_message: Message, to: Reader) -> Message:
    """Return the answer to words nobody knows: what was likely meant, and the whole help."""
    key = "mentorship.unknown" if meant is None else "mentorship.did_you_mean"
    first = to.say(key, word=meant)
    return Message(text=first, blocks=(section(first), *help_message.blocks))


def hello(outcome: Greeted, to: Reader) -> Message:
    """Return the answer to a direct message. It never repeats what was written."""
    blocks: list[Block] = [section(to.say("mentorship.hello.body"))]
    if FIND_ROLES & outcome.roles:
        blocks.append(section(to.say("mentorship.line.findmentor")))
    blocks.append(section(to.say("mentorship.line.help")))
    blocks.append(actions(_wrong(to)))
    return Message(text=to.say("mentorship.hello.notification"), blocks=blocks)


def programmes(choice: Block, to: Reader) -> Message:
    """Return the menu in which somebody in several programmes says which one they mean."""
    return Message(text=to.say("mentorship.programme.title"), blocks=(choice,))


def only_one(name: str, to: Reader) -> Message:
    """Return the answer to somebody who has nothing to choose."""
    text = to.say("mentorship.programme.only_one", name=name)
    return Message(text=text, blocks=(section(text),))


def chosen(name: str, to: Reader) -> Message:
    """Return the confirmation of a choice."""
    text = to.say("mentorship.programme.chosen", name=name)
    return Message(text=text, blocks=(section(text),))


def _wrong(to: Reader) -> dict[str, object]:
    return button(to.say.plain("home.something_is_wrong"), concerns.OPEN, value=to.ref())
