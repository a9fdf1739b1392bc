"""Answers by response_url and in a command's ack: new, in place of the original, or removing it."""

import json
from typing import Any

from aiohttp import web

from sandbox.server import events, messages
from sandbox.server.box import Box
from sandbox.server.errors import SlackError
from sandbox.server.triggers import ResponseUrl
from sandbox.state.channels import Channel, Message, message_object
from sandbox.state.payload import Payload

_GONE = frozenset({"invalid_token", "expired_url", "used_url"})
NOT_FOUND, BAD = 404, 400


async def serve(box: Box, request: web.Request) -> web.Response:
    """Take one answer at ``/respond/<secret>``."""
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        body = None
    try:
        if not isinstance(body, dict):
            raise SlackError("invalid_payload")  # noqa: TRY301 one place turns refusals into answers
        secret = request.match_info["secret"]
        there = box.teams.get(secret.partition("/")[0])
        if there is None:
            raise SlackError("invalid_token")  # noqa: TRY301 as above
        apply(there, there.triggers.respond(secret), body)
    except SlackError as refused:
        status = NOT_FOUND if refused.error in _GONE else BAD
        return web.json_response(refused.body(), status=status)
    return web.json_response({"ok": True})


def apply(box: Box, url: ResponseUrl, body: Payload) -> None:
    """Do what an answer asks for. Raises SlackError when its content would not be taken."""
    channel = box.world.channels.get(url.channel)
    if channel is None:
        raise SlackError("channel_not_found")
    original = _original(channel, url)
    if body.get("delete_original"):
        if original is not None:
            _delete(box, channel, original)
        return
    fields = messages.checked(box, _text(body), body.get("blocks"), body.get("attachments"))
    if body.get("replace_original") and original is not None:
        _replace(box, channel, original, fields)
        return
    app = box.world.apps[url.app_id]
    message = messages.from_bot(box, app, fields)
    message.thread_ts = str(body.get("thread_ts") or "")
    if body.get("response_type") == "in_channel":
        message.metadata = body.get("metadata")
    else:
        message.ephemeral_to = url.user
    messages.publish(box, channel, message)


def _text(body: Payload) -> str:
    text: Any = body.get("text")
    return "" if text is None else str(text)


def _original(channel: Channel, url: ResponseUrl) -> Message | None:
    found = (channel.ephemerals if url.ephemeral else channel.messages).get(url.ts)
    return found if found is not None and found.app_id == url.app_id else None


def _replace(box: Box, channel: Channel, original: Message, fields: Payload) -> None:
    before = message_object(channel, original, box.world.team_id)
    original.text = fields["text"]
    original.blocks = fields.get("blocks")
    original.attachments = fields.get("attachments")
    original.chosen.clear()
    if original.ephemeral_to:
        box.touch([original.ephemeral_to])
        return
    original.edited = {"user": original.user, "ts": box.clock.ts()}
    box.touch(channel.members)
    events.changed(box, channel, original, before)


def _delete(box: Box, channel: Channel, original: Message) -> None:
    if original.ephemeral_to:
        del channel.ephemerals[original.ts]
        box.touch([original.ephemeral_to])
        return
    before = message_object(channel, original, box.world.team_id)
    channel.remove(original)
    box.touch(channel.members)
    events.deleted(box, channel, before)
