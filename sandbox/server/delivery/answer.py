"""What came back from an app."""

from dataclasses import dataclass
from typing import Any, Literal

Failure = Literal["operation_timeout", "dispatch_failed", "http_service_error"]

ACK_SECONDS = 3.0
"""Slack waits three real seconds for every acknowledgement."""


@dataclass(frozen=True)
class Answer:
    """An acknowledgement with its payload, or the reason why there was none."""

    payload: Any = None
    error: Failure | None = None

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged in time."""
        return self.error is None
