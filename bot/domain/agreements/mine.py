"""A person's own agreements: what waits for them, what is in force, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.agreements.seen import can_renew, first_writers
from bot.domain.step import Step
from bot.store import agreements, people, relationships
from bot.store.agreements import AgreementVersion, VersionState
from bot.store.people import Contact
from bot.store.relationships import Basis, Relationship, RelationshipMember, RelationshipState

LIVING = (RelationshipState.DRAFTING, RelationshipState.ACTIVE, RelationshipState.PAUSED)


class Turn(StrEnum):
    """What the reader can do about one agreement now."""

    FILL = "fill"
    SIGN = "sign"
    RENEW = "renew"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Mine:
    """One agreement of the reader, without its words."""

    relationship_id: str
    agreement_id: str | None
    others: tuple[Contact, ...]
    turn: Turn
    waiting_for: tuple[Contact, ...]
    latest_number: int
    in_force_number: int | None
    ends_on: date | None
    basis: Basis


@dataclass(frozen=True)
class AtHome:
    """All agreements of the reader, those that wait for them first."""

    agreements: tuple[Mine, ...]


def at_home(step: Step) -> AtHome | None:
    """Return the caller's agreements; None for somebody in no relationship. At most six queries."""
    living = relationships.of_member(step.session, step.by, LIVING)
    if not living:
        return None
    ids = [relationship.id for relationship in living]
    papers = agreements.of_relationships(step.session, ids)
    versions: dict[str, list[AgreementVersion]] = {}
    for version in agreements.versions(step.session, [paper.id for paper in papers.values()]):
        versions.setdefault(version.agreement_id, []).append(version)
    latest_ids = [held[-1].id for held in versions.values()]
    signed = agreements.signatures(step.session, latest_ids)
    members = relationships.members_of(step.session, ids)
    contacts = people.contacts(step.session, {m.person_id for held in members.values() for m in held})
    found = []
    for relationship in living:
        paper = papers.get(relationship.id)
        held = versions.get(paper.id, []) if paper is not None else []
        signers = {s.person_id for s in signed.get(held[-1].id, [])} if held else set()
        in_force = next((v.number for v in held if v.state is VersionState.IN_FORCE), None)
        waiting = _waiting(relationship, members[relationship.id], held, signers)
        turn = Turn.NOTHING
        if step.by in waiting:
            turn = Turn.SIGN if held else Turn.FILL
        elif in_force is not None and paper is not None and not waiting and can_renew(step, paper):
            turn = Turn.RENEW
        found.append(
            Mine(
                relationship_id=relationship.id,
                agreement_id=paper.id if paper is not None else None,
                others=tuple(
                    contacts[m.person_id]
                    for m in members[relationship.id]
                    if m.person_id != step.by and m.person_id in contacts
                ),
                turn=turn,
                waiting_for=tuple(contacts[p] for p in sorted(waiting - {step.by}) if p in contacts),
                latest_number=held[-1].number if held else 0,
                in_force_number=in_force,
                ends_on=paper.ends_on if paper is not None else None,
                basis=relationship.basis,
            )
        )
    order = list(Turn)
    return AtHome(tuple(sorted(found, key=lambda mine: order.index(mine.turn))))


def _waiting(
    relationship: Relationship,
    members: list[RelationshipMember],
    versions: list[AgreementVersion],
    signers: set[str],
) -> set[str]:
    """Return whose turn it is: to write the first version (unless it is on paper), or to sign the newest."""
    if not versions:
        return set() if relationship.basis is Basis.PAPER else set(first_writers(members))
    if versions[-1].state is not VersionState.PROPOSED:
        return set()
    return {member.person_id for member in members} - signers
