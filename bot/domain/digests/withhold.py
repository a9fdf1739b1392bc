"""Which counts may be shown: none about fewer than five people, nor one that could be worked out.

Pure functions. A count is shown when it is about enough things and enough people, and when what is left of
its group after taking away any of the shown counts is too. The change between two weeks is a net figure over
everybody counted in either week (beginnings and endings are not shown apart), so that it may be shown where
both counts are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain, combinations

People = frozenset[str]


@dataclass(frozen=True)
class Shown:
    """A group's size and the sizes of its parts, as far as they may be shown; None is withheld."""

    total: int | None
    parts: Mapping[str, int | None]


def withhold(group: Mapping[str, People], parts: Mapping[str, Collection[str]], least: int) -> Shown:
    """Return what may be shown of a group of things and of parts of it, which may overlap.

    ``group`` maps each thing to the people it is about; a part names things of the group. Zero is withheld
    as other small numbers are: that nobody is in a part says something about everybody in the group.
    """
    if not _enough(group, group, least):
        return Shown(None, dict.fromkeys(parts))
    kept = {name for name, things in parts.items() if _enough(things, group, least)}
    while kept and not _nothing_small_left(group, {name: parts[name] for name in kept}, least):
        kept.remove(min(kept, key=lambda name: (len(set(parts[name])), name)))
    return Shown(
        len(group), {name: len(set(things)) if name in kept else None for name, things in parts.items()}
    )


def change(now: int | None, before: int | None) -> int | None:
    """Return by how much a count changed, where both were shown."""
    return None if now is None or before is None else now - before


def _enough(things: Collection[str], group: Mapping[str, People], least: int) -> bool:
    chosen = set(things)
    people = frozenset[str]().union(*(group[thing] for thing in chosen))
    return len(chosen) >= least and len(people) >= least


def _nothing_small_left(
    group: Mapping[str, People], parts: Mapping[str, Collection[str]], least: int
) -> bool:
    some = chain.from_iterable(combinations(parts, size) for size in range(1, len(parts) + 1))
    return all(
        _enough(set(group) - set(chain.from_iterable(parts[name] for name in names)), group, least)
        for names in some
    )
