"""The rules of writing, signing, changing and renewing an agreement."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.clock import SetClock
from bot.domain import agreements, requests
from bot.domain.agreements import FormSeen, Saved, SignResult, Turn
from bot.domain.agreements.clauses import Faulty, merge
from bot.errors import NotFound, Refusal
from bot.store import agreements as store
from bot.store.base import change, find
from bot.store.relationships import (
    Basis,
    Kind,
    MemberRole,
    Relationship,
    RelationshipMember,
    RelationshipState,
)
from tests.cast import Desk

ON_EITHER_DATABASE = True

WORDS = {"goals": "Finish the thesis", "steps": "An outline by Friday"}


def accepted(desk: Desk, mentee: str = "mira", mentor: str = "tomas") -> str:
    """Let ``mentor`` accept ``mentee`` and return the relationship."""
    with desk.step(mentee) as step:
        requests.ask(step, request_id=f"r-{mentee}", mentor_id=desk.id(mentor), note="Please", looked_for="")
    with desk.step(mentor) as step:
        relationship_id = requests.accept(step, f"r-{mentee}").relationship_id
    assert relationship_id is not None
    return relationship_id


def opened(desk: Desk, who: str, relationship_id: str) -> FormSeen:
    """Open the first form."""
    with desk.step(who) as step:
        form = agreements.open_agreement(step, relationship_id)
    assert isinstance(form, FormSeen)
    return form


def next_form(desk: Desk, who: str, agreement_id: str, *, renew: bool = False) -> FormSeen:
    """Open the form for the next version."""
    with desk.step(who, writes=False) as step:
        return agreements.open_form(step, agreement_id, renew=renew)


def send(
    desk: Desk, who: str, form: FormSeen, values: Mapping[str, str], *, renew: bool = False
) -> Saved | FormSeen:
    """Submit a form with these values over what it began with."""
    with desk.step(who) as step:
        return agreements.save_version(
            step,
            agreement_id=form.agreement_id,
            version_id=form.version_id,
            based_on=form.based_on,
            values={**form.values, **values},
            renew=renew,
        )


def saved(outcome: Saved | FormSeen) -> agreements.Version:
    """Return the version that was saved."""
    assert isinstance(outcome, Saved)
    assert outcome.seen.version is not None
    return outcome.seen.version


def sign(desk: Desk, who: str, version_id: str) -> SignResult:
    """Sign a version."""
    with desk.step(who) as step:
        return agreements.sign(step, version_id).result


def first(desk: Desk, relationship_id: str) -> agreements.Version:
    """Let Mira write the first version."""
    return saved(send(desk, "mira", opened(desk, "mira", relationship_id), WORDS))


def in_force(desk: Desk, relationship_id: str) -> FormSeen:
    """Let both sign a first version, and return Mira's first form."""
    form = opened(desk, "mira", relationship_id)
    version = saved(send(desk, "mira", form, WORDS))
    sign(desk, "mira", version.version_id)
    sign(desk, "tomas", version.version_id)
    return form


def relationship(desk: Desk, relationship_id: str) -> Relationship:
    """Return the relationship's row."""
    with desk.step("mira", writes=False) as step:
        row = find(step.session, Relationship, relationship_id)
    assert row is not None
    return row


def test_a_relationship_begins_when_both_signed_the_same_version(desk: Desk) -> None:
    """Mentee fills, mentor changes one clause, both sign that version; only then is it active."""
    relationship_id = accepted(desk)
    before = first(desk, relationship_id)
    assert sign(desk, "mira", before.version_id) is SignResult.SIGNED
    form = next_form(desk, "tomas", opened_id(desk, relationship_id))
    after = saved(send(desk, "tomas", form, {"frequency": "month"}))
    assert [one.title for one in after.changes] == ["How often we meet"]
    assert (after.changes[0].was, after.changes[0].now) == ("Every two weeks", "Every month")
    assert sign(desk, "tomas", after.version_id) is SignResult.SIGNED
    assert relationship(desk, relationship_id).state is RelationshipState.DRAFTING
    assert sign(desk, "mira", after.version_id) is SignResult.IN_FORCE
    row = relationship(desk, relationship_id)
    assert row.state is RelationshipState.ACTIVE
    assert str(row.started_on) == "2027-03-01"
    assert len(desk.outbox("agreements.in_force")) == 2


def opened_id(desk: Desk, relationship_id: str) -> str:
    """Return the id of a relationship's agreement."""
    with desk.step("mira", writes=False) as step:
        row = store.of_relationship(step.session, relationship_id)
    assert row is not None
    return row.id


def skip(desk: Desk, **parts: float) -> None:
    """Move the desk's clock on."""
    assert isinstance(desk.clock, SetClock)
    desk.clock.skip(**parts)


def mine(desk: Desk, who: str) -> agreements.Mine:
    """Return somebody's only agreement as Home shows it."""
    with desk.step(who, writes=False) as step:
        found = agreements.at_home(step)
    assert found is not None
    (one,) = found.agreements
    return one


def pair(desk: Desk, basis: Basis, kind: Kind = Kind.MENTOR) -> str:
    """Write an imported pair of Noor and Ines, active since before."""
    with desk.step("clock") as step:
        step.add(
            Relationship(
                id="pair",
                **step.place,
                kind=kind,
                state=RelationshipState.ACTIVE,
                basis=basis,
                made_from="pairs:ines:noor",
                created_at=step.now,
                started_on=step.now.date() - timedelta(days=90),
            )
        )
        for handle, role in (("ines", MemberRole.MENTOR), ("noor", MemberRole.MENTEE)):
            step.add(
                RelationshipMember(
                    id=f"pair-{handle}",
                    **step.place,
                    relationship_id="pair",
                    person_id=desk.id(handle),
                    role=role,
                )
            )
    return "pair"


def test_accepting_begins_one_draft(desk: Desk) -> None:
    """A draft belongs to the relationship from the acceptance on; beginning it again changes nothing."""
    relationship_id = accepted(desk)
    with desk.step("mira") as step:
        assert agreements.draft(step, relationship_id) == agreements.draft(step, relationship_id)
    assert mine(desk, "mira").turn is Turn.FILL
    assert mine(desk, "tomas").turn is Turn.NOTHING


def test_the_form_sent_twice_is_one_version(desk: Desk) -> None:
    """A second Submit of the same form finds the first and tells nobody again."""
    relationship_id = accepted(desk)
    form = opened(desk, "mira", relationship_id)
    one, two = saved(send(desk, "mira", form, WORDS)), saved(send(desk, "mira", form, {"goals": "Other"}))
    assert one == two
    assert len(desk.outbox("agreements.written")) == 1


def test_nothing_different_makes_no_version(desk: Desk) -> None:
    """Saving what was there already keeps the version and its signatures."""
    relationship_id = accepted(desk)
    version = first(desk, relationship_id)
    outcome = send(desk, "tomas", next_form(desk, "tomas", opened_id(desk, relationship_id)), {})
    assert isinstance(outcome, Saved)
    assert not outcome.new
    assert saved(outcome).version_id == version.version_id


def test_only_members_reach_it(desk: Desk) -> None:
    """For anybody else every step answers as about nothing; so does an id nobody gave out."""
    relationship_id = accepted(desk)
    form = opened(desk, "mira", relationship_id)
    version = first(desk, relationship_id)
    for who in ("ines", "lena", "hugo"):
        with desk.step(who) as step:
            for attempt in (
                lambda s=step: agreements.open_agreement(s, relationship_id),
                lambda s=step: agreements.open_form(s, form.agreement_id),
                lambda s=step: agreements.read(s, form.agreement_id),
                lambda s=step: agreements.history(s, form.agreement_id),
                lambda s=step: agreements.sign(s, version.version_id),
                lambda s=step: agreements.sign(s, "nothing"),
            ):
                with pytest.raises(NotFound):
                    attempt()
        with pytest.raises(NotFound):
            send(desk, who, form, WORDS)


def test_an_outdated_version_is_not_signed(desk: Desk) -> None:
    """Signing a version that is not the newest signs nothing and shows the newest."""
    relationship_id = accepted(desk)
    old = first(desk, relationship_id)
    form = next_form(desk, "tomas", opened_id(desk, relationship_id))
    new = saved(send(desk, "tomas", form, {"length": "60"}))
    with desk.step("mira") as step:
        outcome = agreements.sign(step, old.version_id)
    assert outcome.result is SignResult.OUTDATED
    assert outcome.seen.version is not None
    assert outcome.seen.version.version_id == new.version_id
    assert outcome.seen.version.signatures == ()


def test_signing_twice_is_one_signature(desk: Desk) -> None:
    """A second press says so."""
    relationship_id = accepted(desk)
    version = first(desk, relationship_id)
    assert sign(desk, "mira", version.version_id) is SignResult.SIGNED
    assert sign(desk, "mira", version.version_id) is SignResult.ALREADY
    assert relationship(desk, relationship_id).state is RelationshipState.DRAFTING


def test_two_edits_from_the_same_version_keep_both(desk: Desk) -> None:
    """The second gets the form back with both edits put together; a clash keeps what was typed."""
    relationship_id = accepted(desk)
    first(desk, relationship_id)
    agreement_id = opened_id(desk, relationship_id)
    hers, his = next_form(desk, "mira", agreement_id), next_form(desk, "tomas", agreement_id)
    saved(send(desk, "tomas", his, {"goals": "A paper", "length": "60"}))
    again = send(desk, "mira", hers, {"goals": "A thesis", "mode": "video"})
    assert isinstance(again, FormSeen)
    assert again.overtaken is not None
    assert again.overtaken.both == ("goals",)
    assert {one.key for one in again.overtaken.changes} == {"goals", "length"}
    assert (again.values["goals"], again.values["length"], again.values["mode"]) == (
        "A thesis",
        "60",
        "video",
    )
    version = saved(send(desk, "mira", again, {}))
    assert version.number == 3


def test_two_first_versions_at_once(desk: Desk) -> None:
    """Both may begin the first version; the second is shown the first instead of writing over it."""
    relationship_id = accepted(desk)
    hers, his = opened(desk, "mira", relationship_id), opened(desk, "tomas", relationship_id)
    saved(send(desk, "mira", hers, WORDS))
    again = send(desk, "tomas", his, {**WORDS, "steps": "Mine"})
    assert isinstance(again, FormSeen)
    assert again.overtaken is not None
    assert again.overtaken.both == ("steps",)
    assert again.values["goals"] == WORDS["goals"]


def test_an_amendment_leaves_the_old_in_force(desk: Desk) -> None:
    """A new version of a signed agreement holds only when all signed it; its end stays where it was."""
    relationship_id = accepted(desk)
    in_force(desk, relationship_id)
    skip(desk, days=40)
    form = next_form(desk, "mira", opened_id(desk, relationship_id))
    version = saved(send(desk, "mira", form, {"frequency": "month"}))
    with desk.step("mira") as step:
        held = agreements.in_force(step, relationship_id)
        assert held is not None
        assert held.number == 1
    sign(desk, "mira", version.version_id)
    assert mine(desk, "tomas").in_force_number == 1
    assert sign(desk, "tomas", version.version_id) is SignResult.IN_FORCE
    assert mine(desk, "tomas").in_force_number == 2
    assert str(mine(desk, "tomas").ends_on) == "2028-03-01"
    assert str(relationship(desk, relationship_id).started_on) == "2027-03-01"


def test_what_cannot_be_kept_is_named_by_clause(desk: Desk) -> None:
    """Missing, too long, no option, no number: each is refused at its field and nothing is stored."""
    relationship_id = accepted(desk)
    form = opened(desk, "mira", relationship_id)
    bad = {"goals": " ", "steps": "x" * 10_000, "mode": "by owl", "length": "9999", "duration": "١٢"}
    with pytest.raises(Faulty) as faulty:
        send(desk, "mira", form, bad)
    assert set(faulty.value.faults) == set(bad)
    assert mine(desk, "mira").latest_number == 0


def test_an_ended_relationship_can_be_read_and_not_changed(desk: Desk) -> None:
    """After the end nothing is written or signed."""
    relationship_id = accepted(desk)
    form = opened(desk, "mira", relationship_id)
    version = first(desk, relationship_id)
    with desk.step("tomas") as step:
        change(
            step.session,
            Relationship,
            relationship_id,
            expected=RelationshipState.DRAFTING,
            to=RelationshipState.ENDED,
        )
    with pytest.raises(Refusal, match="ended"):
        sign(desk, "tomas", version.version_id)
    with pytest.raises(Refusal, match="ended"), desk.step("tomas") as step:
        agreements.open_form(step, form.agreement_id)
    with desk.step("tomas") as step:
        seen = agreements.read(step, form.agreement_id)
    assert not seen.can_sign


def test_whoever_has_the_turn_is_reminded_once(desk: Desk) -> None:
    """After five working days the mentee is reminded to write, later the mentor to sign; each only once."""
    relationship_id = accepted(desk)
    skip(desk, days=6)
    remind(desk)
    assert recipients(desk, "agreements.reminder") == []
    skip(desk, days=2)
    remind(desk)
    remind(desk)
    assert recipients(desk, "agreements.reminder") == [desk.id("mira")]
    version = first(desk, relationship_id)
    sign(desk, "mira", version.version_id)
    skip(desk, days=9)
    remind(desk)
    skip(desk, days=9)
    remind(desk)
    assert recipients(desk, "agreements.reminder") == [desk.id("mira"), desk.id("tomas")]


def remind(desk: Desk) -> None:
    """Run what time does."""
    with desk.step("clock") as step:
        agreements.remind(step, 100)
        agreements.announce_ends(step, 100)
        agreements.offer(step, 100)


def recipients(desk: Desk, kind: str) -> list[str | None]:
    """Return who was told something of a kind, in order."""
    return [row.recipient_id for row in desk.outbox(kind)]


def test_the_end_is_announced_at_thirty_and_seven_days(desk: Desk) -> None:
    """Both members, each notice once; who missed the first gets only the second."""
    relationship_id = accepted(desk)
    in_force(desk, relationship_id)
    skip(desk, days=330)
    remind(desk)
    assert recipients(desk, "agreements.ends_soon") == []
    skip(desk, days=7)
    remind(desk)
    remind(desk)
    assert len(recipients(desk, "agreements.ends_soon")) == 2
    skip(desk, days=24)
    remind(desk)
    remind(desk)
    assert len(recipients(desk, "agreements.ends_soon")) == 4


def test_a_long_silence_gives_only_the_last_notice(desk: Desk) -> None:
    """When both notices fell due while nothing ran, one is given."""
    relationship_id = accepted(desk)
    in_force(desk, relationship_id)
    skip(desk, days=362)
    remind(desk)
    remind(desk)
    assert len(recipients(desk, "agreements.ends_soon")) == 2


def test_renewing_adds_a_term_when_both_signed(desk: Desk) -> None:
    """Renewing with unchanged words makes a version; its term begins at the present end."""
    relationship_id = accepted(desk)
    in_force(desk, relationship_id)
    agreement_id = opened_id(desk, relationship_id)
    assert not next_form(desk, "tomas", agreement_id, renew=True).renews
    skip(desk, days=350)
    assert mine(desk, "tomas").turn is Turn.RENEW
    form = next_form(desk, "tomas", agreement_id, renew=True)
    assert form.renews
    version = saved(send(desk, "tomas", form, {}, renew=True))
    assert version.renews
    sign(desk, "tomas", version.version_id)
    assert str(mine(desk, "mira").ends_on) == "2028-03-01"
    sign(desk, "mira", version.version_id)
    assert str(mine(desk, "mira").ends_on) == "2029-03-01"
    assert mine(desk, "tomas").turn is Turn.NOTHING


def test_pairs_without_an_agreement_are_offered_one_once(desk: Desk) -> None:
    """The mentee of a pair imported without agreement hears of it once; signed, it is written here."""
    pair(desk, Basis.NONE)
    remind(desk)
    remind(desk)
    assert recipients(desk, "agreements.offer") == [desk.id("noor")]
    assert mine(desk, "noor").turn is Turn.FILL
    version = saved(send(desk, "noor", opened(desk, "noor", "pair"), WORDS))
    sign(desk, "noor", version.version_id)
    sign(desk, "ines", version.version_id)
    row = relationship(desk, "pair")
    assert (row.basis, row.state) == (Basis.HERE, RelationshipState.ACTIVE)
    assert str(row.started_on) == "2026-12-01"


def test_pairs_with_paper_are_not_asked_and_can_write_here(desk: Desk) -> None:
    """Nothing waits for them and nobody is reminded; the form opens when they want it."""
    pair(desk, Basis.PAPER, Kind.ADVISOR)
    skip(desk, days=30)
    remind(desk)
    assert mine(desk, "noor").turn is Turn.NOTHING
    assert recipients(desk, "agreements.offer") == []
    form = opened(desk, "ines", "pair")
    assert {"authorship", "working_hours", "data"} <= set(form.values)
    skip(desk, days=30)
    remind(desk)
    assert recipients(desk, "agreements.reminder") == []


def test_pairs_not_started_yet_hear_nothing(unstarted_desk: Desk) -> None:
    """Before a lead started both of them no offer is made."""
    pair(unstarted_desk, Basis.NONE)
    remind(unstarted_desk)
    assert recipients(unstarted_desk, "agreements.offer") == []


def test_what_was_left_alone_takes_the_others_words() -> None:
    """Two people's edits are put together clause by clause."""
    merged = merge(
        {"a": "1", "b": "1", "c": "1", "d": "1"},
        {"a": "2", "b": "1", "c": "2", "d": "3"},
        {"a": "1", "b": "2", "c": "2", "d": "2"},
    )
    assert merged.values == {"a": "2", "b": "2", "c": "2", "d": "2"}
    assert merged.both == ("d",)


def test_two_signatures_in_the_same_moment_begin_it_once(desk: Desk) -> None:
    """Both press Sign at once: the agreement is in force, and each is told once."""
    relationship_id = accepted(desk)
    version = first(desk, relationship_id)
    with ThreadPoolExecutor(2) as both:
        results = list(both.map(lambda who: sign(desk, who, version.version_id), ["mira", "tomas"]))
    assert sorted(results) == [SignResult.IN_FORCE, SignResult.SIGNED]
    assert relationship(desk, relationship_id).state is RelationshipState.ACTIVE
    assert len(desk.outbox("agreements.in_force")) == 2


def test_two_versions_in_the_same_moment_make_one(desk: Desk) -> None:
    """Both press Save at once: one is the next version, the other gets the form back."""
    relationship_id = accepted(desk)
    first(desk, relationship_id)
    agreement_id = opened_id(desk, relationship_id)
    forms = {who: next_form(desk, who, agreement_id) for who in ("mira", "tomas")}
    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(lambda who: send(desk, who, forms[who], {"length": "60"}), forms))
    assert {type(outcome) for outcome in outcomes} == {FormSeen, Saved}
    assert mine(desk, "mira").latest_number == 2


def test_home_takes_as_many_queries_for_one_as_for_many(desk: Desk) -> None:
    """What Home shows of agreements costs six queries, however many there are."""
    first(desk, accepted(desk))
    one = count_queries(desk, "tomas")
    first_of_noor = opened(desk, "noor", accepted(desk, "noor"))
    saved(send(desk, "noor", first_of_noor, WORDS))
    assert count_queries(desk, "tomas") == one == 6


def count_queries(desk: Desk, who: str) -> int:
    """Return how many statements Home's part takes."""
    seen: list[str] = []

    def count(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    with desk.step(who, writes=False) as step:
        event.listen(desk.db.engine, "before_cursor_execute", count)
        agreements.at_home(step)
        event.remove(desk.db.engine, "before_cursor_execute", count)
    return len(seen)
