"""Concerns where two people act at once, somebody joins a channel, or an outsider asks."""

from __future__ import annotations

from bot.domain.concerns import casework, moving
from tests.scenarios.test_concerns import CANARY, HOPE, KIND, OUTCOME, first_screen, form_of, send
from tests.world import World


def test_a_party_who_joins_the_channel_finds_no_card(world: World) -> None:
    """Slack cannot hide a post from one member: it goes as they come, and what follows stays out."""
    mira, hugo, lena, tomas = (world.person(one) for one in ("mira", "hugo", "lena", "tomas"))
    reference = send(world, mira)
    assert reference in lena.channel("#mentoring-leads").text
    world.slack.channel("#mentoring-leads", add=["tomas"])
    world.settle()
    for person in (lena, tomas):
        assert reference not in person.channel("#mentoring-leads").text
    hugo.dm.last.button("Acknowledge").click()
    world.settle()
    assert reference not in tomas.transcript()
    assert "acknowledged" in mira.dm.last.text


def test_an_outcome_written_too_late_is_not_lost(world: World) -> None:
    """The reporter took it back meanwhile: the form says so under the words, which stay in it."""
    mira, hugo = world.person("mira"), world.person("hugo")
    send(world, mira)
    hugo.dm.last.button("Acknowledge").click()
    world.settle()
    hugo.dm.wait("yours").button("Open").click()
    world.settle()
    hugo.modal.button("End with an outcome").click()
    world.settle()
    mira.dm.last.button("See how it stands").click()
    world.settle()
    mira.modal.button("Take it back").click()
    world.settle()
    sent = hugo.modal.fill({"words": OUTCOME}).submit()
    world.settle()
    assert "ended already" in str(sent.errors)
    assert OUTCOME in str(hugo.modal.fields)
    assert "taken back" in hugo.dm.wait("taken back").text


def test_a_reader_named_in_free_text_is_asked_about_under_the_field(world: World) -> None:
    """Send is refused with what to do, nothing is lost, and nobody is told anything."""
    mira = world.person("mira")
    form_of(world, mira).fill({KIND: "1"})
    world.settle()
    sent = mira.modal.fill({"about_text": "Prof. Brandt", "words": CANARY, HOPE: "advice"}).submit()
    world.settle()
    assert "choose them above" in sent.errors["about_text"]
    assert CANARY in str(mira.modal.fields)
    assert world.desk.outbox() == []
    mira.modal.fill({"about_text": "My landlord"}).submit()
    world.settle()
    assert mira.modal_saying("stored under the reference").title == "Sent"
    assert not world.person("lena").channel("#mentoring-leads").messages


def test_anybody_in_the_workspace_sees_where_to_turn(world: World) -> None:
    """Oskar is in no programme: by command and by shortcut he sees routes and numbers, no field."""
    oskar = world.person("oskar")
    for way in ("command", "shortcut"):
        modal = first_screen(world, oskar) if way == "command" else oskar.shortcut("concerns.shortcut").modal
        world.settle()
        assert "Ombuds" in modal.text
        assert "112" in modal.text
        assert "Hugo" not in modal.text
        assert modal.fields == {}
        modal.close()


def test_the_second_of_two_reads_who_has_it(world: World) -> None:
    """Both were asked; who presses a moment later is told the name and not that nothing is there."""
    mira, hugo, anja = (world.person(one) for one in ("mira", "hugo", "anja"))
    send(world, mira, level="Somebody misuses their position")
    button = anja.dm.last.button("Acknowledge")
    hugo.dm.last.button("Acknowledge").click()
    world.bot.listeners.wait_idle(5)
    told = button.click()
    world.settle()
    assert "Hugo Brandt has it already" in told.text


def test_a_form_for_somebody_elses_case_does_not_open(world: World) -> None:
    """Whoever kept the open case after it went on reads that it is gone, before they write anything."""
    mira, hugo = world.person("mira"), world.person("hugo")
    send(world, mira)
    hugo.dm.last.button("Acknowledge").click()
    world.settle()
    hugo.dm.wait("yours").button("Open").click()
    world.settle()
    with world.desk.step("hugo") as step:
        casework.recuse(step, str(world.desk.outbox(moving.FOR_HANDLER)[0].ids["concern"]))
    hugo.modal.button("Add a note").click()
    world.settle()
    assert hugo.modal.fields == {}
    assert "not yours to open" in hugo.modal.text


def test_an_address_changed_in_slack_changes_nobodys_recusal(world: World) -> None:
    """Hugo has a new address: he still reads what comes, and Tomás's case is still taken."""
    mira, hugo = world.person("mira"), world.person("hugo")
    hugo.change(email="hugo.brandt@riverside.example")
    world.settle()
    assert "Hugo Brandt" in first_screen(world, mira).text
