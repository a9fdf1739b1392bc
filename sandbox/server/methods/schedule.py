"""chat.scheduleMessage, its list and its deletion."""

from sandbox.server import messages
from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.server.paging import page
from sandbox.state import ids
from sandbox.state.payload import Payload
from sandbox.state.world import Scheduled

FARTHEST = 120 * 24 * 3600
"""Seconds ahead that Slack takes."""


async def schedule_message(call: Call) -> Payload:
    """Keep a message until ``post_at`` by the workspace's clock."""
    channel = messages.destination(call)
    fields = messages.content(call)
    try:
        post_at = int(call.needed("post_at"))
    except ValueError:
        raise SlackError("invalid_time") from None
    now = call.box.clock.now()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FARTHEST:
        raise SlackError("time_too_far")
    message = messages.from_bot(call.box, call.app, fields)
    message.thread_ts = messages.thread_of(channel, call.text("thread_ts"))
    made = Scheduled(ids.slack_id("Q"), channel.id, post_at, int(now), message)
    call.world.scheduled[made.id] = made
    shown: Payload = {
        "type": "delayed_message",
        "text": message.text,
        "bot_id": message.bot_id,
        "user": message.user,
    }
    if message.blocks:
        shown["blocks"] = message.blocks
    return {"channel": channel.id, "scheduled_message_id": made.id, "post_at": post_at, "message": shown}


async def scheduled_list(call: Call) -> Payload:
    """List what the app has waiting, soonest first."""
    mine = sorted(
        (s for s in call.world.scheduled.values() if s.message.app_id == call.app.id), key=lambda s: s.post_at
    )
    if call.text("channel"):
        mine = [s for s in mine if s.channel == call.text("channel")]
    shown, cursor = page(call, mine)
    listed = [
        {
            "id": s.id,
            "channel_id": s.channel,
            "post_at": s.post_at,
            "date_created": s.created,
            "text": s.message.text,
        }
        for s in shown
    ]
    return {"scheduled_messages": listed, "response_metadata": cursor}


async def delete_scheduled(call: Call) -> Payload:
    """Take back a message that still waits."""
    found = call.world.scheduled.get(call.needed("scheduled_message_id"))
    if found is None or found.channel != call.channel().id or found.message.app_id != call.app.id:
        raise SlackError("invalid_scheduled_message_id")
    del call.world.scheduled[found.id]
    return {}


METHODS: dict[str, Method] = {
    "chat.deleteScheduledMessage": delete_scheduled,
    "chat.scheduleMessage": schedule_message,
    "chat.scheduledMessages.list": scheduled_list,
}
