"""``/mentorship``: the first word chooses; help and every wrong input answer what can be typed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from slack_bolt import App

from bot.deps import Deps
from bot.domain import home, mentorship
from bot.errors import Refusal
from bot.handlers.calls import Call, Command, Writing, listen_command, listen_writing
from bot.views import home as home_views
from bot.views import mentorship as views
from bot.views.blocks import Message

COMMAND = "/mentorship"

Subcommand = Callable[[Command], None]


def register(app: App, deps: Deps) -> None:
    """Plug in the answer to direct messages; ``route`` plugs in the command once all nouns are known."""
    listen_writing(app, deps, written)


def route(app: App, deps: Deps, subcommands: Mapping[str, Subcommand]) -> None:
    """Let the first word after ``/mentorship`` choose among these, which nouns bring as ``SUBCOMMANDS``."""

    def handle(call: Command) -> None:
        word, rest = _split(call.text)
        if word in {"", "help"}:
            call.answer(_help(call, subcommands))
        elif word in subcommands:
            if word != "programme" and _is_undecided(call):
                raise Refusal("common.which_programme")
            subcommands[word](dataclasses.replace(call, text=rest))
        else:
            usable = views.usable([*subcommands, "help"], call.roles, several=_is_in_several(call))
            meant = mentorship.meant(word, usable)
            call.answer(views.unknown(meant, _help(call, subcommands), call.reader))

    listen_command(app, deps, COMMAND, handle, or_first=True)


def programme(call: Command) -> None:
    """Show the programmes the caller is in, to choose one."""
    if not _is_in_several(call):
        call.answer(views.only_one(call.programme.name, call.reader))
        return
    with call.step(writes=False) as step:
        frame = home.frame(step, call.programme, call.identity.programmes)
    call.answer(views.programmes(home_views.choice(frame, call.reader), call.reader))


def written(call: Writing) -> None:
    """Answer a direct message: where things are and what can be typed."""
    with call.step() as step:
        mentorship.written_to(step, call.event_id)


SUBCOMMANDS: dict[str, Subcommand] = {"programme": programme}


def _help(call: Call, subcommands: Mapping[str, Subcommand]) -> Message:
    return views.help_(subcommands, call.roles, call.reader, several=_is_in_several(call))


def _is_in_several(call: Call) -> bool:
    return len(call.identity.programmes) > 1


def _is_undecided(call: Call) -> bool:
    chosen = call.identity.chosen_programme_id
    return _is_in_several(call) and all(programme.id != chosen for programme in call.identity.programmes)


def _split(text: str) -> tuple[str, str]:
    word, _, rest = text.strip().partition(" ")
    return word.casefold().strip("`*_/"), rest.strip()
