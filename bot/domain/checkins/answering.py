"""Answering a check-in: private to its author, shared only if both share, help where an answer is low."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.checkins.cards import CheckInCard, refresh_cards, seen, survey_of
from bot.domain.hours import working_times
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.guidelines.checkins import Help, Item
from bot.store import checkins, people, relationships
from bot.store.base import change, find
from bot.store.checkins import CheckIn, CheckInState
from bot.store.outbox import Notice
from bot.store.people import Contact
from bot.store.relationships import MemberRole

OPEN_LINE = "open_line"
"""The field of the open line, where the sentence about a form that came too late is shown."""

OPEN_LINE_LENGTH = 3000


@dataclass(frozen=True)
class AnswerForm:
    """What the form shows before anything is stored."""

    form_id: str
    card: CheckInCard
    title: str
    items: tuple[Item, ...]
    validated: bool
    late: bool


@dataclass(frozen=True)
class Thanks:
    """What came of a sent form: the help its low answers call for, and whether both shared."""

    card: CheckInCard
    low: bool
    help: tuple[Help, ...]
    shared: bool
    look_in: bool
    readable: tuple[Contact, ...]
    """Those whose shared answers can be read now."""


@dataclass(frozen=True)
class Line:
    """One question as it was asked, and the answer in words."""

    asked: str
    shown: str


@dataclass(frozen=True)
class Written:
    """What one person answered."""

    lines: tuple[Line, ...]
    open_line: str


@dataclass(frozen=True)
class Read:
    """One's own answers, and those the others shared, once both have."""

    card: CheckInCard
    mine: Written
    shared: bool
    theirs: tuple[tuple[Contact, Written], ...]


@dataclass(frozen=True)
class Revealed:
    """Both shared: where one's own check-in is, and who the other is."""

    checkin_id: str
    other: Contact


def prepare(step: Step, checkin_id: str) -> AnswerForm:
    """Return what the form shows. Raises NotFound for anyone else, Refusal when it cannot be answered."""
    row = _mine(step, checkin_id)
    if row.state is CheckInState.ANSWERED:
        raise Refusal("checkins.already_not_met" if row.not_met else "checkins.already_answered")
    if row.state is CheckInState.CANCELLED:
        raise Refusal("checkins.cancelled")
    if checkins.newer_exists(step.session, row):
        raise Refusal("checkins.newer")
    survey = survey_of(step, row)
    return AnswerForm(
        form_id=step.ids(),
        card=seen(step, [row])[0],
        title=survey.title,
        items=survey.for_role(_role(step, row)),
        validated=survey.wholly_validated,
        late=row.state is CheckInState.PASSED,
    )


def answer(
    step: Step,
    checkin_id: str,
    *,
    form_id: str,
    answers: Mapping[str, str],
    open_line: str,
    share: bool,
    look_in: bool,
) -> Thanks:
    """Keep what somebody answered, sealed. The same form sent twice changes nothing and thanks again.

    A late answer is kept too. Raises NotFound for anyone else; Refusal, shown in the open form so that
    nothing typed is lost, when nothing was answered or another form was sent before.
    """
    row = _mine(step, checkin_id)
    items = survey_of(step, row).for_role(_role(step, row))
    given = {item.key: answers[item.key] for item in items if _fits(item, answers.get(item.key, ""))}
    if row.state is CheckInState.ANSWERED and row.answer_form == form_id:
        return _thanks(step, row, items, given)
    if not given and not open_line:
        raise Refusal("checkins.nothing_answered", field=items[0].key if items else OPEN_LINE)
    written = [
        {
            "item": item.key,
            "asked": item.text,
            "answer": given[item.key],
            "shown": _shown(item, given[item.key]),
        }
        for item in items
        if item.key in given
    ]
    settled = change(
        step.session,
        CheckIn,
        row.id,
        expected=(CheckInState.ASKED, CheckInState.PASSED),
        to=CheckInState.ANSWERED,
        answered_at=step.now,
        answer_form=form_id,
        shared=share,
        look_in=look_in,
        survey_version=survey_of(step, row).version,
        answers=step.seal(CheckIn.answers, row.id, json.dumps(written, ensure_ascii=False)),
        open_line=step.seal(CheckIn.open_line, row.id, open_line) if open_line else None,
    )
    step.session.refresh(row)
    if not settled:
        cancelled = row.state is CheckInState.CANCELLED
        raise Refusal("checkins.cancelled" if cancelled else "checkins.already_kept", field=OPEN_LINE)
    step.record("checkin.answered", row.id, relationship=row.relationship_id)
    refresh_cards(step, row, row.state)
    if share:
        _reveal(step, row)
    return _thanks(step, row, items, given)


def not_met(step: Step, checkin_id: str) -> CheckInCard:
    """Note that the two have not met yet, all that a lead sees. Raises NotFound, or Refusal once settled."""
    row = _mine(step, checkin_id)
    settled = change(
        step.session,
        CheckIn,
        row.id,
        expected=(CheckInState.ASKED, CheckInState.PASSED),
        to=CheckInState.ANSWERED,
        answered_at=step.now,
        not_met=True,
    )
    step.session.refresh(row)
    if not settled:
        if row.state is CheckInState.CANCELLED:
            raise Refusal("checkins.cancelled")
        raise Refusal("checkins.already_not_met" if row.not_met else "checkins.already_answered")
    step.record("checkin.not_met", row.id, relationship=row.relationship_id)
    refresh_cards(step, row, row.state)
    return seen(step, [row])[0]


def read(step: Step, checkin_id: str) -> Read:
    """Return one's own answers, and the others' where both shared. Raises NotFound for anyone else."""
    row = _mine(step, checkin_id)
    if row.answers is None:
        raise NotFound
    others = _shared_with(step, row) if row.shared else []
    contacts = people.contacts(step.session, [other.person_id for other in others])
    return Read(
        card=seen(step, [row])[0],
        mine=_written(step, row),
        shared=row.shared,
        theirs=tuple(
            (contacts[other.person_id], _written(step, other))
            for other in others
            if other.person_id in contacts
        ),
    )


def revealed(step: Step, checkin_id: str, other_id: str, person_id: str) -> Revealed | None:
    """Return the news that both shared, or None for anyone it is not true for."""
    row = find(step.session, CheckIn, checkin_id)
    if row is None or row.person_id != person_id or not row.shared:
        return None
    shared = {other.person_id for other in _shared_with(step, row)}
    contact = people.contact(step.session, other_id) if other_id in shared else None
    return Revealed(row.id, contact) if contact is not None else None


def _mine(step: Step, checkin_id: str) -> CheckIn:
    row = find(step.session, CheckIn, checkin_id)
    if row is None or row.person_id != step.by:
        raise NotFound
    return row


def _role(step: Step, row: CheckIn) -> MemberRole:
    members = relationships.members_of(step.session, [row.relationship_id]).get(row.relationship_id, [])
    for member in members:
        if member.person_id == row.person_id:
            return member.role
    raise NotFound


def _fits(item: Item, value: str) -> bool:
    if item.kind == "text":
        return 0 < len(value) <= OPEN_LINE_LENGTH
    return value in item.values


def _shown(item: Item, value: str) -> str:
    return f"{value}: {item.labels[int(value) - 1]}" if item.kind == "scale" else value


def _thanks(step: Step, row: CheckIn, items: tuple[Item, ...], given: Mapping[str, str]) -> Thanks:
    low = [item for item in items if item.is_low(given.get(item.key, ""))]
    names = dict.fromkeys(item.resource for item in low if item.resource)
    others = _shared_with(step, row) if row.shared else []
    contacts = people.contacts(step.session, [other.person_id for other in others])
    return Thanks(
        card=seen(step, [row])[0],
        low=bool(low),
        help=tuple(step.rules.checkins.help[name] for name in names),
        shared=row.shared,
        look_in=row.look_in,
        readable=tuple(contacts.values()),
    )


def _shared_with(step: Step, row: CheckIn) -> list[CheckIn]:
    """Return the other members' check-ins of the same day that were answered and shared."""
    return [
        other
        for other in checkins.of_occasion(step.session, row.relationship_id, row.due_on)
        if other.person_id != row.person_id and other.shared and other.answers is not None
    ]


def _reveal(step: Step, row: CheckIn) -> None:
    """Tell those who shared before, in their own hours, that both now can read."""
    others = _shared_with(step, row)
    times = working_times(step, [other.person_id for other in others])
    for other in others:
        step.tell(
            Notice(
                "checkins.revealed",
                f"checkins:{other.id}:revealed:{row.id}",
                other.person_id,
                ids={"checkin": other.id, "other": row.person_id},
                not_before=times[other.person_id].opens(step.now),
            )
        )


def _written(step: Step, row: CheckIn) -> Written:
    answers = json.loads(step.unseal(CheckIn.answers, row) or "[]")
    return Written(
        lines=tuple(Line(asked=line["asked"], shown=line["shown"]) for line in answers),
        open_line=step.unseal(CheckIn.open_line, row),
    )
