"""What an operator may do about a message to somebody; each wish ends in a sentence of ``outbox.toml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from bot.domain.outbox.explaining import is_unknown_kind
from bot.domain.step import Step
from bot.store import programmes
from bot.store.outbox import OutboxRow, OutboxState, is_known, is_readable, operating
from bot.store.outbox.operating import UNDELIVERED

LONGEST_WHY = 120
OPERATORS = "an operator: "
"""How the reason of what an operator cancelled begins."""

Undelivered = Callable[[Step, Mapping[str, str], str], None]
"""What follows when nobody gets a message of a kind (``NoticeKind.on_dead``)."""


class Done(StrEnum):
    """What became of an operator's wish; each has its sentence in ``outbox.toml``."""

    RETRIED = "retried"
    LOOKS_FIRST = "looks_first"
    RESENT = "resent"
    RETRIED_GONE = "retried_gone"
    TRIED_NOW = "tried_now"
    CANCELLED = "cancelled"
    CANCELLED_IN_DOUBT = "cancelled_in_doubt"
    CANCELLED_UNREADABLE = "cancelled_unreadable"
    NOT_THERE = "not_there"
    BEING_SENT = "being_sent"
    WAITS = "waits"
    WAITS_GONE = "waits_gone"
    SENT = "sent"
    NOT_TRUE = "not_true"
    FOREIGN = "foreign"
    BY_OPERATOR = "by_operator"
    OVER = "over"
    EXPIRED = "expired"
    MEANWHILE = "meanwhile"


CHANGED = frozenset(
    {
        Done.RETRIED,
        Done.RETRIED_GONE,
        Done.TRIED_NOW,
        Done.LOOKS_FIRST,
        Done.RESENT,
        Done.CANCELLED,
        Done.CANCELLED_IN_DOUBT,
        Done.CANCELLED_UNREADABLE,
    }
)
"""What changed something."""


def retry(step: Step, row_id: str, *, resend: bool = False) -> Done:
    """Let a message that nobody got, or perhaps, be tried again, made from what is true then.

    Where Slack may have it, Slack is looked at first; ``resend`` posts it without: it may arrive twice. What
    waits for a release that knows its kind is tried at once.
    """
    row = operating.by_id(step.session, row_id)
    if row is None:
        return Done.NOT_THERE
    is_installed = programmes.is_installed(step.session, row.workspace_id)
    is_ours = is_known(row.state)
    why_not = _why_no_retry(row, step.now, is_installed=is_installed) if is_ours else Done.FOREIGN
    if why_not is not None:
        return why_not
    in_doubt, state = row.doubt_since is not None, row.state
    if not operating.wait_again(step.session, row_id, now=step.now, forget_doubt=resend, states=(state,)):
        return Done.MEANWHILE
    step.record("outbox.retried", row_id, resent=str(resend and in_doubt).lower())
    if not is_installed:
        return Done.RETRIED_GONE
    if in_doubt:
        return Done.RESENT if resend else Done.LOOKS_FIRST
    return Done.TRIED_NOW if state is OutboxState.WAITING else Done.RETRIED


def _why_no_retry(row: OutboxRow, now: datetime, *, is_installed: bool) -> Done | None:
    """Return why a row is not to be tried again; None where it is."""
    if row.state is OutboxState.CANCELLED:
        return Done.BY_OPERATOR if (row.reason or "").startswith(OPERATORS) else Done.NOT_TRUE
    if row.state is OutboxState.SENT:
        return Done.SENT
    if row.state not in UNDELIVERED:
        if not is_installed:
            return Done.WAITS_GONE
        if row.state is OutboxState.CLAIMED:
            return Done.BEING_SENT
        if not is_unknown_kind(row.reason):
            return Done.WAITS
    return Done.EXPIRED if row.expires_at is not None and row.expires_at <= now else None


def cancel(step: Step, row_id: str, *, why: str, undelivered: Undelivered | None) -> Done:
    """Cancel a message that waits, and with it in one transaction what follows from nobody's getting it.

    That is final: what followed cannot be taken back, so that it is not sent later either.
    ``why`` is kept with the row, in the clear.
    """
    row = operating.by_id(step.session, row_id)
    if row is None:
        return Done.NOT_THERE
    if row.state is not OutboxState.WAITING:
        return _why_no_cancel(row.state)
    reason = f"{OPERATORS}{why}"
    if not operating.cancel(step.session, row_id, now=step.now, reason=reason):
        return Done.MEANWHILE
    step.record("outbox.cancelled", row_id)
    if not is_readable(row.ids):
        return Done.CANCELLED_UNREADABLE
    if undelivered is not None:
        undelivered(step, row.ids, "cancelled by an operator")
    return Done.CANCELLED if row.doubt_since is None else Done.CANCELLED_IN_DOUBT


def _why_no_cancel(state: OutboxState) -> Done:
    if not is_known(state):
        return Done.FOREIGN
    return {OutboxState.CLAIMED: Done.BEING_SENT, OutboxState.SENT: Done.SENT}.get(state, Done.OVER)
