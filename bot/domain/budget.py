"""The budget of messages nobody asked for: a few a week for each person, the rest waits on Home.

Concerns and the answers to somebody's own act stand outside of it (``NoticeKind.unrequested``), and neither
wait for it nor take from it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.guidelines import Guidelines
from bot.store import budget

WEEK = timedelta(days=7)
"""Any seven days, not a calendar week: two on Sunday and two on Monday would be four in two days."""


def free_from(
    session: Session, person_ids: Collection[str], now: datetime, rules: Guidelines
) -> dict[str, datetime]:
    """Return from when (UTC) each of these people may get another unrequested message.

    Who is absent may get one at once. One query, within the session's workspace.
    """
    most = rules.programme.most_unrequested_a_week
    sent = budget.counted(session, person_ids, now - WEEK)
    return {person_id: opens for person_id, at in sent.items() if (opens := next_free(at, most)) is not None}


def keeps_place(counted_at: datetime | None, now: datetime) -> bool:
    """Tell whether a message that took its place at ``counted_at`` still has it: for as long as it counts.

    Who was not sent what was begun longer ago has had others since, and it takes a place anew.
    """
    return counted_at is not None and counted_at > now - WEEK


def next_free(sent: Sequence[datetime], most: int) -> datetime | None:
    """Return when the next message may follow these of the last week, newest first; None: at once."""
    return None if len(sent) < most else sent[most - 1] + WEEK
