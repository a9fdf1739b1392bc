"""Who of a programme would read a concern, from the rows and the guideline; ``routing`` decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.domain.concerns.forms import Readers
from bot.domain.concerns.guideline import rules_of
from bot.domain.concerns.routing import Avoid, Candidate, Plan, lines_of_handlers, plan
from bot.domain.hours import on_leave_today
from bot.domain.step import Step
from bot.guidelines.concerns import ConcernRules, Level
from bot.store import concerns as store
from bot.store import people
from bot.store.base import find
from bot.store.people import Contact, Person, Role

LEAST_LINES = 2
"""Reporting lines of handlers and alternates, without which nobody could recuse themselves."""


def candidates(session: Session, rules: ConcernRules) -> list[Candidate]:
    """Return everyone here who may handle concerns: a role of the ladder, and an entry in ``[[handlers]]``.

    Of whoever has no entry neither reporting line nor conflicts are known, so they read nothing.
    """
    return [
        Candidate(
            person_id=person.id,
            role=role,
            email=(person.email or "").lower(),
            line=rules.line_of(person.email),
            conflicts=rules.conflicts_of(person.email),
        )
        for person, role in store.may_handle(session, [Role(name) for name in rules.ladder.roles])
        if rules.lists(person.email)
    ]


def are_enough(them: Iterable[Candidate]) -> bool:
    """Tell whether these people suffice for concerns to take words."""
    return len(lines_of_handlers(them)) >= LEAST_LINES


def plan_for(step: Step, level: Level, about_slack_ids: tuple[str, ...], struck_ids: tuple[str, ...]) -> Plan:
    """Return who would read what the caller raises about these people, without those struck out."""
    rules = rules_of(step)
    them = candidates(step.session, rules)
    gone = on_leave_today(step, [one.person_id for one in them])
    return plan(
        (replace(one, away=one.person_id in gone) for one in them),
        roles=rules.ladder.roles,
        sees=level.sees,
        avoid=_avoid(step, about_slack_ids, struck_ids),
        seed=f"{step.programme_id}\n{step.by}",
    )


def named(step: Step, made: Plan) -> Readers:
    """Return a plan's people by name."""
    return Readers(
        at_once=contacts_in_order(step, tuple(c.person_id for c in made.at_once)),
        then=contacts_in_order(step, tuple(c.person_id for c in made.then)),
    )


def contacts_in_order(step: Step, ids: tuple[str, ...]) -> tuple[Contact, ...]:
    """Return these people in this order; people without Slack are absent."""
    found = people.contacts(step.session, ids)
    return tuple(found[one] for one in ids if one in found)


def _avoid(step: Step, about_slack_ids: tuple[str, ...], struck_ids: tuple[str, ...]) -> Avoid:
    rules = rules_of(step)
    about = [people.by_slack_user(step.session, one) for one in about_slack_ids]
    known = [person for person in about if person is not None and person.id != step.by]
    emails = {(person.email or "").lower() for person in known}
    own = find(step.session, Person, step.by)
    if own is not None:
        emails.add((own.email or "").lower())
    return Avoid(
        people=frozenset({step.by, *struck_ids, *(person.id for person in known)}),
        emails=frozenset(emails - {""}),
        lines=frozenset({rules.line_of(person.email) for person in known} - {""}),
    )
