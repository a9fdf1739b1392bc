"""Nothing is sent to anyone before a lead presses Start, for everyone or a pilot group."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt import BoltRequest
from sqlalchemy import event

from bot.domain import launch
from bot.errors import NotFound
from bot.store.people import Membership, Person, Role, SlackAccount
from bot.store.programmes import ProgrammeState
from bot.views import launch as views
from tests.cast import PROGRAMME_ID, TEAM_ID, WORKSPACE_ID, Desk
from tests.world import World


def test_start_for_everyone_welcomes_each_once(unstarted_world: World) -> None:
    """After Start everybody in the programme gets one welcome, in their own hours, and no second one."""
    world = unstarted_world
    lena = world.person("lena")
    lena.open_home().button("Start for everyone").click()
    world.settle()
    lena.modal.close()
    world.skip(hours=6)
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
        launch.start_page(step)


def test_start_answers_before_it_starts_and_says_what_it_did(unstarted_world: World) -> None:
    """The lead sees at once that it starts; a second press, or a second lead, reads that it was before."""
    world = unstarted_world
    lena = world.person("lena")
    home = lena.open_home()
    home.button("Start for everyone").click()
    world.settle()
    assert "Started for 7 people" in lena.modal.text
    opened, done = world.slack.calls("views.open")[-1], world.slack.calls("views.update")[-1]
    assert "Starting" in str(opened["args"])
    assert opened["n"] < done["n"]
    lena.modal.close()
    body = {
        "type": "block_actions",
        "team": {"id": TEAM_ID},
        "user": {"id": lena.id, "team_id": TEAM_ID},
        "trigger_id": "gone",
        "actions": [{"type": "button", "action_id": "launch.start", "block_id": "b", "value": "{}"}],
    }
    with world.bot.deps.step(WORKSPACE_ID, PROGRAMME_ID, by=world.desk.id("lena")) as step:
        again = launch.start_page(step)
    assert again.people == 0
    assert "started already" in views.started(again, world.desk.reader("lena")).text
    assert world.bot.app.dispatch(BoltRequest(mode="socket_mode", body=body)).status == 200
    world.settle()
    assert len(world.desk.outbox("launch.welcome")) == 7


def test_who_may_not_start_reads_who_may(unstarted_world: World) -> None:
    """A mentee who types the command is told that leads start the programme."""
    answer = unstarted_world.person("mira").command("/mentorship start")
    assert "Only programme leads" in answer.text


def join(desk: Desk, people: int) -> None:
    """Let many people join who have not been started for."""
    with desk.db.unscoped("a crowd", writes=True) as session:
        for n in range(people):
            session.add(Person(id=f"person-c{n}", workspace_id=WORKSPACE_ID, name=f"Person {n}"))
            session.add(
                SlackAccount(
                    id=f"slack-c{n}",
                    workspace_id=WORKSPACE_ID,
                    person_id=f"person-c{n}",
                    team_id=TEAM_ID,
                    user_id=f"U0C{n}",
                )
            )
            session.add(
                Membership(
                    id=f"member-c{n}",
                    workspace_id=WORKSPACE_ID,
                    programme_id=PROGRAMME_ID,
                    person_id=f"person-c{n}",
                    role=Role.MENTEE if n % 2 else Role.MENTOR,
                )
            )


def test_a_thousand_people_start_page_by_page(unstarted_desk: Desk) -> None:
    """No transaction starts for more than a page, each costs few statements, and everybody is told once."""
    desk, cast = unstarted_desk, 7
    join(desk, 1000)
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("PRAGMA"):  # how long to wait for a turn is no question
            sent.append(statement)

    event.listen(desk.db.engine, "before_cursor_execute", note)
    started, costs, more = [], [], True
    while more:
        sent.clear()
        with desk.step("lena") as step:
            page = launch.start_page(step)
        started.append(page.people)
        costs.append(len(sent))
        more = page.more
    assert started == [launch.PAGE] * 5 + [cast]
    assert max(costs) <= 10
    assert len(desk.outbox("launch.welcome")) == 1000 + cast
    with desk.step("lena") as step:
        again = launch.start_page(step)
    assert (again.people, again.more) == (0, False)
    assert len(desk.outbox("launch.welcome")) == 1000 + cast


def test_the_counts_leave_out_what_there_is_none_of(unstarted_desk: Desk) -> None:
    """Each number has its right word, and no zero is named."""
    plan = launch.Plan("Research", ProgrammeState.PREPARING, mentors=1, mentees=0, others=2, started=0)
    text = str(views.plan(plan, unstarted_desk.reader("lena")).blocks)
    assert "1 mentor and 2 other people" in text
    assert "mentees" not in text
    assert "1 mentors" not in text
