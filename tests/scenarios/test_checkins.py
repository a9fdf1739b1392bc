"""A month passes: asked in one's own hours, answered in a modal, reminded once, helped, seen by nobody."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain import checkins as domain
from bot.errors import NotFound
from bot.store import checkins
from sandbox.driver import Message, Person
from tests.pairs import together
from tests.world import World

ASKED = "How is it going? It takes about"


def hour_of(person: Person, text: str) -> tuple[int, int]:
    """Return weekday and hour, on a person's own wall, of the message that says ``text``."""
    message = person.sees(text)
    assert isinstance(message, Message)
    local = datetime.fromtimestamp(float(message.ts), ZoneInfo(str(person.me["tz"])))
    return local.weekday(), local.hour


def count(person: Person, text: str) -> int:
    """Return how many of the bot's messages to a person say ``text``."""
    return sum(text in message.text for message in person.dm.messages)


def a_month(world: World) -> tuple[Person, Person]:
    """Let Tomás and Mira begin and skip a month at once: nine by UTC is work for her, night for him.

    Half past two, on this day and on every other, both are at work.
    """
    together(world.desk, "tomas", "mira")
    world.skip(days=30)
    world.skip(hours=5, minutes=30)
    return world.person("mira"), world.person("tomas")


def test_both_are_asked_in_their_own_hours_and_the_silent_one_is_reminded_once(world: World) -> None:
    """After a skipped month each gets one message at work; only the silent one is reminded, once."""
    mira, tomas = a_month(world)
    for person in (mira, tomas):
        weekday, hour = hour_of(person, ASKED)
        assert weekday < 5
        assert 9 <= hour < 17
        assert count(person, ASKED) == 1

    mira.dm.last.button("Answer").click()
    world.settle()
    mira.modal.fill({"met": "Yes", "useful": "4: Useful", "expectations": "4: Clear", "respect": "5: Always"})
    mira.modal.submit()
    world.settle()
    assert mira.sees("Kept, and only you can read it")
    assert "You answered" in mira.dm.last.text

    for _ in range(4):
        world.skip(days=3)
    assert count(tomas, "You will not be reminded again") == 1
    assert count(mira, "You will not be reminded again") == 0
    assert tomas.sees("Not answered this time")


def test_a_low_answer_is_helped_and_told_to_nobody(world: World) -> None:
    """The one who answered low reads what may help and the way to a concern, at once; nobody else hears."""
    mira, tomas = a_month(world)
    before = {handle: world.person(handle).transcript() for handle in ("tomas", "lena", "hugo", "anja")}
    mira.dm.last.button("Answer").click()
    world.settle()
    assert mira.sees("Only you read your answers")
    mira.modal.fill(
        {
            "met": "No",
            "respect": "1: Not at all",
            "open_line": "<!channel> \u202e\u05e9\u05dc\u05d5\u05dd :tada: " + "x" * 2900,
        }
    )
    mira.modal.submit()
    world.settle()
    assert mira.sees("sounds hard")
    assert mira.sees("When something does not feel right")
    assert "Something is wrong" in mira.modal.text
    assert {handle: world.person(handle).transcript() for handle in before} == before
    assert "You answered" not in tomas.dm.last.text


def test_words_are_shown_only_where_both_shared(world: World) -> None:
    """Each reads the other's answers once both have shared; the message about it carries no word of them."""
    mira, tomas = a_month(world)
    for person, line in ((mira, "I learn a lot"), (tomas, "She asks well")):
        person.dm.last.button("Answer").click()
        world.settle()
        person.modal.fill({"useful": "5: Very useful", "open_line": line, "share": ["yes"]})
        person.modal.submit()
        world.settle()
    assert tomas.sees("You and @Mira Lindqvist both shared")
    world.skip(days=1)
    assert mira.sees("have both shared your last check-in")
    mira.does_not_see("She asks well")
    mira.dm.last.button("What I wrote").click()
    world.settle()
    assert mira.sees("She asks well")


def test_not_met_yet_is_said_with_one_press_and_once(world: World) -> None:
    """One press says it, Home and the message show it, and a second press changes nothing and says so."""
    mira, _ = a_month(world)
    mira.dm.last.button("We haven\u2019t met yet").click()
    world.settle()
    assert mira.sees("the programme lead can see this one fact")
    assert mira.sees("You said that you have not met yet")


def test_home_shows_what_waits_and_what_comes(world: World) -> None:
    """A check-in can be answered from Home, and leaves it when it is."""
    mira, _ = a_month(world)
    mira.open_home()
    world.settle()
    assert mira.sees("How is it going with @Tomás Aguilar?")
    mira.home.button("Answer").click()
    world.settle()
    mira.modal.fill({"useful": "4: Useful"}).submit()
    world.settle()
    assert mira.sees("You last answered a check-in on")
    assert "How is it going with" not in mira.home.text


def test_pressing_again_or_too_late_is_answered_in_words(world: World) -> None:
    """Each button that lives on in an old message says what is so now, and changes nothing."""
    mira, tomas = a_month(world)
    mira.dm.last.button("Answer").click()
    world.settle()
    form = mira.modal.fill({"useful": "1: Not useful", "open_line": "typed twice"})
    with world.desk.step("mira") as step:  # meanwhile, on her telephone
        (hers,) = checkins.open_of_person(step.session, world.desk.id("mira"))
        domain.answer(
            step,
            hers.id,
            form_id="on the telephone",
            answers={"useful": "4"},
            open_line="",
            share=False,
            look_in=False,
        )
    result = form.submit()
    assert not result.ok
    assert "was answered before" in str(result.errors)
    assert form.fields["Anything you would like to note down?"] == "typed twice"
    world.settle()
    with world.desk.step("lena", writes=False) as step:
        rows = checkins.open_of_person(step.session, world.desk.id("tomas"))
    assert len(rows) == 1
    with world.desk.step("tomas") as step:
        domain.stop(step, "tomas-mira")
    tomas.dm.last.button("Answer").click()
    world.settle()
    assert tomas.sees("This check-in is over")


def test_somebody_elses_check_in_opens_for_nobody(world: World) -> None:
    """A forged button with the id of another's check-in reads the same as about nothing."""
    mira, tomas = a_month(world)
    message = tomas.dm.last
    with world.desk.step("mira", writes=False) as step:
        (hers,) = checkins.open_of_person(step.session, world.desk.id("mira"))
    assert hers.id not in str(message.text)
    with world.desk.step("tomas", writes=False) as step, pytest.raises(NotFound):
        domain.prepare(step, hers.id)
    mira.does_not_see("not yours to open")
