"""Every table there is: importing this module makes them known to migrations and tests."""

from __future__ import annotations

from bot.store import (
    acts,
    agreements,
    beats,
    checkins,
    computations,
    concerns,
    digests,
    findings,
    hours,
    installations,
    mentors,
    one_time_links,
    outbox,
    paces,
    people,
    profiles,
    programmes,
    received,
    relationships,
    requests,
    tallies,
)
from bot.store.base import Row

NOUNS = (
    acts,
    agreements,
    beats,
    checkins,
    computations,
    concerns,
    digests,
    findings,
    hours,
    installations,
    mentors,
    one_time_links,
    outbox,
    paces,
    people,
    profiles,
    programmes,
    received,
    relationships,
    requests,
    tallies,
)

METADATA = Row.metadata
