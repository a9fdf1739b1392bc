"""Who may do what with a case: every person, every act, every state, the denied ones all alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.concerns import casework, reporters
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from tests.cast import CAST, Desk
from tests.domain.test_concerns import later, raise_it, tick

ACTS: dict[str, Callable[[Step, str], object]] = {
    "acknowledge": casework.acknowledge,
    "open": casework.open_case,
    "note": lambda step, case: casework.note(step, case, "x"),
    "level": lambda step, case: casework.change_level(step, case, 2, "x"),
    "resolve": lambda step, case: casework.resolve(step, case, "x"),
    "recuse": casework.recuse,
    "status": reporters.status,
    "withdraw": reporters.withdraw,
}
READING = {"open"}
WORKING = {"note", "level", "resolve"}
OWN = {"status", "withdraw"}


def _nothing(_: Desk) -> None:
    """Leave it as it was filed."""


def _acknowledged(desk: Desk) -> None:
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")


def _climbed(desk: Desk) -> None:
    later(desk, days=7)
    tick(desk)


def _recused(desk: Desk) -> None:
    with desk.step("hugo") as step:
        casework.recuse(step, "case1")


def _resolved(desk: Desk) -> None:
    _acknowledged(desk)
    with desk.step("hugo") as step:
        casework.resolve(step, "case1", "x")


def _withdrawn(desk: Desk) -> None:
    with desk.step("mira") as step:
        reporters.withdraw(step, "case1")


STAGES: dict[str, tuple[Callable[[Desk], None], dict[str, set[str]]]] = {
    "filed": (_nothing, {"hugo": {"acknowledge", "recuse"} | READING, "mira": OWN}),
    "acknowledged": (
        _acknowledged,
        {"hugo": {"acknowledge", "recuse"} | READING | WORKING, "mira": OWN},
    ),
    "climbed": (_climbed, {"anja": {"acknowledge", "recuse"} | READING, "mira": OWN}),
    "recused": (_recused, {"anja": {"acknowledge", "recuse"} | READING, "mira": OWN}),
    "resolved": (_resolved, {"hugo": READING, "mira": {"status"}}),
    "withdrawn": (_withdrawn, {"mira": {"status"}}),
}


def answer(desk: Desk, handle: str, act: str, case: str) -> str:
    """Return how an act is answered, undoing whatever it did: ``done`` or the text's key."""
    try:
        with desk.step(handle) as step:
            ACTS[act](step, case)
            step.session.rollback()
    except NotFound as refusal:
        return refusal.key
    except Refusal as refusal:
        return f"told: {refusal.key}"
    return "done"


@pytest.mark.parametrize("stage", STAGES)
def test_whoever_may_not_is_answered_as_about_nothing(desk: Desk, stage: str) -> None:
    """In each state only the responsible reader and the reporter may act; others read as about nothing.

    The reporter, and whoever held a case, may read in plain words that it has ended already.
    """
    reach, allowed = STAGES[stage]
    raise_it(desk)
    reach(desk)
    for handle in CAST:
        for act in ACTS:
            given = answer(desk, handle, act, "case1")
            if act in allowed.get(handle, set()):
                assert given == "done", (handle, act)
            elif given == "told: concerns.ended_already":
                assert stage in {"resolved", "withdrawn"}
                assert (handle, act) == ("mira", "withdraw") or (handle == "hugo" and act in WORKING)
            else:
                assert given == answer(desk, handle, act, "no such case"), (handle, act)


@pytest.mark.parametrize("party", ["hugo", "anja", "lena"])
def test_whoever_is_named_or_struck_out_can_do_nothing_at_any_time(desk: Desk, party: str) -> None:
    """Neither at first, nor when the ladder has come to its end and everyone else is asked."""
    raise_it(desk, concern_id="named", about_slack_id=CAST[party].slack_id)
    raise_it(desk, concern_id="struck", struck_ids=(desk.id(party),))
    for _ in range(4):
        for case in ("named", "struck"):
            for act in ACTS:
                assert answer(desk, party, act, case) == answer(desk, party, act, "no such case")
        later(desk, days=7)
        tick(desk)
    assert not [row for row in desk.outbox() if row.recipient_id == desk.id(party)]


def test_a_reporter_who_is_a_handler_never_handles_their_own(desk: Desk) -> None:
    """Hugo raises something himself: it is asked of somebody else, and he can only see how it stands."""
    raise_it(desk, by="hugo")
    for act in set(ACTS) - OWN:
        assert answer(desk, "hugo", act, "case1") == "common.not_found"
    assert answer(desk, "anja", "acknowledge", "case1") == "done"
