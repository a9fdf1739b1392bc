"""Check-ins by time: they begin, are asked, reminded of once, and passed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.calendar import add_working_days
from bot.domain.checkins.cards import batch_of, refresh_cards, tell_asked, tell_reminder
from bot.domain.checkins.rhythm import Calendar, Occasion, Pause, asked_now, next_due
from bot.domain.step import Step
from bot.errors import NotFound
from bot.store import checkins, relationships
from bot.store.base import change, find
from bot.store.checkins import CheckIn, CheckInPause, CheckInState, DueRhythm, Rhythm
from bot.store.relationships import Kind, Relationship, RelationshipState

MOST_IN_ONE_MESSAGE = 15
"""Slack shows fifty blocks; each check-in takes three."""


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
    zones = checkins.time_zones(step.session, members)
    for person_id in members:
        first = _first(step, relationship.kind, started_on, calendar_of(step, zones[person_id]))
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


def ask(step: Step, limit: int) -> int:
    """Ask everyone who is due and within their working hours; return how many rhythms were handled.

    Somebody due in several relationships gets one message. Outside their hours, in a pause, or too soon after
    the last message the rhythm waits for the next moment they can be asked.
    """
    due = checkins.due(step.session, step.now, limit)
    if not due:
        return 0
    people = sorted({one.rhythm.person_id for one in due})
    ahead = step.now + timedelta(days=step.rules.checkins.together_within_days)
    theirs: dict[str, list[DueRhythm]] = {}
    for one in checkins.due_of(step.session, people, ahead):
        theirs.setdefault(one.rhythm.person_id, []).append(one)
    written = checkins.last_written(step.session, people)
    pauses = checkins.pauses_of(step.session, people)
    for person_id in people:
        own = _own(pauses.get(person_id))
        _ask_person(step, theirs[person_id], written.get(person_id), own)
    return len(due)


def remind(step: Step, limit: int) -> int:
    """Remind once, in their own hours, each person whose check-in waits; return how many were handled."""
    rows = checkins.due_for_reminder(step.session, step.now, limit)
    if not rows:
        return 0
    people = sorted({row.person_id for row, _ in rows})
    written = checkins.last_written(step.session, people)
    pauses = checkins.pauses_of(step.session, people)
    for person_id, group in groupby(rows, key=lambda pair: pair[0].person_id):
        pairs = list(group)
        own = _own(pauses.get(person_id))
        opens = _may_write_from(step, calendar_of(step, pairs[0][1], own), written.get(person_id))
        if opens is None or opens > step.now:
            for row, _ in pairs:
                checkins.remind_later(step.session, row, opens or row.passes_at)
            continue
        batch = batch_of("reminder", person_id, ((row.relationship_id, row.due_on) for row, _ in pairs))
        reminded = [
            row for row, _ in pairs if checkins.mark_reminded(step.session, row, at=step.now, batch=batch)
        ]
        for row in reminded:
            step.record("checkin.reminded", row.id)
        if reminded:
            tell_reminder(step, person_id, batch)
    return len(rows)


def pass_over(step: Step, limit: int) -> int:
    """Pass over what was not answered in time; cancel it where the pair paused or ended. Returns how many."""
    rows = checkins.due_to_pass(step.session, step.now, limit)
    for row, state in rows:
        silent = state is RelationshipState.ACTIVE
        _close(step, row, CheckInState.PASSED if silent else CheckInState.CANCELLED)
    return len(rows)


def stop(step: Step, relationship_id: str) -> None:
    """Cancel what still waits for an answer in a relationship that ended, and plan nothing more.

    Its messages say so. Without this call the clock does the first at its next look.
    """
    for rhythm in checkins.rhythms_of(step.session, relationship_id):
        rhythm.next_at = rhythm.next_on = None
    for row in checkins.open_in(step.session, relationship_id):
        _close(step, row, CheckInState.CANCELLED)


def calendar_of(step: Step, time_zone: str, own: tuple[Pause, ...] = ()) -> Calendar:
    """Return when a person can be asked, by the programme's hours and pauses and their own."""
    rules = step.rules.checkins
    return Calendar(
        time_zone=_known(time_zone),
        hours=step.rules.programme.hours,
        ask_at=rules.ask_at,
        pauses=(*(Pause(pause.first, pause.last) for pause in rules.pauses), *own),
    )


def _known(time_zone: str) -> str:
    """Return the zone, or UTC for one nobody knows: one person's odd profile must not stop the others."""
    try:
        return ZoneInfo(time_zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def _own(pause: CheckInPause | None) -> tuple[Pause, ...]:
    return () if pause is None else (Pause(pause.first, pause.last),)


def _may_write_from(step: Step, calendar: Calendar, last: datetime | None) -> datetime | None:
    """Return from when a message nobody asked for may go to somebody last written to at ``last``.

    The only place here that knows about a budget of messages; a budget over all nouns would answer here.
    """
    earliest = step.now
    if last is not None:
        earliest = max(earliest, last + timedelta(days=step.rules.checkins.least_days_between_messages))
    return calendar.open_from(earliest)


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
    later = calendar.asked_on(today + timedelta(days=1))
    return None if later is None else Occasion(first.on, later, first.survey)


def _ask_person(
    step: Step, theirs: Sequence[DueRhythm], last: datetime | None, own: tuple[Pause, ...]
) -> None:
    zone = theirs[0].time_zone
    calendar = calendar_of(step, zone, own)
    opens = _may_write_from(step, calendar, last)
    if opens is None or opens > step.now:
        _put_off(step, theirs, opens)
        return
    batch = batch_of(
        "asked",
        theirs[0].rhythm.person_id,
        ((one.rhythm.relationship_id, one.rhythm.next_on) for one in theirs[:MOST_IN_ONE_MESSAGE]),
    )
    asked = [row for one in theirs[:MOST_IN_ONE_MESSAGE] if (row := _ask_one(step, one, calendar, batch))]
    if asked:
        tell_asked(step, asked[0].person_id, batch)


def _put_off(step: Step, theirs: Iterable[DueRhythm], opens: datetime | None) -> None:
    for one in theirs:
        rhythm = one.rhythm
        if rhythm.next_at is not None and rhythm.next_at <= step.now:
            checkins.advance(
                step.session, rhythm, next_on=rhythm.next_on, next_at=opens, survey=rhythm.survey
            )


def _ask_one(step: Step, one: DueRhythm, calendar: Calendar, batch: str) -> CheckIn | None:
    """Move the rhythm on and record what is asked; None when another clock asked it this moment."""
    rules, rhythm = step.rules.checkins, one.rhythm
    rule = rules.rhythm_of(one.kind)
    today = calendar.today(step.now)
    planned = rhythm.next_on or today
    day, survey = planned, rhythm.survey
    latest = asked_now(
        rule, rhythm.started_on, least_gap_days=rules.least_gap_days, planned=planned, today=today
    )
    if latest is not None and latest[0] > planned:
        day, survey = latest
    following = next_due(
        rule,
        rhythm.started_on,
        calendar,
        least_gap_days=rules.least_gap_days,
        not_before=today + timedelta(days=rules.least_gap_days // 2),
        after=day,
    )
    moved = checkins.advance(
        step.session,
        rhythm,
        next_on=following.on if following else None,
        next_at=following.at if following else None,
        survey=following.survey if following else "",
    )
    if not moved:
        return None
    for older in checkins.open_about(step.session, rhythm.person_id, [rhythm.relationship_id]):
        _close(step, older, CheckInState.PASSED)
    hours, zone = step.rules.programme.hours, calendar.time_zone
    row = CheckIn(
        id=step.ids(),
        **step.place,
        relationship_id=rhythm.relationship_id,
        person_id=rhythm.person_id,
        due_on=day,
        survey=survey,
        survey_version=step.rules.surveys[survey].version,
        asked_at=step.now,
        asked_in=batch,
        remind_at=add_working_days(step.now, rules.remind_after_working_days, hours, zone),
        passes_at=add_working_days(step.now, rules.pass_after_working_days, hours, zone),
    )
    step.add(row)
    step.record("checkin.asked", row.id, relationship=row.relationship_id)
    return row


def _close(step: Step, row: CheckIn, to: CheckInState) -> None:
    if change(step.session, CheckIn, row.id, expected=CheckInState.ASKED, to=to):
        step.record(f"checkin.{to}", row.id, relationship=row.relationship_id)
        refresh_cards(step, row, to)
