"""What Home shows of check-ins: what waits, when the next one comes, and a pause of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.checkins.calendars import calendar_of
from bot.domain.checkins.cards import CheckInCard, seen
from bot.domain.checkins.rhythm import Calendar
from bot.domain.hours import working_time
from bot.domain.step import Step
from bot.errors import Refusal
from bot.store import checkins, people, relationships
from bot.store.checkins import CheckInPause
from bot.store.people import Contact

LONGEST_PAUSE_DAYS = 365
UNTIL = "until"
"""The field of the last day of a pause."""


@dataclass(frozen=True)
class Coming:
    """When the next check-in about a relationship comes."""

    others: tuple[Contact, ...]
    at: datetime


@dataclass(frozen=True)
class AtHome:
    """Check-ins as one person's Home shows them."""

    waiting: tuple[CheckInCard, ...]
    coming: tuple[Coming, ...]
    last_answered: datetime | None
    paused_until: date | None


def at_home(step: Step) -> AtHome | None:
    """Return what Home shows to ``step.by``; None for somebody who is in no relationship."""
    waiting = checkins.open_of_person(step.session, step.by)
    rhythms = checkins.next_of_person(step.session, step.by)
    if not waiting and not rhythms:
        return None
    members = relationships.members_of(step.session, {rhythm.relationship_id for rhythm in rhythms})
    others = {member.person_id for group in members.values() for member in group} - {step.by}
    contacts = people.contacts(step.session, others)
    pause = checkins.pauses_of(step.session, [step.by]).get(step.by)
    calendar = _calendar(step, pause)
    return AtHome(
        waiting=seen(step, waiting),
        coming=tuple(
            Coming(
                others=tuple(
                    contacts[member.person_id]
                    for member in members[rhythm.relationship_id]
                    if member.person_id in contacts
                ),
                at=calendar.open_from(rhythm.next_at),
            )
            for rhythm in rhythms
            if rhythm.next_at is not None
        ),
        last_answered=checkins.last_answered(step.session, step.by),
        paused_until=pause.last if pause and pause.last >= calendar.today(step.now) else None,
    )


def pause(step: Step, until: date) -> date:
    """Ask the caller nothing up to and including the day ``until``; a new pause takes the place of an old.

    Raises Refusal for a day that is past, or more than a year away.
    """
    today = _calendar(step, None).today(step.now)
    if not 0 <= (until - today).days <= LONGEST_PAUSE_DAYS:
        raise Refusal("checkins.pause.not_that_day", field=UNTIL)
    existing = checkins.pauses_of(step.session, [step.by]).get(step.by)
    if existing is None:
        step.add(CheckInPause(id=step.ids(), **step.place, person_id=step.by, first=today, last=until))
    else:
        existing.first, existing.last = today, until
    step.record("checkins.paused", step.by)
    return until


def resume(step: Step) -> None:
    """End the caller's pause today; without one nothing changes."""
    existing = checkins.pauses_of(step.session, [step.by]).get(step.by)
    if existing is not None:
        step.session.delete(existing)
        step.session.flush()
        step.record("checkins.resumed", step.by)


def _calendar(step: Step, pause: CheckInPause | None) -> Calendar:
    return calendar_of(step, working_time(step, step.by), pause)
