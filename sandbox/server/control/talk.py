"""What a person does in conversations: commands, messages, reactions, coming and going."""

import html
import re

from sandbox.server import events, messages, payloads, respond
from sandbox.server.box import Box
from sandbox.server.control.asked import NOT_FOUND, Asked
from sandbox.server.delivery import Answer
from sandbox.server.errors import ControlError, SlackError
from sandbox.server.triggers import ResponseUrl
from sandbox.state.apps import App
from sandbox.state.channels import Channel, Message
from sandbox.state.payload import Payload
from sandbox.state.people import Person

_MENTION = re.compile(r"(?<![\w<&])@([a-z0-9][a-z0-9._-]*)")
_CHANNEL = re.compile(r"(?<![\w<&])#([a-z0-9][a-z0-9_-]*)")
_WIDE = frozenset({"channel", "here", "everyone"})
_READY = re.compile(r"&lt;([@#][A-Z0-9]+(?:\|[^&<>]*)?)&gt;")


async def command(asked: Asked) -> Payload:
    """Type a slash command. A space before the slash makes it an ordinary message, as it does in Slack."""
    person, box = asked.person, asked.box
    text = str(asked.need("text"))
    channel = _where(asked, person)
    if text.startswith(" "):
        return {"ack": None, "said": _say(box, person, channel, text.strip(), "").ts}
    name, _, rest = text.partition(" ")
    owner = _owner(box, name)
    if owner is None:
        box.world.notice(person.id, f"{name} is not a valid command.", "dispatch_unknown_command")
        return {"ok": False, "ack": None, "error": "dispatch_unknown_command"}
    app, declared = owner
    secret = box.triggers.response_url(app.id, person.id, channel.id)
    escaped = _escaped(box, rest.strip(), app_wants=bool(declared.get("should_escape")))
    fields = payloads.command(box, app, person, channel, name=name, text=escaped, secret=secret)
    answer = await box.courier.command(app, fields, str(declared.get("url") or ""))
    return _answered(box, app, person, channel, name, answer)


def _owner(box: Box, name: str) -> tuple[App, Payload] | None:
    # The app installed last wins a name that several declare.
    for app in reversed(list(box.world.apps.values())):
        for declared in app.commands:
            if declared["command"] == name and not app.uninstalled:
                return app, declared
    return None


def _where(asked: Asked, person: Person) -> Channel:
    named = asked.body.get("channel")
    if named:
        channel = asked.named_channel(str(named), person)
        if person.id not in channel.members:
            raise ControlError("not_in_channel", f"{person.name} is not in {named}")
        return channel
    for kind in ("public", "private", "im", "mpim"):
        for channel in asked.box.world.channels_of(person.id):
            if channel.kind == kind and not channel.is_archived:
                return channel
    return asked.box.world.open_im(asked.named_person("@app").id, person.id)


def _answered(box: Box, app: App, person: Person, channel: Channel, name: str, answer: Answer) -> Payload:
    if answer.error is not None:
        box.world.notice(person.id, f'{name} failed with the error "{answer.error}"', answer.error)
        return {"ok": False, "ack": None, "error": answer.error}
    said = {"text": answer.payload} if isinstance(answer.payload, str) else answer.payload
    if not said:
        return {"ack": None}
    try:
        if not isinstance(said, dict):
            raise SlackError("invalid_command_response")  # noqa: TRY301 shown to the person like any other refusal
        respond.apply(box, ResponseUrl("", app.id, person.id, channel.id, 0.0), said)
    except SlackError as refused:
        detail = "; ".join(refused.messages)
        box.world.notice(person.id, f'{name} failed with the error "{refused.error}"', refused.error, detail)
        return {"ok": False, "ack": said, "error": refused.error}
    return {"ack": said}


async def say(asked: Asked) -> Payload:
    """Write a message."""
    person = asked.person
    channel = asked.named_channel(str(asked.need("channel")), person)
    if person.id not in channel.members:
        raise ControlError("not_in_channel", f"{person.name} is not in {channel.name}")
    if channel.is_archived:
        raise ControlError("is_archived", f"{channel.name} is archived")
    app = asked.box.world.app_of_bot(channel.other(person.id)) if channel.kind == "im" else None
    if app is not None and (not app.messages_tab or app.messages_read_only):
        raise ControlError("messages_tab_disabled", f"{app.name} takes no messages")
    thread_ts = str(asked.body.get("thread_ts") or "")
    if thread_ts and thread_ts not in channel.messages:
        raise ControlError("thread_not_found", "there is no such message to answer", NOT_FOUND)
    message = _say(asked.box, person, channel, str(asked.need("text")), thread_ts)
    return {"channel": channel.id, "ts": message.ts}


def _say(box: Box, person: Person, channel: Channel, text: str, thread_ts: str) -> Message:
    escaped = _escaped(box, text, app_wants=True)
    if thread_ts:
        thread_ts = messages.thread_of(channel, thread_ts)
    message = Message(ts=box.clock.ts(), user=person.id, text=escaped, thread_ts=thread_ts)
    return messages.publish(box, channel, message)


def _escaped(box: Box, text: str, *, app_wants: bool) -> str:
    """Write a typed text as Slack stores it: &, < and > as entities, names as ids where that is wanted."""
    escaped = html.escape(text, quote=False)
    if not app_wants:
        return escaped
    escaped = _READY.sub(lambda found: f"<{found[1]}>", escaped)  # an id typed by a test stays an id
    escaped = _MENTION.sub(lambda found: _mention(box, found[1], found[0]), escaped)

    def link(found: re.Match[str]) -> str:
        channel = box.world.channel(f"#{found[1]}")
        return f"<#{channel.id}|{channel.name}>" if channel is not None else found[0]

    return _CHANNEL.sub(link, escaped)


def _mention(box: Box, handle: str, typed: str) -> str:
    if handle in _WIDE:
        return f"<!{handle}>"
    person = box.world.person(handle)
    return f"<@{person.id}>" if person is not None else typed


async def react(asked: Asked) -> Payload:
    """Add a reaction to a message, or take it away again, as a click in Slack does."""
    person, box = asked.person, asked.box
    channel = asked.named_channel(str(asked.need("channel")), person)
    message = asked.seen_message(person, channel, str(asked.body.get("ts") or asked.need("message_ts")))
    name = str(asked.need("name")).strip(":")
    users = message.reactions.setdefault(name, [])
    added = person.id not in users
    if added:
        users.append(person.id)
    else:
        users.remove(person.id)
    events.reaction(box, channel, message, person.id, name, added=added)
    if not users:
        del message.reactions[name]
    box.touch(channel.members)
    return {}


async def join(asked: Asked) -> Payload:
    """Join a public channel."""
    person = asked.person
    channel = asked.named_channel(str(asked.need("channel")), person)
    if channel.kind != "public":
        raise ControlError("method_not_supported_for_channel_type", "only public channels can be joined")
    if person.id not in channel.members:
        channel.members.append(person.id)
        asked.box.touch(None)
        events.membership(asked.box, channel, person.id, joined=True)
    return {"channel": channel.id}


async def leave(asked: Asked) -> Payload:
    """Leave a channel."""
    person = asked.person
    channel = asked.named_channel(str(asked.need("channel")), person)
    if channel.kind in {"im", "mpim"}:
        raise ControlError("method_not_supported_for_channel_type", "a direct conversation cannot be left")
    if person.id in channel.members:
        channel.members.remove(person.id)
        asked.box.touch(None)
        events.membership(asked.box, channel, person.id, joined=False)
    return {"channel": channel.id}
