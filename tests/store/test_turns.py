"""Turns of threads that write to one SQLite file."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from bot.store.turns import Turns


def _asked(turns: Turns, number: int, had: list[int], waits: threading.Barrier) -> None:
    waits.wait()
    assert turns.take(10)
    had.append(number)
    turns.give()


def test_who_asked_first_is_next() -> None:
    """However eagerly the holder asks again: the turn goes through those who wait, in their order."""
    turns, had = Turns(), list[int]()
    assert turns.take(0)
    with ThreadPoolExecutor(4) as pool:
        for number in range(4):
            asked = threading.Barrier(2)
            pool.submit(_asked, turns, number, had, asked)
            asked.wait()
            while turns.waiting < number + 1:
                pass
        turns.give()
        assert turns.take(10)
    assert had == [0, 1, 2, 3]


def test_who_waits_in_vain_leaves_the_line() -> None:
    """Giving up is told, and the turn does not go to somebody who left."""
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0)


def test_many_threads_one_turn() -> None:
    """Never two at once, and everybody comes to it, also where some give up waiting."""
    turns, within, counted = Turns(), list[int](), list[int]()

    def go(number: int) -> None:
        for _ in range(200):
            if turns.take(0.001 if number % 2 else 10):
                within.append(number)
                counted.append(len(within))
                within.pop()
                turns.give()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(go, range(6)))
    assert set(counted) == {1}
    assert len(counted) >= 600
    assert turns.take(0)
