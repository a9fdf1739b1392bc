"""Public holidays by country: the calendars of the ``holidays`` package, loaded when a programme keeps any.

Loading them takes longer than everything else at start together, and most programmes keep none. So which
countries there are, their names and their parts, stand in a file of their own: somebody who types into a menu
has an answer well within Slack's three seconds, and the package is loaded only to tell one day from another.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

COUNTRIES = Path(__file__).with_name("countries.json")
"""By ISO code the English name, and by code of a part its name. ``test_holidays.py`` writes it anew from
the package."""

FEW = 3
"""Countries whose parts are shown beside them."""


def is_known(code: str) -> bool:
    """Tell whether there is a calendar for an ISO country code, optionally with a subdivision (``DE-BW``)."""
    country, _, part = code.partition("-")
    if country in _countries():
        return not part or part in _countries()[country].parts
    known: Mapping[str, list[str]] = importlib.import_module("holidays").list_supported_countries(
        include_aliases=True
    )
    return country in known and (not part or part in known[country])


def name_of(code: str) -> str:
    """Return a country by its English name, with the part: ``Germany: Baden-Württemberg``; else the code."""
    country, _, part = code.partition("-")
    known = _countries().get(country, Country(country, {}))
    return f"{known.name}: {known.parts.get(part, part)}" if part else known.name


def found(typed: str, most: int) -> list[str]:
    """Return the codes of up to ``most`` countries whose name begins with, or holds, what was typed.

    Where it names few countries their parts follow, narrowed by what was typed after the country.
    """
    words = typed.casefold().replace(":", " ").split()
    wanted = " ".join(words)
    names = {code: country.name.casefold() for code, country in _countries().items()}
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
                f"{country}-{part}"
                for part, name in _countries()[country].parts.items()
                if rest in name.casefold()
            ]
    return codes[:most]


@dataclass(frozen=True)
class Country:
    """A country with a calendar: its English name, and its parts by their codes."""

    name: str
    parts: Mapping[str, str]


def from_package() -> dict[str, Country]:
    """Return by ISO code the countries the package knows now. Loading all of it takes a second."""
    package = importlib.import_module("holidays")
    supported = package.list_supported_countries(include_aliases=True)
    found = {}
    for row in importlib.import_module("holidays.registry").COUNTRIES.values():
        code, name = row[1], re.sub(r"(?<=[a-z])(?=[A-Z])", " ", row[0])
        if code in supported:
            aliases: Mapping[str, list[str]] = package.country_holidays(code).get_subdivision_aliases()
            parts = {part: (names[0] if names else part) for part, names in aliases.items()}
            found[code] = Country(name, parts)
    return found


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, Country]:
    kept = json.loads(COUNTRIES.read_text(encoding="utf-8"))
    return {code: Country(one["name"], one["parts"]) for code, one in kept.items()}


@lru_cache(maxsize=64)
def calendar(code: str) -> Callable[[date], bool]:
    """Return what tells a public holiday from other days. Raises NotImplementedError for an unknown code."""
    country, _, part = code.partition("-")
    free = importlib.import_module("holidays").country_holidays(country, subdiv=part or None)
    return lambda day: day in free
