"""How the bot reaches Slack: one client a workspace, every call to the configured address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient

CALL_SECONDS = 10


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
