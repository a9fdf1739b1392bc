"""chat.*: posting, editing and deleting messages."""

from sandbox.server import events, messages
from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.state.channels import Channel, Message, message_object
from sandbox.state.payload import Payload

LONGEST_UPDATE = 4000
"""Characters of text an update takes; a new message takes ten times as many."""


async def post_message(call: Call) -> Payload:
    """Post to a conversation, or to a person's direct messages by user id."""
    channel = messages.destination(call)
    fields = messages.content(call)
    thread_ts = messages.thread_of(channel, call.text("thread_ts"))
    wait = call.box.limits.refuse_post(call.app.id, channel.id)
    if wait is not None:
        raise SlackError("ratelimited", retry_after=wait)
    if call.text("username") and "chat:write.customize" in call.app.scopes:
        fields["username"] = call.text("username")
    message = messages.from_bot(call.box, call.app, fields)
    message.thread_ts = thread_ts
    message.broadcast = bool(thread_ts) and call.flag("reply_broadcast")
    messages.publish(call.box, channel, message)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": message_object(channel, message, call.world.team_id, metadata=True),
    }


async def post_ephemeral(call: Call) -> Payload:
    """Show a message to one member of a conversation, and to nobody else, until they reload."""
    channel = messages.destination(call)
    fields = messages.content(call)
    if call.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    reader = call.world.people.get(call.needed("user"))
    if reader is None or reader.deleted or reader.id not in channel.members:
        raise SlackError("user_not_in_channel")
    fields.pop("metadata", None)
    message = messages.from_bot(call.box, call.app, fields)
    message.ephemeral_to = reader.id
    message.thread_ts = messages.thread_of(channel, call.text("thread_ts"))
    messages.publish(call.box, channel, message)
    return {"message_ts": message.ts}


async def update(call: Call) -> Payload:
    """Change one of the app's own messages.

    Blocks, attachments and metadata that are not given stay as they were; an empty list (an empty object for
    metadata) takes them away. So an update by text alone leaves a message with blocks looking as before.
    """
    channel, message = _own(call, "cant_update_message")
    if channel.is_archived:
        raise SlackError("is_inactive")
    if len(call.text("text")) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    before = message_object(channel, message, call.world.team_id)
    fields = messages.content(call)
    message.text = fields["text"]
    if _given(call, "blocks") or call.text("markdown_text"):
        message.blocks = fields.get("blocks")
        message.chosen.clear()
    if _given(call, "attachments"):
        message.attachments = fields.get("attachments")
    if _given(call, "metadata"):
        message.metadata = fields.get("metadata")
    message.edited = {"user": call.app.bot_user_id, "ts": call.box.clock.ts()}
    call.world.changed(channel.members)
    events.changed(call.box, channel, message, before)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message_object(channel, message, call.world.team_id, metadata=True),
    }


def _given(call: Call, name: str) -> bool:
    value = call.args.get(name)
    return value is not None and value != ""


async def delete(call: Call) -> Payload:
    """Delete one of the app's own messages."""
    channel, message = _own(call, "cant_delete_message")
    if channel.is_archived:
        raise SlackError("is_archived")
    before = message_object(channel, message, call.world.team_id)
    channel.remove(message)
    call.world.changed(channel.members)
    events.deleted(call.box, channel, before)
    return {"channel": channel.id, "ts": message.ts}


async def permalink(call: Call) -> Payload:
    """Give a link to a message."""
    channel = call.channel()
    ts = call.needed("message_ts")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    link = f"{call.box.address}/archives/{channel.id}/p{ts.replace('.', '')}"
    if call.world is not call.box.realm.first:
        link += f"?team={call.world.team_id}"  # the page shows the first workspace unless told
    return {"channel": channel.id, "permalink": link}


def _own(call: Call, not_mine: str) -> tuple[Channel, Message]:
    channel = call.channel()
    # An ephemeral message has a ts too, but Slack cannot find it again: only a response_url reaches it.
    message = channel.messages.get(call.needed("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.app_id != call.app.id:
        raise SlackError(not_mine)
    return channel, message


METHODS: dict[str, Method] = {
    "chat.delete": delete,
    "chat.getPermalink": permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
}
