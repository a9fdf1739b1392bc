"""How the bot reaches Slack: one client a workspace, every call to the configured address."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from json import dumps, loads
from typing import Any
from urllib.parse import urlencode

from slack_sdk import WebClient
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from slack_sdk.web import SlackResponse

from bot.clock import Clock
from bot.wire import Wire

log = logging.getLogger(__name__)

CALL_SECONDS = 10
JSON_BODY = "application/json;charset=utf-8"
FORM_BODY = "application/x-www-form-urlencoded"
LONGEST_PAUSE = 1.0
"""Seconds one waits to try again while somebody looks at the screen: their trigger holds for three."""
BUSY = 429

APART = timedelta(seconds=60)
"""From here on an operator is told that our clock differs from Slack's."""

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


def ahead_of_slack(date: str | None, asked: datetime, answered: datetime) -> timedelta:
    """Return how far our clock is at least ahead of Slack's (below zero: behind), by an answer's ``Date``.

    ``asked`` and ``answered`` are by our clock; a ``Date`` between them, or none, tells of no difference.
    """
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return timedelta(0)
    theirs = theirs.replace(tzinfo=UTC) if theirs.tzinfo is None else theirs
    return max(asked - theirs, timedelta(0)) - max(theirs - answered, timedelta(0))


@dataclass
class Skew:
    """Tells an operator that ``clock`` differs from Slack's: once, until the difference is another."""

    clock: Clock
    told: timedelta = timedelta(0)

    def heard(self, date: str | None, asked: datetime) -> None:
        """Take the ``Date`` of an answer to what was asked at ``asked``."""
        ahead = ahead_of_slack(date, asked, self.clock.now())
        if abs(ahead - self.told) <= APART or date is None:
            return
        self.told = ahead if abs(ahead) > APART else timedelta(0)
        if self.told:
            side = "ahead of" if ahead > timedelta(0) else "behind"
            log.warning(
                "this machine's clock is %d seconds %s Slack's: keep it by NTP",
                abs(ahead).total_seconds(),
                side,
            )
        else:
            log.info("this machine's clock agrees with Slack's again")


class Client(WebClient):
    """``slack_sdk``'s client over kept-alive connections: the same methods, answers and errors, no retries.

    Files, and calls through a proxy, go ``slack_sdk``'s own way.
    """

    def __init__(
        self,
        wire: Wire,
        workspace_id: str,
        token: str,
        base_url: str,
        seconds: float = CALL_SECONDS,
        skew: Skew | None = None,
    ) -> None:
        super().__init__(token=token, base_url=base_url, timeout=max(1, round(seconds)), retry_handlers=[])
        self._seconds = seconds
        self._wire = wire
        self._workspace_id = workspace_id
        self._skew = skew

    def _sync_send(self, api_url: str, req_args: dict[str, Any]) -> SlackResponse:
        if req_args.get("files") or req_args.get("auth") or self.proxy:
            return super()._sync_send(api_url, req_args)
        said = req_args.get("json")
        if said is not None:
            body, kind = dumps(said, ensure_ascii=False, separators=(",", ":")).encode(), JSON_BODY
        else:
            fields = {**(req_args.get("params") or {}), **(req_args.get("data") or {})}
            body = urlencode({name: _as_text(value) for name, value in fields.items()}).encode()
            kind = FORM_BODY
        headers = {**req_args["headers"], "Content-Type": kind}
        asked = None if self._skew is None else self._skew.clock.now()
        heard = self._wire.send(api_url, body, headers, self._seconds)
        if self._skew is not None and asked is not None:
            self._skew.heard(heard.headers.get("date"), asked)
        scopes = heard.headers.get("x-oauth-scopes")
        if scopes is not None:
            self._wire.heard(self._workspace_id, scopes)
        answer = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=api_url,
            req_args={},
            data=_answer(heard.body),
            headers=heard.headers,
            status_code=heard.status,
        )
        answer.validate()  # type: ignore[no-untyped-call] # slack_sdk leaves it untyped
        return answer


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if isinstance(value, str) else str(value)


def _answer(body: bytes) -> dict[str, Any]:
    """Return what Slack said; something that is not JSON comes from something in between."""
    try:
        said = loads(body)
    except ValueError:
        return {"ok": False, "error": "Received a response in a non-JSON format"}
    return said if isinstance(said, dict) else {"ok": False, "error": "Received no JSON object"}


@dataclass(frozen=True)
class Slack:
    """Makes clients. Retries are off: ``slack_sdk`` would silently post a message twice."""

    base_url: str
    token_of: Callable[[str], str]
    """Workspace id → bot token. Raises KeyError for a workspace without one."""
    wire: Wire = field(default_factory=Wire, compare=False)
    seconds: float = CALL_SECONDS
    """How long one call may take."""
    skew: Skew | None = field(default=None, compare=False)
    """Who tells of a wrong clock; none with a local Slack whose clock is set apart."""

    def client(self, workspace_id: str) -> WebClient:
        """Return a client for a workspace. Raises KeyError when the bot holds no token for it."""
        token = self.token_of(workspace_id)
        return Client(self.wire, workspace_id, token, self.base_url, self.seconds, self.skew)

    def scopes(self, workspace_id: str) -> frozenset[str]:
        """Return the scopes of a workspace's token, as its last answer gave them; none before the first."""
        return self.wire.scopes(workspace_id)
