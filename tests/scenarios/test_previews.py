"""A preview is made up: any message as any person, and nothing of what has happened to anybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.concerns import raising
from bot.domain.concerns.forms import Draft
from bot.domain.examples import ANOTHER, COUNTERPART
from bot.jobs import schedule
from bot.views import launch as views
from sandbox.blockkit import check_view
from tests.cast import CAST, Desk
from tests.world import World

PEOPLE = [handle for handle, member in CAST.items() if member.roles]


def previews(desk: Desk) -> dict[tuple[str, str], Any]:
    """Return every kind of message as every person would read it in a preview."""
    shown = {}
    for handle in PEOPLE:
        for name, kind in schedule.kinds().items():
            assert kind.example is not None
            with desk.step("lena", writes=False) as step:
                outcome = kind.example(step, desk.id(handle))
            message = kind.show(outcome, desk.reader(handle))
            shown[handle, name] = views.preview(message, CAST[handle].name, desk.reader("lena"))
    return shown


def test_every_kind_has_an_example() -> None:
    """Nothing is sent that a lead could not have read before."""
    assert [name for name, kind in schedule.kinds().items() if kind.example is None] == []
    assert schedule.previewed() == list(schedule.kinds())


def test_a_preview_tells_nothing_of_a_concern(desk: Desk) -> None:
    """Whoever is named in a concern sees every message as every person just as before it was raised."""
    before = previews(desk)
    with desk.step("mira", writes=False) as step:
        screen = raising.first_screen(step)
    draft = Draft(
        screen.concern_id,
        level=1,
        about_slack_ids=(CAST["lena"].slack_id,),
        about_text="",
        words="Words about Lena",
        wanted="advice",
    )
    with desk.step("mira", writes=False) as step:
        shown = raising.blank(step, draft).draft.shown
    with desk.step("mira") as step:
        raising.file(step, Draft(**{**vars(draft), "shown": shown}))
    assert desk.outbox("concerns.for_handler") != []
    assert previews(desk) == before


def test_a_preview_names_nobody_real(desk: Desk) -> None:
    """Who else is in a made-up message does not exist; it says so, is what Slack takes, and has no button."""
    for (handle, name), view in previews(desk).items():
        written = json.dumps(view, ensure_ascii=False)
        assert check_view(view) == [], name
        assert "An example" in written
        assert '"type": "button"' not in written
        others = {member.slack_id for member in CAST.values()} - {CAST[handle].slack_id}
        if name != "launch.welcome":  # it names the leads, whom everybody may ask
            assert not any(slack_id in written for slack_id in others), name
    assert COUNTERPART.endswith("Example")
    assert ANOTHER.endswith("Example")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("The weekly digest (as a programme lead)", "Relationships going on"),
        ("A mentee asks a mentor", COUNTERPART),
        ("The card in the programme's channel", "EXMP-LE22"),
    ],
)
def test_any_message_as_any_person(unstarted_world: World, kind: str, words: str) -> None:
    """A lead reads a message as somebody who has not been in such a matter; a table shows its rows."""
    world = unstarted_world
    lena = world.person("lena")
    lena.open_home().button("Preview a message").click()
    world.settle()
    lena.modal.fill({"As whom?": "tomas", "Which message?": kind}).submit()
    world.settle()
    shown = lena.modal_saying("An example")
    assert words in shown.text
    assert "only shows in messages" not in shown.text
