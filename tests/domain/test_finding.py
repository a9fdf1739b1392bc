"""Who is offered to whom: the steps of a search over a directory, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, update

from bot.domain import mentors, people, profiles, requests, sheets
from bot.domain.mentors.hours import shared_minutes
from bot.domain.people import Account
from bot.errors import NotFound, Refusal
from bot.store.people import Membership
from bot.store.profiles import ProfileState
from bot.store.requests import RequestState
from tests.cast import TEAM_ID, Desk

MOST_QUERIES = 14


@contextmanager
def queries(desk: Desk) -> Iterator[list[str]]:
    """Gather the statements sent to the database."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(desk.db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(desk.db.engine, "before_cursor_execute", note)


def more_mentors(desk: Desk, count: int, *, started: bool = True) -> None:
    """Import ``count`` mentors who all hold the same term, with one place each."""
    text = "id,roles,expertise,places\n" + "".join(
        f"U1M{n:05},mentor,statistics;topic {n},1\n" for n in range(count)
    )
    accounts = [
        Account(TEAM_ID, f"U1M{n:05}", f"Mentor {n}", "", "Europe/Berlin", "en", here=True)
        for n in range(count)
    ]
    with desk.step("clock") as step:
        people.import_people(step, sheets.read(text.encode()), accounts)
        if started:
            step.session.execute(
                update(Membership).where(Membership.started_at.is_(None)).values(started_at=step.now)
            )


def found(desk: Desk, who: str, typed: str) -> mentors.Found:
    """Return what somebody finds."""
    with desk.step(who, writes=False) as step:
        return mentors.find(step, typed)


def ask(desk: Desk, mentee: str, mentor: str, request_id: str) -> requests.Asked:
    """Let ``mentee`` ask ``mentor``."""
    with desk.step(mentee) as step:
        return requests.ask(step, request_id=request_id, mentor_id=desk.id(mentor), note="Please")


def names(outcome: mentors.Found) -> list[str]:
    """Return the first names on the cards."""
    return [card.mentor.name.split()[0] for card in outcome.cards]


def test_the_number_of_queries_does_not_grow_with_the_directory(desk: Desk) -> None:
    """A search costs the same few queries over two mentors and over three hundred."""
    found(desk, "mira", "statistics")
    with queries(desk) as few:
        found(desk, "mira", "statistics")
    more_mentors(desk, 300)
    found(desk, "mira", "statistics")
    with queries(desk) as many:
        outcome = found(desk, "mira", "statistics")
    assert len(outcome.cards) == desk.rules.programme.mentors.shown
    assert len(many) == len(few) <= MOST_QUERIES


def test_a_changed_directory_is_read_again(desk: Desk) -> None:
    """The index in memory follows each profile that changes, and is not read while none does."""
    assert names(found(desk, "mira", "beekeeping")) == []
    with desk.step("ines") as step:
        profiles.save(step, profiles.Draft(expertise=("beekeeping",)))
    assert names(found(desk, "mira", "beekeeping")) == ["Inês"]
    with queries(desk) as seen:
        found(desk, "mira", "beekeeping")
    assert not any("FROM expertise" in statement for statement in seen)


def test_a_change_that_is_rolled_back_is_not_remembered(desk: Desk) -> None:
    """An index seen within a step that failed does not outlive it."""
    with desk.step("ines") as step:
        profiles.save(step, profiles.Draft(expertise=("beekeeping",)))
        assert mentors.index_of(step).label("beekeeping") == "beekeeping"
        step.session.rollback()
    with desk.step("tomas") as step:
        profiles.save(step, profiles.Draft(expertise=("statistics",)))
    assert names(found(desk, "mira", "beekeeping")) == []


def test_only_who_can_be_asked_is_offered(desk: Desk) -> None:
    """Full, paused, hidden and already asked mentors, those who left, and oneself are not offered."""
    assert names(found(desk, "mira", "python")) == ["Inês"]
    assert names(found(desk, "ines", "python")) == []
    for state in (ProfileState.PAUSED, ProfileState.HIDDEN):
        with desk.step("ines") as step:
            profiles.save(step, profiles.Draft(expertise=("Python",), state=state))
        assert names(found(desk, "mira", "python")) == []
    with desk.step("ines") as step:
        profiles.save(step, profiles.Draft(expertise=("Python",), places=1))
    ask(desk, "mira", "ines", "r1")
    assert names(found(desk, "mira", "python")) == []
    assert names(found(desk, "noor", "python")) == ["Inês"]
    with desk.step("ines") as step:
        requests.accept(step, "r1")
    outcome = found(desk, "noor", "python")
    assert outcome.nobody_free
    with desk.step("clock") as step:
        people.leave(step, desk.id("tomas"))
    assert names(found(desk, "noor", "statistics")) == []


def test_a_mentor_not_started_is_not_offered(desk: Desk) -> None:
    """In a pilot only mentors for whom it has started are found: others would receive nothing."""
    more_mentors(desk, 3, started=False)
    assert names(found(desk, "mira", "topic 1")) == []
    more_mentors(desk, 3)
    assert names(found(desk, "mira", "topic 1")) == ["Mentor"]


def test_among_equals_who_waits_for_nobody_comes_first(desk: Desk) -> None:
    """Equal evidence goes to the mentor with fewer waiting requests, whatever the alphabet says."""
    more_mentors(desk, 5)
    first = found(desk, "mira", "statistics").cards[0].mentor.person_id
    with desk.step("noor") as step:
        requests.ask(step, request_id="r1", mentor_id=first, note="Please")
    after = found(desk, "mira", "statistics").cards
    assert first != after[0].mentor.person_id


def test_the_order_of_equals_differs_between_people(desk: Desk) -> None:
    """Nobody stands first for everyone: equals come in an order drawn for each searcher and week."""
    more_mentors(desk, 60)
    mira, noor = (
        [card.mentor.person_id for card in found(desk, who, "statistics").cards] for who in ("mira", "noor")
    )
    assert mira != noor
    assert mira == [card.mentor.person_id for card in found(desk, "mira", "statistics").cards]


def test_next_people_are_for_the_same_topic_and_not_asked_before(desk: Desk) -> None:
    """After a decline two others are named, first those who know the same, never who was asked."""
    more_mentors(desk, 4)
    with desk.step("mira") as step:
        requests.ask(
            step, request_id="r1", mentor_id=desk.id("tomas"), note="Please", looked_for="statistics"
        )
    with desk.step("tomas") as step:
        requests.decline(step, "r1")
    with desk.step("clock", writes=False) as step:
        decided = requests.decided_for(step, "r1", desk.id("mira"))
        assert requests.decided_for(step, "r1", desk.id("tomas")) is None
    assert decided is not None
    assert decided.next_people is not None
    assert len(decided.next_people.cards) == 2
    assert not decided.next_people.networks
    assert all("statistics" in card.topic for card in decided.next_people.cards)
    assert desk.id("tomas") not in {card.mentor.person_id for card in decided.next_people.cards}


def test_nobody_is_suggested_without_a_reason(desk: Desk) -> None:
    """Where nobody else knows it, a decline names nobody, but networks outside the programme."""
    with desk.step("mira") as step:
        requests.ask(
            step,
            request_id="r1",
            mentor_id=desk.id("tomas"),
            note="Please",
            looked_for="single cell rna sequencing",
        )
    with desk.step("tomas") as step:
        requests.decline(step, "r1")
    with desk.step("clock", writes=False) as step:
        decided = requests.decided_for(step, "r1", desk.id("mira"))
    assert decided is not None
    assert decided.asked.looked_for
    assert decided.next_people is not None
    assert decided.next_people.cards == ()
    assert decided.next_people.few
    assert decided.next_people.networks


def test_without_a_topic_the_next_people_are_like_the_one_asked(desk: Desk) -> None:
    """Who asked somebody by name is shown others who know what that mentor knows, and why."""
    more_mentors(desk, 1)
    with desk.step("mira") as step:
        requests.ask(step, request_id="r1", mentor_id=desk.id("tomas"), note="Please")
    with desk.step("tomas") as step:
        requests.decline(step, "r1")
    with desk.step("clock", writes=False) as step:
        decided = requests.decided_for(step, "r1", desk.id("mira"))
    assert decided is not None
    assert decided.next_people is not None
    assert all(card.reasons for card in decided.next_people.cards)
    assert len(decided.next_people.cards) == 1


def test_the_only_expert_was_asked_already(desk: Desk) -> None:
    """A search says that the answer of who knows it is still to come, not that nobody has a place."""
    with desk.step("mira") as step:
        requests.ask(step, request_id="r1", mentor_id=desk.id("tomas"), note="Please")
    again = found(desk, "mira", "single-cell RNA")
    assert again.cards == ()
    assert [contact.person_id for contact in again.asked] == [desk.id("tomas")]
    assert again.together == ()
    with desk.step("tomas") as step:
        requests.accept(step, "r1")
    later = found(desk, "mira", "single-cell RNA")
    assert [contact.person_id for contact in later.together] == [desk.id("tomas")]
    assert later.asked == ()
    assert found(desk, "noor", "single-cell RNA").cards


def test_what_was_typed_is_shown_as_it_was_typed(desk: Desk) -> None:
    """Capitals and signs stay, only how the question was put is left out."""
    said = found(desk, "mira", "I need help with NLP, and C++ <!channel> please")
    assert said.needs == ("NLP", "C++ <!channel>")
    card = next(card for card in said.cards if card.mentor.person_id == desk.id("ines"))
    assert card.reasons[0].need == "NLP"


def test_a_topic_that_is_no_term_is_left_out(desk: Desk) -> None:
    """A forged topic on a button reaches neither the form nor the request."""
    with desk.step("mira") as step:
        assert requests.prepare(step, desk.id("tomas"), "<!channel> hello").looked_for == ""
        assert requests.prepare(step, desk.id("tomas"), "statistics").looked_for == "statistics"


def test_requests_end_when_either_side_leaves(desk: Desk) -> None:
    """The other side's card says so; leaving twice changes nothing more."""
    ask(desk, "mira", "tomas", "r1")
    ask(desk, "noor", "tomas", "r2")
    with desk.step("clock") as step:
        assert people.leave(step, desk.id("mira")) == 1
        assert people.leave(step, desk.id("mira")) == 0
    with desk.step("clock", writes=False) as step:
        seen = requests.seen_by(step, "r1", desk.id("tomas"))
        other = requests.seen_by(step, "r2", desk.id("tomas"))
    assert seen is not None
    assert seen.state is RequestState.UNAVAILABLE
    assert other is not None
    assert other.state is RequestState.OPEN
    with pytest.raises(Refusal, match=r"settled\.unavailable"), desk.step("tomas") as step:
        requests.accept(step, "r1")


def test_a_mentor_who_was_removed_cannot_be_asked(desk: Desk) -> None:
    """A live button to somebody who left answers that they are gone."""
    with desk.step("clock") as step:
        people.leave(step, desk.id("tomas"))
    with pytest.raises(NotFound, match="mentor_gone"):
        ask(desk, "mira", "tomas", "r1")


@pytest.mark.parametrize(
    ("other", "hours"),
    [("Europe/Berlin", 8), ("America/New_York", 2), ("Asia/Kolkata", 3.5), ("Pacific/Auckland", 0)],
)
def test_shared_hours_are_counted_on_both_walls(desk: Desk, other: str, hours: float) -> None:
    """Working hours of two time zones overlap as their wall clocks say on that day."""
    now = desk.clock.now()
    assert shared_minutes(now, desk.rules.programme.hours, "Europe/Berlin", other) == hours * 60
    assert shared_minutes(now, desk.rules.programme.hours, other, "Europe/Berlin") == hours * 60
