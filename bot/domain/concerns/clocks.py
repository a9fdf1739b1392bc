"""What falls due in a case by time: reminders, the climb, asking the reporter again, erasing."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.concerns import moving
from bot.domain.concerns.casework import erase_words
from bot.domain.concerns.guideline import rules_of
from bot.domain.concerns.recording import record
from bot.domain.step import Step
from bot.store import concerns as store
from bot.store import people
from bot.store.concerns import ConcernState
from bot.store.outbox import Notice


def remind(step: Step, limit: int) -> int:
    """Remind those who did not acknowledge in time; return how many cases were handled."""
    rows = store.due(step.session, step.now, "remind", limit)
    for row in rows:
        row.reminded_at = step.now
        moving.remind(step, row)
        record(step, row, "reminded")
    return len(rows)


def climb(step: Step, limit: int) -> int:
    """Let each case go on that nobody acknowledged even when reminded; return how many were handled."""
    rows = store.due(step.session, step.now, "climb", limit)
    for row in rows:
        moving.pass_on(step, row)
    return len(rows)


def replace_those_who_left(step: Step, limit: int) -> int:
    """Let each case go on whose handler left Slack, or handles no more; return how many were handled."""
    rows = store.left(step.session, moving.ladder_roles(step), limit)
    for row in rows:
        moving.pass_on(step, row, who=row.handler_id)
    return len(rows)


def remind_to_act(step: Step, limit: int) -> int:
    """Remind the handler of a case whose time to act is over; the reporter of what only they keep."""
    rows = store.due(step.session, step.now, "act", limit)
    for row in rows:
        row.act_reminded_at = step.now
        key = f"concern:{row.id}:act:{row.rung}:{row.level}"
        ids = {"concern": row.id}
        if row.state is ConcernState.KEPT:
            step.tell(Notice(moving.ASKED_AGAIN, key, row.reporter_id, ids=ids))
        elif row.handler_id is not None:
            step.tell(Notice(moving.ACT_REMINDER, key, row.handler_id, ids=ids))
        record(step, row, "act_reminded")
    return len(rows)


def ask_again(step: Step, limit: int) -> int:
    """Ask each reporter again, so many days after the end; return how many were handled."""
    rows = store.due(step.session, step.now, "ask", limit)
    days = rules_of(step).follow_up.days
    for row in rows:
        row.asked_again += 1
        later = days[row.asked_again :]
        row.ask_again_at = row.ended_at + timedelta(days=later[0]) if later and row.ended_at else None
        key = f"concern:{row.id}:again:{row.asked_again}"
        step.tell(Notice(moving.ASKED_AGAIN, key, row.reporter_id, ids={"concern": row.id}))
        record(step, row, "asked_again")
    return len(rows)


def erase(step: Step, limit: int) -> int:
    """Erase the words of each case whose retention has ended; return how many were handled."""
    rows = store.due(step.session, step.now, "erase", limit)
    for row in rows:
        erase_words(step, row)
        moving.look_at_channel_card(step, row)  # nobody knows any more who may not see it
    return len(rows)


def somebody_joined(step: Step, slack_user_id: str) -> int:
    """Let every card be looked at that somebody must not see who joined a channel; return how many."""
    cases = {row.id: row for row in store.with_parties(step.session)}
    named = store.parties(step.session, cases)
    known = people.by_slack_user(step.session, slack_user_id)
    mine = [
        row
        for row in cases.values()
        if (known is not None and row.reporter_id == known.id)
        or any(party.slack_user_id == slack_user_id for party in named.get(row.id, ()))
    ]
    for row in mine:
        moving.look_at_channel_card(step, row)
    return len(mine)
