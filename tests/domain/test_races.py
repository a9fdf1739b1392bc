"""Two people act in the same second: one of them wins, the other reads how it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot.domain import people, profiles, requests
from bot.errors import Refusal
from bot.store import relationships
from bot.store.profiles import all_expertise
from bot.store.requests import RequestState
from tests.cast import Desk


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
    assert seen is not None
    assert seen.state in {RequestState.ACCEPTED, RequestState.UNAVAILABLE}


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
