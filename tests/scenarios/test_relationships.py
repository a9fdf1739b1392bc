"""A relationship ends, and both sides go on: over real sockets, by a press on Home or by leaving Slack."""

from __future__ import annotations

from bot.domain import profiles
from bot.store.relationships import Kind
from tests.pairs import together
from tests.world import World


def ines_too(world: World) -> None:
    """Let Inês know about statistics as well."""
    with world.desk.step("ines") as step:
        profiles.save(step, profiles.Draft(expertise=("Python", "statistics"), places=1))


def test_a_mentor_ends_it_and_the_mentee_is_helped_on(world: World) -> None:
    """The question says what happens; the mentee reads who ended it, no reason, and whom to ask next."""
    ines_too(world)
    together(world.desk, "tomas", "mira")
    tomas, mira = world.person("tomas"), world.person("mira")
    way = tomas.home.button("End this")
    assert "no reason" in (way.asks or "")
    way.click()
    world.settle()
    assert "has ended" in tomas.modal.text
    assert "2 open places" in tomas.modal.text
    news = mira.dm.wait("has ended your mentoring")
    assert "No reason is given, and none is needed" in news.text
    assert "Inês Duarte" in news.text
    for person in (tomas, mira):
        assert "End this" not in person.home.buttons
    news.button("Ask").click()
    world.settle()
    assert "Inês Duarte" in mira.modal.text


def test_a_mentee_ends_it_and_the_mentor_reads_of_the_place(world: World) -> None:
    """The one who ends it sees who else there is; the mentor reads, in his hours, that a place is open."""
    ines_too(world)
    together(world.desk, "tomas", "mira")
    mira = world.person("mira")
    mira.home.button("End this").click()
    world.settle()
    assert "Inês Duarte" in mira.modal.text
    mira.modal.button("Ask").click()
    world.settle()
    assert "Inês Duarte" in mira.modal.text
    assert not [m for m in world.person("tomas").received if "has ended" in m.text], "it is night for him"
    world.skip(hours=6)
    assert "2 open places" in world.person("tomas").dm.wait("has ended your mentoring").text


def test_pressed_again_from_an_old_home(world: World) -> None:
    """A button that is still on somebody's screen after the end answers that it has ended."""
    together(world.desk, "tomas", "mira")
    tomas, mira = world.person("tomas"), world.person("mira")
    old = mira.home.button("End this")
    tomas.home.button("End this").click()
    world.settle()
    old.click()
    world.settle()
    assert "ended already" in mira.modal.text


def test_ending_with_an_advisor_says_what_it_does_not_end(world: World) -> None:
    """Before and after, both sides read that the advising goes on and who helps to change it."""
    together(world.desk, "tomas", "mira", kind=Kind.ADVISOR)
    mira = world.person("mira")
    way = mira.home.button("End this")
    assert "not the advising" in (way.asks or "")
    assert "programme lead" in (way.asks or "")
    way.click()
    world.settle()
    assert "change advisor" in mira.modal.text
    world.skip(hours=6)
    assert "change advisor" in world.person("tomas").dm.wait("has ended your mentoring").text


def test_somebody_who_leaves_slack(world: World) -> None:
    """The partner reads it kindly and is asked nothing more; who comes back finds nothing revived."""
    ines_too(world)
    together(world.desk, "tomas", "mira")
    tomas, mira = world.person("tomas"), world.person("mira")
    tomas.change(deleted=True)
    world.settle()
    news = mira.dm.wait("is no longer here, so your mentoring has ended")
    assert "Inês Duarte" in news.text
    assert "Tomás Aguilar" not in mira.home.text
    world.skip(days=20)
    assert not [message for message in mira.received if "How is it going" in message.text]
    tomas.change(deleted=False)
    world.settle()
    assert "End this" not in tomas.home.buttons
    assert "End this" not in mira.home.buttons
