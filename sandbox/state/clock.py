"""The workspace's clock: real time plus an offset that a skip makes larger."""

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


class ClockBackwardsError(ValueError):
    """Somebody asked for an earlier instant; message timestamps would collide."""


@dataclass
class Clock:
    """Tells the workspace's time and hands out message timestamps.

    Only what people see follows it (message ``ts``, "now" of a view, scheduled posts). Signatures, triggers,
    acknowledgements and rate limits use real time, as a skip must not make an open button expire.
    """

    file: Path | None = None
    offset: float = 0.0
    real: Callable[[], float] = time.time
    _last_ts: int = field(default=0, repr=False)

    def now(self) -> float:
        """Give the workspace's instant in epoch seconds, UTC."""
        return self.real() + self.offset

    def instant(self) -> str:
        """Give the workspace's instant as an ISO text with ``Z``."""
        return datetime.fromtimestamp(self.now(), UTC).isoformat().replace("+00:00", "Z")

    def skip(self, seconds: float) -> None:
        """Move the clock ahead. Raises ClockBackwardsError for a negative span."""
        if seconds < 0:
            raise ClockBackwardsError("the clock only goes forward")
        self.offset += seconds
        self.write()

    def go_to(self, instant: datetime) -> None:
        """Move the clock to an aware instant. Raises ClockBackwardsError when it has passed."""
        self.skip(instant.timestamp() - self.now())

    def ts(self) -> str:
        """Give the next message timestamp: seconds and six digits, strictly rising."""
        micros = max(int(self.now() * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def write(self) -> None:
        """Write the offset in seconds to the clock file, whole or not at all, for whoever follows it."""
        if self.file is None:
            return
        handle, name = tempfile.mkstemp(dir=self.file.parent, prefix=self.file.name)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(f"{self.offset:.6f}\n")
        Path(name).replace(self.file)
