"""What ``mentorbot check`` says of sending: since when anything waits, and who looks and sends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.clock import SystemClock
from bot.commands.findings import Finding, fine, mend
from bot.settings import Settings
from bot.store import beats, paces
from bot.store.beats import Beating
from bot.store.database import Database
from bot.store.outbox import operating

UNITS = (
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
    (timedelta(seconds=1), "s"),
)


def look_at_traffic(db: Database, settings: Settings) -> Iterator[Finding]:
    """Look at the oldest due message and the last signs of life. Slack is not asked.

    The limits are those of /readyz: MENTORBOT_LAG_SECONDS and MENTORBOT_SILENT_SECONDS. On a database that no
    process ever worked on, nothing is wrong.
    """
    now = SystemClock(settings.clock_file).now()
    grace = timedelta(seconds=settings.lag_seconds)
    with db.unscoped("check what waits and who sends") as session:
        paused = {one.workspace_id: one.since for one in paces.paused(session, now, grace=grace)}
        oldest = operating.oldest_due(session, now, but=paused)
        signs = beats.latest(session, now)
    if not signs:
        if oldest is None:
            yield fine("traffic.never")
        else:
            yield mend("traffic.never_and_due", at=_when(oldest), age=_age(oldest, now))
        return
    if oldest is None:
        yield fine("traffic.empty")
    elif now - oldest <= grace:
        yield fine("traffic.due", age=_age(oldest, now))
    else:
        yield mend("traffic.late", at=_when(oldest), age=_age(oldest, now))
    long_paused = sum(now - since > grace for since in paused.values())
    if long_paused:
        yield mend("traffic.paused", n=long_paused)
    for kind in Beating:
        yield _sign(kind, signs.get(kind), now, timedelta(seconds=settings.silent_seconds))


def _sign(kind: Beating, at: datetime | None, now: datetime, most: timedelta) -> Finding:
    if at is None:
        return mend(f"traffic.{kind.value}.none")
    if now - at <= most:
        return fine(f"traffic.{kind.value}.fine", age=_age(at, now))
    return mend(f"traffic.{kind.value}.silent", at=_when(at), age=_age(at, now))


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _age(then: datetime, now: datetime) -> str:
    """Return a time span in the unit that says it best, such as ``40 s``, ``7 min``, ``5 h`` or ``3 d``."""
    span = max(timedelta(), now - then)
    for unit, sign in UNITS:
        if span >= 2 * unit:
            return f"{span // unit} {sign}"
    return f"{span // timedelta(seconds=1)} s"
