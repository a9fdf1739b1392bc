"""The line to one workspace: every call of the sender goes through it, so that limits are kept for all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.jobs.deliver.outcomes import CONNECTION, PutOff, Trouble, error_of, retry_after, trouble_of
from bot.jobs.deliver.pacing import POST, Pace


class Limited(PutOff):
    """Slack said that it was called too often."""


@dataclass(frozen=True)
class Line:
    """A client of one workspace. ``paced`` keeps below Slack's limits before it says so."""

    client: WebClient
    workspace_id: str
    pace: Pace
    clock: Clock
    paced: bool

    @contextmanager
    def asking(self, method: str) -> Iterator[WebClient]:
        """Give the client for one call of ``method``, which is counted.

        Raises PutOff where it may not be called yet, Limited where Slack says that it was called too often;
        whatever else the call raises goes through.
        """
        now = self.clock.now()
        free = self.pace.free_at(self.workspace_id, method, None, now, paced=self.paced)
        if free > now:
            raise PutOff(free, f"{method} is not free yet")
        if self.paced:
            self.pace.take(self.workspace_id, method, None, now)
        with self.heeding(method) as client:
            yield client

    def reserve_post(self, channel: str, now: datetime) -> datetime:
        """Count one post into a channel if it may be made now; return from when it may, ``now`` if so."""
        free = self.pace.free_at(self.workspace_id, POST, channel, now, paced=self.paced)
        if free <= now:
            self.count_post(channel)
        return free

    def count_post(self, channel: str) -> None:
        """Count one post into a channel against the limits, where they are kept."""
        if self.paced:
            self.pace.take(self.workspace_id, POST, channel, self.clock.now())

    @contextmanager
    def heeding(self, method: str) -> Iterator[WebClient]:
        """Give the client for one call that was counted before. Raises Limited as ``asking`` does."""
        try:
            yield self.client
        except SlackApiError as fault:
            if trouble_of(fault) is not Trouble.LIMITED:
                raise
            now = self.clock.now()
            until = now + retry_after(fault)
            self.pace.block(self.workspace_id, method, until, now)
            raise Limited(until, "rate limited") from None

    def trouble(self) -> tuple[Trouble, str] | None:
        """Ask whether Slack is there at all and knows our token; None if both, else what it said.

        What one call cannot tell: whether the trouble is with that message or with everything.
        """
        try:
            self.client.auth_test()
        except SlackApiError as fault:
            found = trouble_of(fault)
            return (found, error_of(fault)) if found in {Trouble.PASSING, Trouble.TOKEN} else None
        except CONNECTION as fault:
            return Trouble.PASSING, type(fault).__name__
        return None
