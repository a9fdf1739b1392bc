"""What an operator may do about a message to somebody; each wish ends in a sentence of ``outbox.toml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from bot.domain.step import Step
from bot.store.outbox import OutboxState, operating
from bot.store.outbox.operating import UNDELIVERED

LONGEST_WHY = 120

Undelivered = Callable[[Step, Mapping[str, str], str], None]
"""What follows when nobody gets a message of a kind (``NoticeKind.on_dead``)."""


class Done(StrEnum):
    """What became of an operator's wish; each has its sentence in ``outbox.toml``."""

    RETRIED = "retried"
    LOOKS_FIRST = "looks_first"
    RESENT = "resent"
    CANCELLED = "cancelled"
    CANCELLED_IN_DOUBT = "cancelled_in_doubt"
    NOT_THERE = "not_there"
    BEING_SENT = "being_sent"
    WAITS = "waits"
    SENT = "sent"
    NOT_TRUE = "not_true"
    OVER = "over"
    EXPIRED = "expired"
    MEANWHILE = "meanwhile"


CHANGED = frozenset({Done.RETRIED, Done.LOOKS_FIRST, Done.RESENT, Done.CANCELLED, Done.CANCELLED_IN_DOUBT})
"""What changed something."""


def retry(step: Step, row_id: str, *, resend: bool = False) -> Done:
    """Let a message that nobody got, or perhaps, be tried again, made from what is true then.

    Where Slack may have it, Slack is looked at first; ``resend`` posts it without: it may arrive twice.
    """
    row = operating.by_id(step.session, row_id)
    if row is None:
        return Done.NOT_THERE
    if row.state not in UNDELIVERED:
        return _why_no_retry(row.state)
    if row.expires_at is not None and row.expires_at <= step.now:
        return Done.EXPIRED
    in_doubt = row.doubt_since is not None
    if not operating.wait_again(step.session, row_id, now=step.now, forget_doubt=resend):
        return Done.MEANWHILE
    step.record("outbox.retried", row_id, resent=str(resend and in_doubt).lower())
    if not in_doubt:
        return Done.RETRIED
    return Done.RESENT if resend else Done.LOOKS_FIRST


def _why_no_retry(state: OutboxState) -> Done:
    return {
        OutboxState.WAITING: Done.WAITS,
        OutboxState.CLAIMED: Done.BEING_SENT,
        OutboxState.SENT: Done.SENT,
    }.get(state, Done.NOT_TRUE)


def cancel(step: Step, row_id: str, *, why: str, undelivered: Undelivered | None) -> Done:
    """Cancel a message that waits, and with it in one transaction what follows from nobody's getting it.

    ``why`` is kept with the row, in the clear.
    """
    row = operating.by_id(step.session, row_id)
    if row is None:
        return Done.NOT_THERE
    if row.state is not OutboxState.WAITING:
        return _why_no_cancel(row.state)
    reason = f"an operator: {why}"
    if not operating.cancel(step.session, row_id, now=step.now, reason=reason):
        return Done.MEANWHILE
    step.record("outbox.cancelled", row_id)
    if undelivered is not None:
        undelivered(step, row.ids, "cancelled by an operator")
    return Done.CANCELLED if row.doubt_since is None else Done.CANCELLED_IN_DOUBT


def _why_no_cancel(state: OutboxState) -> Done:
    return {OutboxState.CLAIMED: Done.BEING_SENT, OutboxState.SENT: Done.SENT}.get(state, Done.OVER)
