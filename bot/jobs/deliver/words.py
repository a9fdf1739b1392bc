"""What a message says at the moment of sending, if it still holds, to whom, and whether now is the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.deps import Deps
from bot.domain.calendar import within_hours
from bot.domain.step import Step
from bot.jobs.deliver.outcomes import Ended, NotPermitted, PutOff
from bot.jobs.notices import NoticeKind
from bot.store import people
from bot.store.outbox import OutboxRow, OutboxState, Verb
from bot.store.people import Contact
from bot.views.blocks import Message, Picture
from bot.views.reader import Reader


@dataclass(frozen=True)
class Words:
    """A message, whom it is for (None for a channel), and what draws its picture."""

    message: Message
    contact: Contact | None
    draw: Callable[[], Picture | None]


def make(deps: Deps, row: OutboxRow, kind: NoticeKind, members: frozenset[str] | None) -> Words:
    """Return the message as it is true now; ``members`` are a channel's, None if Slack would not say.

    Raises Ended when it is not true any more, NotPermitted when it may not be there, and PutOff outside the
    recipient's hours.
    """
    programme_id = row.programme_id or ""
    if kind.before is not None:
        with deps.step(row.workspace_id, programme_id, writes=False) as step:
            _recipient(step, row, kind)
        with deps.step(row.workspace_id, programme_id) as step:
            kind.before(step, row.ids)
    with deps.step(row.workspace_id, programme_id, writes=False) as step:
        contact = _recipient(step, row, kind)
        permitted = kind.permit is None or (members is not None and kind.permit(step, row.ids, members))
        outcome = kind.read(step, row.ids, row.recipient_id or "") if permitted else None
    if not permitted:
        if kind.instead is not None:
            with deps.step(row.workspace_id, programme_id) as step:
                kind.instead(step, row.ids)
        raise NotPermitted(OutboxState.CANCELLED, "somebody in the channel may not see it")
    if outcome is None:
        raise Ended(OutboxState.CANCELLED, "no longer true")
    reader = Reader(
        say=deps.texts.say(contact.language if contact else "en"),
        time_zone=contact.time_zone if contact else "UTC",
        programme_id=programme_id,
    )
    return Words(
        message=kind.show(outcome, reader),
        contact=contact,
        draw=lambda: kind.picture and kind.picture(outcome, reader, deps.computations),
    )


def _recipient(step: Step, row: OutboxRow, kind: NoticeKind) -> Contact | None:
    if row.recipient_id is None:
        return None
    contact = people.contact(step.session, row.recipient_id)
    if contact is None or not contact.here:
        # A card that somebody who left no longer needs changed is nothing anyone must look into.
        state = OutboxState.CANCELLED if row.verb is Verb.UPDATE else OutboxState.DEAD
        raise Ended(state, "the person has no Slack account here")
    if not kind.before_start and not people.is_started(step.session, row.recipient_id):
        raise Ended(OutboxState.CANCELLED, "the programme has not started for this person")
    if kind.unrequested and row.verb is Verb.POST:
        opens = within_hours(step.now, step.rules.programme.hours, contact.time_zone)
        if opens > step.now:
            raise PutOff(opens, "outside their working hours")
    return contact
