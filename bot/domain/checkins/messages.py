"""What many check-in messages say, read together: a mass of them goes out at the same hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.checkins.cards import Asked, seen
from bot.domain.step import Step
from bot.store.checkins import CheckIn, CheckInState
from bot.store.checkins.seen import in_messages


def messages_of(step: Step, wanted: Sequence[tuple[Mapping[str, str], str]]) -> list[Asked | None]:
    """Return several messages as ``cards.message_of`` returns one, in as many queries as that needs.

    ``wanted`` are the identifiers of each message (``batch``; ``changed`` where it was sent already) and the
    person it is for.
    """
    rows = in_messages(step.session, {ids["batch"] for ids, _ in wanted})
    theirs: dict[tuple[str | None, str], list[CheckIn]] = {}
    for row in rows:
        for batch in {row.asked_in, row.reminded_in}:
            theirs.setdefault((batch, row.person_id), []).append(row)
    cards = dict(zip((row.id for row in rows), seen(step, rows), strict=True))
    found: list[Asked | None] = []
    for ids, person_id in wanted:
        own = theirs.get((ids["batch"], person_id), [])
        waits = "changed" in ids or any(row.state is CheckInState.ASKED for row in own)
        found.append(Asked(tuple(cards[row.id] for row in own)) if own and waits else None)
    return found
