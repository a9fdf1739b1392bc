"""Two people act in the same second: one of them wins, the other reads how it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from pytest_mock import MockerFixture
from sqlalchemy import Select, delete, select
from sqlalchemy.dialects import postgresql

from bot.clock import SetClock
from bot.domain import agreements, checkins, people, profiles, requests
from bot.domain import relationships as ending
from bot.domain.concerns import casework, clocks
from bot.domain.requests import asking
from bot.domain.step import Step
from bot.errors import Refusal
from bot.store import checkins as stored_checkins
from bot.store import relationships
from bot.store import requests as stored_requests
from bot.store.acts import Act
from bot.store.agreements import AgreementVersion, VersionState
from bot.store.concerns import Concern, ConcernState
from bot.store.people import Role
from bot.store.profiles import Expertise, Profile, all_expertise
from bot.store.relationships import TAKES_A_PLACE, Relationship, RelationshipState
from bot.store.requests import RequestState
from tests.cast import Desk
from tests.crowd import join
from tests.domain.test_agreements import WORDS, accepted, opened, send
from tests.domain.test_concerns import raise_it
from tests.pairs import together

ON_EITHER_DATABASE = True


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run acts in threads that begin together; return ``done`` or the refusal's key of each, in order."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        gate.wait()
        try:
            act()
        except Refusal as refusal:
            return refusal.key
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def skip(desk: Desk, **parts: float) -> None:
    """Let time pass on the desk."""
    assert isinstance(desk.clock, SetClock)
    desk.clock.skip(**parts)


def ask(desk: Desk, mentee: str, mentor: str, request_id: str) -> None:
    """Let ``mentee`` ask ``mentor``."""
    with desk.step(mentee) as step:
        requests.ask(step, request_id=request_id, mentor_id=desk.id(mentor), note="Please")


def by(desk: Desk, who: str, act: Callable[..., object], *args: object) -> Callable[[], object]:
    """Return an act of somebody, to be run later."""

    def run() -> None:
        with desk.step(who) as step:
            act(step, *args)

    return run


def test_two_acceptances_of_one_place(desk: Desk) -> None:
    """One place, two requests accepted at once: one relationship, and the other reads that none is left."""
    ask(desk, "mira", "ines", "r1")
    ask(desk, "noor", "ines", "r2")
    said = at_once(by(desk, "ines", requests.accept, "r1"), by(desk, "ines", requests.accept, "r2"))
    assert sorted(said) == ["done", "requests.no_place_left"]
    with desk.step("ines", writes=False) as step:
        assert relationships.places_taken(step.session, [step.by]) == {step.by: 1}


def test_accepting_while_it_is_taken_back(desk: Desk) -> None:
    """Accept and Take it back at once: exactly one counts, and the other reads which."""
    ask(desk, "mira", "tomas", "r1")
    said = at_once(by(desk, "tomas", requests.accept, "r1"), by(desk, "mira", requests.withdraw, "r1"))
    assert said.count("done") == 1
    assert set(said) - {"done"} <= {"requests.settled.accepted", "requests.settled.withdrawn"}


def test_one_form_sent_twice_at_once(desk: Desk) -> None:
    """The same Send delivered twice at the same moment is one request, told once."""
    send = by(
        desk, "mira", lambda step: requests.ask(step, request_id="r1", mentor_id=desk.id("tomas"), note="x")
    )
    assert at_once(send, send) == ["done", "done"]
    assert len(desk.outbox("requests.for_mentor")) == 1


def test_accepting_while_the_mentee_leaves(desk: Desk) -> None:
    """Whichever comes first, there is no relationship with somebody who is gone and an open request left."""
    ask(desk, "mira", "tomas", "r1")
    at_once(by(desk, "tomas", requests.accept, "r1"), by(desk, "clock", people.leave, desk.id("mira")))
    with desk.step("tomas", writes=False) as step:
        seen = requests.seen_by(step, "r1", step.by)
        living = step.session.scalars(select(Relationship).where(Relationship.state.in_(TAKES_A_PLACE))).all()
    assert seen is not None
    assert seen.state in {RequestState.ACCEPTED, RequestState.UNAVAILABLE}
    assert living == []


def test_two_first_profiles_at_once(desk: Desk) -> None:
    """The very first form of a profile sent twice is one profile."""
    [mentor] = join(desk, Role.MENTOR, 1)
    with desk.step("clock") as step:
        step.session.execute(delete(Expertise).where(Expertise.profile_id.in_(_profiles_of(mentor))))
        step.session.execute(delete(Profile).where(Profile.person_id == mentor))

    def save() -> None:
        with desk.step("clock") as step:
            profiles.save(replace(step, by=mentor), profiles.Draft(expertise=("Python",)))

    assert at_once(save, save) == ["done", "done"]
    with desk.step("clock", writes=False) as step:
        assert len(step.session.scalars(_profiles_of(mentor)).all()) == 1


def _profiles_of(person_id: str) -> Select[str]:
    return select(Profile.id).where(Profile.person_id == person_id)


def test_both_sign_at_once(desk: Desk) -> None:
    """Two last signatures at the same moment: the agreement is in force once, and both are told once."""
    form = opened(desk, "mira", accepted(desk))
    send(desk, "mira", form, WORDS)
    both = [by(desk, handle, agreements.sign, form.version_id) for handle in ("mira", "tomas")]
    said = at_once(*both)
    assert said == ["done", "done"]
    with desk.step("mira", writes=False) as step:
        assert [act.what for act in step.session.scalars(select(Act))].count("agreement.in_force") == 1
        assert step.session.scalars(select(AgreementVersion.state)).all() == [VersionState.IN_FORCE]
    assert len(desk.outbox("agreements.in_force")) == 2


def test_signing_while_it_ends(desk: Desk) -> None:
    """Whichever comes first: an agreement that did not hold by the end of its relationship never does."""
    relationship_id = accepted(desk)
    form = opened(desk, "mira", relationship_id)
    send(desk, "mira", form, WORDS)
    with desk.step("mira") as step:
        agreements.sign(step, form.version_id)
    said = at_once(
        by(desk, "tomas", agreements.sign, form.version_id),
        by(desk, "mira", ending.finish, relationship_id),
    )
    assert said[1] == "done"
    with desk.step("mira", writes=False) as step:
        acts = list(step.session.scalars(select(Act.what).order_by(Act.at)))
        state = step.session.scalars(select(Relationship.state)).one()
    assert state is RelationshipState.ENDED
    assert ("agreement.in_force" in acts) == (said[0] == "done")
    assert [row for row in desk.outbox() if row.key.startswith("agreement:") and row.state == "waiting"] == []


def test_acknowledging_while_the_clock_climbs(desk: Desk) -> None:
    """A case is acknowledged or goes on, never both: one person is responsible."""
    raise_it(desk)
    case = "case1"
    skip(desk, days=10)
    said = at_once(by(desk, "hugo", casework.acknowledge, case), by(desk, "clock", clocks.climb, 100))
    with desk.step("hugo", writes=False) as step:
        row = step.session.scalars(select(Concern)).one()
    climbed = row.rung > 0
    assert said[1] == "done"
    assert (row.state is ConcernState.ACKNOWLEDGED) == (said[0] == "done") == (not climbed)


def test_a_profile_saved_twice_at_once(desk: Desk) -> None:
    """Two sent forms of one profile leave one of them whole: no term twice, none half."""
    save = [
        by(desk, "ines", profiles.save, profiles.Draft(expertise=terms))
        for terms in (("Python", "CRISPR"), ("Python", "beekeeping"))
    ]
    assert at_once(*save) == ["done", "done"]
    with desk.step("ines", writes=False) as step:
        held = {row.term for row in all_expertise(step.session)["profile-ines"]}
    assert held in ({"python", "crispr"}, {"python", "beekeeping"})


def stale(rows: list[object]) -> Callable[..., list[object]]:
    """Return a query that gives what another clock had read before this one wrote."""
    return lambda *_: rows


def test_two_clocks_remind_once(desk: Desk, mocker: MockerFixture) -> None:
    """A clock that read what is due before another one reminded of it reminds of nothing."""
    together(desk, "tomas", "mira")
    skip(desk, days=14, hours=6)
    with desk.step("clock") as step:
        assert checkins.ask(step, 100)
    skip(desk, days=7)
    with desk.step("clock", writes=False) as step:
        read_before = stored_checkins.due_for_reminder(step.session, step.now, 100)
    assert read_before
    with desk.step("clock") as step:
        checkins.remind(step, 100)
    mocker.patch.object(stored_checkins, "due_for_reminder", stale(list(read_before)))
    with desk.step("clock") as step:
        checkins.remind(step, 100)
    reminded = [row.recipient_id or "" for row in desk.outbox("checkins.reminder")]
    assert sorted(reminded) == sorted([desk.id("tomas"), desk.id("mira")])
    with desk.step("clock", writes=False) as step:
        acts = step.session.scalars(select(Act).where(Act.what == "checkin.reminded")).all()
    assert len(acts) == len(read_before)


def test_two_clocks_do_not_remind_of_what_was_answered(desk: Desk, mocker: MockerFixture) -> None:
    """What was answered after a clock read that it waits is not reminded of."""
    together(desk, "tomas", "mira")
    skip(desk, days=14, hours=6)
    with desk.step("clock") as step:
        checkins.ask(step, 100)
    skip(desk, days=7)
    with desk.step("clock", writes=False) as step:
        read_before = stored_checkins.due_for_reminder(step.session, step.now, 100)
    for handle in ("mira", "tomas"):
        for row in read_before:
            if row.person_id == desk.id(handle):
                with desk.step(handle) as step:
                    checkins.not_met(step, row.id)
    mocker.patch.object(stored_checkins, "due_for_reminder", stale(list(read_before)))
    with desk.step("clock") as step:
        checkins.remind(step, 100)
    assert [row for row in desk.outbox("checkins.reminder") if row.updates_key is None] == []


def test_two_clocks_ask_once(desk: Desk, mocker: MockerFixture) -> None:
    """A clock that read who is due before another one asked them asks nobody."""
    together(desk, "tomas", "mira")
    skip(desk, days=14, hours=6)
    with desk.step("clock", writes=False) as step:
        looked = stored_checkins.due(step.session, step.now, 100)
        due = stored_checkins.due_of(step.session, {one.person_id for one in looked}, step.now)
    assert len(due) == len(looked) == 2
    with desk.step("clock") as step:
        assert checkins.ask(step, 100)
    mocker.patch.object(stored_checkins, "due", return_value=looked)
    mocker.patch.object(stored_checkins, "due_of", stale(list(due)))
    mocker.patch.object(stored_checkins, "last_written", return_value={})
    with desk.step("clock") as step:
        checkins.ask(step, 100)
    asked = [row.recipient_id for row in desk.outbox("checkins.asked")]
    assert len(asked) == len(set(asked)) == len(due)


def test_two_clocks_remind_a_mentor_once(desk: Desk, mocker: MockerFixture) -> None:
    """The reminder of a request is recorded once, and not after it was answered."""
    ask(desk, "mira", "tomas", "r1")
    skip(desk, days=7)
    with desk.step("clock", writes=False) as step:
        read_before = stored_requests.due_for_reminder(step.session, step.now, 100)
    assert read_before
    with desk.step("tomas") as step:
        requests.decline(step, "r1")
    mocker.patch.object(stored_requests, "due_for_reminder", stale(list(read_before)))
    with desk.step("clock") as step:
        requests.remind(step, 100)
    assert desk.outbox("requests.reminder") == []


def test_asking_takes_turns_before_it_looks(desk: Desk, mocker: MockerFixture) -> None:
    """Both people are locked before anything is read: no limit is passed, no form is written twice.

    SQLite lets one writer in at a time anyway; where several may write, this lock is what holds them.
    """
    order: list[str] = []

    def says(what: str, found: object = ()) -> Callable[..., object]:
        def note(*_: object) -> object:
            order.append(what)
            return found

        return note

    mocker.patch.object(relationships, "lock_people", says("lock"))
    mocker.patch.object(asking, "find", says("look for the first Send", None))
    mocker.patch.object(stored_requests, "open_of_mentee", says("count"))
    ask(desk, "mira", "tomas", "r1")
    assert order == ["lock", "look for the first Send", "count"]


def test_people_are_locked_in_one_order(desk: Desk, mocker: MockerFixture) -> None:
    """Two asks that name the same people the other way round do not wait for each other in a circle."""
    with desk.step("mira") as step:
        spied = mocker.spy(step.session, "execute")
        relationships.lock_people(step.session, "b", "a")
        (statement,) = spied.call_args.args
    said = str(statement.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call] # SQLAlchemy's own
    assert "ORDER BY people.id" in said
    assert said.endswith("FOR NO KEY UPDATE")


def test_as_many_asks_at_once_as_there_are_mentors(desk: Desk) -> None:
    """Asks to different mentors at the same moment do not pass the number that may wait."""
    most = desk.rules.programme.requests.open_per_mentee
    mentors = join(desk, Role.MENTOR, most + 2)

    def one(n: int, mentor_id: str) -> Callable[[], object]:
        def send(step: Step) -> None:
            requests.ask(step, request_id=f"r{n}", mentor_id=mentor_id, note="Please")

        return by(desk, "mira", send)

    said = at_once(*(one(n, mentor_id) for n, mentor_id in enumerate(mentors)))
    assert sorted(said) == ["done"] * most + ["requests.too_many_open"] * 2
