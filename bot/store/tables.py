"""Every table there is: importing this module makes them known to migrations and tests."""

from __future__ import annotations

from bot.store import (
    acts,
    agreements,
    checkins,
    concerns,
    digests,
    mentors,
    outbox,
    people,
    profiles,
    programmes,
    relationships,
    requests,
)
from bot.store.base import Row

NOUNS = (
    acts,
    agreements,
    checkins,
    concerns,
    digests,
    mentors,
    outbox,
    people,
    profiles,
    programmes,
    relationships,
    requests,
)

METADATA = Row.metadata
