"""Reading an agreement: one version, the version in force, the history with its check."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.agreements.checking import Verification, recompute
from bot.domain.agreements.seen import AgreementSeen, Version, bare_version, load, read_clauses, see
from bot.domain.step import Step
from bot.store import agreements, people
from bot.store.agreements import VersionState


@dataclass(frozen=True)
class History:
    """Every version without its words, newest first, and whether the record still is what was signed."""

    agreement_id: str
    relationship_id: str
    versions: tuple[Version, ...]
    verification: Verification


def read(step: Step, agreement_id: str, version_id: str | None = None) -> AgreementSeen:
    """Return the agreement as the caller sees it. Raises NotFound for anyone who is not a member."""
    return see(step, load(step, agreement_id, step.by), step.by, version_id)


def history(step: Step, agreement_id: str) -> History:
    """Return who wrote and signed what, and check it. Raises NotFound for anyone who is not a member."""
    loaded = load(step, agreement_id, step.by)
    wanted = loaded.member_ids | {version.author_id for version in loaded.versions}
    contacts = people.contacts(step.session, wanted)
    signed = agreements.signatures(step.session, [version.id for version in loaded.versions])
    return History(
        agreement_id=agreement_id,
        relationship_id=loaded.relationship.id,
        versions=tuple(
            bare_version(version, contacts, signed.get(version.id, []))
            for version in reversed(loaded.versions)
        ),
        verification=recompute(step, loaded),
    )


def in_force(step: Step, relationship_id: str) -> Version | None:
    """Return the version that holds now with its clauses, or None. The caller decides who may see it."""
    agreement = agreements.of_relationship(step.session, relationship_id)
    if agreement is None:
        return None
    versions = agreements.versions(step.session, [agreement.id])
    holding = next((v for v in versions if v.state is VersionState.IN_FORCE), None)
    if holding is None:
        return None
    signed = agreements.signatures(step.session, [holding.id]).get(holding.id, [])
    contacts = people.contacts(step.session, {holding.author_id, *(s.person_id for s in signed)})
    rows = agreements.clauses(step.session, [holding.id]).get(holding.id, [])
    return bare_version(holding, contacts, signed, clauses=read_clauses(step, rows))
