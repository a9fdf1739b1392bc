"""The rules of writing, signing, changing and renewing an agreement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.domain import agreements, requests
from bot.domain.agreements import FormSeen, Saved, SignResult
from bot.domain.agreements.clauses import Faulty, merge
from bot.errors import NotFound, Refusal
from bot.store import agreements as store
from bot.store.agreements import AgreementClause, AgreementSignature, AgreementVersion, VersionState
from bot.store.base import change, find
from bot.store.relationships import Basis, Kind, MemberRole, Relationship, RelationshipMember, RelationshipState
from tests.cast import Desk

WORDS = {"goals": "Finish the thesis", "steps": "An outline by Friday"}


def accepted(desk: Desk, mentee: str = "mira", mentor: str = "tomas") -> str:
    """Let ``mentor`` accept ``mentee`` and return the relationship."""
    with desk.step(mentee) as step:
        requests.ask(
            step, request_id=f"r-{mentee}", mentor_id=desk.id(mentor), note="Please", looked_for=""
        )
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
    assert [change.title for change in after.changes] == ["How often we meet"]
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
