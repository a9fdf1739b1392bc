"""The rules of asking a mentor."""

from __future__ import annotations

import pytest

from bot.domain import requests
from bot.errors import NotFound, Refusal
from bot.store.requests import RequestState
from tests.cast import Desk

ON_EITHER_DATABASE = True


def ask(desk: Desk, mentee: str, mentor: str, request_id: str) -> requests.Asked:
    """Let ``mentee`` ask ``mentor``."""
    with desk.step(mentee) as step:
        return requests.ask(
            step, request_id=request_id, mentor_id=desk.id(mentor), note="Please", looked_for=""
        )


def test_a_request_tells_the_mentor_once(desk: Desk) -> None:
    """Sending the same form twice changes nothing and shows the same request."""
    first = ask(desk, "mira", "tomas", "r1")
    again = ask(desk, "mira", "tomas", "r1")
    assert first == again
    assert len(desk.outbox("requests.for_mentor")) == 1


def test_the_last_place_is_given_once(desk: Desk) -> None:
    """A mentor with one place can accept one of two requests; the other is refused and stays open."""
    ask(desk, "mira", "ines", "r1")
    ask(desk, "noor", "ines", "r2")
    with desk.step("ines") as step:
        assert requests.accept(step, "r1").relationship_id
    with pytest.raises(Refusal, match="no_place_left"), desk.step("ines") as step:
        requests.accept(step, "r2")
    with desk.step("noor") as step:
        seen = requests.seen_by(step, "r2", desk.id("noor"))
    assert seen is not None
    assert seen.state is RequestState.OPEN


def test_only_the_mentor_asked_may_answer(desk: Desk) -> None:
    """Anybody else reads the same as about a request that does not exist."""
    ask(desk, "mira", "tomas", "r1")
    for handle, request_id in (("ines", "r1"), ("mira", "r1"), ("tomas", "nothing")):
        with pytest.raises(NotFound), desk.step(handle) as step:
            requests.accept(step, request_id)


def test_a_settled_request_stays_settled(desk: Desk) -> None:
    """A second answer changes nothing and says so."""
    ask(desk, "mira", "tomas", "r1")
    with desk.step("tomas") as step:
        requests.decline(step, "r1")
    with pytest.raises(Refusal, match="declined"), desk.step("tomas") as step:
        requests.accept(step, "r1")
