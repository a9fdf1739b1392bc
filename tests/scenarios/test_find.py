"""A mentee looks for a mentor: what they type, what they read, whom they may ask."""

from __future__ import annotations

import pytest

from bot.domain import profiles
from bot.store.profiles import ProfileState
from tests.world import World


def typed(world: World, text: str, who: str = "mira") -> str:
    """Return what somebody reads after typing ``/findmentor`` and ``text``."""
    answer = world.person(who).command(f"/findmentor {text}")
    world.settle()
    assert answer.ephemeral is not None, "only the searcher may see the answer"
    return answer.ephemeral.text


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("single cell rna", ["Tomás Aguilar", "2 open places", "Spanish", "working hours a day"]),
        ("statitics", ["Tomás Aguilar", "as “statitics” was read"]),
        ("NLP", ["Inês Duarte", "natural language processing", "“NLP” for short"]),
        ("machine learning and grant writing", ["Inês Duarte", "Tomás Aguilar"]),
        ("ines", ["Inês Duarte", "By name"]),
    ],
)
def test_a_search_shows_cards_with_reasons(world: World, text: str, reads: list[str]) -> None:
    """However a need is written, the right people are shown, and why."""
    answer = typed(world, text)
    for words in reads:
        assert words in answer


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("underwater basket weaving", "Nobody with an open place has written"),
        ("🎉🎉", "no word to search for"),
        ("...!!!", "no word to search for"),
        ("<!channel>", "Nobody with an open place has written <!channel>"),
        ("word " * 2000, "the first 300 characters were read"),
        ("ميكانيكا الكم", "Nobody with an open place has written"),
        ("", "Say what you would like help with"),
        ("help", "Say what you would like help with"),
    ],
)
def test_every_other_text_gets_a_sensible_answer(world: World, text: str, reads: str) -> None:
    """Nothing found, nothing to find, nothing typed: each says what else there is, and pings nobody."""
    answer = typed(world, text)
    assert reads in answer
    assert "machine learning" in answer


def test_nothing_found_shows_the_networks_outside(world: World) -> None:
    """Where the inside has nobody, the outside networks are named."""
    assert "National Research Mentoring Network" in typed(world, "quantum gravity")


def test_a_full_or_paused_mentor_is_not_offered(world: World) -> None:
    """Only mentors with an open place who take people are shown."""
    with world.desk.step("ines") as step:
        profiles.save(step, profiles.Draft(expertise=("machine learning",), state=ProfileState.PAUSED))
    assert "Inês" not in typed(world, "machine learning")
    with world.desk.step("ines") as step:
        profiles.save(step, profiles.Draft(expertise=("machine learning",), places=0))
    assert "Inês" not in typed(world, "machine learning")
    with world.desk.step("ines") as step:
        profiles.save(step, profiles.Draft(expertise=("machine learning",), places=1))
    assert "Inês" in typed(world, "machine learning")


def test_before_the_start_a_search_says_so(unstarted_world: World) -> None:
    """Somebody for whom the programme has not started reads that, and nothing else."""
    assert "has not started for you yet" in typed(unstarted_world, "statistics")


def test_a_lead_may_look_but_not_ask(world: World) -> None:
    """Whoever is no mentee sees the cards without a button to ask."""
    answer = world.person("lena").command("/findmentor statistics")
    world.settle()
    assert answer.ephemeral is not None
    assert "Tomás Aguilar" in answer.ephemeral.text
    assert "Ask" not in answer.ephemeral.buttons


def test_home_offers_the_search(world: World) -> None:
    """The search form on Home shows cards in its place, and asking goes on from there."""
    mira = world.person("mira")
    mira.home.button("Find a mentor").click()
    world.settle()
    mira.modal.fill({"What would you like help with?": "statistics"}).submit()
    world.settle()
    assert "Tomás Aguilar" in mira.modal.text
    mira.modal.button("Ask").click()
    world.settle()
    assert "Only they will read this" in mira.modal.text
    assert "statistics" in mira.modal.fields["Why you are asking"]


def test_an_area_on_a_button_finds_its_people(world: World) -> None:
    """A term offered as a button shows who holds it, in the same message."""
    answer = world.person("mira").command("/findmentor")
    world.settle()
    assert answer.ephemeral is not None
    answer.ephemeral.button("statistics").click()
    world.settle()
    world.person("mira").sees("Tomás Aguilar")


def test_somebody_who_left_is_not_found(world: World) -> None:
    """As soon as Slack says that an account is gone, its owner is offered to nobody."""
    world.person("tomas").change(deleted=True)
    world.settle()
    assert "Tomás" not in typed(world, "statistics")
    world.person("tomas").change(deleted=False)
    world.settle()
    assert "Tomás" in typed(world, "statistics")
