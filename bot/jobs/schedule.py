"""The table of everything that runs by time, and the tick that runs it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from bot.deps import Deps
from bot.jobs import (
    agreements,
    checkins,
    concerns,
    digests,
    launch,
    mentorship,
    relationships,
    requests,
    workspaces,
)
from bot.jobs.notices import BATCH, Due, NoticeKind
from bot.logs import without_words
from bot.store import due as store
from bot.store.due import Place

log = logging.getLogger(__name__)

NOUNS = (agreements, checkins, concerns, digests, launch, mentorship, relationships, requests, workspaces)
"""Each noun brings the notices it sends (``KINDS``) and what falls due in it (``DUE``)."""

MOST_BATCHES = 500


def kinds() -> dict[str, NoticeKind]:
    """Return every kind of notice by name."""
    return {kind.name: kind for noun in NOUNS for kind in noun.KINDS}


def previewed() -> list[str]:
    """Return the kinds a lead can preview, in the order of the table."""
    return [name for name, kind in kinds().items() if kind.example is not None]


def dues() -> Iterator[Due]:
    """Give everything that falls due, in the order of the table."""
    for noun in NOUNS:
        yield from noun.DUE


def tick(deps: Deps, stopping: Callable[[], bool] = lambda: False) -> int:
    """Turn whatever is due in any running programme into notices; return how many things were handled.

    With nothing due it costs one statement a kind of due thing, however many programmes there are. A
    programme or noun that fails is logged and does not hold up the others. Running it twice, or in two
    processes at once, changes nothing: every notice has a key made from what is due. Once ``stopping``
    says so it leaves the rest to the next, after the batch under way.

    Batches of one programme and kind take turns with everybody else's: where thousands are due, nobody waits
    for all of them.
    """
    handled = 0
    pending = [(due, place) for due, places in _found(deps) for place in places]
    for _ in range(MOST_BATCHES):
        more = []
        for due, place in pending:
            if stopping():
                return handled
            batch = _batch(deps, due, place)
            handled += batch
            if batch >= BATCH:
                more.append((due, place))
        if not more:
            break
        pending = more
    return handled


def _found(deps: Deps) -> list[tuple[Due, list[Place]]]:
    """Return what may have anything to handle, and where: in the order of the table, places in order.

    What becomes due by handling something else is found at the next beat.
    """
    table, answers = list(dues()), dict[object, set[Place]]()
    while (failed := _look(deps, table, answers)) is not None:
        answers[failed.question] = set()
    anywhere = set().union(*answers.values())
    if not anywhere:
        return []
    with deps.db.unscoped("find running programmes") as session:
        running = store.running(session, anywhere)
    found = ((due, [place for place in running if place in answers[due.question]]) for due in table)
    return [(due, places) for due, places in found if places]


def _look(deps: Deps, table: list[Due], answers: dict[object, set[Place]]) -> Due | None:
    """Add the answers that are missing; return what could not even look, which ends this session.

    It is one session that only reads: nobody who writes waits for a look.
    """
    looking: Due | None = None
    now = deps.clock.now()
    try:
        with deps.db.unscoped("find what is due") as session:
            for looking in table:
                if looking.question not in answers:  # several may share one question
                    answers[looking.question] = set(looking.places(session, now, deps.guidelines))
    except Exception as fault:
        if looking is None:  # not a noun's trouble: the database is away
            raise
        log.error("%s: looking failed: %s", looking.name, without_words(fault))  # noqa: TRY400 - the message may quote a person
        return looking
    return None


def _batch(deps: Deps, due: Due, place: Place) -> int:
    """Handle one batch of what is due in one programme, in one transaction; return how much that was."""
    try:
        with deps.step(*place) as step:
            # Another clock is at it: what it leaves is found at the next beat.
            return due.run(step) if store.take_turn(step.session, f"{due.name}:{place[1]}") else 0
    except Exception as fault:  # noqa: BLE001 - one programme's trouble must not stop the others
        log.error("%s in programme %s: %s", due.name, place[1], without_words(fault))  # noqa: TRY400 - the message may quote a person
        return 0
