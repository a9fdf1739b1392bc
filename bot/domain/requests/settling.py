"""The one way a request ends, and who is told."""

from __future__ import annotations

from bot.domain.step import Step
from bot.errors import Refusal
from bot.store.acts import BY_CLOCK
from bot.store.base import change
from bot.store.outbox import Notice
from bot.store.requests import MentorRequest, RequestState


def key_of(request_id: str, what: str) -> str:
    """Return the outbox key of one thing said about a request."""
    return f"request:{request_id}:{what}"


def settle(step: Step, row: MentorRequest, to: RequestState) -> None:
    """End an open request. Raises Refusal, which says how, when it has ended before."""
    if not settled(step, row, to):
        step.session.refresh(row)
        raise Refusal(f"requests.settled.{row.state}")


def settled(step: Step, row: MentorRequest, to: RequestState) -> bool:
    """End an open request and change both cards; False, changing nothing, when it has ended before."""
    if not change(
        step.session, MentorRequest, row.id, expected=RequestState.OPEN, to=to, answered_at=step.now
    ):
        return False
    step.session.refresh(row)
    step.untell(key_of(row.id, "reminder"), "the request is settled")
    step.record(f"request.{to}", row.id)
    ids = {"request": row.id}
    for side, person_id in (("mentor", row.mentor_id), ("mentee", row.mentee_id)):
        card = key_of(row.id, side)
        step.tell(Notice(f"requests.for_{side}", f"{card}:{to}", person_id, ids=ids, updates_key=card))
    if step.by != row.mentee_id or step.by == BY_CLOCK:
        step.tell(Notice("requests.decided", key_of(row.id, "decided"), row.mentee_id, ids=ids))
    return True
