"""What of a case can be told from outside it: nothing by others, and by its people what happened."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain import concerns, people
from bot.domain.concerns import casework, clocks, moving, raising, reading, reporters
from bot.domain.people import Account
from bot.errors import NotFound, Refusal
from bot.store.concerns import ReaderState
from bot.store.people import Membership, Person, Role
from bot.views.concerns import notices
from bot.views.concerns import raising as raise_views
from tests.cast import CAST, TEAM_ID, Desk, set_up_desk
from tests.domain.test_concerns import later, raise_it, tick

CASES = st.lists(
    st.tuples(
        st.sampled_from(["mira", "noor", "tomas", "ines"]),
        st.sampled_from(["hugo", "anja", "lena", "tomas", "ines"]),
        st.integers(1, 4),
        st.sampled_from(["leave", "acknowledge", "climb"]),
    ),
    min_size=1,
    max_size=5,
)


def all_handlers(desk: Desk) -> None:
    """Give the same role to all three who may handle, so that their order is anybody's guess."""
    with desk.step("clock") as step:
        for handle in ("anja", "lena"):
            step.add(
                Membership(id=f"{handle}-too", **step.place, person_id=desk.id(handle), role=Role.HANDLER)
            )


def first_screens(desk: Desk, but: set[str]) -> dict[str, str]:
    """Return the first screen of everyone in the programme, as Slack gets it."""
    shown = {}
    for handle in CAST.keys() - but:
        with desk.step(handle, writes=False) as step:
            outcome = raising.first_screen(step, "new")
        shown[handle] = json.dumps(raise_views.intro(outcome, desk.reader(handle)))
    return shown


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(cases=CASES)
def test_no_first_screen_tells_of_anybodys_case(cases: list[tuple[str, str, int, str]]) -> None:
    """However many cases others raise, and whatever becomes of them, nobody's first screen changes."""
    with TemporaryDirectory() as folder:
        desk = set_up_desk(Path(folder))
        all_handlers(desk)
        before = first_screens(desk, set())
        for number, (by, about, level, then) in enumerate(cases):
            if by == about:
                continue
            case = f"case{number}"
            raise_it(desk, by=by, concern_id=case, about_slack_id=CAST[about].slack_id, level=level)
            if then == "acknowledge":
                first = desk.outbox(moving.FOR_HANDLER)[-1].recipient_id
                handle = next(one for one in CAST if desk.id(one) == first)
                with desk.step(handle) as step:
                    casework.acknowledge(step, str(desk.outbox(moving.FOR_HANDLER)[-1].ids["concern"]))
            if then == "climb":
                later(desk, days=7)
                tick(desk)
        assert first_screens(desk, set()) == before
        desk.db.engine.dispose()


@pytest.mark.parametrize("about", ["", CAST["tomas"].slack_id])
def test_where_nobody_knows_who_is_meant_no_card_is_posted(desk: Desk, about: str) -> None:
    """Free text may mean somebody in the channel: handlers are told directly, and no card ever follows."""
    raise_it(desk, about_slack_id=about, about_text="The head of the lab")
    assert desk.outbox(moving.FOR_HANDLER)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    assert desk.outbox(moving.CARD) == desk.outbox(moving.CARD_AGAIN) == []
    if not about:
        with desk.step("clock", writes=False) as step:
            assert not reading.channel_may_see(step, "case1", frozenset({CAST["hugo"].slack_id}))


def test_who_comes_late_reads_who_has_it(desk: Desk) -> None:
    """Both were asked, one acknowledged: the other reads the name; who was never asked reads nothing."""
    raise_it(desk, level=2)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    with pytest.raises(Refusal, match="taken_already") as late, desk.step("anja") as step:
        casework.acknowledge(step, "case1")
    assert late.value.values == {"name": "Hugo Brandt"}
    for handle in ("lena", "tomas", "mira"):
        with pytest.raises(NotFound), desk.step(handle) as step:
            casework.acknowledge(step, "case1")


def test_forms_are_only_for_whoever_has_the_case(desk: Desk) -> None:
    """Before a form is shown it is looked up whether its sender could save it."""
    raise_it(desk, level=2)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    with desk.step("hugo", writes=False) as step:
        assert casework.may_work(step, "case1").holds
    for handle in ("anja", "lena", "tomas", "mira"):
        with pytest.raises(NotFound), desk.step(handle, writes=False) as step:
            casework.may_work(step, "case1")
    with desk.step("mira") as step:
        reporters.withdraw(step, "case1")
    with pytest.raises(Refusal, match="ended_already"), desk.step("hugo", writes=False) as step:
        casework.may_work(step, "case1")


def test_home_names_who_has_a_case_that_one_may_read(desk: Desk) -> None:
    """It is nothing that waits for the other reader, who may still open it."""
    raise_it(desk, level=2)
    with desk.step("anja") as step:
        casework.acknowledge(step, "case1")
    with desk.step("hugo", writes=False) as step:
        parts = notices.at_home(concerns.at_home(step), desk.reader("hugo"))
    assert parts.waiting == []
    shown = json.dumps(parts.mine)
    assert f"<@{CAST['anja'].slack_id}> has it" in shown
    assert "yours" not in shown
    assert "Open" in shown


def test_who_joins_makes_only_their_own_cards_be_looked_at(desk: Desk) -> None:
    """The one named, one struck out and the reporter; for anybody else nothing happens."""
    raise_it(desk, struck_ids=(desk.id("lena"),))
    raise_it(desk, by="noor", concern_id="case2", about_slack_id=CAST["ines"].slack_id)
    for handle, found in (("tomas", 1), ("lena", 1), ("mira", 1), ("ines", 1), ("anja", 0), ("oskar", 0)):
        before = len(desk.outbox(moving.CARD_AGAIN))
        with desk.step("clock") as step:
            assert clocks.somebody_joined(step, CAST[handle].slack_id) == found
        assert len(desk.outbox(moving.CARD_AGAIN)) == before + found


def account(handle: str, email: str) -> Account:
    """Return one of the cast as Slack describes them, under another address."""
    member = CAST[handle]
    return Account(TEAM_ID, member.slack_id, member.name, email, member.time_zone, "en", here=True)


def test_an_address_the_guideline_knows_is_kept(desk: Desk) -> None:
    """Whoever changes it in Slack keeps line and conflicts; anybody else gets the new one."""
    keep = desk.rules.concerns.addresses
    for handle in ("hugo", "mira"):
        with desk.step("clock") as step:
            people.refresh(step.session, desk.id(handle), account(handle, "new@riverside.example"), keep)
        with desk.step("clock", writes=False) as step:
            person = step.session.scalars(select(Person).where(Person.id == desk.id(handle))).one()
            assert (person.email == CAST[handle].email) == (handle == "hugo")
    with desk.step("mira", writes=False) as step:
        assert concerns.missing(step) == ()


def test_who_holds_the_role_without_an_entry_reads_nothing(desk: Desk) -> None:
    """Neither reporting line nor conflicts are known of them, so nobody could tell whether they may."""
    rules = desk.rules.concerns
    desk.rules = replace(
        desk.rules,
        concerns=rules.model_copy(
            update={"handlers": tuple(one for one in rules.handlers if "lena" not in one.email)}
        ),
    )
    with desk.step("mira", writes=False) as step:
        readers = raising.first_screen(step).readers.everyone
    assert {contact.name for contact in readers} == {"Hugo Brandt", "Anja Petrova"}


def test_a_reader_who_passed_it_on_is_not_told_who_has_it(desk: Desk) -> None:
    """Stepping back ends what one may know of it."""
    raise_it(desk, level=2)
    with desk.step("hugo") as step:
        casework.recuse(step, "case1")
    with desk.step("anja") as step:
        casework.acknowledge(step, "case1")
    with pytest.raises(NotFound), desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    with desk.step("clock", writes=False) as step:
        card = reading.card_for(step, "case1", desk.id("hugo"))
    assert card is not None
    assert card.reader_state is ReaderState.RECUSED
