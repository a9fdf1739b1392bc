"""What of a case can be told from outside it: nothing by others, and by its people what happened."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain import concerns, people
from bot.domain.concerns import casework, clocks, moving, raising, reading
from bot.domain.people import Account
from bot.errors import NotFound, Refusal
from bot.jobs import schedule
from bot.store.concerns import ReaderState
from bot.store.outbox import OutboxState
from bot.store.people import Membership, Person, Role
from bot.views.concerns import casework as case_views
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


def exhaust(desk: Desk) -> None:
    """Let a case go by everyone."""
    raise_it(desk)
    for _ in range(3):
        later(desk, days=5)
        tick(desk)


def test_an_exhausted_case_asks_ever_less_often(desk: Desk) -> None:
    """In two months each handler gets a dozen messages at most, one reminder, and at the end one a week."""
    raise_it(desk)
    last_fortnight: Counter[str] = Counter()
    for day in range(60):
        before = len(desk.outbox(moving.FOR_HANDLER))
        later(desk, days=1)
        tick(desk)
        if day >= 46:
            for row in desk.outbox(moving.FOR_HANDLER)[before:]:
                last_fortnight[str(row.recipient_id)] += 1
    asked = Counter(row.recipient_id for row in desk.outbox(moving.FOR_HANDLER))
    reminded = Counter(row.recipient_id for row in desk.outbox(moving.REMINDER))
    for handle in ("hugo", "anja", "lena"):
        assert asked[desk.id(handle)] <= 12
        assert reminded[desk.id(handle)] == 1
        assert last_fortnight[desk.id(handle)] == 2
    told = Counter(row.ids["news"] for row in desk.outbox(moving.FOR_REPORTER))
    assert told == {"state": 1, "went_on": 2, "unanswered": 1, "weekly": 1}


def said(desk: Desk, kind: str, handle: str) -> list[str]:
    """Return what the notices of a kind to somebody say now, with those that are no longer true left out."""
    found = []
    for row in desk.outbox(kind):
        if row.recipient_id == desk.id(handle) and row.state is OutboxState.WAITING:
            with desk.step("clock", writes=False) as step:
                outcome = schedule.kinds()[kind].read(step, row.ids, desk.id(handle))
            if outcome is not None:
                message = schedule.kinds()[kind].show(outcome, desk.reader(handle))
                found.append(json.dumps(message.blocks))
    return found


def test_the_reporter_reads_what_happened_each_time(desk: Desk) -> None:
    """Filed, gone on, and unanswered are different sentences; the last says what one can do."""
    exhaust(desk)
    filed, first, second, unanswered = said(desk, moving.FOR_REPORTER, "mira")
    assert "it went on to the next person" in first
    assert first == second
    assert "nobody has answered yet" in unanswered
    assert "See how it stands*" in unanswered
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    assert all("acknowledged" in one for one in said(desk, moving.FOR_REPORTER, "mira"))
    assert filed


def test_the_last_reader_is_not_told_of_a_next(desk: Desk) -> None:
    """Neither the request nor the reminder says that it goes on where nobody is left."""
    raise_it(desk)
    later(desk, days=5)
    tick(desk)
    assert "goes on to the next person" in said(desk, moving.FOR_HANDLER, "anja")[0]
    later(desk, days=5)
    tick(desk)
    later(desk, days=4, hours=1)
    tick(desk)
    for text in (*said(desk, moving.FOR_HANDLER, "lena"), *said(desk, moving.REMINDER, "lena")):
        assert "goes on to the next person" not in text
        assert "Nobody is left to ask after you" in text
    assert said(desk, moving.REMINDER, "lena")


def test_with_nobody_left_the_reporter_reads_so(desk: Desk) -> None:
    """Everyone stepped back: no empty list of names, but where else to turn."""
    raise_it(desk)
    for handle in ("hugo", "anja", "lena"):
        with desk.step(handle) as step:
            casework.recuse(step, "case1")
    with desk.step("mira", writes=False) as step:
        status = casework.status(step, "case1")
    shown = json.dumps(case_views.status(status, desk.reader("mira")))
    assert "Asked: ," not in shown
    assert "Nobody is left here who could answer it" in shown
    assert "nobody is left here who could answer it" in said(desk, moving.FOR_REPORTER, "mira")[-1]
    later(desk, days=60)
    tick(desk)


def test_an_undelivered_repeat_does_not_ask_the_others_again(desk: Desk) -> None:
    """Once everyone is asked again, a message that Slack refuses brings nobody another one."""
    exhaust(desk)
    newest = [row for row in desk.outbox(moving.FOR_HANDLER) if row.recipient_id == desk.id("hugo")][-1]
    before = len(desk.outbox(moving.FOR_HANDLER))
    with desk.step("clock") as step:
        moving.undelivered(step, "case1", newest.ids["reader"], newest.ids["rung"])
    assert len(desk.outbox(moving.FOR_HANDLER)) == before
    with desk.step("lena") as step:
        casework.acknowledge(step, "case1")


def test_after_stepping_back_the_reporter_hears_again_that_nobody_answers(desk: Desk) -> None:
    """Whoever took an exhausted case and steps back leaves it unanswered anew, which is told."""
    exhaust(desk)
    with desk.step("hugo") as step:
        casework.acknowledge(step, "case1")
    with desk.step("hugo") as step:
        casework.recuse(step, "case1")
    news = [row.ids["news"] for row in desk.outbox(moving.FOR_REPORTER)]
    assert news.count("unanswered") == 2


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
        casework.withdraw(step, "case1")
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
