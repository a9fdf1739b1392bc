"""Public holidays by country: the calendars of the ``holidays`` package, loaded when a programme keeps any.

Loading them takes longer than everything else at start together, and most programmes keep none.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import date
from functools import lru_cache


def is_known(code: str) -> bool:
    """Tell whether there is a calendar for an ISO country code, optionally with a subdivision (``DE-BW``)."""
    country, _, part = code.partition("-")
    known = importlib.import_module("holidays").list_supported_countries(include_aliases=True)
    return country in known and (not part or part in known[country])


@lru_cache(maxsize=64)
def calendar(code: str) -> Callable[[date], bool]:
    """Return what tells a public holiday from other days. Raises NotImplementedError for an unknown code."""
    country, _, part = code.partition("-")
    free = importlib.import_module("holidays").country_holidays(country, subdiv=part or None)
    return lambda day: day in free
