"""Socket Mode: open connections of each app, one envelope to exactly one of them, acknowledgements."""

import asyncio
import contextlib
import json
import secrets
import uuid
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, web

from sandbox.server.delivery.answer import ACK_SECONDS, Answer
from sandbox.state.payload import Payload

MOST = 10
"""Connections an app may hold."""
PING_SECONDS = 10.0
GOODBYE_SECONDS = 0.3
"""How long a client may take to answer a closing before the line is cut; some take seconds."""
TICKET_SECONDS = 60.0


@dataclass
class Link:
    """One open connection."""

    app_id: str
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    closing: bool = False


@dataclass
class Sockets:
    """All connections and the envelopes that wait for an acknowledgement."""

    links: dict[str, list[Link]] = field(default_factory=dict)
    tickets: dict[str, tuple[str, float]] = field(default_factory=dict)
    _waiting: dict[str, tuple[str, asyncio.Future[Payload]]] = field(default_factory=dict)
    _arrived: dict[str, asyncio.Event] = field(default_factory=dict)
    _turn: dict[str, int] = field(default_factory=dict)

    def ticket(self, app_id: str) -> str:
        """Hand out a ticket for one connection."""
        made = secrets.token_hex(16)
        self.tickets[made] = (app_id, asyncio.get_running_loop().time() + TICKET_SECONDS)
        return made

    def open_count(self, app_id: str) -> int:
        """Give the number of an app's connections."""
        return len(self._usable(app_id))

    def pending(self, app_id: str) -> int:
        """Give the number of envelopes of an app not yet acknowledged."""
        return sum(1 for owner, _ in self._waiting.values() if owner == app_id)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection: hello, then acknowledgements until either side closes."""
        app_id, until = self.tickets.pop(request.query.get("ticket", ""), ("", 0.0))
        if not app_id or until < asyncio.get_running_loop().time():
            raise web.HTTPForbidden(text="this ticket is used, too old or unknown; ask apps.connections.open")
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS, max_msg_size=16 * 1024 * 1024)
        await socket.prepare(request)
        link = Link(app_id, socket, request.transport)
        held = self.links.setdefault(app_id, [])
        if self.open_count(app_id) >= MOST:
            await socket.send_json(
                {"type": "disconnect", "reason": "too_many_websockets", "debug_info": _debug()}
            )
            await socket.close()
            return socket
        held.append(link)
        count = self.open_count(app_id)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": count,
                "connection_info": {"app_id": app_id},
                "debug_info": _debug() | {"approximate_connection_time": 3600},
            }
        )
        self._arrived.setdefault(app_id, asyncio.Event()).set()
        try:
            async for message in socket:
                if message.type is web.WSMsgType.TEXT:
                    self._acknowledge(str(message.data))
        finally:
            held.remove(link)
            if not self._usable(app_id):
                self._arrived[app_id].clear()
        return socket

    def _acknowledge(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return
        envelope_id = said.get("envelope_id") if isinstance(said, dict) else None
        waiting = self._waiting.get(str(envelope_id))
        if waiting is not None and not waiting[1].done():
            waiting[1].set_result(said)

    def _usable(self, app_id: str) -> list[Link]:
        return [link for link in self.links.get(app_id, []) if not link.closing and not link.socket.closed]

    async def send(
        self, app_id: str, kind: str, payload: Payload, *, answers: bool, extra: Payload | None
    ) -> Answer:
        """Send one envelope over one connection and wait for its acknowledgement, three seconds in all.

        Connections take turns. With none open it waits for one within the same three seconds, since a client
        that reconnects leaves a short gap.
        """
        envelope_id = str(uuid.uuid4())
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": answers,
        } | (extra or {})
        future: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (app_id, future)
        sent = False
        try:
            async with asyncio.timeout(ACK_SECONDS):
                while not sent:
                    await self._arrived.setdefault(app_id, asyncio.Event()).wait()
                    sent = await self._to_one(app_id, envelope)
                said = await future
        except TimeoutError:
            return Answer(error="operation_timeout" if sent else "dispatch_failed")
        finally:
            del self._waiting[envelope_id]
        return Answer(said.get("payload"))

    async def _to_one(self, app_id: str, envelope: Payload) -> bool:
        usable = self._usable(app_id)
        if not usable:
            self._arrived[app_id].clear()
            return False
        turn = self._turn[app_id] = self._turn.get(app_id, -1) + 1
        link = usable[turn % len(usable)]
        try:
            await link.socket.send_json(envelope)
        except ConnectionError:
            link.closing = True
            return False
        return True

    async def disconnect(self, app_id: str, reason: str) -> int:
        """Tell every connection of an app to go, and close it.

        Reasons: ``warning`` (only announces; the connection stays), ``refresh_requested``, ``link_disabled``.
        Gives the number of connections told.
        """
        told = self._usable(app_id)
        for link in told:
            await link.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": _debug()})
            if reason != "warning":
                await _hang_up(link, WSCloseCode.OK)
        return len(told)

    def drop(self, app_id: str, times: int) -> int:
        """Cut up to ``times`` connections without a word, as a failing network does. Gives how many."""
        cut = self._usable(app_id)[:times]
        for link in cut:
            link.closing = True
            if link.transport is not None:
                link.transport.abort()
        return len(cut)

    async def close(self) -> None:
        """Close every connection, for a reset or the end."""
        everyone = [link for held in self.links.values() for link in held]
        await asyncio.gather(*(_hang_up(link, WSCloseCode.GOING_AWAY) for link in everyone))
        self.links.clear()
        self.tickets.clear()


async def _hang_up(link: Link, code: WSCloseCode) -> None:
    link.closing = True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            await link.socket.close(code=code)


def _debug() -> Payload:
    return {"host": "sandbox"}
