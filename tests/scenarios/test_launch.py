"""Nothing is sent to anyone before a lead presses Start, for everyone or a pilot group."""

from __future__ import annotations

import pytest

from bot.domain import launch
from bot.errors import NotFound
from tests.cast import Desk
from tests.world import World


def test_start_for_everyone_welcomes_each_once(unstarted_world: World) -> None:
    """After Start everybody in the programme gets one welcome, in their own hours, and no second one."""
    world = unstarted_world
    lena = world.person("lena")
    lena.open_home().button("Start for everyone").click()
    world.settle()
    lena.modal.close()
    world.skip(days=1)
    assert "Welcome to Research Mentoring" in world.person("tomas").dm.text
    world.skip(days=1)
    welcomes = [m for m in world.person("noor").dm.messages if "Welcome to Research Mentoring" in m.text]
    assert len(welcomes) == 1
    assert "Start for everyone" not in lena.open_home().buttons


def test_a_pilot_reaches_only_its_group(unstarted_world: World) -> None:
    """Only the people named, and the lead, are told; the others wait."""
    world = unstarted_world
    lena = world.person("lena")
    lena.open_home().button("Start a pilot group").click()
    world.settle()
    result = lena.modal.fill({"Who is in the pilot group?": ["mira", "ines"]}).submit()
    assert result.ok
    world.settle()
    world.skip(days=1)
    rows = {row.recipient_id for row in world.desk.outbox("launch.welcome")}
    assert rows == {world.desk.id(handle) for handle in ("mira", "ines", "lena")}


def test_a_pilot_names_only_members(unstarted_world: World) -> None:
    """Somebody who is in no programme cannot be started; the sentence stands under the field."""
    world = unstarted_world
    lena = world.person("lena")
    lena.open_home().button("Start a pilot group").click()
    world.settle()
    result = lena.modal.fill({"Who is in the pilot group?": ["oskar"]}).submit()
    assert not result.ok
    assert "not in the programme" in str(result.errors)


def test_a_lead_reads_a_message_as_somebody_else(unstarted_world: World) -> None:
    """Preview shows what a person would get, sends nothing, and its buttons do nothing."""
    world = unstarted_world
    lena = world.person("lena")
    lena.open_home().button("Preview a message").click()
    world.settle()
    lena.modal.fill({"As whom?": "tomas", "Which message?": "Welcome to the programme"}).submit()
    world.settle()
    shown = lena.modal_saying("Welcome to Research Mentoring")
    assert "As Tomás Aguilar would read it" in shown.text
    assert "My profile" in shown.text
    assert shown.buttons == []
    assert world.slack.calls("chat.postMessage") == []


@pytest.mark.parametrize("handle", ["mira", "tomas", "hugo"])
def test_only_leads_start(unstarted_desk: Desk, handle: str) -> None:
    """Anybody else reads the same as about nothing."""
    with pytest.raises(NotFound), unstarted_desk.step(handle) as step:
        launch.start_everyone(step)
