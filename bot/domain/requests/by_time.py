"""What becomes of requests that nobody answers, or whose people leave."""

from __future__ import annotations

from bot.domain.requests.settling import key_of, settled
from bot.domain.step import Step
from bot.store import requests
from bot.store.outbox import Notice
from bot.store.requests import RequestState


def remind(step: Step, limit: int) -> int:
    """Remind each mentor once whose open request has waited long enough; return how many were handled."""
    rows = requests.due_for_reminder(step.session, step.now, limit)
    for row in rows:
        if not requests.mark_reminded(step.session, row, step.now):
            continue
        step.tell_together(
            Notice(
                "requests.reminder",
                key_of(row.id, "reminder"),
                row.mentor_id,
                ids={"request": row.id},
                expires_at=row.lapses_at,
            )
        )
        step.record("request.reminded", row.id)
    return len(rows)


def lapse(step: Step, limit: int) -> int:
    """End each open request whose time ran out, and tell both; return how many were handled."""
    rows = requests.due_to_lapse(step.session, step.now, limit)
    for row in rows:
        settled(step, row, RequestState.LAPSED)
    return len(rows)


def end_of(step: Step, person_id: str) -> int:
    """End the open requests of and to somebody who left; the other side is told. Returns how many."""
    rows = [
        *requests.open_of_mentor(step.session, person_id),
        *requests.open_of_mentee(step.session, person_id),
    ]
    return sum(settled(step, row, RequestState.UNAVAILABLE) for row in rows)
