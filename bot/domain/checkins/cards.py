"""The messages a check-in stands in, and telling that they must be sent or shown anew."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.step import Step
from bot.guidelines.checkins import Survey
from bot.store import checkins, people, relationships
from bot.store.base import change, find
from bot.store.checkins import CheckIn, CheckInState
from bot.store.outbox import Notice
from bot.store.people import Contact
from bot.store.relationships import Relationship


@dataclass(frozen=True)
class CheckInCard:
    """One check-in as its own person sees it, without what they answered."""

    checkin_id: str
    relationship_id: str
    others: tuple[Contact, ...]
    state: CheckInState
    due_on: date
    asked_at: datetime
    minutes: int
    not_met: bool
    answered_at: datetime | None


@dataclass(frozen=True)
class Asked:
    """One message: a check-in for each relationship it asks about."""

    cards: tuple[CheckInCard, ...]


def batch_of(what: str, person_id: str, about: Iterable[tuple[str, date | None]]) -> str:
    """Return the id of one message, made from whom it asks about which relationships and which days.

    Two clocks that ask for the same make the same message of it, which the outbox takes once.
    """
    parts = [
        what,
        person_id,
        *(f"{relationship_id}@{day}" for relationship_id, day in sorted(about, key=str)),
    ]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def asked_notice(person_id: str, batch: str, passes_at: datetime) -> Notice:
    """Return the message of a batch. Not sent before its check-ins are passed over, it is on Home alone."""
    return Notice("checkins.asked", key_of(batch), person_id, ids={"batch": batch}, expires_at=passes_at)


def reminder_notice(person_id: str, batch: str, passes_at: datetime) -> Notice:
    """Return the reminder of a batch, which ends as its message does."""
    return Notice("checkins.reminder", key_of(batch), person_id, ids={"batch": batch}, expires_at=passes_at)


def close(step: Step, row: CheckIn, to: CheckInState) -> None:
    """End a check-in that nobody answered, and say so in the messages it stands in."""
    if change(step.session, CheckIn, row.id, expected=CheckInState.ASKED, to=to):
        step.record(f"checkin.{to}", row.id, relationship=row.relationship_id)
        refresh_cards(step, row, to)


def refresh_cards(step: Step, row: CheckIn, state: CheckInState) -> None:
    """Show in every message this check-in stands in that it changed."""
    kinds = (("checkins.asked", row.asked_in), ("checkins.reminder", row.reminded_in))
    for kind, batch in kinds:
        if batch is not None:
            card = key_of(batch)
            key, ids = f"{card}:{row.id}:{state}", {"batch": batch, "changed": row.id}
            step.tell(Notice(kind, key, row.person_id, ids=ids, updates_key=card))


def message_of(step: Step, batch: str, person_id: str, *, sent: bool) -> Asked | None:
    """Return a message as its person sees it now; None when none of it is theirs.

    One that is not ``sent`` yet is None too when nothing in it waits for an answer any more.
    """
    rows = [row for row in checkins.in_message(step.session, batch) if row.person_id == person_id]
    if not rows or not (sent or any(row.state is CheckInState.ASKED for row in rows)):
        return None
    return Asked(seen(step, rows))


def seen(step: Step, rows: Collection[CheckIn]) -> tuple[CheckInCard, ...]:
    """Return these check-ins of one person as they see them, in a number of queries that does not grow."""
    if not rows:
        return ()
    members = relationships.members_of(step.session, {row.relationship_id for row in rows})
    everyone = {member.person_id for group in members.values() for member in group}
    contacts = people.contacts(step.session, everyone)
    return tuple(
        CheckInCard(
            checkin_id=row.id,
            relationship_id=row.relationship_id,
            others=tuple(
                contacts[member.person_id]
                for member in members[row.relationship_id]
                if member.person_id != row.person_id and member.person_id in contacts
            ),
            state=row.state,
            due_on=row.due_on,
            asked_at=row.asked_at,
            minutes=survey_of(step, row).minutes,
            not_met=row.not_met,
            answered_at=row.answered_at,
        )
        for row in rows
    )


def survey_of(step: Step, row: CheckIn) -> Survey:
    """Return the survey of a check-in; the short one where its own is configured no longer."""
    survey = step.rules.surveys.get(row.survey)
    if survey is not None:
        return survey
    relationship = find(step.session, Relationship, row.relationship_id)
    rhythm = step.rules.checkins.rhythm_of(relationship.kind if relationship else "mentor")
    return step.rules.surveys[rhythm.survey]


def key_of(batch: str) -> str:
    """Return the key under which the outbox has the message of a batch."""
    return f"checkins:{batch}"
