"""conversations.*: finding, opening, joining; and users.conversations."""

from sandbox.server import events
from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.server.paging import page
from sandbox.state import ids
from sandbox.state.channels import Channel, channel_object
from sandbox.state.payload import Payload

MOST_PEOPLE = 8
_READ = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


def _shown(call: Call, channel: Channel) -> Payload:
    shown = channel_object(channel, call.app.bot_user_id, call.world.team_id)
    if channel.kind == "im":
        other = call.world.people[channel.other(call.app.bot_user_id)]
        shown["is_user_deleted"] = other.deleted
    return shown


async def info(call: Call) -> Payload:
    """Describe one conversation."""
    channel = call.channel()
    call.scopes(_READ[channel.kind])
    shown = _shown(call, channel)
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


async def members(call: Call) -> Payload:
    """List who is in a conversation, page by page."""
    channel = call.channel()
    call.scopes(_READ[channel.kind])
    shown, cursor = page(call, channel.members)
    return {"members": shown, "response_metadata": cursor}


async def listing(call: Call) -> Payload:
    """List the conversations the app can see, of the kinds asked for."""
    seen = [channel for channel in _of_types(call) if call.knows(channel)]
    shown, cursor = page(call, seen)
    answer = [_shown(call, c) | {"num_members": len(c.members)} for c in shown]
    return {"channels": answer, "response_metadata": cursor}


async def of_user(call: Call) -> Payload:
    """List the conversations a person (by default the bot) is in, as far as the app can see them."""
    person = call.user() if call.text("user") else call.world.people[call.app.bot_user_id]
    seen = [c for c in _of_types(call) if person.id in c.members and call.knows(c)]
    shown, cursor = page(call, seen)
    return {"channels": [_shown(call, c) for c in shown], "response_metadata": cursor}


def _of_types(call: Call) -> list[Channel]:
    kinds = []
    for name in call.text("types", "public_channel").split(","):
        kind = _TYPES.get(name.strip())
        if kind is None:
            raise SlackError("invalid_types")
        call.scopes(_READ[kind])
        kinds.append(kind)
    channels = [channel for channel in call.world.channels.values() if channel.kind in kinds]
    if call.flag("exclude_archived"):
        channels = [channel for channel in channels if not channel.is_archived]
    return channels


async def open_conversation(call: Call) -> Payload:
    """Open the direct conversation with one person, or the group one with two to eight."""
    if call.text("channel"):
        found = call.joined()
        if found.kind not in {"im", "mpim"}:
            raise SlackError("method_not_supported_for_channel_type")
        return _opened(call, found, already=True)
    named = call.args.get("users")
    wanted = named if isinstance(named, list) else call.text("users").split(",")
    users = list(dict.fromkeys(str(user).strip() for user in wanted if str(user).strip()))
    if not users:
        raise SlackError("users_list_not_supplied")
    bot = call.app.bot_user_id
    others = _others(call, users)
    if not others:
        raise SlackError("not_enough_users")
    if len(others) > MOST_PEOPLE:
        raise SlackError("too_many_users")
    call.scopes("im:write" if len(others) == 1 else "mpim:write")
    known = set(call.world.channels)
    if call.flag("prevent_creation") and not _exists(call, others):
        raise SlackError("channel_not_found")
    channel = call.world.open_im(bot, others[0]) if len(others) == 1 else call.world.open_mpim([bot, *others])
    return _opened(call, channel, already=channel.id in known)


def _others(call: Call, users: list[str]) -> list[str]:
    others = [user for user in users if user != call.app.bot_user_id]
    for user in others:
        person = call.world.people.get(user)
        if person is None:
            raise SlackError("user_not_found")
        if person.deleted:
            raise SlackError("user_disabled")
        if person.is_bot:
            raise SlackError("cannot_dm_bot")
    return others


def _exists(call: Call, others: list[str]) -> bool:
    everybody = {call.app.bot_user_id, *others}
    return any(c.kind in {"im", "mpim"} and set(c.members) == everybody for c in call.world.channels.values())


def _opened(call: Call, channel: Channel, *, already: bool) -> Payload:
    answer: Payload = {"channel": _shown(call, channel) if call.flag("return_im") else {"id": channel.id}}
    return answer | ({"no_op": True, "already_open": True} if already else {})


async def join(call: Call) -> Payload:
    """Let the bot join a public channel."""
    channel = call.channel()
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    bot = call.app.bot_user_id
    if bot in channel.members:
        call.warnings.append("already_in_channel")
    else:
        channel.members.append(bot)
        call.world.changed(channel.members)
        events.membership(call.box, channel, bot, joined=True)
    return {"channel": _shown(call, channel)}


async def leave(call: Call) -> Payload:
    """Let the bot leave a channel."""
    channel = call.channel()
    if channel.kind in {"im", "mpim"}:
        raise SlackError("method_not_supported_for_channel_type")
    bot = call.app.bot_user_id
    if bot not in channel.members:
        return {"not_in_channel": True}
    channel.members.remove(bot)
    call.world.changed([*channel.members, bot])
    events.membership(call.box, channel, bot, joined=False)
    return {}


async def invite(call: Call) -> Payload:
    """Bring people into a channel the bot is in; with one wrong name nobody is brought in."""
    channel = call.joined()
    if channel.kind in {"im", "mpim"}:
        raise SlackError("method_not_supported_for_channel_type")
    call.scopes(*(("channels:manage", "channels:write.invites") if channel.kind == "public"
                  else ("groups:write", "groups:write.invites")))  # fmt: skip
    if channel.is_archived:
        raise SlackError("is_archived")
    people = []
    for user in (name.strip() for name in call.needed("users").split(",")):
        person = call.world.people.get(user)
        if person is None or person.deleted:
            raise SlackError("user_not_found")
        if person.id == call.app.bot_user_id:
            raise SlackError("cant_invite_self")
        if person.id in channel.members:
            raise SlackError("already_in_channel")
        people.append(person)
    for person in people:
        channel.members.append(person.id)
        events.membership(call.box, channel, person.id, joined=True, inviter=call.app.bot_user_id)
    call.world.changed(channel.members)
    return {"channel": _shown(call, channel)}


async def create(call: Call) -> Payload:
    """Make a channel with the bot in it."""
    name = call.needed("name").lower()
    private = call.flag("is_private")
    call.scopes("groups:write" if private else "channels:manage")
    if not name.replace("-", "").replace("_", "").isalnum() or len(name) > 80:  # noqa: PLR2004 Slack's limit
        raise SlackError("invalid_name_specials")
    if call.world.channel(name) is not None:
        raise SlackError("name_taken")
    bot = call.app.bot_user_id
    made = Channel(
        ids.slack_id("C"),
        name,
        "private" if private else "public",
        int(call.box.clock.now()),
        bot,
        members=[bot],
    )
    call.world.add_channel(made)
    return {"channel": _shown(call, made)}


METHODS: dict[str, Method] = {
    "conversations.create": create,
    "conversations.info": info,
    "conversations.invite": invite,
    "conversations.join": join,
    "conversations.leave": leave,
    "conversations.list": listing,
    "conversations.members": members,
    "conversations.open": open_conversation,
    "users.conversations": of_user,
}
