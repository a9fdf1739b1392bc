"""Writing and signing an agreement, as the two people see it in Slack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import agreements as domain
from bot.domain import requests
from bot.guidelines.agreements import ClauseRule
from bot.store import agreements
from bot.store.base import find
from bot.store.relationships import RelationshipState
from bot.store.requests import MentorRequest
from sandbox.driver import Modal
from tests.cast import LEADS_CHANNEL, WORKSPACE_ID
from tests.world import World

WORDS = {"Goals": "Finish the thesis", "First steps": "An outline by Friday"}


@pytest.fixture
def accepted(world: World) -> World:
    """A world in which Tomas said yes to Mira."""
    desk = world.desk
    with desk.step("mira") as step:
        requests.ask(step, request_id="r1", mentor_id=desk.id("tomas"), note="Please", looked_for="")
    world.settle()
    world.person("tomas").dm.last.button("Accept").click()
    world.settle()
    return world


def form_of(world: World) -> Modal:
    """Press the button in the message that says yes, and return the form."""
    mira = world.person("mira")
    mira.dm.wait("said yes").button("Fill in the agreement").click()
    world.settle()
    return mira.modal


def written(world: World) -> None:
    """Let Mira write the first version and close it."""
    form_of(world).fill(WORDS).submit()
    world.settle()
    world.person("mira").modal.close()


def state(world: World) -> tuple[RelationshipState, int]:
    """Return the relationship's state and the number of the newest version."""
    with world.desk.step("mira", writes=False) as step:
        request = find(step.session, MentorRequest, "r1")
        assert request is not None
        seen = requests.seen_by(step, "r1", step.by)
        assert seen is not None
        assert seen.relationship_id is not None
        found = agreements.of_relationship(step.session, seen.relationship_id)
        relationship = agreements.lock_relationship(step.session, seen.relationship_id)
    assert found is not None
    assert relationship is not None
    return relationship.state, found.latest_number


def test_filled_changed_and_signed_by_both(accepted: World) -> None:
    """The mentee fills, the mentor changes one clause, both sign the same version; then both are told."""
    world = accepted
    mira, tomas = world.person("mira"), world.person("tomas")
    written(world)
    told = tomas.dm.wait("filled in your agreement")
    assert "thesis" not in told.text
    told.button("Change something").click()
    tomas.modal.fill({"How often we meet": "Every month"}).submit()
    world.settle()
    tomas.modal.submit()
    world.settle()
    assert "You signed" in tomas.modal.text
    told.wait("A newer one has taken its place")
    assert state(world) == (RelationshipState.DRAFTING, 2)
    asked = mira.dm.wait("changed something in your agreement")
    assert "They have signed it already" in asked.text
    asked.button("Read and sign").click()
    assert "How often we meet (changed)" in mira.modal.text
    assert "Before: Every two weeks" in mira.modal.text
    mira.modal.submit()
    world.settle()
    assert state(world) == (RelationshipState.ACTIVE, 2)
    assert "Everybody has signed" in mira.modal.text
    for person in (mira, tomas):
        person.dm.wait("is in force until")
    assert "is in force until" in mira.open_home().text


def test_a_version_that_is_no_longer_the_newest_is_not_signed(accepted: World) -> None:
    """Who has an older page open when another version is written reads that, and signs only the new one."""
    world = accepted
    mira, tomas = world.person("mira"), world.person("tomas")
    form_of(world).fill(WORDS).submit()
    world.settle()
    tomas.dm.last.button("Change something").click()
    tomas.modal.fill({"How long this runs (months)": "6"}).submit()
    world.settle()
    mira.modal.submit()
    assert "Nothing was signed" in mira.modal.text
    assert "6 months" in mira.modal.text
    assert state(world) == (RelationshipState.DRAFTING, 2)


def test_two_people_editing_in_the_same_second_lose_nothing(accepted: World) -> None:
    """The slower one gets the form back: their words kept, the other's put in, both shown on a clash."""
    world = accepted
    mira, tomas = world.person("mira"), world.person("tomas")
    written(world)
    tomas.dm.last.button("Change something").click()
    mira.open_home().button("Read and sign").click()
    mira.modal.button("Change something").click()
    tomas.modal.fill({"Goals": "A paper first", "How often we meet": "Every month"}).submit()
    world.settle()
    mira.modal.fill({"Goals": "The thesis first", "How long a meeting is (minutes)": "60"}).submit()
    world.settle()
    form = mira.modal
    assert "wrote a new version while this form was open" in form.text
    assert "A paper first" in form.text
    assert state(world)[1] == 2
    fields = form.fields
    assert fields["Goals"] == "The thesis first"
    assert "Every month" in fields["How often we meet"]
    form.submit()
    world.settle()
    assert state(world)[1] == 3
    assert "60 minutes" in mira.modal.text
    assert "Every month" in mira.modal.text


def test_somebody_else_cannot_open_it(accepted: World) -> None:
    """The button of an agreement, pressed by anyone else, answers as about nothing."""
    world = accepted
    mira = world.person("mira")
    written(world)
    blocks = mira.dm.wait("said yes").raw["blocks"]
    client = world.bot.deps.slack.client(WORKSPACE_ID)
    client.chat_postMessage(channel=LEADS_CHANNEL, text="a copy of somebody's message", blocks=blocks)
    hugo = world.person("hugo")
    hugo.channel("mentoring-leads").wait("said yes").button("Fill in the agreement").click()
    world.settle()
    assert "not yours to open" in hugo.channel("mentoring-leads").last.text
    assert not hugo.has_modal


def test_ten_thousand_characters_are_not_taken(accepted: World) -> None:
    """A text longer than the clause allows is refused in the form, and nothing is stored."""
    world = accepted
    form_of(world).fill({**WORDS, "Goals": "x" * 10_000}).submit()
    world.settle()
    assert state(world)[1] == 0


def test_a_call_for_everyone_emoji_and_right_to_left_stay_text(accepted: World) -> None:
    """What people type is shown as they typed it and calls nobody."""
    world = accepted
    goals = "<!channel> *bold* 🚀 شكرا جزيلا & <https://example.org|here>"
    form_of(world).fill({**WORDS, "Goals": goals}).submit()
    world.settle()
    mira = world.person("mira")
    assert "شكرا جزيلا" in mira.modal.text
    raw = str(mira.modal.raw)
    assert "&lt;!channel&gt;" in raw
    assert "<!channel>" not in raw.replace("&lt;!channel&gt;", "")


def test_pressed_twice_signs_once(accepted: World) -> None:
    """Sign pressed on a page that was open while the same person signed elsewhere changes nothing."""
    world = accepted
    tomas = world.person("tomas")
    written(world)
    tomas.dm.wait("filled in your agreement").button("Read and sign").click()
    world.settle()
    with world.desk.step("tomas") as step:
        mine = domain.at_home(step)
        assert mine is not None
        seen = domain.read(step, mine.agreements[0].agreement_id or "")
        assert seen.version is not None
        domain.sign(step, seen.version.version_id)
    tomas.modal.submit()
    world.settle()
    assert "signed this version already" in tomas.modal.text


def test_a_late_press_on_the_first_button_shows_what_is_in_force(accepted: World) -> None:
    """Buttons outlive their moment: "Fill in" opens the page once there is one."""
    world = accepted
    written(world)
    assert "It waits for" in form_of(world).text


def test_the_command_lists_mine(accepted: World) -> None:
    """``/mentorship agreement`` answers with what waits, and no word of a clause."""
    world = accepted
    answer = world.person("mira").command("/mentorship agreement")
    world.settle()
    assert "waits for you to fill it in" in answer.text


def test_who_lets_it_lie_is_reminded_once(accepted: World) -> None:
    """After five working days the mentee is reminded, once, with the button to fill it in."""
    world = accepted
    mira = world.person("mira")
    world.skip(days=8)
    mira.dm.wait("still waits to be filled in").button("Fill in the agreement").click()
    world.settle()
    assert "This is your agreement with" in mira.modal.text
    world.skip(days=8)
    assert mira.transcript().count("still waits to be filled in") == 1


def test_renewing_takes_one_press_and_both_signatures(accepted: World) -> None:
    """Thirty days before the end both can renew; the next term begins when both signed."""
    world = accepted
    mira, tomas = world.person("mira"), world.person("tomas")
    form_of(world).fill(WORDS).submit()
    world.settle()
    mira.modal.submit()
    world.settle()
    mira.modal.close()
    tomas.dm.wait("They have signed it already").button("Read and sign").click()
    tomas.modal.submit()
    world.settle()
    tomas.modal.close()
    world.skip(days=338)
    world.skip(hours=8)
    tomas.dm.wait("Renew it if you would like to go on").button("Renew").click()
    tomas.modal.submit()
    world.settle()
    tomas.modal.submit()
    world.settle()
    mira.dm.wait("would like to renew your agreement").button("Read and sign").click()
    mira.modal.submit()
    world.settle()
    assert "Everybody has signed" in mira.modal.text
    mira.modal.button("History").click()
    world.settle()
    assert "every version and every signature is as it was written" in mira.modal.text
    with world.desk.step("mira", writes=False) as step:
        mine = domain.at_home(step)
    assert mine is not None
    years = {one.ends_on.year for one in mine.agreements if one.ends_on}
    assert years == {world.bot.deps.clock.now().year + 1}


def test_going_back_and_forth_between_versions_never_ends(accepted: World) -> None:
    """From a version to the history and on to another version, as often as one likes, in a stack of three."""
    world = accepted
    form_of(world).fill(WORDS).submit()
    world.settle()
    mira = world.person("mira")
    for _ in range(4):
        mira.modal.button("History").click()
        world.settle()
        mira.modal_saying("waits for signatures").button("Read").click()
        world.settle()
        mira.modal_saying("Signatures under version 1")


def test_a_clause_added_while_the_form_is_open_loses_nothing(accepted: World) -> None:
    """When the programme adds a clause meanwhile, the form comes back with it and with what was typed."""
    world = accepted
    form = form_of(world).fill(WORDS)
    rules = world.bot.deps.guidelines
    added = ClauseRule(key="language", section="meeting", title="Language we speak", kind="text")
    longer = rules.agreements.model_copy(update={"clause": (*rules.agreements.clause, added)})
    object.__setattr__(world.bot.deps, "guidelines", replace(rules, agreements=longer))
    form.submit()
    world.settle()
    again = world.person("mira").modal_saying("Language we speak")
    assert again.fields["Goals"] == WORDS["Goals"]
    again.fill({"Language we speak": "English"}).submit()
    world.settle()
    assert state(world)[1] == 1
