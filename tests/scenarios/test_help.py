"""``/mentorship help``, every wrong input, and direct messages to the bot."""

from __future__ import annotations

import pytest

from tests.cast import WORKSPACE_ID
from tests.world import World


def test_help_names_what_this_person_can_type(world: World) -> None:
    """Each role reads its own commands, one line each; nobody reads those of others."""
    mentee = world.person("mira").command("/mentorship help")
    lead = world.person("lena").command("/mentorship")
    world.settle()
    assert "/findmentor" in mentee.text
    assert "/mentorship digest" not in mentee.text
    assert "/mentorship digest" in lead.text
    assert "/findmentor" not in lead.text
    assert mentee.message.ephemeral


def test_a_typing_error_is_understood(world: World) -> None:
    """A word with a typing error is answered with the one that was likely meant, and with the help."""
    answer = world.person("lena").command("/mentorship DIGETS now")
    world.settle()
    assert "Did you mean /mentorship digest" in answer.text
    assert "/mentorship help" in answer.text


@pytest.mark.parametrize(
    "typed",
    ["x" * 10_000, "<!channel> all of you", "\u202eright to left", ":tada:", "*", "help" * 900, '"; drop'],
)
def test_nothing_typed_is_repeated_or_breaks(world: World, typed: str) -> None:
    """Whatever is typed, the answer is the help, seen by the typist only, without their words."""
    answer = world.person("noor").command(f"/mentorship {typed}")
    world.settle()
    assert "/mentorship help" in answer.text
    assert typed[:30] not in answer.text or typed == "*"
    assert "<!channel>" not in answer.text
    assert answer.message.ephemeral


def test_a_direct_message_is_answered_with_where_things_are(world: World) -> None:
    """Somebody who writes to the bot reads where to go; their words are not repeated, and it ends there."""
    noor = world.person("noor")
    world.bot.deps.slack.client(WORKSPACE_ID).conversations_open(users=noor.id)
    noor.dm.say("my secret: I want to leave <!channel>")
    world.settle()
    world.settle()
    said = [message for message in noor.dm.messages if "secret" not in message.text]
    assert len(said) == 1
    assert "Home" in said[0].text
    assert "Something is wrong" in said[0].text


def test_a_direct_message_from_outside_is_answered(world: World) -> None:
    """Somebody in no programme is told whom to ask."""
    oskar = world.person("oskar")
    world.bot.deps.slack.client(WORKSPACE_ID).conversations_open(users=oskar.id)
    oskar.dm.say("hello?")
    world.settle()
    assert oskar.sees("not part of a mentorship programme")
