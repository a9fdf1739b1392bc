"""Who is waiting for a change of which screen."""

import asyncio
from collections.abc import Iterable


class Watch:
    """Counts changes per person, so that a long poll wakes for its own person only."""

    def __init__(self) -> None:
        self._count = 0
        self._everybody = 0
        self._own: dict[str, int] = {}
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def touch(self, who: Iterable[str] | None) -> None:
        """Note that these people's screens changed (None: everybody's) and wake who waits for them."""
        self._count += 1
        if who is None:
            self._everybody = self._count
            woken = list(self._waiting)
        else:
            woken = list(who)
            self._own |= dict.fromkeys(woken, self._count)
        for person in woken:
            for event in self._waiting.get(person, ()):
                event.set()

    def rev(self, person: str) -> int:
        """Give the number of the latest change of this person's screen."""
        return max(self._everybody, self._own.get(person, 0))

    def waiting(self, person: str) -> int:
        """Give how many wait for a change of this person's screen."""
        return len(self._waiting.get(person, ()))

    async def wait(self, person: str, since: int, seconds: float) -> None:
        """Return as soon as the person's screen is newer than ``since``, or after ``seconds`` (real)."""
        if self.rev(person) > since:
            return
        event = asyncio.Event()
        waiting = self._waiting.setdefault(person, set())
        waiting.add(event)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            pass
        finally:
            waiting.discard(event)
