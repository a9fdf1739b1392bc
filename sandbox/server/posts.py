"""Which posts the workspace accepted, in short: for whoever judges a long run by what is there at the end.

Unlike the traffic it forgets nothing, and holds only what tells one post from another.
"""

from collections.abc import Sequence

COLUMNS = ("n", "at", "team", "channel", "ts", "key")
AT_MOST = 20_000
"""Posts one look gives."""

Post = tuple[int, float, str, str, str, str]
"""Number from 1, real time (epoch seconds), team, channel, ts, and ``event_payload.key`` of the metadata."""


class Posts:
    """The posts since the last reset, in the order they were accepted."""

    def __init__(self) -> None:
        self._taken: list[Post] = []

    def note(self, at: float, team: str, channel: str, ts: str, metadata: object) -> None:
        """Remember an accepted post; without a key in its metadata the key is empty."""
        payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
        key = payload.get("key") if isinstance(payload, dict) else None
        number = len(self._taken) + 1
        self._taken.append((number, at, team, channel, ts, key if isinstance(key, str) else ""))

    def since(self, n: int) -> Sequence[Post]:
        """Give up to ``AT_MOST`` posts after number ``n``."""
        return self._taken[max(0, n) : max(0, n) + AT_MOST]

    @property
    def last(self) -> int:
        """The number of the latest post."""
        return len(self._taken)
