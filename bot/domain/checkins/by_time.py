"""What else time does with check-ins: they begin, are reminded of once, passed over, and stop."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from bot.domain.checkins.calendars import Calendars, calendar_of
from bot.domain.checkins.cards import batch_of, close, key_of, reminder_notice
from bot.domain.checkins.rhythm import Calendar, Occasion, next_due
from bot.domain.hours import working_times
from bot.domain.step import Step
from bot.errors import NotFound
from bot.store import checkins, relationships
from bot.store.base import find
from bot.store.checkins import CheckInState, Rhythm
from bot.store.relationships import Kind, Relationship, RelationshipState


def begin(step: Step, relationship_id: str, started_on: date) -> None:
    """Begin the check-ins of a relationship that started on ``started_on``, for every member.

    Doing it again changes nothing. A relationship that started long ago begins at its next day; nothing is
    made up for. Raises NotFound when there is no such relationship.
    """
    relationship = find(step.session, Relationship, relationship_id)
    if relationship is None:
        raise NotFound
    have = {rhythm.person_id for rhythm in checkins.rhythms_of(step.session, relationship_id)}
    members = [
        member.person_id
        for member in relationships.members(step.session, relationship_id)
        if member.person_id not in have
    ]
    times = working_times(step, members)
    for person_id in members:
        first = _first(step, relationship.kind, started_on, calendar_of(step, times[person_id]))
        step.add(
            Rhythm(
                id=step.ids(),
                **step.place,
                relationship_id=relationship_id,
                person_id=person_id,
                started_on=started_on,
                next_on=first.on if first else None,
                next_at=first.at if first else None,
                survey=first.survey if first else "",
            )
        )
    if members:
        step.record("checkins.begun", relationship_id)


def _first(step: Step, kind: Kind, started_on: date, calendar: Calendar) -> Occasion | None:
    """Return the first check-in that can still be asked; one whose time today has gone comes tomorrow."""
    rules = step.rules.checkins
    today = calendar.today(step.now)
    first = next_due(
        rules.rhythm_of(kind),
        started_on,
        calendar,
        least_gap_days=rules.least_gap_days,
        not_before=today,
    )
    if first is None or first.at > step.now:
        return first
    return Occasion(first.on, calendar.asked_on(today + timedelta(days=1)), first.survey)


def remind(step: Step, limit: int) -> int:
    """Remind once, in their own hours, each person whose check-in waits; return how many were handled.

    One message a person, about everything that is due within the next days too. What was asked in a message
    that is held back itself is not reminded of before it is there.
    """
    due = checkins.due_for_reminder(step.session, step.now, limit)
    if not due:
        return 0
    people = {row.person_id for row in due}
    ahead = step.now + timedelta(days=step.rules.checkins.together_within_days)
    rows = {row.id: row for row in due}
    rows |= {row.id: row for row in checkins.remindable_of(step.session, people, step.now, ahead)}
    keys = {key_of(row.asked_in) for row in rows.values()}
    unsent = checkins.held_back(step.session, keys, step.now)
    calendars = Calendars(step, people)
    for person_id, group in groupby(
        sorted(rows.values(), key=lambda row: (row.person_id, row.id)), key=lambda row: row.person_id
    ):
        theirs, opens = list(group), calendars.may_write_from(person_id)
        ready = [row for row in theirs if key_of(row.asked_in) not in unsent] if opens <= step.now else []
        later = max(opens, calendars.in_working_days(person_id, 1)) if opens <= step.now else opens
        for row in theirs:
            if row not in ready and row.remind_at <= step.now:
                checkins.remind_later(step.session, row, later)
        batch = batch_of("reminder", person_id, ((row.relationship_id, row.due_on) for row in ready))
        reminded = [
            row for row in ready if checkins.mark_reminded(step.session, row, at=step.now, batch=batch)
        ]
        step.record_all("checkin.reminded", ((row.id, {}) for row in reminded))
        if reminded:
            step.tell(reminder_notice(person_id, batch, min(row.passes_at for row in reminded)))
    return len(due)


def pass_over(step: Step, limit: int) -> int:
    """Pass over what was not answered in time; cancel it where the pair paused or ended. Returns how many."""
    rows = checkins.due_to_pass(step.session, step.now, limit)
    for row, state in rows:
        silent = state is RelationshipState.ACTIVE
        close(step, row, CheckInState.PASSED if silent else CheckInState.CANCELLED)
    return len(rows)


def stop(step: Step, relationship_id: str) -> None:
    """Cancel what still waits for an answer in a relationship that ended, and plan nothing more.

    Its messages say so. Without this call the clock does the first at its next look.
    """
    for rhythm in checkins.rhythms_of(step.session, relationship_id):
        rhythm.next_at = rhythm.next_on = None
    for row in checkins.open_in(step.session, relationship_id):
        close(step, row, CheckInState.CANCELLED)
