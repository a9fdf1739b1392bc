"""Public holidays by country: the calendars of the ``holidays`` package, loaded when a programme keeps any.

Loading them takes longer than everything else at start together, and most programmes keep none.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

FEW = 3
"""Countries whose parts are shown beside them."""


def is_known(code: str) -> bool:
    """Tell whether there is a calendar for an ISO country code, optionally with a subdivision (``DE-BW``)."""
    country, _, part = code.partition("-")
    known = _parts()
    return country in known and (not part or part in known[country])


def name_of(code: str) -> str:
    """Return a country by its English name, with the part: ``Germany: Baden-Württemberg``; else the code."""
    country, _, part = code.partition("-")
    name = _names().get(country, country)
    return f"{name}: {_part_names(country).get(part, part)}" if part else name


def found(typed: str, most: int) -> list[str]:
    """Return the codes of up to ``most`` countries whose name begins with, or holds, what was typed.

    Where it names few countries their parts follow, narrowed by what was typed after the country.
    """
    words = typed.casefold().replace(":", " ").split()
    wanted = " ".join(words)
    names = {code: name.casefold() for code, name in _names().items()}
    begun = sorted(
        code for code, name in names.items() if name.startswith(wanted) or code.casefold() == wanted
    )
    held = sorted(code for code, name in names.items() if wanted in name and code not in begun)
    countries = sorted(begun, key=names.__getitem__) + sorted(held, key=names.__getitem__)
    if not countries:
        countries = [code for code, name in names.items() if wanted.startswith(f"{name} ")]
    codes = list(countries)
    if len(countries) <= FEW:
        for country in countries:
            # What was typed after the country narrows its parts; what is part of its name does not.
            rest = wanted.removeprefix(names[country]).strip() if wanted.startswith(names[country]) else ""
            codes += [
                f"{country}-{part}" for part, name in _part_names(country).items() if rest in name.casefold()
            ]
    return codes[:most]


@lru_cache(maxsize=1)
def _parts() -> Mapping[str, list[str]]:
    known: Mapping[str, list[str]] = importlib.import_module("holidays").list_supported_countries(
        include_aliases=True
    )
    return known


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    registry = importlib.import_module("holidays.registry").COUNTRIES
    spoken = ((row[1], re.sub(r"(?<=[a-z])(?=[A-Z])", " ", row[0])) for row in registry.values())
    return {code: name for code, name in spoken if code in _parts()}


@lru_cache(maxsize=64)
def _part_names(country: str) -> Mapping[str, str]:
    of_country = importlib.import_module("holidays").country_holidays(country)
    aliases: Mapping[str, list[str]] = of_country.get_subdivision_aliases()
    return {part: (names[0] if names else part) for part, names in aliases.items()}


@lru_cache(maxsize=64)
def calendar(code: str) -> Callable[[date], bool]:
    """Return what tells a public holiday from other days. Raises NotImplementedError for an unknown code."""
    country, _, part = code.partition("-")
    free = importlib.import_module("holidays").country_holidays(country, subdiv=part or None)
    return lambda day: day in free
