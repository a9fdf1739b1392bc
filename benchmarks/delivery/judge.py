"""What became of what was due: by the posts the local Slack accepted, and the outbox only for its reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from benchmarks.delivery.town import Place, Town
from benchmarks.figures import percentile
from bot.store.database import Database
from bot.store.outbox import OutboxRow, OutboxState
from sandbox.driver import Workspace

OPEN = (OutboxState.WAITING, OutboxState.CLAIMED)
ENDED_FOR_A_REASON = (OutboxState.DEAD, OutboxState.CANCELLED)


@dataclass(frozen=True)
class Post:
    """One accepted post."""

    at: float
    team: str
    channel: str
    key: str


def accepted(slack: Workspace) -> list[Post]:
    """Return every post the local Slack accepted, in order; ``at`` is real time."""
    return [Post(at, team, channel, key) for _, at, team, channel, _, key in slack.posts()]


@dataclass(frozen=True)
class Verdict:
    """Lost: due, not there, and not given up for a stated reason. Doubled: extra copies of one message."""

    lost: int
    doubled: int
    dead: int
    unknown: int
    unfinished: int
    accepted: int
    in_time: dict[str, list[float]]
    """For each team the seconds from the moment all fell due to each first acceptance."""
    reasons: dict[str, int]


def judge(town: Town, db: Database, posts: list[Post], due: float) -> Verdict:
    """Compare what was due with what is there; ``due`` is the real time (epoch seconds) it fell due at."""
    copies = Counter((post.team, post.channel, post.key) for post in posts)
    first: dict[str, Post] = {}
    for post in posts:
        first.setdefault(post.key, post)
    rows = _rows(db)
    there: dict[str, Any] = {row.recipient_id: row for row in rows}
    lost = 0
    for place in town.places:
        for number in range(place.size):
            row = there.get(place.person_id(number))
            given_up = _is_given_up(row, poison=number in place.poison)
            if row is None or not (given_up or _is_there(place, number, row, first)):
                lost += 1
    in_time: dict[str, list[float]] = {}
    for post in first.values():
        in_time.setdefault(post.team, []).append(max(0.0, post.at - due))
    states = Counter(row.state for row in rows)
    return Verdict(
        lost=lost,
        doubled=sum(copies.values()) - len(copies) + _in_two_places(posts),
        dead=states[OutboxState.DEAD],
        unknown=states[OutboxState.UNKNOWN],
        unfinished=sum(states[state] for state in OPEN),
        accepted=len(first),
        in_time=in_time,
        reasons=dict(Counter(row.reason or "" for row in rows if row.state in ENDED_FOR_A_REASON)),
    )


def _is_there(place: Place, number: int, row: Any, first: dict[str, Post]) -> bool:
    post = first.get(row.id)
    return post is not None and post.channel == place.dms[number]


def _is_given_up(row: Any, *, poison: bool) -> bool:
    """Tell whether it is said why a message is not there.

    Where the outcome is unknown it may be lost; but what cannot be delivered cannot be looked up either.
    """
    states = (*ENDED_FOR_A_REASON, OutboxState.UNKNOWN) if poison else ENDED_FOR_A_REASON
    return row is not None and row.state in states and bool(row.reason)


def _in_two_places(posts: list[Post]) -> int:
    places: dict[str, set[str]] = {}
    for post in posts:
        places.setdefault(post.key, set()).add(post.channel)
    return sum(len(channels) - 1 for channels in places.values())


def _rows(db: Database) -> list[Any]:
    columns = (OutboxRow.id, OutboxRow.recipient_id, OutboxRow.state, OutboxRow.reason)
    with db.unscoped("judge a run") as session:
        return list(session.execute(select(*columns)))


def recorded(db: Database) -> int:
    """Return how many rows there are, ended or not."""
    with db.unscoped("judge a run") as session:
        return session.scalar(select(func.count()).select_from(OutboxRow)) or 0


def at_rest(db: Database, now: datetime) -> bool:
    """Tell whether nobody is in the middle of a row and none is due at ``now`` (by the bot's clock)."""
    busy = (OutboxRow.state == OutboxState.CLAIMED) | (
        (OutboxRow.state == OutboxState.WAITING) & (OutboxRow.not_before <= now)
    )
    with db.unscoped("judge a run") as session:
        return not session.scalar(select(select(OutboxRow.id).where(busy).exists()))


def next_open(db: Database) -> datetime | None:
    """Return when the next open row can be attempted (UTC, by the bot's clock); None when none is open."""
    with db.unscoped("judge a run") as session:
        waits = session.scalar(
            select(func.min(OutboxRow.not_before)).where(OutboxRow.state == OutboxState.WAITING)
        )
        leases = session.scalar(
            select(func.min(OutboxRow.lease_until)).where(OutboxRow.state == OutboxState.CLAIMED)
        )
    return min((one for one in (waits, leases) if one is not None), default=None)


def late(verdict: Verdict, teams: list[str], part: float = 0.95) -> float:
    """Return within how many seconds that part of these teams' messages was there."""
    seconds = [s for team in teams for s in verdict.in_time.get(team, [])]
    return round(percentile(seconds, part), 2) if seconds else 0.0
