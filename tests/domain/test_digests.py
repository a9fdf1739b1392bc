"""The weekly digest: made once, frozen as it is sent, and telling a lead only what is theirs to know."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.clock import SetClock
from bot.domain import digests, requests
from bot.domain.digests import Seen, Thing
from bot.errors import NotFound, Refusal
from bot.store.digests import Digest
from bot.store.outbox import OutboxRow, OutboxState
from bot.store.people import Membership, Role
from bot.store.relationships import Relationship, RelationshipState
from tests.cast import MONDAY, Desk
from tests.crowd import counted, join, pair


def skip(desk: Desk, **parts: float) -> None:
    """Let time pass without anybody looking."""
    assert isinstance(desk.clock, SetClock)
    desk.clock.skip(**parts)


def tick(desk: Desk) -> int:
    """Look once what is due."""
    with desk.step("clock") as step:
        return digests.due(step, 200)


def send(desk: Desk, handle: str = "lena") -> Seen | None:
    """Return the newest digest as it would be sent to one of the cast now."""
    row = desk.outbox("digests.weekly")[-1]
    with desk.step("clock") as step:
        digests.freeze(step, row.ids["digest"])
    with desk.step("clock", writes=False) as step:
        return digests.of_week(step, row.ids["digest"], desk.id(handle))


def present(desk: Desk) -> Seen:
    """Return what lena's digest would say now."""
    with desk.step("lena", writes=False) as step:
        return digests.present(step)


def things(desk: Desk) -> dict[Thing, int]:
    """Return what needs lena now."""
    return dict(present(desk).things)


def figures(desk: Desk) -> dict[str, int | None]:
    """Return the figures lena would see now."""
    return {figure.name: figure.n for figure in present(desk).figures}


def listed(desk: Desk, thing: Thing) -> list[tuple[str, ...]]:
    """Return whom a thing to do is about, by person id."""
    with desk.step("lena", writes=False) as step:
        return [
            tuple(person.person_id for person in entry.people)
            for entry in digests.listing(step, thing).entries
        ]


def test_each_lead_gets_one_a_week(desk: Desk) -> None:
    """However often and late somebody looks, a week makes one digest, and skipped weeks make none."""
    assert tick(desk) == 0  # it started an hour after this Monday's time
    skip(desk, days=7)
    assert tick(desk) == 1
    assert tick(desk) == 0
    skip(desk, days=1)
    assert tick(desk) == 0
    skip(desk, days=27)
    assert tick(desk) == 1
    assert tick(desk) == 0
    assert [row.key for row in desk.outbox("digests.weekly")] == [
        "digest:person-lena:2027-W10",
        "digest:person-lena:2027-W14",
    ]


def test_nothing_before_the_start(unstarted_desk: Desk) -> None:
    """A lead for whom the programme has not started gets no digest."""
    skip(unstarted_desk, days=14)
    assert tick(unstarted_desk) == 0


def test_it_keeps_the_figures_it_was_sent_with(desk: Desk) -> None:
    """What changes after the sending changes neither a second attempt nor a digest opened again."""
    mentors, mentees = join(desk, Role.MENTOR, 9), join(desk, Role.MENTEE, 9)
    for mentor, mentee in zip(mentors[:8], mentees, strict=False):
        pair(desk, mentor, mentee, started_on=MONDAY.date())
    skip(desk, days=7)
    tick(desk)
    first = send(desk)
    pair(desk, mentors[8], mentees[8], started_on=MONDAY.date())
    assert first is not None
    assert first == send(desk)
    assert {figure.name: figure.n for figure in first.figures}["active"] == 8
    assert figures(desk)["active"] == 9


def test_it_is_only_its_leads(desk: Desk) -> None:
    """Nobody else opens it, and neither does its lead once they are none."""
    skip(desk, days=7)
    tick(desk)
    assert send(desk) is not None
    assert send(desk, "hugo") is None
    with desk.step("clock") as step:
        step.session.execute(update(Membership).where(Membership.role == Role.LEAD).values(role=Role.MENTEE))
    assert send(desk) is None
    with pytest.raises(Refusal, match="only_leads"):
        present(desk)
    for act in (digests.listing, digests.remind):
        with pytest.raises(Refusal, match="only_leads"), desk.step("mira") as step:
            act(step, Thing.REQUESTS)


def test_the_change_since_last_week(desk: Desk) -> None:
    """A figure that was shown last week too says by how much it changed."""
    mentors, mentees = join(desk, Role.MENTOR, 12), join(desk, Role.MENTEE, 12)
    for mentor, mentee in zip(mentors[:7], mentees, strict=False):
        pair(desk, mentor, mentee, started_on=MONDAY.date())
    skip(desk, days=7)
    tick(desk)
    first = send(desk)
    for mentor, mentee in zip(mentors[7:9], mentees[7:9], strict=True):
        pair(desk, mentor, mentee, started_on=MONDAY.date())
    skip(desk, days=7)
    tick(desk)
    second = send(desk)
    assert first is not None
    assert second is not None
    assert {figure.name: figure.change for figure in first.figures}["active"] is None
    assert {figure.name: (figure.n, figure.change) for figure in second.figures}["active"] == (9, 2)


def test_weeks_gone_by(desk: Desk) -> None:
    """The picture's weeks count what went on then: not what began later, nor what had ended."""
    mentors, mentees = join(desk, Role.MENTOR, 12), join(desk, Role.MENTEE, 12)
    for n, (mentor, mentee) in enumerate(zip(mentors, mentees, strict=True)):
        pair(desk, mentor, mentee, started_on=(MONDAY - timedelta(days=40 if n < 6 else 10)).date())
    with desk.step("clock") as step:
        ending = update(Relationship).where(Relationship.made_from.endswith("mentee-000"))
        step.session.execute(
            ending.values(state=RelationshipState.ENDED, ended_at=MONDAY - timedelta(days=8))
        )
    counts = [n for _, n in present(desk).weeks]
    assert counts == [None, 6, 6, 6, 6, 11, 11, 11]


def test_figures_of_a_programme(desk: Desk) -> None:
    """Waiting mentees and overloaded mentors are counted where enough people are in and out."""
    mentors = join(desk, Role.MENTOR, 12, places=1)
    mentees = join(desk, Role.MENTEE, 30)
    for n, mentee in enumerate(mentees[:17]):
        pair(desk, mentors[n % 6] if n < 12 else mentors[6 + n % 6], mentee, started_on=MONDAY.date())
    found = figures(desk)
    assert found["waiting"] == 13 + 2  # with mira and noor
    assert found["overloaded"] == 6
    assert found["active"] == 17
    assert found["new"] is None  # all of them are new: what is left of the group is small


def test_requests_that_wait_name_the_mentor_only(desk: Desk) -> None:
    """A request waiting too long is counted; the lead reads who has not answered, not who asked or what."""
    with desk.step("mira") as step:
        requests.ask(step, request_id="r1", mentor_id=desk.id("tomas"), note="Please be my mentor")
    assert Thing.REQUESTS not in things(desk)
    skip(desk, days=8)
    assert things(desk)[Thing.REQUESTS] == 1
    assert listed(desk, Thing.REQUESTS) == [(desk.id("tomas"),)]


def test_a_reminder_goes_out_once_a_week(desk: Desk) -> None:
    """Pressing Remind twice sends one reminder; the mentor's answer takes back one not sent yet."""
    with desk.step("mira") as step:
        requests.ask(step, request_id="r1", mentor_id=desk.id("tomas"), note="Please be my mentor")
    skip(desk, days=8)
    for expected in (1, 0):
        with desk.step("lena") as step:
            assert digests.remind(step, Thing.REQUESTS).n == expected
    [row] = desk.outbox("requests.reminder")
    assert row.recipient_id == desk.id("tomas")
    with desk.step("tomas") as step:
        requests.decline(step, "r1")
    assert [row.state for row in desk.outbox("requests.reminder")] == [OutboxState.CANCELLED]
    for thing in ("silent", "concerns", "nothing such"):
        with pytest.raises(NotFound), desk.step("lena") as step:
            digests.remind(step, thing)


def test_unsigned_agreements_and_mentees_without_mentors(desk: Desk) -> None:
    """A draft nobody signs and a mentee nobody takes are there after the days in the guideline."""
    pair(desk, desk.id("tomas"), desk.id("mira"), started_on=None, state=RelationshipState.DRAFTING)
    skip(desk, days=13)
    assert things(desk) == {}
    skip(desk, days=1)
    assert things(desk) == {Thing.AGREEMENTS: 1, Thing.MENTEES: 1}
    assert listed(desk, Thing.MENTEES) == [(desk.id("noor"),)]
    assert listed(desk, Thing.AGREEMENTS) == [(desk.id("mira"), desk.id("tomas"))]


def test_a_leads_own_pair_is_not_theirs_to_look_after(desk: Desk) -> None:
    """A relationship the lead is in is in no list: what a mentee says about it may be about the lead."""
    pair(desk, desk.id("lena"), desk.id("mira"), started_on=None, state=RelationshipState.DRAFTING)
    skip(desk, days=30)
    assert Thing.AGREEMENTS not in things(desk)


def test_overloaded_and_dormant_mentors(desk: Desk) -> None:
    """More mentees than places, and open places with nobody seen for a long time, are each named."""
    for mentee in ("mira", "noor"):
        pair(desk, desk.id("ines"), desk.id(mentee), started_on=MONDAY.date())
    skip(desk, days=89)
    assert things(desk) == {Thing.OVERLOADED: 1}
    skip(desk, days=2)
    assert listed(desk, Thing.DORMANT) == [(desk.id("tomas"),)]
    with desk.step("tomas") as step:
        step.record("profile.saved", desk.id("tomas"))
    assert Thing.DORMANT not in things(desk)


def dead(desk: Desk, *kinds: str) -> None:
    """Let messages of these kinds to mira end undelivered now."""
    with desk.step("clock") as step:
        for kind in kinds:
            step.add(
                OutboxRow(
                    id=step.ids(),
                    workspace_id=step.workspace_id,
                    programme_id=step.programme_id,
                    kind=kind,
                    key=step.ids(),
                    recipient_id=desk.id("mira"),
                    state=OutboxState.DEAD,
                    created_at=step.now,
                    not_before=step.now,
                    ended_at=step.now,
                )
            )


def test_undelivered_messages_but_none_about_concerns(desk: Desk) -> None:
    """Dead messages are counted; those about concerns are the handlers' matter and in no count."""
    dead(desk, "checkins.asked", "requests.decided", "concerns.asked", "concerns.state")
    assert things(desk) == {Thing.UNDELIVERED: 2}
    skip(desk, days=8)
    assert Thing.UNDELIVERED not in things(desk)


def test_at_most_five_things(desk: Desk) -> None:
    """However much there is, a lead reads at most five things, the most pressing first."""
    rules = desk.rules.digest
    assert rules.things_to_do <= 5
    with desk.step("mira") as step:
        requests.ask(step, request_id="r1", mentor_id=desk.id("tomas"), note="Please be my mentor")
    pair(desk, desk.id("tomas"), desk.id("noor"), started_on=None, state=RelationshipState.DRAFTING)
    for mentee in join(desk, Role.MENTEE, 3):
        pair(desk, desk.id("ines"), mentee, started_on=MONDAY.date())
    join(desk, Role.MENTOR, 1)
    skip(desk, days=100)
    dead(desk, "checkins.asked")
    found = list(things(desk))
    assert found == [Thing.UNDELIVERED, Thing.REQUESTS, Thing.AGREEMENTS, Thing.MENTEES, Thing.OVERLOADED]


def test_the_snapshot_holds_counts_only(desk: Desk) -> None:
    """What is kept names nobody: erasing somebody has nothing to do here."""
    with desk.step("mira") as step:
        requests.ask(step, request_id="r1", mentor_id=desk.id("tomas"), note="Please be my mentor")
    skip(desk, days=21)
    tick(desk)
    send(desk)
    with desk.step("clock", writes=False) as step:
        [row] = step.session.scalars(select(Digest))
    kept = json.dumps(row.snapshot)
    assert "person" not in kept
    assert "r1" not in kept
    assert "Please" not in kept


def test_queries_do_not_grow_with_people(desk: Desk) -> None:
    """A digest of five people and one of two hundred take the same number of queries."""
    mentors = join(desk, Role.MENTOR, 5)

    def statements() -> int:
        with counted(desk) as seen:
            present(desk)
        return len(seen)

    few = statements()
    for n, mentee in enumerate(join(desk, Role.MENTEE, 200)):
        pair(desk, mentors[n % 5], mentee, started_on=MONDAY.date())
    assert statements() == few
    assert few <= 20
