"""A concern from the first screen to its end, and what nobody else ever sees of it."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store.people import Membership, Role, SlackAccount
from sandbox.driver import Modal, Person
from tests.cast import CAST
from tests.world import World

CANARY = "Zaubernuss-7391"
OUTCOME = "Sonnenhut-2284"
NOTE = "Fingerhut-5512"
TYPED = "Eisenkraut-9043"
SECRETS = (CANARY, OUTCOME, NOTE, TYPED)
NEUTRAL = "You have something to look at in mentorship"
KIND, ABOUT, HOPE = "What comes closest?", "concerns.about", "wanted"


def first_screen(world: World, person: Person, typed: str = "") -> Modal:
    """Let somebody type the command and see the first screen."""
    modal = person.command(f"/concern {typed}".strip()).modal
    world.settle()
    return modal


def form_of(world: World, person: Person) -> Modal:
    """Let somebody go from the first screen to the form."""
    first_screen(world, person).submit()
    world.settle()
    return person.modal


def send(
    world: World,
    person: Person,
    *,
    about: str = "tomas",
    level: str = "It does not work between us",
    times: int = 1,
) -> str:
    """Fill the form and press Send so many times; return the reference."""
    form = form_of(world, person)
    form.fill({KIND: level, ABOUT: about})
    world.settle()
    form = person.modal
    form.fill({"words": f"He shouts. {CANARY}", HOPE: "Somebody to advise me"})
    for _ in range(times):
        person.modal.submit()
        world.settle()
    if "is different now" in person.modal.text:  # two choices at once were answered in the other order
        person.modal.submit()
        world.settle()
    return person.modal_saying("stored under the reference").text.split("reference ")[1][:9].strip("* ")


def from_the_first_screen_to_the_end(world: World) -> str:
    """Names first, nothing stored before Send; neutral messages; acknowledged, read, noted, resolved."""
    mira, hugo, lena = (world.person(one) for one in ("mira", "hugo", "lena"))
    screen = first_screen(world, mira, TYPED)
    assert "Hugo Brandt" in screen.text
    assert "Ombuds" in screen.text
    assert "This is private, not confidential" in screen.text
    assert world.desk.outbox() == []

    reference = send(world, mira)
    assert NEUTRAL in hugo.dm.last.text
    assert reference in hugo.dm.last.text
    card = lena.channel("#mentoring-leads").last
    assert reference in card.text
    assert "Mira" not in card.text
    assert "Tom" not in card.text

    hugo.dm.last.button("Acknowledge").click()
    world.settle()
    assert "acknowledged" in lena.channel("#mentoring-leads").last.text
    assert "acknowledged" in mira.dm.last.text

    hugo.dm.wait(reference).button("Open").click()
    world.settle()
    assert CANARY in hugo.modal.text
    hugo.modal.button("Add a note").click()
    world.settle()
    hugo.modal.fill({"words": NOTE}).submit()
    world.settle()
    assert NOTE in hugo.modal.text
    hugo.modal.button("End with an outcome").click()
    world.settle()
    hugo.modal.fill({"words": OUTCOME}).submit()
    world.settle()

    assert "ended" in mira.dm.last.text
    mira.dm.last.button("See how it stands").click()
    world.settle()
    status = mira.modal_saying(OUTCOME)
    assert "Hugo Brandt" in status.text
    return reference


def test_a_named_handler_is_passed_over_and_never_hears_of_it(world: World) -> None:
    """Naming Hugo brings it to Anja, says so before Send, and keeps the card out of the channel he is in."""
    mira, hugo, anja, lena = (world.person(one) for one in ("mira", "hugo", "anja", "lena"))
    reference = send(world, mira, about="hugo")
    assert reference in anja.dm.last.text
    for person in (hugo, lena):
        assert reference not in person.transcript()
    assert not lena.channel("#mentoring-leads").messages
    assert reference not in hugo.open_home().text


def test_the_readers_are_named_again_when_they_change(world: World) -> None:
    """A form whose names no longer hold shows the new ones and asks for Send once more; nothing is stored."""
    mira = world.person("mira")
    form = form_of(world, mira)
    form.fill({KIND: "1", "words": CANARY, HOPE: "advice", ABOUT: "tomas"})
    world.settle()
    with world.desk.step("clock") as step:
        step.add(Membership(id="late", **step.place, person_id=world.desk.id("lena"), role=Role.HANDLER))
    mira.modal.submit()
    world.settle()
    assert "Who would read this is different now" in mira.modal.text
    assert CANARY in str(mira.modal.fields)
    assert world.desk.outbox() == []
    mira.modal.submit()
    world.settle()
    assert mira.modal_saying("stored under the reference").title == "Sent"


def test_not_this_person(world: World) -> None:
    """Striking somebody out shows who would read it then, and they never hear of it."""
    mira, hugo = world.person("mira"), world.person("hugo")
    screen = first_screen(world, mira)
    screen.button("Not this person", near="Hugo Brandt").click()
    world.settle()
    assert "You struck out" in mira.modal.text
    mira.modal.submit()
    world.settle()
    mira.modal.fill({KIND: "1", ABOUT: "tomas"})
    world.settle()
    mira.modal.fill({"words": CANARY, HOPE: "advice"}).submit()
    world.settle()
    assert NEUTRAL in world.person("anja").dm.last.text
    assert NEUTRAL not in hugo.transcript()
    assert not world.person("lena").channel("#mentoring-leads").messages


def test_silence_climbs_and_the_channel_shows_who_may_take_it(world: World) -> None:
    """Nobody acknowledges: Anja is asked, Hugo is told it went on; only she can take it from the channel."""
    mira, hugo, anja, lena = (world.person(one) for one in ("mira", "hugo", "anja", "lena"))
    reference = send(world, mira)
    world.skip(days=2, hours=1)
    assert "still waits for you" in hugo.dm.text
    world.skip(days=1)
    assert "went on to somebody else" in hugo.dm.text
    assert reference in anja.dm.last.text
    card = lena.channel("#mentoring-leads").last
    denied = card.button("Acknowledge").click()
    world.settle()
    assert "not yours to open" in denied.text
    taken = anja.channel("#mentoring-leads").last.button("Acknowledge").click()
    world.settle()
    assert "Yours now" in taken.text
    assert "acknowledged" in mira.dm.last.text


def test_danger_says_that_nobody_is_watching(world: World) -> None:
    """At level 4 numbers and the next reader's time stand before Send and after it."""
    mira = world.person("mira")
    form = form_of(world, mira)
    form.fill({KIND: "Somebody is in danger"})
    world.settle()
    assert "Nobody is watching this now" in mira.modal.text
    assert "112" in mira.modal.text


def test_a_dead_handler_notice_climbs_at_once(world: World) -> None:
    """A message that Slack refuses for good counts as unacknowledged: the next is asked the same minute."""
    mira, hugo, anja = (world.person(one) for one in ("mira", "hugo", "anja"))
    with world.desk.step("clock") as step:
        account = select(SlackAccount).where(SlackAccount.person_id == world.desk.id("hugo"))
        step.session.scalars(account).one().user_id = "U0NOBODY"
    reference = send(world, mira)
    assert reference in anja.dm.last.text
    assert NEUTRAL not in hugo.transcript()


def test_from_the_first_screen_to_the_end_nothing_leaks(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Words are in no message, log line or row in the clear; the one named and outsiders see no trace."""
    caplog.set_level(logging.DEBUG)
    before = {one: world.person(one).transcript() for one in ("tomas", "ines", "noor", "oskar")}
    reference = from_the_first_screen_to_the_end(world)

    may_know = {CAST["mira"].slack_id, CAST["hugo"].slack_id}
    for call in world.slack.traffic():
        text = json.dumps(call, ensure_ascii=False)
        if call["method"] in {"views.open", "views.push", "views.update"}:
            continue
        for secret in SECRETS:
            assert secret not in text, f"{call['method']} carries what somebody wrote"
        if call["method"] == "views.publish" and call["args"]["user_id"] not in may_know:
            assert reference not in text
        if call["method"].startswith("chat."):
            assert CAST["tomas"].slack_id not in text
    for secret in SECRETS:
        assert secret not in caplog.text, "a log line carries what somebody wrote"
    for file in tmp_path.glob("desk.sqlite3*"):
        raw = file.read_bytes()
        for secret in SECRETS:
            assert secret.encode() not in raw, f"{file.name} holds what somebody wrote"
    for one, seen in before.items():
        assert world.person(one).transcript() == seen
