"""Home over real sockets: by role, after acts, for somebody outside, in several programmes."""

from __future__ import annotations

from bot.store.people import Membership, Role
from bot.store.programmes import Programme, ProgrammeState
from tests.cast import WORKSPACE_ID, Desk
from tests.crowd import counted, join, pair
from tests.world import World


def second_programme(desk: Desk, handle: str) -> None:
    """Put one of the cast into another running programme."""
    with desk.db.unscoped("a second programme", writes=True) as session:
        session.add(
            Programme(
                id="teaching",
                workspace_id=WORKSPACE_ID,
                name="Teaching Mentoring",
                state=ProgrammeState.RUNNING,
            )
        )
        session.add(
            Membership(
                id="second",
                workspace_id=WORKSPACE_ID,
                programme_id="teaching",
                person_id=desk.id(handle),
                role=Role.MENTOR,
                started_at=desk.clock.now(),
            )
        )


def test_each_role_has_its_own_home(world: World) -> None:
    """A mentee can search, a mentor edit the profile, a lead preview; everybody can say what is wrong."""
    expected = {"mira": "Find a mentor", "tomas": "Edit profile", "lena": "Preview a message"}
    for handle, label in expected.items():
        text = world.person(handle).home.text
        assert label in text
        assert "Something is wrong" in text
        others = set(expected.values()) - {label}
        assert not any(other in text for other in others)
    assert "not part of a mentorship programme" in world.person("oskar").home.text


def test_home_before_the_start(unstarted_world: World) -> None:
    """A member reads one sentence; a lead has what is needed to start."""
    assert "has not started for you yet" in unstarted_world.person("mira").home.text
    lead = unstarted_world.person("lena").home.text
    assert "has not started for you yet" not in lead
    assert "Start" in lead


def test_a_request_waits_on_home_until_it_is_answered(world: World) -> None:
    """What waits for a mentor can be answered on Home, which then shows the next thing."""
    mira, tomas = world.person("mira"), world.person("tomas")
    mira.command("/findmentor single-cell RNA").message.button("Ask", near="Tom").click()
    mira.modal.fill(note="I would like to learn how to plan a single-cell experiment.").submit()
    world.settle()
    assert "plan a single-cell experiment" in tomas.home.text
    tomas.home.button("Decline").click()
    world.settle()
    assert "plan a single-cell experiment" not in tomas.home.text


def test_somebody_in_two_programmes_chooses(world: World) -> None:
    """Home offers the choice and keeps it; commands ask for it once, and follow it from then on."""
    second_programme(world.desk, "mira")
    mira = world.person("mira")
    asked = mira.command("/mentorship agreement")
    world.settle()
    assert "/mentorship programme" in asked.text
    mira.home.select("home.programme").choose("Teaching Mentoring")
    world.settle()
    assert "You are here as: mentor" in mira.home.text
    answer = mira.command("/mentorship programme")
    world.settle()
    assert "Which programme do you mean" in answer.text


def test_queries_of_home_do_not_grow_with_people(world: World) -> None:
    """Home takes the same number of queries among five people and among two hundred, for every role."""
    mentors = join(world.desk, Role.MENTOR, 5)

    def statements(handle: str) -> int:
        with counted(world.desk) as seen:
            assert world.person(handle).home.text
            world.bot.listeners.wait_idle(10)
        return len(seen)

    for handle in ("mira", "tomas", "lena", "hugo"):
        statements(handle)
    few = {handle: statements(handle) for handle in ("mira", "tomas", "lena", "hugo")}
    for n, mentee in enumerate(join(world.desk, Role.MENTEE, 200)):
        pair(world.desk, mentors[n % 5], mentee, started_on=world.desk.clock.now().date())
    many = {handle: statements(handle) for handle in few}
    assert many == few
    assert max(few.values()) <= 40
