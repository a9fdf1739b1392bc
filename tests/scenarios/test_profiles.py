"""A mentor fills in and changes the profile by which people find them."""

from __future__ import annotations

from sandbox.driver import Modal
from tests.world import World


def form(world: World, who: str = "ines") -> Modal:
    """Open somebody's own profile by command."""
    world.person(who).command("/mentorship profile")
    world.settle()
    return world.person(who).modal


def test_a_changed_profile_is_found_at_once(world: World) -> None:
    """Terms are cut at commas and lines; the next search finds the new ones and no more the old."""
    modal = form(world)
    assert "machine learning" in modal.fields["What you can help with"].splitlines()
    modal.fill(
        {"What you can help with": "protein folding, CRISPR\nmachine learning", "Places": "3"}
    ).submit()
    world.settle()
    assert "3 open places" in world.person("ines").modal.text
    answer = world.person("mira").command("/findmentor crispr")
    world.settle()
    assert "Inês Duarte" in answer.text
    answer = world.person("mira").command("/findmentor natural language processing")
    world.settle()
    assert "Inês Duarte" not in answer.text


def test_what_is_wrong_is_said_under_its_field(world: World) -> None:
    """A profile without a word to be found by is not stored."""
    result = form(world).fill({"What you can help with": "🎉, ---"}).submit()
    world.settle()
    assert "no word in it" in result.errors["expertise"]


def test_fewer_places_than_taken_is_said_kindly(world: World) -> None:
    """Nobody loses their place: the mentor reads that they are offered to nobody new."""
    mira = world.person("mira")
    answer = mira.command("/findmentor python")
    world.settle()
    assert answer.ephemeral is not None
    answer.ephemeral.button("Ask").click()
    world.settle()
    mira.modal.fill({"Why you are asking": "Because"}).submit()
    world.settle()
    world.person("ines").dm.last.button("Accept").click()
    world.settle()
    form(world).fill({"Places": "0"}).submit()
    world.settle()
    assert "Nobody loses theirs" in world.person("ines").modal.text


def test_only_mentors_have_a_profile(world: World) -> None:
    """A mentee who types it reads how to become a mentor."""
    answer = world.person("mira").command("/mentorship profile")
    world.settle()
    assert "Only mentors have a profile" in answer.text


def test_home_shows_the_profile_and_edits_it(world: World) -> None:
    """A mentor's Home sums the profile up, and its button opens the form."""
    home = world.person("tomas").home
    assert "single-cell RNA sequencing" in home.text
    home.button("Edit profile").click()
    world.settle()
    assert world.person("tomas").modal.title == "Your profile"
