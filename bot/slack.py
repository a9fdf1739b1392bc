"""How the bot reaches Slack: one client a workspace, every call to the configured address."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState

CALL_SECONDS = 10
LONGEST_PAUSE = 1.0
"""Seconds one waits to try again while somebody looks at the screen: their trigger holds for three."""
BUSY = 429

pause: Callable[[float], None] = time.sleep


def wanted_pause(status: int, headers: Mapping[str, str | Sequence[str]]) -> float | None:
    """Return how many seconds Slack wants us to wait before the same call, where that is short; else None."""
    if status != BUSY:
        return None
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    first = found if isinstance(found, str) or found is None else (found[0] if found else None)
    try:
        seconds = float(first or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LONGEST_PAUSE else None


class OnceMore(RetryHandler):
    """Tries a call once more that Slack did not take for its rate, when it asks for a second at most.

    Such a call was not accepted, so that nothing is done twice; anything else is left to whoever called.
    """

    def __init__(self) -> None:
        super().__init__(max_retry_count=1)

    def _can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - slack_sdk passes it by this name
        request: HttpRequest,  # noqa: ARG002 - slack_sdk passes it by this name
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002 - slack_sdk passes it by this name
    ) -> bool:
        return response is not None and wanted_pause(response.status_code, response.headers) is not None

    def prepare_for_next_attempt(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002 - slack_sdk passes it by this name
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002 - slack_sdk passes it by this name
    ) -> None:
        """Wait as long as Slack asked, then let the call be made again."""
        if response is not None:
            pause(wanted_pause(response.status_code, response.headers) or 0.0)
        state.next_attempt_requested = True
        state.increment_current_attempt()


@dataclass(frozen=True)
class Slack:
    """Makes clients. Retries are off: ``slack_sdk`` would silently post a message twice."""

    base_url: str
    token_of: Callable[[str], str]
    """Workspace id → bot token. Raises KeyError for a workspace without one."""

    def client(self, workspace_id: str) -> WebClient:
        """Return a client for a workspace. Raises KeyError when the bot holds no token for it."""
        return WebClient(
            token=self.token_of(workspace_id),
            base_url=self.base_url,
            timeout=CALL_SECONDS,
            retry_handlers=[],
        )
