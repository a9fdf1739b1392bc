"""Workspaces by time: tokens renewed, data of those that left erased, old deliveries forgotten.

None of it belongs to a programme, so ``look_after`` runs beside the tick: a renewal may wait for Slack,
and what is due must not wait for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from bot.deps import Deps
from bot.domain import examples, workspaces
from bot.jobs.notices import Due, NoticeKind
from bot.logs import without_words
from bot.store import received
from bot.tokens import Tokens
from bot.views import workspaces as views

log = logging.getLogger(__name__)

KINDS = (
    NoticeKind(
        "workspaces.welcome",
        workspaces.welcome,
        views.welcome,
        before_start=True,
        example=examples.installed,
    ),
)

DUE: tuple[Due, ...] = ()

AT_ONCE = 5
"""Renewals and erasure batches one look makes at most: it must not hold up the others."""
KEPT = timedelta(days=1)
"""How long a delivery is remembered: Slack delivers nothing again after that."""
FORGOTTEN_AT_ONCE = 1000


Stopping = Callable[[], bool]


def look_after(deps: Deps, stopping: Stopping = lambda: False) -> int:
    """Do what has come due for workspaces as a whole; return how many things were handled.

    Doing it in two processes at once changes nothing. What fails is logged and tried at the next look.
    Once ``stopping`` says so the rest is left to the next, after the one call or batch under way.
    """
    return sum(_guarded(name, do, deps, stopping) for name, do in PARTS)


def renew_tokens(deps: Deps, stopping: Stopping) -> int:
    """Renew tokens before they expire, also where nobody needs them just now."""
    if not deps.settings.client_id:
        return 0
    tokens, renewed = Tokens(deps.db, deps.clock, deps.settings), 0
    while renewed < AT_ONCE and not stopping() and tokens.renew_due(1):
        renewed += 1
    return renewed


def erase(deps: Deps, stopping: Stopping) -> int:
    """Erase what belongs to workspaces that left long enough ago, some batches at a time."""
    rules, removed = deps.guidelines.workspaces.leaving, 0
    with deps.db.unscoped("find workspaces to erase") as session:
        waiting = workspaces.to_erase(session, rules, deps.clock.now(), AT_ONCE)
    for workspace_id in waiting:
        for _ in range(AT_ONCE):
            if stopping():
                return removed
            batch = workspaces.erase_some(deps.db, rules, workspace_id, deps.clock.now())
            removed += batch.rows
            if batch.erased:
                log.warning("workspace %s: its data is erased", workspace_id)
            if batch.ended:
                break
    return removed


def forget_deliveries(deps: Deps, stopping: Stopping) -> int:
    """Forget what Slack delivered longer ago than it would deliver it again."""
    if stopping():
        return 0
    before = deps.clock.now() - KEPT
    with deps.db.unscoped("find old deliveries") as session:
        if not received.any_before(session, before):  # most looks find nothing, and nobody waits for them
            return 0
    with deps.db.unscoped("forget old deliveries", writes=True) as session:
        return received.forget(session, before, FORGOTTEN_AT_ONCE)


PARTS: tuple[tuple[str, Callable[[Deps, Stopping], int]], ...] = (
    ("renewing tokens", renew_tokens),
    ("erasing workspaces", erase),
    ("forgetting deliveries", forget_deliveries),
)


def _guarded(name: str, do: Callable[[Deps, Stopping], int], deps: Deps, stopping: Stopping) -> int:
    try:
        return do(deps, stopping)
    except Exception as fault:  # noqa: BLE001 - one part's trouble must not stop the others
        log.error("%s: %s", name, without_words(fault))  # noqa: TRY400 - the message may quote a person
        return 0
