"""Slack's rate limits: a minute's window for each method, and one post a second for each channel.

Real time throughout: skipping a week must not hide that a bot sends too fast. Figures: Slack's tiers.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute by tier."""
SPECIAL = 300
"""Slack says "several hundred a minute" of methods with a tier of their own."""
WINDOW = 60.0
BURST = 4
"""Slack lets short bursts to one channel through; it names no figure."""


@dataclass
class Limits:
    """Decides for each call whether it comes too soon. ``off`` holds method names, or is everything."""

    now: Callable[[], float] = time.monotonic
    everything_off: bool = False
    off: frozenset[str] = frozenset()
    _calls: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _posts: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def switch_off(self, names: str | list[str]) -> None:
        """Switch limits off for the methods named, or for ``all``; an empty list puts all of them back."""
        listed = [names] if isinstance(names, str) else names
        self.everything_off = "all" in listed
        self.off = frozenset(listed)

    def _is_off(self, method: str) -> bool:
        return self.everything_off or method in self.off

    def refuse(self, app: str, method: str, tier: int | None) -> int | None:
        """Count a call; give the seconds to wait when it is one too many, None when it may pass."""
        if self._is_off(method):
            return None
        allowed = SPECIAL if tier is None else PER_MINUTE[tier]
        calls = self._calls.setdefault((app, method), deque())
        now = self.now()
        while calls and now - calls[0] >= WINDOW:
            calls.popleft()
        if len(calls) >= allowed:
            return max(1, math.ceil(WINDOW - (now - calls[0])))
        calls.append(now)
        return None

    def refuse_post(self, app: str, channel: str, method: str = "chat.postMessage") -> int | None:
        """Count a post to a channel; give the seconds to wait when they come faster than one a second."""
        if self._is_off(method):
            return None
        now = self.now()
        left, at = self._posts.get((app, channel), (float(BURST), now))
        left = min(float(BURST), left + now - at)
        if left < 1:
            self._posts[app, channel] = (left, now)
            return max(1, math.ceil(1 - left))
        self._posts[app, channel] = (left - 1, now)
        return None
