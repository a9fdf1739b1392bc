"""How many queries a command or Home costs: no more than written here, whoever else is in the programme."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bot.domain import checkins
from bot.domain.step import Place
from bot.store.people import Membership, Person, Role, SlackAccount
from bot.store.profiles import Expertise, Profile
from bot.store.relationships import Kind, MemberRole, Relationship, RelationshipMember, RelationshipState
from sandbox.driver import Person as Driven
from tests.cast import PROGRAMME_ID, TEAM_ID, WORKSPACE_ID, Desk
from tests.pairs import together
from tests.world import World

CROWD = 295
"""People beside the cast."""

TERMS = ("single-cell RNA sequencing", "statistics", "imaging", "grant writing", "proteomics")


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """Collect every statement sent to the database, other than the beginning and end of a transaction."""
    sent: list[str] = []
    lock = threading.Lock()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            with lock:
                sent.append(statement)

    engine = world.bot.deps.db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def crowd(desk: Desk, first: int, last: int) -> None:
    """Let so many people join, half of them mentors with expertise, half mentees; some already pairs."""
    place: Place = {"workspace_id": WORKSPACE_ID, "programme_id": PROGRAMME_ID}
    with desk.db.unscoped("a crowd", writes=True) as session:
        for n in range(first, last):
            person_id, is_mentor = f"person-c{n}", n % 2 == 0
            session.add(Person(id=person_id, workspace_id=WORKSPACE_ID, name=f"Person {n}"))
            session.add(
                SlackAccount(
                    id=f"slack-c{n}",
                    workspace_id=WORKSPACE_ID,
                    person_id=person_id,
                    team_id=TEAM_ID,
                    user_id=f"U0C{n}",
                )
            )
            role = Role.MENTOR if is_mentor else Role.MENTEE
            session.add(
                Membership(id=f"c{n}", **place, person_id=person_id, role=role, started_at=desk.clock.now())
            )
            if is_mentor:
                session.add(
                    Profile(
                        id=f"profile-c{n}",
                        **place,
                        person_id=person_id,
                        career_stage="postdoc",
                        department="Biology",
                        languages=["English"],
                        places=2,
                        confirmed_at=desk.clock.now(),
                    )
                )
                for label in {TERMS[n % 5], TERMS[n // 2 % 5]}:
                    session.add(
                        Expertise(
                            id=f"{n}-{label}",
                            **place,
                            profile_id=f"profile-c{n}",
                            term=label.casefold(),
                            label=label,
                        )
                    )


def with_many_mentees(desk: Desk, mentor: str, mentees: int) -> None:
    """Let a mentor work with so many of the crowd's mentees."""
    with desk.step("clock") as step:
        for n in range(1, 2 * mentees, 2):
            relationship_id = f"{mentor}-c{n}"
            step.add(
                Relationship(
                    id=relationship_id,
                    **step.place,
                    kind=Kind.MENTOR,
                    state=RelationshipState.ACTIVE,
                    made_from=f"test:{relationship_id}",
                    created_at=step.now,
                    started_on=step.now.date(),
                )
            )
            for person_id, role in (
                (desk.id(mentor), MemberRole.MENTOR),
                (f"person-c{n}", MemberRole.MENTEE),
            ):
                step.add(
                    RelationshipMember(
                        id=f"{relationship_id}-{role}",
                        **step.place,
                        relationship_id=relationship_id,
                        person_id=person_id,
                        role=role,
                    )
                )
            checkins.begin(step, relationship_id, step.now.date())


def typed(who: str, text: str) -> Callable[[World], None]:
    """Return the act of typing a command and having its answer."""

    def act(world: World) -> None:
        assert world.person(who).command(text).text

    return act


def opens_home(who: str) -> Callable[[World], None]:
    """Return the act of opening Home."""

    def act(world: World) -> None:
        person: Driven = world.person(who)
        person.open_home()

    return act


ACTS: dict[str, tuple[Callable[[World], None], int]] = {
    "/findmentor": (typed("mira", "/findmentor single cell rna"), 14),
    "/findmentor two skills": (typed("mira", "/findmentor statistics and imaging"), 14),
    "/findmentor nothing": (typed("mira", "/findmentor medieval ceramics"), 14),
    "/findmentor help": (typed("mira", "/findmentor"), 5),
    "/mentorship help": (typed("mira", "/mentorship help"), 2),
    "/mentorship typo": (typed("lena", "/mentorship digset"), 2),
    "/concern": (typed("mira", "/concern"), 10),
    "Home of a mentee": (opens_home("mira"), 25),
    "Home of a mentor": (opens_home("tomas"), 28),
    "Home of a lead": (opens_home("lena"), 22),
    "Home of a handler": (opens_home("hugo"), 16),
    "Home of an alternate": (opens_home("anja"), 16),
    "a command from outside": (typed("oskar", "/findmentor rna"), 1),
}
"""Every act of a person that the programme's size could make slow, and the most statements it may cost."""


def cost(world: World, act: Callable[[World], None]) -> list[str]:
    """Return what an act sends to the database, once everything is in memory that stays there."""
    for _ in range(2):
        with statements(world) as sent:
            act(world)
            assert world.bot.listeners.wait_idle(10)
    return sent


def costs(world: World) -> dict[str, list[str]]:
    """Return what every act costs in the programme as it stands."""
    return {name: cost(world, act) for name, (act, _) in ACTS.items()}


def test_queries_do_not_grow_with_the_programme(world: World) -> None:
    """With 300 people, eight more of them one mentor's own, each act costs what it cost with a handful."""
    together(world.desk, "tomas", "mira")
    world.settle()
    few = costs(world)
    crowd(world.desk, 0, CROWD)
    with_many_mentees(world.desk, "tomas", 8)
    world.settle()
    many = costs(world)
    counted = {name: (len(few[name]), len(many[name]), ACTS[name][1]) for name in ACTS}
    grown = {name: many[name] for name, (before, after, _) in counted.items() if after > before}
    assert grown == {}, counted
    assert {name: each for name, each in counted.items() if each[1] > each[2]} == {}
    assert all(after > 0 for _, after, _ in counted.values())
