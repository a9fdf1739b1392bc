"""What notices about agreements say at the moment they are sent; None when it is no longer true.

No news carries a word of a clause: those are shown in modals only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.agreements.seen import Loaded, load
from bot.domain.step import Step
from bot.errors import NotFound
from bot.store import agreements, people
from bot.store.agreements import AgreementVersion, VersionState
from bot.store.people import Contact
from bot.store.relationships import RelationshipState


@dataclass(frozen=True)
class News:
    """Something happened to an agreement; ``actor`` is who did it, where it was somebody."""

    agreement_id: str
    relationship_id: str
    others: tuple[Contact, ...]
    actor: Contact | None
    number: int
    renews: bool
    ends_on: date | None
    author_signed: bool = False
    signed_by_all: bool = False


def written(step: Step, ids: Mapping[str, str], recipient_id: str) -> News | None:
    """Return that a version was written, while it waits for the recipient's signature."""
    loaded, version = _waiting(step, ids, recipient_id)
    if loaded is None or version is None:
        return None
    signers = agreements.signatures(step.session, [version.id]).get(version.id, [])
    return replace(
        _news(step, loaded, recipient_id, version.author_id),
        author_signed=version.author_id in {signature.person_id for signature in signers},
    )


def settled(step: Step, ids: Mapping[str, str], recipient_id: str) -> News | None:
    """Return what became of a version the recipient was told about: all signed it, or a newer one exists."""
    loaded = _living(step, ids, recipient_id)
    version = next((v for v in loaded.versions if v.id == ids["version"]), None) if loaded else None
    if loaded is None or version is None or version.state is VersionState.PROPOSED:
        return None
    return replace(
        _news(step, loaded, recipient_id, version.author_id),
        number=version.number,
        signed_by_all=version.state is not VersionState.SUPERSEDED,
    )


def signed(step: Step, ids: Mapping[str, str], recipient_id: str) -> News | None:
    """Return that another member signed, while the same version waits for the recipient's signature."""
    loaded, version = _waiting(step, ids, recipient_id)
    return _news(step, loaded, recipient_id, ids["by"]) if loaded and version else None


def in_force(step: Step, ids: Mapping[str, str], recipient_id: str) -> News | None:
    """Return that everyone signed, while that version holds."""
    loaded = _living(step, ids, recipient_id)
    if loaded is None or loaded.in_force is None or loaded.in_force.id != ids["version"]:
        return None
    return _news(step, loaded, recipient_id, None)


def reminder(step: Step, ids: Mapping[str, str], recipient_id: str) -> News | None:
    """Return that it still is the recipient's turn: to write the first version, or to sign."""
    if ids["version"]:
        loaded, _ = _waiting(step, ids, recipient_id)
    else:
        loaded = _living(step, ids, recipient_id)
        if loaded is not None and loaded.versions:
            return None
    return _news(step, loaded, recipient_id, None) if loaded else None


def ends_soon(step: Step, ids: Mapping[str, str], recipient_id: str) -> News | None:
    """Return that the agreement ends soon, while its end is still that day."""
    loaded = _living(step, ids, recipient_id)
    if loaded is None or str(loaded.agreement.ends_on) != ids["ends_on"]:
        return None
    return _news(step, loaded, recipient_id, None)


def offer(step: Step, ids: Mapping[str, str], recipient_id: str) -> News | None:
    """Return that an agreement can be written, while nobody has."""
    loaded = _living(step, ids, recipient_id)
    return _news(step, loaded, recipient_id, None) if loaded and not loaded.versions else None


def _living(step: Step, ids: Mapping[str, str], recipient_id: str) -> Loaded | None:
    try:
        loaded = load(step, ids["agreement"], recipient_id)
    except NotFound:
        return None
    return None if loaded.relationship.state is RelationshipState.ENDED else loaded


def _waiting(
    step: Step, ids: Mapping[str, str], recipient_id: str
) -> tuple[Loaded | None, AgreementVersion | None]:
    loaded = _living(step, ids, recipient_id)
    latest = loaded.latest if loaded is not None else None
    if latest is None or latest.id != ids["version"] or latest.state is not VersionState.PROPOSED:
        return None, None
    signers = agreements.signatures(step.session, [latest.id]).get(latest.id, [])
    if recipient_id in {signature.person_id for signature in signers}:
        return None, None
    return loaded, latest


def _news(step: Step, loaded: Loaded, recipient_id: str, actor_id: str | None) -> News:
    contacts = people.contacts(step.session, loaded.member_ids)
    return News(
        agreement_id=loaded.agreement.id,
        relationship_id=loaded.relationship.id,
        others=tuple(
            contacts[m.person_id]
            for m in loaded.members
            if m.person_id in contacts and m.person_id != recipient_id
        ),
        actor=contacts.get(actor_id) if actor_id is not None else None,
        number=loaded.agreement.latest_number,
        renews=loaded.latest is not None and loaded.latest.renews,
        ends_on=loaded.agreement.ends_on,
    )
