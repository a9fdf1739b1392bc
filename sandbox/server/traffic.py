"""Every Web API call as it came, without tokens."""

from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sandbox.state.payload import Payload

KEPT = 20_000
"""Calls remembered; older ones are forgotten first."""


@dataclass(frozen=True)
class Seen:
    """One call and its outcome. ``at`` is real time, ISO, UTC; ``team`` is whose token it came with."""

    n: int
    at: str
    method: str
    args: Payload
    token_kind: str
    status: int
    ok: bool
    error: str | None
    unknown: list[str]
    team: str = ""


class Traffic:
    """The calls since the last reset, numbered from 1."""

    def __init__(self) -> None:
        self._seen: deque[Seen] = deque(maxlen=KEPT)
        self._n = 0
        self._counts: dict[tuple[str, str], int] = {}

    def note(
        self,
        method: str,
        args: Payload,
        token_kind: str,
        status: int,
        answer: Payload,
        unknown: list[str],
        team: str = "",
    ) -> None:
        """Remember a call; ``unknown`` names arguments that Slack would silently ignore."""
        self._n += 1
        at = datetime.now(UTC).isoformat()
        ok = bool(answer.get("ok"))
        came_of = (method, "ok" if ok else str(answer.get("error")))
        self._counts[came_of] = self._counts.get(came_of, 0) + 1
        self._seen.append(
            Seen(self._n, at, method, args, token_kind, status, ok, answer.get("error"), unknown, team)
        )

    def since(self, n: int, team: str = "") -> Iterator[Payload]:
        """Give the calls after number ``n``, of one workspace or of all."""
        return (asdict(call) for call in self._seen if call.n > n and team in {"", call.team})

    def counts(self) -> Payload:
        """Give how often each method was called with which outcome (ok or Slack's error), none forgotten."""
        found: Payload = {}
        for (method, outcome), times in self._counts.items():
            found.setdefault(method, {})[outcome] = times
        return found

    @property
    def last(self) -> int:
        """The number of the latest call."""
        return self._n
