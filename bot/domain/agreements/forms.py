"""The form for the next version: filled from the newest, or shown again because somebody was faster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.agreements import clauses
from bot.domain.agreements.clauses import Change
from bot.domain.agreements.drafting import draft
from bot.domain.agreements.seen import (
    AgreementSeen,
    Loaded,
    can_renew,
    load,
    read_clauses,
    relationship_of,
    see,
)
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.guidelines.agreements import ClauseRule
from bot.store import agreements, people
from bot.store.agreements import VersionState
from bot.store.people import Contact
from bot.store.relationships import RelationshipState


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


def open_agreement(step: Step, relationship_id: str) -> AgreementSeen | FormSeen:
    """Return what a member sees on opening the agreement: the form until somebody wrote it, then the newest.

    Raises NotFound for anyone who is not a member, Refusal where the relationship ended without one.
    """
    relationship_of(step, relationship_id, step.by)
    loaded = load(step, draft(step, relationship_id), step.by)
    if loaded.latest is None:
        still_open(loaded)
        return form_for(step, loaded, renews=False)
    return see(step, loaded, step.by)


def open_form(step: Step, agreement_id: str, *, renew: bool = False) -> FormSeen:
    """Return the form for the next version, filled from the newest. Raises as ``open_agreement`` does."""
    loaded = load(step, agreement_id, step.by)
    still_open(loaded)
    return form_for(step, loaded, renews=renews_then(step, loaded, wanted=renew))


def still_open(loaded: Loaded) -> None:
    """Raise Refusal when the relationship has ended: its agreement is history."""
    if loaded.relationship.state is RelationshipState.ENDED:
        raise Refusal("agreements.ended")


def renews_then(step: Step, loaded: Loaded, *, wanted: bool) -> bool:
    """A version renews when that was asked for near the end, or when it takes the place of one that does."""
    latest = loaded.latest
    if latest is not None and latest.state is VersionState.PROPOSED and latest.renews:
        return True
    return wanted and loaded.in_force is not None and can_renew(step, loaded.agreement)


def form_for(
    step: Step,
    loaded: Loaded,
    *,
    renews: bool,
    values: Mapping[str, str] | None = None,
    overtaken: Overtaken | None = None,
) -> FormSeen:
    """Return a form on the newest version, with its words unless other ``values`` are given."""
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


def overtaken_form(
    step: Step, loaded: Loaded, based_on: str, values: Mapping[str, str], *, wanted: bool
) -> FormSeen:
    """Return the form on a version written meanwhile, with what was typed put together with its words.

    Raises NotFound when ``based_on`` is no version of this agreement.
    """
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
    return form_for(
        step,
        loaded,
        renews=renews_then(step, loaded, wanted=wanted),
        values=merged.values,
        overtaken=Overtaken(author, clauses.differences(compared, theirs), merged.both),
    )
