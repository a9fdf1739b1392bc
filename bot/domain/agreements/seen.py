"""An agreement as one of its members sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.agreements.clauses import Change, Clause, differences, from_body
from bot.domain.step import Step
from bot.errors import NotFound
from bot.store import agreements, people, relationships
from bot.store.agreements import (
    Agreement,
    AgreementClause,
    AgreementSignature,
    AgreementVersion,
    VersionState,
)
from bot.store.base import find
from bot.store.people import Contact
from bot.store.relationships import (
    Kind,
    MemberRole,
    Relationship,
    RelationshipMember,
    RelationshipState,
)


@dataclass(frozen=True)
class Signature:
    """Who signed, and when."""

    person: Contact
    at: datetime


@dataclass(frozen=True)
class Version:
    """One version; ``changes`` are against version ``compared_with``, None for the first."""

    version_id: str
    number: int
    author: Contact
    written_at: datetime
    state: VersionState
    renews: bool
    in_force_at: datetime | None
    signatures: tuple[Signature, ...]
    clauses: tuple[Clause, ...] = ()
    changes: tuple[Change, ...] = ()
    compared_with: int | None = None


@dataclass(frozen=True)
class AgreementSeen:
    """An agreement and the version shown; ``version`` is None while nobody has written one."""

    agreement_id: str
    relationship_id: str
    relationship_state: RelationshipState
    kind: Kind
    reader_id: str
    members: tuple[Contact, ...]
    first_writers: frozenset[str]
    version: Version | None
    latest_number: int
    in_force_number: int | None
    ends_on: date | None
    can_renew: bool

    @property
    def others(self) -> tuple[Contact, ...]:
        """Return the members except the reader."""
        return tuple(member for member in self.members if member.person_id != self.reader_id)

    @property
    def is_latest(self) -> bool:
        """Tell whether the version shown is the newest."""
        return self.version is not None and self.version.number == self.latest_number

    @property
    def open(self) -> bool:
        """Tell whether the agreement may still be changed and signed."""
        return self.relationship_state is not RelationshipState.ENDED

    @property
    def waiting_for(self) -> tuple[Contact, ...]:
        """Return whose turn it is on the version shown: to write the first, or to sign."""
        if self.version is None:
            return tuple(member for member in self.members if member.person_id in self.first_writers)
        if self.version.state is not VersionState.PROPOSED:
            return ()
        signed = {signature.person.person_id for signature in self.version.signatures}
        return tuple(member for member in self.members if member.person_id not in signed)

    @property
    def can_sign(self) -> bool:
        """Tell whether the reader's signature is wanted on the version shown."""
        waits = self.version is not None and self.reader_id in {p.person_id for p in self.waiting_for}
        return self.open and self.is_latest and waits


@dataclass(frozen=True)
class Loaded:
    """The rows of one agreement that a step works on."""

    relationship: Relationship
    agreement: Agreement
    members: Sequence[RelationshipMember]
    versions: Sequence[AgreementVersion]

    @property
    def member_ids(self) -> frozenset[str]:
        """Return everyone whose signature is needed."""
        return frozenset(member.person_id for member in self.members)

    @property
    def in_force(self) -> AgreementVersion | None:
        """Return the version every member signed that still holds."""
        return next((v for v in self.versions if v.state is VersionState.IN_FORCE), None)

    @property
    def latest(self) -> AgreementVersion | None:
        """Return the newest version."""
        return self.versions[-1] if self.versions else None


def first_writers(members: Sequence[RelationshipMember]) -> frozenset[str]:
    """Return who fills in the first version: the mentees, or everyone among peers."""
    mentees = frozenset(member.person_id for member in members if member.role is MemberRole.MENTEE)
    return mentees or frozenset(member.person_id for member in members)


def relationship_of(
    step: Step, relationship_id: str, person_id: str
) -> tuple[Relationship, list[RelationshipMember]]:
    """Return a relationship and its members. Raises NotFound for anyone who is not a member."""
    relationship = find(step.session, Relationship, relationship_id)
    members = relationships.members(step.session, relationship_id) if relationship else []
    if relationship is None or person_id not in {member.person_id for member in members}:
        raise NotFound
    return relationship, members


def load(step: Step, agreement_id: str, person_id: str, *, lock: bool = False) -> Loaded:
    """Return an agreement's rows. Raises NotFound for anyone who is not a member.

    With ``lock`` the agreement and its relationship are locked first, so that what is read stays true until
    the step ends.
    """
    agreement = (
        agreements.lock(step.session, agreement_id) if lock else find(step.session, Agreement, agreement_id)
    )
    if agreement is None:
        raise NotFound
    if lock:
        agreements.lock_relationship(step.session, agreement.relationship_id)
    relationship, members = relationship_of(step, agreement.relationship_id, person_id)
    return Loaded(relationship, agreement, members, agreements.versions(step.session, [agreement_id]))


def read_clauses(step: Step, rows: Sequence[AgreementClause]) -> tuple[Clause, ...]:
    """Return the clauses of one version with their words."""
    return tuple(from_body(row.clause_key, step.unseal(AgreementClause.body, row)) for row in rows)


def can_renew(step: Step, agreement: Agreement) -> bool:
    """Tell whether the end is so near that renewing is offered."""
    if agreement.ends_on is None:
        return False
    days = (agreement.ends_on - step.now.date()).days
    return days <= max(step.rules.agreements.renewal.notice_days)


def see(step: Step, loaded: Loaded, reader_id: str, version_id: str | None = None) -> AgreementSeen:
    """Return the agreement as a member sees it, showing one version (the newest unless another is named)."""
    shown = loaded.latest
    if version_id is not None:
        shown = next((v for v in loaded.versions if v.id == version_id), None)
        if shown is None:
            raise NotFound
    wanted = {member.person_id for member in loaded.members} | {v.author_id for v in loaded.versions}
    contacts = people.contacts(step.session, wanted)
    in_force = loaded.in_force
    return AgreementSeen(
        agreement_id=loaded.agreement.id,
        relationship_id=loaded.relationship.id,
        relationship_state=loaded.relationship.state,
        kind=loaded.relationship.kind,
        reader_id=reader_id,
        members=tuple(contacts[m.person_id] for m in loaded.members if m.person_id in contacts),
        first_writers=first_writers(loaded.members),
        version=_version(step, loaded, shown, contacts) if shown is not None else None,
        latest_number=loaded.agreement.latest_number,
        in_force_number=in_force.number if in_force is not None else None,
        ends_on=loaded.agreement.ends_on,
        can_renew=in_force is not None and can_renew(step, loaded.agreement),
    )


def _version(step: Step, loaded: Loaded, shown: AgreementVersion, contacts: dict[str, Contact]) -> Version:
    base = _compared_with(loaded, shown)
    ids = [shown.id, *([base.id] if base is not None else [])]
    rows = agreements.clauses(step.session, ids)
    clauses = read_clauses(step, rows.get(shown.id, []))
    changes: tuple[Change, ...] = ()
    if base is not None:
        changes = differences(read_clauses(step, rows.get(base.id, [])), clauses)
    signed = agreements.signatures(step.session, [shown.id]).get(shown.id, [])
    return bare_version(
        shown, contacts, signed, clauses=clauses, changes=changes, compared_with=base.number if base else None
    )


def _compared_with(loaded: Loaded, shown: AgreementVersion) -> AgreementVersion | None:
    """Return what a reader knew before: the version in force, else the one just before the version shown."""
    earlier = [version for version in loaded.versions if version.number < shown.number]
    holding = [version for version in earlier if version.state is VersionState.IN_FORCE]
    known = holding or earlier
    return known[-1] if known else None


def bare_version(
    row: AgreementVersion,
    contacts: dict[str, Contact],
    signed: Sequence[AgreementSignature],
    *,
    clauses: tuple[Clause, ...] = (),
    changes: tuple[Change, ...] = (),
    compared_with: int | None = None,
) -> Version:
    """Return one version with who wrote and signed it; without its words unless they are given."""
    return Version(
        version_id=row.id,
        number=row.number,
        author=contacts[row.author_id],
        written_at=row.written_at,
        state=row.state,
        renews=row.renews,
        in_force_at=row.in_force_at,
        signatures=tuple(
            Signature(contacts[s.person_id], s.signed_at) for s in signed if s.person_id in contacts
        ),
        clauses=clauses,
        changes=changes,
        compared_with=compared_with,
    )
