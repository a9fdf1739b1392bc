"""Writing an agreement: the draft, the form, a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.agreements import chain, clauses
from bot.domain.agreements.clauses import Change, Clause
from bot.domain.agreements.seen import (
    AgreementSeen,
    Loaded,
    can_renew,
    first_writers,
    load,
    read_clauses,
    relationship_of,
    see,
)
from bot.domain.calendar import add_working_days
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.guidelines.agreements import ClauseRule
from bot.store import agreements, people, relationships
from bot.store.agreements import Agreement, AgreementClause, AgreementVersion, VersionState
from bot.store.base import change, find
from bot.store.outbox import Notice
from bot.store.people import Contact
from bot.store.relationships import Relationship, RelationshipState


@dataclass(frozen=True)
class FormSection:
    """A heading of the form and what stands under it."""

    title: str
    clauses: tuple[ClauseRule, ...]


@dataclass(frozen=True)
class Overtaken:
    """What somebody else wrote while a form was open; ``both`` are the clauses both changed."""

    author: Contact
    changes: tuple[Change, ...]
    both: tuple[str, ...]


@dataclass(frozen=True)
class FormSeen:
    """A form for the next version. ``version_id`` is its fresh id; ``based_on`` what it began from."""

    agreement_id: str
    version_id: str
    based_on: str
    based_on_number: int
    others: tuple[Contact, ...]
    sections: tuple[FormSection, ...]
    values: Mapping[str, str]
    in_force: bool
    renews: bool
    overtaken: Overtaken | None = None


@dataclass(frozen=True)
class Saved:
    """The agreement after Submit; ``new`` is False when nothing was different from the newest version."""

    seen: AgreementSeen
    new: bool


def draft(step: Step, relationship_id: str) -> str:
    """Begin the agreement of a relationship and return its id; where there is one already, nothing changes.

    Called as a relationship is made, or as a member of an imported pair opens the form. Raises NotFound
    for no such relationship, Refusal for one that has ended.
    """
    relationship = agreements.lock_relationship(step.session, relationship_id)
    if relationship is None:
        raise NotFound
    existing = agreements.of_relationship(step.session, relationship_id)
    if existing is not None:
        return existing.id
    if relationship.state is RelationshipState.ENDED:
        raise Refusal("agreements.ended")
    agreement_id = step.ids()
    # Only those who cannot begin without it are reminded to write it; to others it was offered.
    due = None
    if relationship.state is RelationshipState.DRAFTING:
        due = remind_at(step, sorted(first_writers(relationships.members(step.session, relationship_id))))
    step.add(
        Agreement(
            id=agreement_id,
            **step.place,
            relationship_id=relationship_id,
            created_at=step.now,
            remind_at=due,
        )
    )
    step.record("agreement.drafted", agreement_id, relationship=relationship_id)
    return agreement_id


def remind_at(step: Step, person_ids: Sequence[str]) -> datetime:
    """Return when whoever's turn it is has had long enough, by the hours of the first of them."""
    contacts = people.contacts(step.session, person_ids)
    zone = next((contacts[p].time_zone for p in person_ids if p in contacts), "UTC")
    days = step.rules.agreements.signing.remind_after_working_days
    return add_working_days(step.now, days, step.rules.programme.hours, zone)


def open_agreement(step: Step, relationship_id: str) -> AgreementSeen | FormSeen:
    """Return what a member sees on opening the agreement: the form until somebody wrote it, then the newest.

    Raises NotFound for anyone who is not a member, Refusal where the relationship ended without one.
    """
    relationship_of(step, relationship_id, step.by)
    loaded = load(step, draft(step, relationship_id), step.by)
    if loaded.latest is None:
        return _form(step, loaded, renews=False)
    return see(step, loaded, step.by)


def open_form(step: Step, agreement_id: str, *, renew: bool = False) -> FormSeen:
    """Return the form for the next version, filled from the newest. Raises as ``open_agreement`` does."""
    loaded = load(step, agreement_id, step.by)
    _still_open(loaded)
    return _form(step, loaded, renews=_renews(step, loaded, wanted=renew))


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
    _still_open(loaded)
    fresh = clauses.written(step.rules.agreements, loaded.relationship.kind, values)
    latest = loaded.latest
    if (latest.id if latest is not None else "") != based_on:
        return _overtaken(step, loaded, based_on, values, wanted=renew)
    renews = _renews(step, loaded, wanted=renew)
    if latest is not None and renews == _renews(step, loaded, wanted=False):
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


def _still_open(loaded: Loaded) -> None:
    if loaded.relationship.state is RelationshipState.ENDED:
        raise Refusal("agreements.ended")


def _renews(step: Step, loaded: Loaded, *, wanted: bool) -> bool:
    """A version renews when that was asked for near the end, or when it takes the place of one that does."""
    latest = loaded.latest
    if latest is not None and latest.state is VersionState.PROPOSED and latest.renews:
        return True
    return wanted and loaded.in_force is not None and can_renew(step, loaded.agreement)


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


def _form(
    step: Step,
    loaded: Loaded,
    *,
    renews: bool,
    values: Mapping[str, str] | None = None,
    overtaken: Overtaken | None = None,
) -> FormSeen:
    rules, kind, latest = step.rules.agreements, loaded.relationship.kind, loaded.latest
    if values is None:
        rows = agreements.clauses(step.session, [latest.id]).get(latest.id, []) if latest else []
        values = clauses.starting_values(rules, kind, read_clauses(step, rows))
    contacts = people.contacts(step.session, loaded.member_ids - {step.by})
    fitting = rules.for_kind(kind)
    return FormSeen(
        agreement_id=loaded.agreement.id,
        version_id=step.ids(),
        based_on=latest.id if latest is not None else "",
        based_on_number=latest.number if latest is not None else 0,
        others=tuple(contacts[m.person_id] for m in loaded.members if m.person_id in contacts),
        sections=tuple(
            FormSection(section.title, held)
            for section in rules.section
            if (held := tuple(rule for rule in fitting if rule.section == section.key))
        ),
        values=values,
        in_force=loaded.in_force is not None,
        renews=renews,
        overtaken=overtaken,
    )


def _overtaken(
    step: Step, loaded: Loaded, based_on: str, values: Mapping[str, str], *, wanted: bool
) -> FormSeen:
    latest = loaded.latest
    began = next((version for version in loaded.versions if version.id == based_on), None)
    if latest is None or (based_on and began is None):
        raise NotFound
    rules, kind = step.rules.agreements, loaded.relationship.kind
    rows = agreements.clauses(step.session, [latest.id, *([began.id] if began is not None else [])])
    theirs = read_clauses(step, rows.get(latest.id, []))
    base = read_clauses(step, rows.get(began.id, [])) if began is not None else ()
    base_values = clauses.starting_values(rules, kind, base)
    merged = clauses.merge(base_values, clauses.starting_values(rules, kind, theirs), values)
    # The first version is compared with what the form began with, so that only real changes are named.
    compared = base or clauses.as_shown(rules, kind, base_values)
    author = people.contacts(step.session, [latest.author_id])[latest.author_id]
    return _form(
        step,
        loaded,
        renews=_renews(step, loaded, wanted=wanted),
        values=merged.values,
        overtaken=Overtaken(author, clauses.differences(compared, theirs), merged.both),
    )


def erase(step: Step, relationship_id: str) -> int:
    """Erase the words of every version of a relationship's agreement; return how many clauses were erased.

    Hashes and signatures stay: it remains provable that these people signed, and that nothing was changed.
    """
    agreement = agreements.of_relationship(step.session, relationship_id)
    if agreement is None or find(step.session, Relationship, relationship_id) is None:
        raise NotFound
    versions = agreements.versions(step.session, [agreement.id])
    erased = 0
    for rows in agreements.clauses(step.session, [version.id for version in versions]).values():
        for row in rows:
            if row.body is not None:
                row.body, row.erased_at = None, step.now
                erased += 1
    step.session.flush()
    step.record("agreement.erased", agreement.id)
    return erased
