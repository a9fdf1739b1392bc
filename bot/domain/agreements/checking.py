"""Recomputing the chain of an agreement: is it still what was written and signed?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.agreements import chain
from bot.domain.agreements.seen import Loaded
from bot.domain.step import Step
from bot.errors import NotFound
from bot.store import agreements, relationships
from bot.store.agreements import AgreementClause, AgreementSignature, AgreementVersion
from bot.store.base import find
from bot.store.relationships import Relationship
from bot.store.sealing import CannotOpen


class FaultKind(StrEnum):
    """What no longer fits."""

    CLAUSE_CHANGED = "clause_changed"
    CLAUSE_GONE = "clause_gone"
    VERSION_CHANGED = "version_changed"
    VERSION_GONE = "version_gone"
    SIGNATURE_CHANGED = "signature_changed"


@dataclass(frozen=True)
class Fault:
    """One thing that no longer fits, named by version number and, where it is one, by clause or signer."""

    kind: FaultKind
    number: int
    clause_key: str = ""
    person_id: str = ""


@dataclass(frozen=True)
class Verification:
    """What recomputing found: how many versions there are, how many clauses were erased, and every fault."""

    versions: int
    erased: int
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Tell whether everything still is what was written and signed."""
        return not self.faults


def verify(step: Step, relationship_id: str) -> Verification:
    """Recompute the chain of a relationship's agreement. Raises NotFound where there is none.

    It finds a changed clause, version or signature, and one taken out. Whoever could write the whole
    database anew, all hashes included, would not be found by it: the acts keep each version's hash too.
    """
    relationship = find(step.session, Relationship, relationship_id)
    agreement = agreements.of_relationship(step.session, relationship_id)
    if relationship is None or agreement is None:
        raise NotFound
    members = relationships.members(step.session, relationship_id)
    return recompute(
        step, Loaded(relationship, agreement, members, agreements.versions(step.session, [agreement.id]))
    )


def recompute(step: Step, loaded: Loaded) -> Verification:
    """Recompute the chain of an agreement that is already read."""
    ids = [version.id for version in loaded.versions]
    clauses = agreements.clauses(step.session, ids)
    signed = agreements.signatures(step.session, ids)
    faults: list[Fault] = []
    erased, previous = 0, chain.BEGINNING
    present = {version.number for version in loaded.versions}
    faults += [
        Fault(FaultKind.VERSION_GONE, number)
        for number in range(1, loaded.agreement.latest_number + 1)
        if number not in present
    ]
    for version in loaded.versions:
        rows = clauses.get(version.id, [])
        found, blank = _clause_faults(step, version, rows)
        faults += found
        erased += blank
        if version.previous_hash != previous or version.chain_hash != _hash_of(loaded, version, rows):
            faults.append(Fault(FaultKind.VERSION_CHANGED, version.number))
        faults += _signature_faults(version, signed.get(version.id, []))
        previous = version.chain_hash
    return Verification(versions=len(loaded.versions), erased=erased, faults=tuple(faults))


def _hash_of(loaded: Loaded, version: AgreementVersion, rows: Sequence[AgreementClause]) -> str:
    return chain.version_hash(
        previous=version.previous_hash,
        agreement_id=version.agreement_id,
        relationship_id=loaded.relationship.id,
        version_id=version.id,
        number=version.number,
        author_id=version.author_id,
        written_at=version.written_at,
        renews=version.renews,
        clauses=[(row.clause_key, row.clause_hash) for row in rows],
    )


def _clause_faults(
    step: Step, version: AgreementVersion, rows: Sequence[AgreementClause]
) -> tuple[list[Fault], int]:
    faults, erased = [], 0
    for row in rows:
        if row.body is None:
            if row.erased_at is None:
                faults.append(Fault(FaultKind.CLAUSE_GONE, version.number, row.clause_key))
            else:
                erased += 1
            continue
        try:
            body = step.unseal(AgreementClause.body, row)
        except CannotOpen:
            body = ""
        if chain.clause_hash(row.clause_key, body) != row.clause_hash:
            faults.append(Fault(FaultKind.CLAUSE_CHANGED, version.number, row.clause_key))
    return faults, erased


def _signature_faults(version: AgreementVersion, signed: Sequence[AgreementSignature]) -> list[Fault]:
    return [
        Fault(FaultKind.SIGNATURE_CHANGED, version.number, person_id=row.person_id)
        for row in signed
        if row.signature_hash
        != chain.signature_hash(
            version=version.chain_hash,
            version_id=version.id,
            person_id=row.person_id,
            signed_at=row.signed_at,
        )
    ]
