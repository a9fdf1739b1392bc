"""Whatever people do in whatever order: all sign one version or nothing begins, and the chain holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.domain import agreements
from bot.domain.agreements import FaultKind, SignResult, chain
from bot.domain.agreements.checking import _clause_faults
from bot.domain.agreements.clauses import Clause, differences, from_body, to_body
from bot.domain.step import Step
from bot.errors import Refusal
from bot.store import agreements as store
from bot.store.agreements import AgreementClause, AgreementVersion, VersionState
from bot.store.base import SEALED_MARK, find
from bot.store.relationships import Relationship, RelationshipState
from tests.cast import PROGRAMME_ID, WORKSPACE_ID, Desk, set_up_desk
from tests.domain.test_agreements import accepted, first, in_force, next_form, opened_id, saved, send, sign

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["mira", "tomas"]),
        st.sampled_from(["write", "sign", "sign_old", "late_write"]),
        st.integers(min_value=15, max_value=240),
    ),
    max_size=8,
)


class OneTransaction(Desk):
    """A desk at which everybody acts within one transaction, so that a thousand moves cost no disk."""

    session: Session

    @contextmanager
    def step(self, handle: str, *, writes: bool = True) -> Iterator[Step]:  # noqa: ARG002 - as a desk's
        """Let ``handle`` act in the transaction that is open."""
        yield Step(
            session=self.session,
            workspace_id=WORKSPACE_ID,
            programme_id=PROGRAMME_ID,
            by=handle if handle == "clock" else self.id(handle),
            now=self.clock.now(),
            ids=self.ids,
            rules=self.rules,
        )


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk for all examples."""
    made = set_up_desk(tmp_path_factory.mktemp("chain"))
    yield made
    made.db.engine.dispose()


@contextmanager
def undone(desk: Desk) -> Iterator[OneTransaction]:
    """Give a desk whose transaction is undone at the end."""
    made = OneTransaction(db=desk.db, clock=desk.clock, ids=desk.ids, rules=desk.rules, texts=desk.texts)
    with suppress(_Undo), desk.step("clock") as step:
        made.session = step.session
        yield made
        raise _Undo


class _Undo(Exception):  # noqa: N818 - ends a transaction without keeping it
    pass


def rows(step: Step, relationship_id: str) -> tuple[Relationship, list[AgreementVersion]]:
    """Return the relationship and its versions."""
    relationship = find(step.session, Relationship, relationship_id)
    agreement = store.of_relationship(step.session, relationship_id)
    assert relationship is not None
    assert agreement is not None
    return relationship, store.versions(step.session, [agreement.id])


def check(desk: Desk, relationship_id: str) -> None:
    """Hold the promises that must be true after every move."""
    with desk.step("mira", writes=False) as step:
        relationship, versions = rows(step, relationship_id)
        signed = store.signatures(step.session, [version.id for version in versions])
        holding = [version for version in versions if version.state is VersionState.IN_FORCE]
        for version in versions:
            signers = {one.person_id for one in signed.get(version.id, [])}
            was_in_force = version.state in {VersionState.IN_FORCE, VersionState.REPLACED}
            assert was_in_force == (signers == {desk.id("mira"), desk.id("tomas")})
        assert len(holding) <= 1
        ever = any(v.state in {VersionState.IN_FORCE, VersionState.REPLACED} for v in versions)
        assert (relationship.state is RelationshipState.ACTIVE) == ever
        assert (relationship.started_on is not None) == ever
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        assert agreements.verify(step, relationship_id).whole


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(moves=MOVES)
def test_nothing_begins_without_all_signatures_on_one_version(
    shared: Desk, moves: list[tuple[str, str, int]]
) -> None:
    """Any sequence of writing and signing, on new and old versions, keeps every promise at every moment."""
    with undone(shared) as desk:
        relationship_id = accepted(desk)
        form = in_some_state(desk, relationship_id)
        for who, what, minutes in moves:
            with desk.step(who, writes=False) as step:
                _, versions = rows(step, relationship_id)
            if what == "write":
                send(desk, who, next_form(desk, who, form), {"length": str(minutes)})
            elif what == "late_write":
                late = next_form(desk, who, form)
                send(
                    desk, "mira" if who == "tomas" else "tomas", next_form(desk, who, form), {"length": "33"}
                )
                send(desk, who, late, {"length": str(minutes)})
            else:
                chosen = versions[-1] if what == "sign" else versions[minutes % len(versions)]
                result = sign(desk, who, chosen.id)
                assert (result is SignResult.OUTDATED) == (chosen.id != versions[-1].id)
            check(desk, relationship_id)


def in_some_state(desk: Desk, relationship_id: str) -> str:
    """Write the first version and return the agreement."""
    first(desk, relationship_id)
    return opened_id(desk, relationship_id)


@given(TEXT, TEXT, TEXT, st.sampled_from(["salt", "other"]))
def test_a_clause_hash_tells_any_difference(title: str, one: str, other: str, salt: str) -> None:
    """Two clauses share a hash only if heading, words and salt are the same; what was sealed reads back."""
    left = Clause("goals", "Work", title, "text", one, one)
    right = Clause("goals", "Work", title, "text", other, other)
    same = chain.clause_hash("goals", to_body(left, "salt")) == chain.clause_hash(
        "goals", to_body(right, salt)
    )
    assert same == (one == other and salt == "salt")
    assert from_body("goals", to_body(left, salt)) == left
    assert bool(differences([left], [right])) == (one != other)


def signed_twice(desk: Desk) -> str:
    """Return a relationship whose second version is in force."""
    relationship_id = accepted(desk)
    in_force(desk, relationship_id)
    version = saved(
        send(desk, "tomas", next_form(desk, "tomas", opened_id(desk, relationship_id)), {"length": "30"})
    )
    sign(desk, "mira", version.version_id)
    sign(desk, "tomas", version.version_id)
    return relationship_id


def test_every_changed_byte_of_a_clause_is_found(desk: Desk) -> None:
    """Flipping one bit anywhere in the stored words of a clause, or in its hash, is found and named."""
    relationship_id = signed_twice(desk)
    with desk.step("clock") as step:
        _, versions = rows(step, relationship_id)
        row = store.clauses(step.session, [versions[0].id])[versions[0].id][0]
        sealed = row.body
        assert sealed is not None
        for position in range(len(SEALED_MARK), len(sealed)):
            row.body = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
            (fault,), _ = _clause_faults(step, versions[0], [row])
            assert (fault.kind, fault.number, fault.clause_key) == (FaultKind.CLAUSE_CHANGED, 1, "goals")
        assert agreements.verify(step, relationship_id).faults == (fault,)
        row.body = sealed
        assert agreements.verify(step, relationship_id).whole
        row.clause_hash = (
            "f" + row.clause_hash[1:] if row.clause_hash[0] != "f" else "0" + row.clause_hash[1:]
        )
        kinds = {(fault.kind, fault.number) for fault in agreements.verify(step, relationship_id).faults}
        assert kinds == {(FaultKind.CLAUSE_CHANGED, 1), (FaultKind.VERSION_CHANGED, 1)}


def test_other_words_sealed_with_the_right_key_are_found(desk: Desk) -> None:
    """Even who holds the key cannot put other words under a signature."""
    relationship_id = signed_twice(desk)
    with desk.step("clock") as step:
        _, versions = rows(step, relationship_id)
        row = store.clauses(step.session, [versions[1].id])[versions[1].id][0]
        clause = from_body(row.clause_key, step.unseal(AgreementClause.body, row))
        forged = Clause(**{**vars(clause), "value": "Obey", "shown": "Obey"})
        row.body = step.seal(AgreementClause.body, row.id, to_body(forged, step.ids()))
        (fault,) = agreements.verify(step, relationship_id).faults
        assert (fault.kind, fault.number, fault.clause_key) == (FaultKind.CLAUSE_CHANGED, 2, "goals")


@pytest.mark.parametrize("what", ["author_id", "written_at", "renews", "previous_hash", "chain_hash"])
def test_a_changed_version_is_found(desk: Desk, what: str) -> None:
    """Who wrote it, when, and its place in the chain are part of what is hashed."""
    relationship_id = signed_twice(desk)
    with desk.step("clock") as step:
        _, versions = rows(step, relationship_id)
        version = versions[0]
        changed: dict[str, object] = {
            "author_id": desk.id("tomas"),
            "written_at": version.written_at + timedelta(microseconds=1),
            "renews": True,
            "previous_hash": "1" * 64,
            "chain_hash": "1" * 64,
        }
        setattr(version, what, changed[what])
        faults = agreements.verify(step, relationship_id).faults
        assert (FaultKind.VERSION_CHANGED, 1) in {(fault.kind, fault.number) for fault in faults}


@pytest.mark.parametrize("what", ["person_id", "signed_at", "version_id", "signature_hash"])
def test_a_changed_signature_is_found(desk: Desk, what: str) -> None:
    """A signature moved to another person, time or version no longer fits."""
    relationship_id = signed_twice(desk)
    third = next_form(desk, "mira", opened_id(desk, relationship_id))
    newest = saved(send(desk, "mira", third, {"length": "20"}))
    with desk.step("clock") as step:
        _, versions = rows(step, relationship_id)
        row = store.signatures(step.session, [versions[0].id])[versions[0].id][0]
        changed: dict[str, object] = {
            "person_id": desk.id("noor"),
            "signed_at": row.signed_at + timedelta(seconds=1),
            "version_id": newest.version_id,
            "signature_hash": "1" * 64,
        }
        setattr(row, what, changed[what])
        step.session.flush()
        faults = agreements.verify(step, relationship_id).faults
        assert {fault.kind for fault in faults} == {FaultKind.SIGNATURE_CHANGED}


def test_what_was_taken_out_is_found(desk: Desk) -> None:
    """A clause or a version that is missing is named."""
    relationship_id = signed_twice(desk)
    with desk.step("clock") as step:
        _, versions = rows(step, relationship_id)
        held = store.clauses(step.session, [versions[0].id])[versions[0].id]
        held[0].body = None
        assert {f.kind for f in agreements.verify(step, relationship_id).faults} == {FaultKind.CLAUSE_GONE}
        for one in held:
            step.session.delete(one)
        for signature in store.signatures(step.session, [versions[0].id])[versions[0].id]:
            step.session.delete(signature)
        step.session.delete(versions[0])
        step.session.flush()
        faults = {(f.kind, f.number) for f in agreements.verify(step, relationship_id).faults}
        assert faults == {(FaultKind.VERSION_GONE, 1), (FaultKind.VERSION_CHANGED, 2)}


def test_erased_words_leave_a_chain_that_holds(desk: Desk) -> None:
    """After erasure no word is left, the signatures stand, and everything still verifies."""
    relationship_id = signed_twice(desk)
    with desk.step("clock") as step:
        erased = 0
        agreement = store.of_relationship(step.session, relationship_id)
        assert agreement is not None
        versions = store.versions(step.session, [agreement.id])
        for rows in store.clauses(step.session, [version.id for version in versions]).values():
            for row in rows:
                row.body, row.erased_at = None, step.now
                erased += 1
        step.session.flush()
        found = agreements.verify(step, relationship_id)
        assert found.whole
        assert found.erased == erased > 0
        held = agreements.in_force(step, relationship_id)
        assert held is not None
        assert all(clause.erased and not clause.shown for clause in held.clauses)
        assert len(held.signatures) == 2


def test_a_broken_record_is_not_signed(desk: Desk) -> None:
    """Nobody is asked to sign words that were changed behind their back."""
    relationship_id = accepted(desk)
    version = first(desk, relationship_id)
    with desk.step("clock") as step:
        row = store.clauses(step.session, [version.version_id])[version.version_id][0]
        row.body = step.seal(AgreementClause.body, row.id, to_body(from_body("goals", ""), "salt"))
    with pytest.raises(Refusal, match="broken"):
        sign(desk, "tomas", version.version_id)
