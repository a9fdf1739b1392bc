"""Hours and leave from Home: set in a form, kept by the clock, seen by nobody else."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.driver import Message, Person
from tests.pairs import together
from tests.world import World

ASKED = "How is it going? It takes about"


def wall(person: Person, text: str) -> datetime:
    """Return when, on a person's own wall, the message that says ``text`` came."""
    message = person.sees(text)
    assert isinstance(message, Message)
    return datetime.fromtimestamp(float(message.ts), ZoneInfo(str(person.me["tz"])))


def days_of(person: Person, text: str) -> list[date]:
    """Return the days, on a person's own wall, on which messages that say ``text`` came, in order."""
    zone = ZoneInfo(str(person.me["tz"]))
    return [
        datetime.fromtimestamp(float(message.ts), zone).date()
        for message in person.dm.messages
        if text in message.text
    ]


def test_somebody_who_works_in_the_evening_is_asked_in_the_evening(world: World) -> None:
    """Set on Home, kept from then on; Home and the form show it, and the other side sees nothing of it."""
    mira, tomas = world.person("mira"), world.person("tomas")
    mira.open_home()
    world.settle()
    assert "at most 2 times a week" in mira.home.text
    mira.home.button("My hours and leave").click()
    world.settle()
    assert mira.sees("Only you see this")
    mira.modal.fill(
        {
            "days": ["Tuesday", "Thursday"],
            "start": "18:00",
            "end": "21:00",
            "hours.holidays": "Germany",
        }
    ).submit()
    world.settle()
    assert mira.sees("The bot writes to you on Tuesday and Thursday, from 18:00 to 21:00.")
    assert mira.sees("Public holidays of Germany")
    assert "from 18:00 to 21:00" in mira.home.text
    together(world.desk, "tomas", "mira")
    world.skip(days=29)
    for _ in range(4 * 12):  # her evenings are three hours long: a look every second hour misses none
        world.skip(hours=2)
    came = wall(mira, ASKED)
    assert came.strftime("%A") in {"Tuesday", "Thursday"}
    assert 18 <= came.hour < 21
    assert wall(tomas, ASKED).hour in range(9, 17)
    assert "18:00" not in tomas.home.text


def test_leave_is_left_in_peace_and_nobody_is_told(world: World) -> None:
    """On leave nothing comes that was not asked for; the day after it does; the mentor sees no word of it."""
    mira, tomas = world.person("mira"), world.person("tomas")
    together(world.desk, "tomas", "mira")
    monday = world.desk.clock.now().date()
    mira.home.button("My hours and leave").click()
    world.settle()
    mira.modal.fill(
        leave_first=str(monday + timedelta(days=10)), leave_last=str(monday + timedelta(days=20))
    ).submit()
    world.settle()
    assert mira.sees("You are left in peace from")
    assert "Your next leave" in mira.home.text
    while world.desk.clock.now().date() < monday + timedelta(days=21):
        world.skip(hours=7)
    world.skip(hours=12)
    came = [(came - monday).days for came in days_of(mira, ASKED)]
    assert not set(came) & set(range(10, 21)), "she is left in peace"
    assert came[-1] == 21, "and what waited comes on her first day back"
    assert any(10 <= (came - monday).days <= 20 for came in days_of(tomas, ASKED))
    assert "next leave" not in tomas.transcript() + tomas.home.text
    assert "on leave" not in tomas.transcript() + tomas.home.text


def test_a_wrong_form_stays_open_and_says_why(world: World) -> None:
    """The end before the start: said under the field, nothing is kept."""
    mira = world.person("mira")
    mira.home.button("My hours and leave").click()
    world.settle()
    result = mira.modal.fill(start="17:00", end="09:00").submit()
    assert not result.ok
    assert "at least an hour" in str(result.errors)
    world.settle()
    assert "The bot writes to you on" not in mira.home.text
