"""A relationship ends: either side wishes so, or somebody left; the other side is helped on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.clock import SetClock
from bot.domain import agreements, checkins, people, relationships, requests
from bot.domain.people import Account, refresh
from bot.domain.relationships import Ended
from bot.errors import NotFound, Refusal
from bot.jobs.relationships import KINDS
from bot.store.base import find
from bot.store.checkins import CheckIn, CheckInState
from bot.store.database import Scope
from bot.store.outbox import OutboxRow, OutboxState
from bot.store.relationships import (
    MemberRole,
    Relationship,
    RelationshipMember,
    RelationshipState,
    places_taken,
)
from tests.cast import CAST, TEAM_ID, WORKSPACE_ID, Desk
from tests.pairs import together


def skip(desk: Desk, **parts: float) -> None:
    """Let time pass on the desk."""
    assert isinstance(desk.clock, SetClock)
    desk.clock.skip(**parts)


def leave(desk: Desk, handle: str) -> int:
    """Let one of the cast lose their Slack account."""
    with desk.step("clock") as step:
        return people.leave(step, desk.id(handle))


def state(desk: Desk, relationship_id: str) -> RelationshipState:
    """Return how a relationship stands."""
    with desk.step("clock", writes=False) as step:
        row = find(step.session, Relationship, relationship_id)
    assert row is not None
    return row.state


def news_for(desk: Desk, handle: str) -> Ended | None:
    """Return the news of an end as it would be sent to one of the cast now."""
    told = [row for row in desk.outbox("relationships.ended") if row.recipient_id == desk.id(handle)]
    assert len(told) == 1, handle
    with desk.step("clock", writes=False) as step:
        news: Ended | None = KINDS[0].read(step, told[0].ids, desk.id(handle))
    return news


def accepted(desk: Desk, mentor: str, mentee: str, looked_for: str = "") -> str:
    """Let a mentee ask a mentor who accepts; return the relationship's id."""
    with desk.step(mentee) as step:
        requests.ask(step, request_id="r1", mentor_id=desk.id(mentor), note="Please", looked_for=looked_for)
    with desk.step(mentor) as step:
        made = requests.accept(step, "r1").relationship_id
    assert made is not None
    return made


def test_who_leaves_gives_back_the_place_and_is_asked_about_no_more(desk: Desk) -> None:
    """A mentee who leaves ends the pair: the place is open, nobody is asked how it goes, the mentor knows."""
    pair = together(desk, "tomas", "mira")
    skip(desk, days=14, hours=6)
    with desk.step("clock") as step:
        checkins.ask(step, 100)
    assert leave(desk, "mira") == 1
    assert state(desk, pair) is RelationshipState.ENDED
    with desk.step("tomas", writes=False) as step:
        assert places_taken(step.session, [step.by]) == {}
        assert agreements.at_home(step) is None
        assert relationships.at_home(step) is None
        asked = list(step.session.scalars(select(CheckIn)))
    assert asked
    assert {row.state for row in asked} == {CheckInState.CANCELLED}
    skip(desk, days=60)
    with desk.step("clock") as step:
        assert checkins.ask(step, 100) == 0
    news = news_for(desk, "tomas")
    assert news is not None
    assert news.by.person_id == desk.id("mira")
    assert news.open_places == CAST["tomas"].places
    assert news.next_people is None
    assert [row.recipient_id for row in desk.outbox("relationships.ended")] == [desk.id("tomas")]


def test_a_mentee_whose_mentor_left_reads_who_else_there_is(desk: Desk) -> None:
    """Next people come for what was asked of the mentor who left; nobody who knows nothing of it."""
    with desk.step("ines") as step:
        from_ines = step.by
    pair = accepted(desk, "tomas", "mira", "statistics")
    leave(desk, "tomas")
    assert state(desk, pair) is RelationshipState.ENDED
    news = news_for(desk, "mira")
    assert news is not None
    assert news.next_people is not None
    assert from_ines not in {card.mentor.person_id for card in news.next_people.cards}
    assert news.next_people.networks


def test_leaving_twice_and_coming_back_changes_nothing(desk: Desk) -> None:
    """One end is told once; who comes back is here again, and what ended stays ended."""
    pair = together(desk, "tomas", "mira")
    assert leave(desk, "tomas") == 1
    assert leave(desk, "tomas") == 0
    with desk.db.writing(Scope(WORKSPACE_ID)) as session:
        account = Account(TEAM_ID, CAST["tomas"].slack_id, "Tomás", "", "", "en", here=True)
        refresh(session, desk.id("tomas"), account)
    assert state(desk, pair) is RelationshipState.ENDED
    assert len(desk.outbox("relationships.ended")) == 1


@pytest.mark.parametrize("who", ["mira", "tomas"])
def test_either_side_ends_it_without_a_reason(desk: Desk, who: str) -> None:
    """The one who ends it and the other side read what is next; nothing of a reason is kept anywhere."""
    pair = accepted(desk, "tomas", "mira")
    other = {"mira": "tomas", "tomas": "mira"}[who]
    with desk.step(who) as step:
        said = relationships.finish(step, pair)
    assert [contact.person_id for contact in said.others] == [desk.id(other)]
    assert state(desk, pair) is RelationshipState.ENDED
    news = news_for(desk, other)
    assert news is not None
    assert news.by.person_id == desk.id(who)
    seen = {who: said, other: news}
    assert seen["mira"].next_people is not None
    assert desk.id("tomas") not in {card.mentor.person_id for card in seen["mira"].next_people.cards}
    assert seen["tomas"].open_places == CAST["tomas"].places


def test_ended_twice_or_by_somebody_else(desk: Desk) -> None:
    """A second press says that it has ended; anybody else reads the same as about nothing."""
    pair = together(desk, "tomas", "mira")
    for handle, relationship_id in (("noor", pair), ("lena", pair), ("mira", "nothing")):
        with pytest.raises(NotFound), desk.step(handle) as step:
            relationships.finish(step, relationship_id)
    with desk.step("mira") as step:
        relationships.finish(step, pair)
    for handle in ("mira", "tomas"):
        with pytest.raises(Refusal, match="ended_already"), desk.step(handle) as step:
            relationships.finish(step, pair)
    assert len(desk.outbox("relationships.ended")) == 1
    with desk.step("clock", writes=False) as step:
        assert KINDS[0].read(step, desk.outbox("relationships.ended")[0].ids, desk.id("noor")) is None


def test_what_waits_about_its_agreement_is_not_said(desk: Desk) -> None:
    """A reminder of an agreement that nobody can sign any more is cancelled before it goes out."""
    pair = accepted(desk, "tomas", "mira")
    skip(desk, days=30)
    with desk.step("clock") as step:
        assert agreements.remind(step, 100) == 1
    with desk.step("tomas") as step:
        relationships.finish(step, pair)
    assert {row.state for row in desk.outbox("agreements.reminder")} == {OutboxState.CANCELLED}
    with pytest.raises(Refusal, match=r"agreements\.ended"), desk.step("mira") as step:
        agreements.open_agreement(step, pair)


def test_every_end_is_on_record(desk: Desk) -> None:
    """The acts say that it ended and by what; the row says when."""
    pair = together(desk, "tomas", "mira")
    with desk.step("mira") as step:
        relationships.finish(step, pair)
        ended_at = step.now
    with desk.step("clock", writes=False) as step:
        row = find(step.session, Relationship, pair)
        members = list(step.session.scalars(select(RelationshipMember)))
    assert row is not None
    assert row.ended_at == ended_at
    assert {member.role for member in members} == {MemberRole.MENTOR, MemberRole.MENTEE}
    assert all(isinstance(one, OutboxRow) for one in desk.outbox())
