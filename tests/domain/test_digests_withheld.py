"""No count about fewer than five people is shown, nor can one be worked out."""

from __future__ import annotations

from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digests.withhold import Shown, change, withhold

LEAST = 5

people = st.frozensets(st.sampled_from([f"p{n}" for n in range(12)]), min_size=1, max_size=4)
groups = st.dictionaries(st.sampled_from([f"r{n}" for n in range(30)]), people, max_size=30)


@st.composite
def divided(draw: st.DrawFn) -> tuple[dict[str, frozenset[str]], dict[str, list[str]]]:
    """Give a group and up to three parts of it that do not overlap, so that differences mean something."""
    group = draw(groups)
    label = draw(st.lists(st.sampled_from(["a", "b", "c", ""]), min_size=len(group), max_size=len(group)))
    parts: dict[str, list[str]] = {"a": [], "b": [], "c": []}
    for thing, name in zip(group, label, strict=True):
        if name:
            parts[name].append(thing)
    return group, parts


@given(divided())
def test_nothing_small_is_shown_or_left_by_subtraction(
    given_: tuple[dict[str, frozenset[str]], dict[str, list[str]]],
) -> None:
    """Whoever subtracts shown counts from each other is left with nothing about fewer than five people."""
    group, parts = given_
    shown = withhold(group, parts, LEAST)
    visible = {name: n for name, n in shown.parts.items() if n is not None}
    if shown.total is None:
        assert visible == {}
        return
    for names in chain.from_iterable(combinations(visible, size) for size in range(len(visible) + 1)):
        left = set(group) - {thing for name in names for thing in parts[name]}
        assert shown.total - sum(visible[name] for name in names) == len(left)
        assert len(left) >= LEAST
        assert len(frozenset().union(*(group[thing] for thing in left))) >= LEAST
    for name, n in visible.items():
        assert n == len(parts[name])
        assert len(frozenset().union(*(group[thing] for thing in parts[name]))) >= LEAST


@given(divided())
def test_what_is_large_everywhere_is_shown(
    given_: tuple[dict[str, frozenset[str]], dict[str, list[str]]],
) -> None:
    """A single part is withheld only where it or what is left of its group is small."""
    group, parts = given_
    one = withhold(group, {"a": parts["a"]}, LEAST)
    rest = set(group) - set(parts["a"])
    large = [
        len(things) >= LEAST and len(frozenset().union(*(group[thing] for thing in things))) >= LEAST
        for things in (parts["a"], rest)
    ]
    assert (one.parts["a"] is not None) == all(large)


def test_five_pairs_of_four_people_are_too_few() -> None:
    """It is people who are protected: many relationships among few people are withheld."""
    among_four = {f"r{n}": frozenset({f"p{n % 4}", f"p{(n + 1) % 4}"}) for n in range(8)}
    assert withhold(among_four, {}, LEAST) == Shown(None, {})


def test_nobody_is_as_secret_as_a_few() -> None:
    """Zero and everybody say something about each person, so neither is shown."""
    group = {f"r{n}": frozenset({f"a{n}", f"b{n}"}) for n in range(9)}
    assert withhold(group, {"none": [], "all": list(group)}, LEAST).parts == {"none": None, "all": None}


def test_a_change_needs_both_weeks() -> None:
    """The change is shown only where both counts were: it would tell the withheld one otherwise."""
    assert change(7, 5) == 2
    assert change(7, None) is None
    assert change(None, 7) is None
