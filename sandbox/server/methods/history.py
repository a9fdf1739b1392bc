"""conversations.history and conversations.replies."""

from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.server.paging import page
from sandbox.state.channels import Channel, Message, message_object
from sandbox.state.payload import Payload

_SCOPE = {
    "public": "channels:history",
    "private": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
MOST = 999


async def history(call: Call) -> Payload:
    """List a conversation's messages, newest first, without answers in threads and ephemeral ones."""
    channel = _readable(call)
    top = [m for m in channel.messages.values() if m.thread_ts in {"", m.ts} or m.broadcast]
    shown, cursor = page(call, list(reversed(_between(call, top))), default=100, most=MOST)
    answer = _answer(call, channel, shown, cursor)
    return answer | {"pin_count": 0, "channel_actions_ts": None, "channel_actions_count": 0}


async def replies(call: Call) -> Payload:
    """List a thread, its parent first, oldest first."""
    channel = _readable(call)
    named = channel.messages.get(call.needed("ts"))
    if named is None:
        raise SlackError("thread_not_found")
    parent = channel.messages.get(named.thread_ts) or named
    answers = _between(call, channel.replies(parent.ts))
    shown, cursor = page(call, [parent, *answers], default=1000, most=1000)
    return _answer(call, channel, shown, cursor)


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.scopes(_SCOPE[channel.kind])
    return call.joined()


def _between(call: Call, found: list[Message]) -> list[Message]:
    oldest, latest = _ts(call, "oldest"), _ts(call, "latest")
    inclusive = call.flag("inclusive")
    if oldest is not None:
        found = [m for m in found if float(m.ts) > oldest or (inclusive and float(m.ts) == oldest)]
    if latest is not None:
        found = [m for m in found if float(m.ts) < latest or (inclusive and float(m.ts) == latest)]
    return found


def _ts(call: Call, name: str) -> float | None:
    given = call.text(name)
    if not given:
        return None
    try:
        return float(given)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def _answer(call: Call, channel: Channel, shown: list[Message], cursor: Payload) -> Payload:
    wanted = call.flag("include_all_metadata")
    hidden = wanted and call.box.faults.take(call.method, frozenset({"no_metadata"})) is not None
    listed = [
        message_object(channel, message, call.world.team_id, metadata=wanted and not hidden)
        for message in shown
    ]
    answer: Payload = {"messages": listed, "has_more": bool(cursor["next_cursor"])}
    if cursor["next_cursor"]:
        answer["response_metadata"] = cursor
    return answer


METHODS: dict[str, Method] = {"conversations.history": history, "conversations.replies": replies}
