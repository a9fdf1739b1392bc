"""Writing a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.agreements import chain, clauses
from bot.domain.agreements.clauses import Clause
from bot.domain.agreements.drafting import remind_at
from bot.domain.agreements.forms import FormSeen, overtaken_form, renews_then, still_open
from bot.domain.agreements.seen import (
    AgreementSeen,
    Loaded,
    load,
    read_clauses,
    see,
)
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import agreements
from bot.store.agreements import AgreementClause, AgreementVersion, VersionState
from bot.store.base import change, find
from bot.store.outbox import Notice


@dataclass(frozen=True)
class Saved:
    """The agreement after Submit; ``new`` is False when nothing was different from the newest version."""

    seen: AgreementSeen
    new: bool


def save_version(
    step: Step,
    *,
    agreement_id: str,
    version_id: str,
    based_on: str,
    values: Mapping[str, str],
    renew: bool = False,
) -> Saved | FormSeen:
    """Write the next version and tell the other members. Sending the same form again changes nothing.

    When somebody else wrote a version since the form was opened, nothing is stored and the form comes back:
    what was typed is in it, and what the other changed, side by side where both changed the same clause.
    Raises Faulty for values that cannot be kept, NotFound for anyone who is not a member, Refusal when the
    relationship has ended.
    """
    loaded = load(step, agreement_id, step.by, lock=True)
    earlier = find(step.session, AgreementVersion, version_id)
    if earlier is not None:
        if earlier.agreement_id != agreement_id or earlier.author_id != step.by:
            raise NotFound
        return Saved(see(step, loaded, step.by), new=True)
    still_open(loaded)
    fresh = clauses.written(step.rules.agreements, loaded.relationship.kind, values)
    latest = loaded.latest
    if (latest.id if latest is not None else "") != based_on:
        return overtaken_form(step, loaded, based_on, values, wanted=renew)
    renews = renews_then(step, loaded, wanted=renew)
    if latest is not None and renews == renews_then(step, loaded, wanted=False):
        rows = agreements.clauses(step.session, [latest.id]).get(latest.id, [])
        if not clauses.differences(read_clauses(step, rows), fresh):
            return Saved(see(step, loaded, step.by), new=False)
    number = loaded.agreement.latest_number
    due = remind_at(step, sorted(loaded.member_ids))
    if not agreements.advance(step.session, agreement_id, expected=number, remind_at=due):
        raise Refusal("agreements.same_moment")
    if latest is not None:
        superseded = change(
            step.session,
            AgreementVersion,
            latest.id,
            expected=VersionState.PROPOSED,
            to=VersionState.SUPERSEDED,
        )
        if superseded:
            settle_cards(step, loaded, latest)
    _write(step, loaded, version_id, fresh, renews=renews)
    for person_id in sorted(loaded.member_ids - {step.by}):
        step.tell(
            Notice(
                "agreements.written",
                written_key(agreement_id, version_id, person_id),
                person_id,
                ids={"agreement": agreement_id, "version": version_id},
            )
        )
    return Saved(see(step, load(step, agreement_id, step.by, lock=True), step.by), new=True)


def written_key(agreement_id: str, version_id: str, person_id: str) -> str:
    """Return the key of the message that tells one member of one version."""
    return f"agreement:{agreement_id}:written:{version_id}:{person_id}"


def settle_cards(step: Step, loaded: Loaded, version: AgreementVersion) -> None:
    """Let the messages about a version say what became of it, so that none asks for a signature in vain."""
    for person_id in sorted(loaded.member_ids - {version.author_id}):
        card = written_key(loaded.agreement.id, version.id, person_id)
        ids = {"agreement": loaded.agreement.id, "version": version.id}
        step.tell(Notice("agreements.settled", f"{card}:settled", person_id, ids=ids, updates_key=card))


def _write(step: Step, loaded: Loaded, version_id: str, fresh: Sequence[Clause], *, renews: bool) -> None:
    latest = loaded.latest
    previous = latest.chain_hash if latest is not None else chain.BEGINNING
    number = (latest.number if latest is not None else 0) + 1
    bodies = [(clause.key, clauses.to_body(clause, salt=step.ids())) for clause in fresh]
    hashes = [(key, chain.clause_hash(key, body)) for key, body in bodies]
    chained = chain.version_hash(
        previous=previous,
        agreement_id=loaded.agreement.id,
        relationship_id=loaded.relationship.id,
        version_id=version_id,
        number=number,
        author_id=step.by,
        written_at=step.now,
        renews=renews,
        clauses=hashes,
    )
    step.add(
        AgreementVersion(
            id=version_id,
            **step.place,
            agreement_id=loaded.agreement.id,
            number=number,
            author_id=step.by,
            written_at=step.now,
            renews=renews,
            previous_hash=previous,
            chain_hash=chained,
        )
    )
    rows = []
    for position, ((key, body), (_, hashed)) in enumerate(zip(bodies, hashes, strict=True)):
        clause_id = step.ids()
        rows.append(
            AgreementClause(
                id=clause_id,
                **step.place,
                version_id=version_id,
                position=position,
                clause_key=key,
                body=step.seal(AgreementClause.body, clause_id, body),
                clause_hash=hashed,
            )
        )
    step.session.add_all(rows)
    step.session.flush()
    step.record("agreement.written", loaded.agreement.id, version=version_id, hash=chained)
