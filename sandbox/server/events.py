"""Events: what happened in the workspace, told to the apps whose manifest subscribes to it."""

from collections.abc import Iterable

from sandbox.server.box import Box
from sandbox.state.apps import App
from sandbox.state.channels import Channel, Message, message_object
from sandbox.state.payload import Payload
from sandbox.state.people import Person, user_object
from sandbox.state.views import View, view_object

_OF_KIND = {
    "public": ("message.channels", "channels:history", "channel"),
    "private": ("message.groups", "groups:history", "group"),
    "im": ("message.im", "im:history", "im"),
    "mpim": ("message.mpim", "mpim:history", "mpim"),
}
_SCOPES = {
    "app_mention": ("app_mentions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "team_join": ("users:read",),
    "user_change": ("users:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "channel_archive": ("channels:read", "groups:read"),
    "channel_unarchive": ("channels:read", "groups:read"),
    "channel_deleted": ("channels:read",),
    "channel_created": ("channels:read",),
}


def send(box: Box, app: App, event: Payload, subscription: str = "", scope: str = "") -> bool:
    """Deliver one event if the app subscribed to it and holds a scope for it. Gives whether it did."""
    name = subscription or str(event["type"])
    scopes = (scope,) if scope else _SCOPES.get(name, ())
    if (
        box.world.deactivated
        or not app.listens(name)
        or app.uninstalled
        or (scopes and not app.scopes.intersection(scopes))
    ):
        return False
    doubled = frozenset({"duplicate_event"})
    twice = any(box.faults.take(one, doubled) for one in dict.fromkeys((name, str(event["type"]))))
    event.setdefault("event_ts", box.clock.ts())
    box.courier.event(app, box.world, event, box.clock.now(), twice=twice)
    return True


def enterprise_user(box: Box, who: Person) -> Payload:
    """Give the part of a user object that tells of the organisation; nothing where there is none."""
    org = box.world.enterprise
    if org is None:
        return {}
    return {
        "enterprise_user": {
            "id": who.id,
            "enterprise_id": org.id,
            "enterprise_name": org.name,
            "is_admin": who.is_admin,
            "is_owner": False,
            "teams": [
                world.team_id
                for world in box.realm.worlds.values()
                if world.enterprise is not None and who.id in world.people
            ],
        }
    }


def _in(box: Box, channel: Channel) -> Iterable[App]:
    return [app for app in box.world.apps.values() if app.bot_user_id in channel.members]


def _tell(box: Box, channel: Channel, event: Payload) -> None:
    subscription, scope, kind = _OF_KIND[channel.kind]
    for app in _in(box, channel):
        send(box, app, event | {"channel": channel.id, "channel_type": kind}, subscription, scope)


def posted(box: Box, channel: Channel, message: Message) -> None:
    """A message was posted: ``message.*``, and ``app_mention`` where an app is named."""
    shown = message_object(channel, message, box.world.team_id)
    _tell(box, channel, shown | {"event_ts": message.ts})
    for app in _in(box, channel):
        if channel.kind != "im" and f"<@{app.bot_user_id}>" in message.text and message.app_id != app.id:
            mention = shown | {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}
            send(box, app, mention)


def changed(box: Box, channel: Channel, message: Message, before: Payload) -> None:
    """A message was edited: ``message`` with subtype message_changed."""
    now = message_object(channel, message, box.world.team_id)
    ts = box.clock.ts()
    _tell(
        box,
        channel,
        {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "message": now,
            "previous_message": before,
        },
    )


def deleted(box: Box, channel: Channel, before: Payload) -> None:
    """A message was deleted: ``message`` with subtype message_deleted."""
    ts = box.clock.ts()
    _tell(
        box,
        channel,
        {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "deleted_ts": before["ts"],
            "previous_message": before,
        },
    )


def membership(box: Box, channel: Channel, user: str, *, joined: bool, inviter: str = "") -> None:
    """Somebody came or went: member_joined_channel or member_left_channel."""
    kind = "G" if channel.kind == "private" else "C"
    event: Payload = {
        "type": "member_joined_channel" if joined else "member_left_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": kind,
        "team": box.world.team_id,
    }
    if inviter:
        event["inviter"] = inviter
    apps = [a for a in box.world.apps.values() if a.bot_user_id in channel.members or a.bot_user_id == user]
    for app in apps:
        send(box, app, dict(event))


def person(box: Box, who: Person, *, new: bool) -> None:
    """A person came (team_join) or changed (user_change)."""
    for app in box.world.apps.values():
        user = user_object(who, box.world.team_id, box.clock.now(), app.scopes, box.address)
        user |= enterprise_user(box, who)
        user["locale"] = who.locale
        send(box, app, {"type": "team_join" if new else "user_change", "user": user, "cache_ts": who.updated})


def home_opened(box: Box, app: App, user: str, tab: str, view: View | None) -> None:
    """Somebody opened the app's Home or Messages tab."""
    channel = box.world.open_im(app.bot_user_id, user)
    event: Payload = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
    if view is not None:
        event["view"] = view_object(view, box.world.team_id)
    send(box, app, event)


def reaction(box: Box, channel: Channel, message: Message, user: str, name: str, *, added: bool) -> None:
    """A reaction was added or taken away."""
    for app in _in(box, channel):
        event = {
            "type": "reaction_added" if added else "reaction_removed",
            "user": user,
            "reaction": name,
            "item_user": message.user,
            "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        }
        send(box, app, event)


def channel_state(box: Box, channel: Channel, what: str) -> None:
    """A channel was archived, unarchived or deleted; ``what`` is the public channel's event name."""
    name = what if channel.kind == "public" else what.replace("channel_", "group_")
    for app in box.world.apps.values():
        if channel.kind == "public" or app.bot_user_id in channel.members:
            send(box, app, {"type": name, "channel": channel.id, "user": channel.creator})
