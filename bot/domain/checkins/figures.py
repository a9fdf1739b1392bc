"""What leads may know of check-ins: facts without content, and means over enough people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from statistics import fmean

from bot.domain.step import Step
from bot.guidelines.checkins import Item
from bot.store import checkins, people, relationships
from bot.store.checkins import CheckIn, CheckInState
from bot.store.people import Contact

FACTS_REACH_BACK = timedelta(days=200)
ROUND_PEOPLE_TO = 5


class FactKind(StrEnum):
    """What a lead is told about a relationship: never who said so, except who asked to be looked in on."""

    NEVER_MET = "never_met"
    BOTH_SILENT = "both_silent"
    ONE_SILENT = "one_silent"
    LOOK_IN = "look_in"


@dataclass(frozen=True)
class Fact:
    """One fact about one relationship, true of its latest check-in that is over."""

    kind: FactKind
    relationship_id: str
    members: tuple[Contact, ...]
    since: datetime
    asked_by: Contact | None = None
    """Who ticked "please look in"; nothing else is said about whom."""


@dataclass(frozen=True)
class Mean:
    """The mean of one question, or nothing where too few people answered it."""

    survey: str
    item: str
    text: str
    mean: float | None
    """1 to 5, or the share of yes between 0 and 1, to one decimal; None is withheld."""
    people_at_least: int
    """Rounded down to fives, so that two overlapping periods do not single anybody out; 0 when withheld."""
    kind: str
    """``scale`` or ``yes_no``."""


def facts(step: Step, since: datetime, *, without_person: str | None = None) -> tuple[Fact, ...]:
    """Return the facts of active relationships that arose at or after ``since``, oldest first.

    ``without_person`` leaves out relationships of which the reader is a member themselves.
    """
    rows = checkins.of_active(step.session, step.now - FACTS_REACH_BACK)
    members = {
        relationship_id: [member.person_id for member in group]
        for relationship_id, group in relationships.members_of(
            step.session, {row.relationship_id for row in rows}
        ).items()
    }
    found = [
        fact
        for relationship_id, of_pair in groupby(rows, key=lambda row: row.relationship_id)
        if without_person not in members[relationship_id]
        for fact in _facts_of(list(of_pair), len(members[relationship_id]))
        if fact[1] >= since
    ]
    contacts = people.contacts(
        step.session, {person_id for _, _, row in found for person_id in members[row.relationship_id]}
    )
    return tuple(
        Fact(
            kind=kind,
            relationship_id=row.relationship_id,
            members=tuple(contacts[one] for one in members[row.relationship_id] if one in contacts),
            since=at,
            asked_by=contacts.get(row.person_id) if kind is FactKind.LOOK_IN else None,
        )
        for kind, at, row in sorted(found, key=lambda fact: (fact[1], fact[2].id))
    )


def _facts_of(rows: Sequence[CheckIn], members: int) -> list[tuple[FactKind, datetime, CheckIn]]:
    """Return the facts of one relationship from its check-ins, newest day first."""
    found = [(FactKind.LOOK_IN, row.answered_at, row) for row in rows if row.look_in and row.answered_at]
    for _, of_day in groupby(rows, key=lambda row: row.due_on):
        day = [row for row in of_day if row.state is not CheckInState.CANCELLED]
        if not day or any(row.state is CheckInState.ASKED for row in day):
            continue
        silent = [row for row in day if row.state is CheckInState.PASSED]
        unmet = [row for row in day if row.not_met]
        if unmet:
            at = max(row.answered_at or row.asked_at for row in unmet)
            found.append((FactKind.NEVER_MET, at, unmet[0]))
        elif silent:
            kind = FactKind.BOTH_SILENT if len(silent) == members else FactKind.ONE_SILENT
            found.append((kind, max(row.passes_at for row in silent), silent[0]))
        break
    return found


def fewest(step: Step) -> int:
    """Return over how many people, besides the reader, a mean must be: the stricter of both rules."""
    return max(step.rules.checkins.fewest_people, step.rules.digest.smallest_group)


def aggregate(step: Step, since: datetime, until: datetime, *, reader_id: str = "") -> tuple[Mean, ...]:
    """Return the mean of each scale and yes/no question answered in ``[since, until)``.

    Each person counts once, with the mean of their own answers. Where fewer people than ``fewest``
    answered, the mean is withheld; the reader, who knows their own answer and could take it
    away again, is not counted among them. Where all answered alike the mean would be each one's answer: it is
    withheld too.
    """
    given: dict[tuple[str, str], dict[str, list[float]]] = {}
    for row in checkins.answered_between(step.session, since, until):
        survey = step.rules.surveys.get(row.survey)
        if survey is None or survey.version != row.survey_version:
            continue
        kinds = {item.key: item.kind for item in survey.items}
        for line in json.loads(step.unseal(CheckIn.answers, row) or "[]"):
            value = _number(kinds.get(line["item"], ""), line["answer"])
            if value is not None:
                by_person = given.setdefault((row.survey, line["item"]), {})
                by_person.setdefault(row.person_id, []).append(value)
    return tuple(
        _mean(name, item, given.get((name, item.key), {}), fewest(step), reader_id)
        for name, survey in step.rules.surveys.items()
        for item in survey.items
        if item.kind in {"scale", "yes_no"}
    )


def _number(kind: str, answer: str) -> float | None:
    if kind == "scale":
        return float(answer)
    if kind == "yes_no":
        return 1.0 if answer == "yes" else 0.0
    return None


def _mean(survey: str, item: Item, by_person: dict[str, list[float]], least: int, reader_id: str) -> Mean:
    each = [fmean(values) for values in by_person.values()]
    is_shown = len(by_person.keys() - {reader_id}) >= least and len(set(each)) > 1
    return Mean(
        survey,
        item.key,
        item.text,
        mean=round(fmean(each), 1) if is_shown else None,
        people_at_least=len(each) // ROUND_PEOPLE_TO * ROUND_PEOPLE_TO if is_shown else 0,
        kind=item.kind,
    )
