"""The one way out to apps, whichever transport an app uses; events are repeated as Slack repeats them."""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

from sandbox.server.delivery import signed
from sandbox.server.delivery.answer import Answer
from sandbox.server.delivery.sockets import Sockets
from sandbox.state import ids
from sandbox.state.apps import App
from sandbox.state.payload import Payload
from sandbox.state.world import World

RETRY_AFTER = (0.0, 60.0, 300.0)
"""Seconds of real time before each repetition of an event that was not acknowledged."""
_FORM = "application/x-www-form-urlencoded"
_REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}


@dataclass(eq=False)
class Pause:
    """The wait before an event is repeated. ``left`` are the seconds a skip of the clock must reach."""

    left: float
    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Courier:
    """Sends commands, interactions, option requests and events."""

    sockets: Sockets = field(default_factory=Sockets)
    _session: ClientSession | None = None
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _pauses: set["Pause"] = field(default_factory=set)

    async def command(self, app: App, fields: Payload, url: str) -> Answer:
        """Deliver a slash command and give what the app answered."""
        if app.uninstalled:
            return Answer(error="dispatch_failed")
        if app.socket_mode:
            return await self.sockets.send(app.id, "slash_commands", fields, answers=True, extra=None)
        return await self._post(app, url or app.commands_url, signed.form(fields))

    async def interaction(self, app: App, payload: Payload) -> Answer:
        """Deliver an interaction (actions, submissions, closings, shortcuts, option requests)."""
        if app.uninstalled:
            return Answer(error="dispatch_failed")
        suggestion = payload["type"] == "block_suggestion"
        if app.socket_mode:
            answers = suggestion or payload["type"] == "view_submission"
            return await self.sockets.send(app.id, "interactive", payload, answers=answers, extra=None)
        url = app.options_url if suggestion else app.interactivity_url
        return await self._post(app, url, signed.interactive(payload))

    def later(self, app: App, payload: Payload) -> None:
        """Deliver an interaction in the background; nobody waits for its answer."""

        async def deliver() -> None:
            await self.interaction(app, payload)

        self.background(deliver())

    async def check_ssl(self, app: App) -> Answer:
        """Knock at the address of commands as Slack does to see whether somebody is there."""
        fields = {"token": app.credentials.verification_token, "ssl_check": "1"}
        return await self._post(app, app.commands_url, signed.form(fields))

    def event(
        self, app: App, world: World, event: Payload, event_time: float, *, twice: bool = False
    ) -> None:
        """Deliver an event in the background, with Slack's repetitions; ``twice`` sends it doubly."""
        body = _body(app, world, event, event_time)
        self.background(self._event(app, body))
        if twice:
            self.background(self._event(app, body))

    def events_in_turn(self, app: App, world: World, events: list[Payload], event_time: float) -> None:
        """Deliver events one after the other: each once the one before was answered, or was not in time."""
        bodies = [_body(app, world, event, event_time) for event in events]

        async def deliver() -> None:
            for body in bodies:
                answer = await self._event_once(app, body, 0, "")
                if not answer.ok:
                    self.background(self._again(app, body, answer))

        self.background(deliver())

    @property
    def waiting(self) -> int:
        """How many events wait to be repeated."""
        return len(self._pauses)

    def skip(self, seconds: float) -> int:
        """Let the clock's skip count for waiting repetitions; gives how many are sent now."""
        due = 0
        for pause in self._pauses:
            pause.left -= seconds
            if pause.left <= 0 and not pause.over.is_set():
                pause.over.set()
                due += 1
        return due

    async def _event(self, app: App, body: Payload) -> None:
        await self._again(app, body, await self._event_once(app, body, 0, ""))

    async def _again(self, app: App, body: Payload, answer: Answer) -> None:
        for attempt, seconds in enumerate(RETRY_AFTER, 1):
            if answer.ok:
                return
            await self._pause(seconds)
            reason = _REASONS.get(answer.error or "", "http_error")
            answer = await self._event_once(app, body, attempt, reason)

    async def _pause(self, seconds: float) -> None:
        pause = Pause(seconds)
        self._pauses.add(pause)
        try:
            async with asyncio.timeout(seconds):
                await pause.over.wait()
        except TimeoutError:
            pass
        finally:
            self._pauses.discard(pause)

    async def _event_once(self, app: App, body: Payload, attempt: int, reason: str) -> Answer:
        if app.socket_mode:
            reason = {"http_timeout": "timeout"}.get(reason, reason)
            extra = {"retry_attempt": attempt, "retry_reason": reason}
            return await self.sockets.send(app.id, "events_api", body, answers=False, extra=extra)
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        return await self._post(app, app.events_url, json.dumps(body).encode(), "application/json", headers)

    async def verify_url(self, app: App) -> bool:
        """Ask an events address to echo a challenge, as Slack does before it sends events there."""
        challenge = ids.secret()
        body = {
            "token": app.credentials.verification_token,
            "challenge": challenge,
            "type": "url_verification",
        }
        answer = await self._post(app, app.events_url, json.dumps(body).encode(), "application/json")
        said = answer.payload.get("challenge") if isinstance(answer.payload, dict) else answer.payload
        return answer.ok and said == challenge

    async def _post(
        self,
        app: App,
        url: str,
        body: bytes,
        content_type: str = _FORM,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        if not url:
            return Answer(error="dispatch_failed")
        if self._session is None:
            self._session = ClientSession()
        return await signed.post(
            self._session, url, app.credentials.signing_secret, body, content_type, headers
        )

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the call that caused it, held until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def reset(self) -> None:
        """Drop what is under way and every connection."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.sockets.close()

    async def close(self) -> None:
        """End for good."""
        await self.reset()
        if self._session is not None:
            await self._session.close()
            self._session = None


def _body(app: App, world: World, event: Payload, event_time: float) -> Payload:
    org = {"enterprise_id": world.enterprise_id} if world.enterprise_id else {}
    return {
        "token": app.credentials.verification_token,
        "team_id": world.team_id,
        **org,
        "context_team_id": world.team_id,
        "context_enterprise_id": world.enterprise_id,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": ids.slack_id("Ev"),
        "event_time": int(event_time),
        "authorizations": [{
            "enterprise_id": world.enterprise_id,
            "team_id": world.team_id,
            "user_id": app.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": bool(app.org),
        }],
        "is_ext_shared_channel": False,
        "event_context": "4-" + ids.secret(),
    }  # fmt: skip
