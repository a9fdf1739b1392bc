"""Short-lived permissions Slack hands to an app: trigger ids and response addresses. Real time only."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.server.errors import SlackError
from sandbox.state import ids

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass
class Trigger:
    """Leave to open one modal for ``user``, once, within three seconds."""

    id: str
    app_id: str
    user: str
    since: float
    from_view: str = ""
    exchanged: bool = False


@dataclass
class ResponseUrl:
    """Leave to answer in ``channel`` five times within half an hour; ``ts`` is the message it came from."""

    secret: str
    app_id: str
    user: str
    channel: str
    since: float
    ts: str = ""
    ephemeral: bool = False
    thread_ts: str = ""
    uses: int = 0


@dataclass
class Triggers:
    """All permissions handed out in a workspace, ``team``. ``now`` gives seconds of real time."""

    now: Callable[[], float] = time.monotonic
    team: str = ""
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def trigger(self, app_id: str, user: str, from_view: str = "") -> str:
        """Hand out a trigger id; ``from_view`` names the modal the act happened in."""
        made = f"{ids.digits(13)}.{ids.digits(12)}.{secrets.token_hex(16)}"
        self._forget()
        self._triggers[made] = Trigger(made, app_id, user, self.now(), from_view)
        return made

    def knows(self, trigger_id: str) -> bool:
        """Say whether a trigger was handed out in this workspace."""
        return trigger_id in self._triggers

    def exchange(self, trigger_id: str, app_id: str) -> Trigger:
        """Use a trigger. Raises SlackError invalid_, expired_ or exchanged_trigger_id."""
        found = self._triggers.get(trigger_id)
        if found is None or found.app_id != app_id:
            raise SlackError("invalid_trigger_id")
        if found.exchanged:
            raise SlackError("exchanged_trigger_id")
        if self.now() - found.since > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        found.exchanged = True
        return found

    def response_url(
        self,
        app_id: str,
        user: str,
        channel: str,
        *,
        ts: str = "",
        ephemeral: bool = False,
        thread_ts: str = "",
    ) -> str:
        """Hand out the secret part of a response address."""
        made = f"{self.team or ids.slack_id('T')}/{ids.digits(12)}/{secrets.token_urlsafe(18)}"
        self._urls[made] = ResponseUrl(made, app_id, user, channel, self.now(), ts, ephemeral, thread_ts)
        return made

    def respond(self, secret: str) -> ResponseUrl:
        """Use a response address once. Raises SlackError invalid_token, expired_url or used_url."""
        found = self._urls.get(secret)
        if found is None:
            raise SlackError("invalid_token")
        if self.now() - found.since > RESPONSE_SECONDS:
            raise SlackError("expired_url")
        if found.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        found.uses += 1
        return found

    def _forget(self) -> None:
        # Kept for a minute, so that a late use is told "expired" and not "invalid".
        old = self.now() - 60
        for trigger_id in [t.id for t in self._triggers.values() if t.since < old]:
            del self._triggers[trigger_id]
