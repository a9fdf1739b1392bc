"""Check-ins by time: they begin, are asked, reminded of once, and passed over."""

from __future__ import annotations

from datetime import date

from bot.domain.checkins.rhythm import Calendar, Occasion, Pause, next_due
from bot.domain.step import Step
from bot.errors import NotFound
from bot.store import checkins, relationships
from bot.store.base import find
from bot.store.checkins import Rhythm
from bot.store.relationships import Kind, Relationship


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
        calendar = calendar_of(step, zones[person_id])
        first = _first(step, relationship.kind, started_on, calendar)
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


def calendar_of(step: Step, time_zone: str, own: tuple[Pause, ...] = ()) -> Calendar:
    """Return when a person can be asked, by the programme's hours and pauses and their own."""
    rules = step.rules.checkins
    return Calendar(
        time_zone=time_zone,
        hours=step.rules.programme.hours,
        ask_at=rules.ask_at,
        pauses=(*(Pause(pause.first, pause.last) for pause in rules.pauses), *own),
    )


def _first(step: Step, kind: Kind, started_on: date, calendar: Calendar) -> Occasion | None:
    """Return the first check-in that can still be asked; one whose time today has gone comes tomorrow."""
    rules = step.rules.checkins
    first = next_due(
        rules.rhythm_of(kind),
        started_on,
        calendar,
        least_gap_days=rules.least_gap_days,
        not_before=calendar.today(step.now),
    )
    if first is None or first.at > step.now:
        return first
    later = calendar.asked_on(date.fromordinal(calendar.today(step.now).toordinal() + 1))
    return None if later is None else Occasion(first.on, later, first.survey)
