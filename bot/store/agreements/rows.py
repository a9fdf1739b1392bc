"""Agreements: one for a relationship, its versions in a chain of hashes, their clauses, and who signed what.

A clause's words and salt lie sealed in its own row and may be erased; its salted hash stays, so the chain
still verifies and what was erased cannot be guessed from the hash.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, String, UniqueConstraint, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.store import due
from bot.store.base import ProgrammeRow, Row, Sealed, choice, in_programme, of, of_person
from bot.store.people import Membership
from bot.store.relationships import Basis, Relationship, RelationshipMember, RelationshipState


class VersionState(StrEnum):
    """A version is proposed until all signed it (in force) or another one takes its place."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    """Another version was written before all had signed this one."""
    REPLACED = "replaced"
    """It was in force until a later version was signed by all."""


class Agreement(ProgrammeRow, Row, kw_only=True):
    """The agreement of one relationship, from the first draft on."""

    __tablename__ = "agreements"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "relationship_id"),
        due.index("ix_agreements_to_remind", "remind_at", where="remind_at IS NOT NULL"),
        due.index("ix_agreements_ending", "renewal_noticed", "ends_on", where="ends_on IS NOT NULL"),
        of("relationships", "relationship_id"),
    )

    relationship_id: Mapped[str]
    created_at: Mapped[datetime]
    latest_number: Mapped[int] = mapped_column(default=0)
    """The number of the newest version; 0 while nobody has written one."""
    remind_at: Mapped[datetime | None] = mapped_column(default=None)
    """When whoever's turn it is will be reminded once; None when nothing waits, or when it was done."""
    term_began_on: Mapped[date | None] = mapped_column(default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    renewal_noticed: Mapped[int | None] = mapped_column(default=None)
    """The fewest days before the end at which everyone was told about this end."""


class AgreementVersion(ProgrammeRow, Row, kw_only=True):
    """One version. Its id is made as the form opens: a second Submit finds the first."""

    __tablename__ = "agreement_versions"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "agreement_id", "number"),
        of("agreements", "agreement_id"),
        of_person("author_id"),
    )

    agreement_id: Mapped[str]
    number: Mapped[int]
    author_id: Mapped[str]
    written_at: Mapped[datetime]
    state: Mapped[VersionState] = mapped_column(choice(VersionState), default=VersionState.PROPOSED)
    renews: Mapped[bool] = mapped_column(default=False)
    """Written to begin a further term when the present one ends."""
    previous_hash: Mapped[str] = mapped_column(String(64))
    chain_hash: Mapped[str] = mapped_column(String(64))
    in_force_at: Mapped[datetime | None] = mapped_column(default=None)


class AgreementClause(ProgrammeRow, Row, kw_only=True):
    """One clause of one version: words sealed, hash open."""

    __tablename__ = "agreement_clauses"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "version_id", "clause_key"),
        of("agreement_versions", "version_id"),
    )

    version_id: Mapped[str]
    position: Mapped[int]
    clause_key: Mapped[str]
    body: Mapped[bytes | None] = mapped_column(Sealed, default=None)
    clause_hash: Mapped[str] = mapped_column(String(64))
    erased_at: Mapped[datetime | None] = mapped_column(default=None)


class AgreementSignature(ProgrammeRow, Row, kw_only=True):
    """One member signed one version."""

    __tablename__ = "agreement_signatures"
    __table_args__ = in_programme(
        UniqueConstraint("workspace_id", "programme_id", "version_id", "person_id"),
        of("agreement_versions", "version_id"),
        of_person("person_id"),
    )

    version_id: Mapped[str]
    person_id: Mapped[str]
    signed_at: Mapped[datetime]
    signature_hash: Mapped[str] = mapped_column(String(64))


def lock_relationship(session: Session, relationship_id: str) -> Relationship | None:
    """Return the relationship, locked until the transaction ends: two members begin only one agreement."""
    return session.scalars(
        select(Relationship)
        .where(Relationship.id == relationship_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def of_relationship(session: Session, relationship_id: str) -> Agreement | None:
    """Return the agreement of a relationship, or None while there is none."""
    return session.scalars(
        select(Agreement).where(Agreement.relationship_id == relationship_id)
    ).one_or_none()


def of_relationships(session: Session, relationship_ids: Iterable[str]) -> dict[str, Agreement]:
    """Return the agreements of these relationships by relationship id."""
    rows = session.scalars(select(Agreement).where(Agreement.relationship_id.in_(list(relationship_ids))))
    return {row.relationship_id: row for row in rows}


def lock(session: Session, agreement_id: str) -> Agreement | None:
    """Return the agreement as it is now, locked until the step ends: writing and signing take turns."""
    return session.scalars(
        select(Agreement)
        .where(Agreement.id == agreement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def advance(session: Session, agreement_id: str, *, expected: int, **values: object) -> bool:
    """Move ``latest_number`` one on from ``expected``; False when another version got there first."""
    result = session.execute(
        update(Agreement)
        .where(Agreement.id == agreement_id, Agreement.latest_number == expected)
        .values(latest_number=expected + 1, **values)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def versions(session: Session, agreement_ids: Iterable[str]) -> list[AgreementVersion]:
    """Return all versions of these agreements, oldest first."""
    wanted = list(agreement_ids)
    if not wanted:
        return []
    return list(
        session.scalars(
            select(AgreementVersion)
            .where(AgreementVersion.agreement_id.in_(wanted))
            .order_by(AgreementVersion.agreement_id, AgreementVersion.number)
        )
    )


def clauses(session: Session, version_ids: Iterable[str]) -> dict[str, list[AgreementClause]]:
    """Return the clauses of these versions by version id, in their order."""
    found: dict[str, list[AgreementClause]] = {}
    for row in session.scalars(
        select(AgreementClause)
        .where(AgreementClause.version_id.in_(list(version_ids)))
        .order_by(AgreementClause.position)
    ):
        found.setdefault(row.version_id, []).append(row)
    return found


def signatures(session: Session, version_ids: Iterable[str]) -> dict[str, list[AgreementSignature]]:
    """Return the signatures under these versions by version id, oldest first."""
    found: dict[str, list[AgreementSignature]] = {}
    wanted = list(version_ids)
    if not wanted:
        return found
    for row in session.scalars(
        select(AgreementSignature)
        .where(AgreementSignature.version_id.in_(wanted))
        .order_by(AgreementSignature.signed_at, AgreementSignature.id)
    ):
        found.setdefault(row.version_id, []).append(row)
    return found


def due_for_reminder(session: Session, now: datetime, limit: int) -> list[Agreement]:
    """Return agreements that have waited long enough, of relationships that have not ended."""
    return list(
        session.scalars(
            select(Agreement)
            .join(Relationship, Relationship.id == Agreement.relationship_id)
            .where(Agreement.remind_at <= now, Relationship.state != RelationshipState.ENDED)
            .order_by(Agreement.id)
            .limit(limit)
        )
    )


def ending_by(session: Session, today: date, last: date, days: int, limit: int) -> list[Agreement]:
    """Return agreements of living relationships that end from ``today`` to ``last`` and need the notice.

    ``days`` is how many days before the end the notice is for: one for as few or fewer days counts as said.
    """
    return list(
        session.scalars(
            select(Agreement)
            .join(Relationship, Relationship.id == Agreement.relationship_id)
            .where(
                Agreement.ends_on >= today,
                Agreement.ends_on <= last,
                (Agreement.renewal_noticed.is_(None)) | (Agreement.renewal_noticed > days),
                Relationship.state.in_([RelationshipState.ACTIVE, RelationshipState.PAUSED]),
            )
            .order_by(Agreement.id)
            .limit(limit)
        )
    )


def without_agreement(session: Session, limit: int) -> list[Relationship]:
    """Return active relationships that never had an agreement and whose members have all been started."""
    started = exists().where(
        Membership.person_id == RelationshipMember.person_id, Membership.started_at.is_not(None)
    )
    unstarted = (
        select(RelationshipMember.id)
        .where(RelationshipMember.relationship_id == Relationship.id, ~started)
        .exists()
    )
    written = select(Agreement.id).where(Agreement.relationship_id == Relationship.id).exists()
    return list(
        session.scalars(
            select(Relationship)
            .where(
                Relationship.state == RelationshipState.ACTIVE,
                Relationship.basis == Basis.NONE,
                Relationship.offered_at.is_(None),
                ~written,
                ~unstarted,
            )
            .order_by(Relationship.id)
            .limit(limit)
        )
    )


def note_written(session: Session, now: datetime) -> None:
    """Note for relationships that have an agreement by now that none need be offered."""
    written = select(Agreement.id).where(Agreement.relationship_id == Relationship.id).exists()
    session.execute(
        update(Relationship)
        .where(
            Relationship.state == RelationshipState.ACTIVE,
            Relationship.basis == Basis.NONE,
            Relationship.offered_at.is_(None),
            written,
        )
        .values(offered_at=now)
        .execution_options(synchronize_session=False)
    )
