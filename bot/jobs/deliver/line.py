"""The line to one workspace: every call of the sender goes through it, so that limits are kept for all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.jobs.deliver.outcomes import CONNECTION, PutOff, Trouble, retry_after, trouble_of
from bot.jobs.deliver.pacing import Pace


@dataclass(frozen=True)
class Line:
    """A client of one workspace. ``paced`` keeps below Slack's limits before it says so."""

    client: WebClient
    workspace_id: str
    pace: Pace
    clock: Clock
    paced: bool

    @contextmanager
    def asking(self, method: str, channel: str | None = None) -> Iterator[WebClient]:
        """Give the client for one call of ``method``.

        Raises PutOff where it may not be called yet, or Slack says that it was called too often; whatever
        else the call raises goes through.
        """
        now = self.clock.now()
        free = self.pace.free_at(self.workspace_id, method, channel, now, paced=self.paced)
        if free > now:
            raise PutOff(free, f"{method} is not free yet")
        self.pace.take(self.workspace_id, method, channel, now)
        try:
            yield self.client
        except SlackApiError as fault:
            if trouble_of(fault) is not Trouble.LIMITED:
                raise
            until = self.clock.now() + retry_after(fault)
            self.pace.block(self.workspace_id, method, until)
            raise PutOff(until, "rate limited") from None

    def trouble(self) -> Trouble | None:
        """Ask whether Slack is there at all and knows our token; None if both.

        What one call cannot tell: whether the trouble is with that message or with everything.
        """
        try:
            self.client.auth_test()
        except SlackApiError as fault:
            found = trouble_of(fault)
            return found if found in {Trouble.PASSING, Trouble.TOKEN} else None
        except CONNECTION:
            return Trouble.PASSING
        return None
