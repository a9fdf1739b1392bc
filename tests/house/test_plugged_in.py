"""What a noun brings is used: its part of Home, its word after /mentorship, its message in previews."""

from __future__ import annotations

import importlib
import importlib.util

import pytest

from bot import handlers
from bot.handlers import home
from bot.jobs import schedule
from bot.texts import Texts
from tests.cast import REPOSITORY

TEXTS = Texts.load(REPOSITORY / "config" / "texts").keys()
NAMES = [noun.__name__.rpartition(".")[2] for noun in handlers.NOUNS]


@pytest.mark.parametrize("noun", NAMES)
def test_what_a_noun_has_for_home_is_on_home(noun: str) -> None:
    """A noun with ``at_home`` in its domain and views stands on Home's shelf."""
    found = [
        getattr(importlib.import_module(name), "at_home", None) if importlib.util.find_spec(name) else None
        for name in (f"bot.domain.{noun}", f"bot.views.{noun}")
    ]
    read, show = found
    if read is None and show is None:
        return
    assert any(shelf.read is read and shelf.show is show for shelf in home.SHELVES), noun


def test_every_word_after_mentorship_has_its_line() -> None:
    """Help says of each word what it does, and of no word that there is not."""
    words = {word for noun in handlers.NOUNS for word in getattr(noun, "SUBCOMMANDS", {})}
    lines = {key.removeprefix("mentorship.line.") for key in TEXTS if key.startswith("mentorship.line.")}
    assert lines == words | {"help", "findmentor", "concern"}


def test_every_message_to_preview_has_a_name() -> None:
    """A lead chooses a message to preview by its name."""
    assert [kind for kind in schedule.previewed() if f"launch.kind.{kind}" not in TEXTS] == []
