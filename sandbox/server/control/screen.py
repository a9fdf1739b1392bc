"""What one person sees, whole, in one answer."""

from dataclasses import asdict, replace

from sandbox.server.box import Box
from sandbox.server.control.asked import NOT_FOUND, Asked
from sandbox.server.errors import ControlError
from sandbox.state.channels import Channel, message_object
from sandbox.state.payload import Payload
from sandbox.state.people import Person
from sandbox.state.views import View, view_object

LONGEST_WAIT = 60.0


async def screen(asked: Asked) -> Payload:
    """Answer the view of a person, at once or as soon as it is newer than ``since``."""
    person = asked.person
    box = asked.box
    try:
        since = int(asked.query.get("since") or -1)
        wait = min(float(asked.query.get("wait") or 0), LONGEST_WAIT)
    except ValueError:
        raise ControlError("invalid_number", "since and wait are numbers") from None
    if "since" in asked.query and wait > 0:
        await box.watch.wait(person.id, since, wait)
        # A reset meanwhile made everybody anew, and every workspace.
        there = box.teams.get(asked.team or box.world.team_id)
        if there is None:
            raise ControlError("team_not_found", f"there is no workspace {asked.team} any more", NOT_FOUND)
        box, person = there, replace(asked, box=there).person
    return seen_by(box, person)


def person_shown(person: Person) -> Payload:
    """Give a person as the control API shows people."""
    shown = asdict(person)
    return {"handle": person.name} | {key: shown[key] for key in (
        "id", "name", "real_name", "email", "tz", "locale", "title", "is_admin", "is_bot", "deleted", "dnd",
    )}  # fmt: skip


def seen_by(box: Box, person: Person) -> Payload:
    """Give everything on one person's screen."""
    world = box.world
    return {
        "rev": box.watch.rev(person.id),
        "now": box.clock.instant(),
        "offset_seconds": box.clock.offset,
        "team": {"id": world.team_id, "name": world.team_name},
        "me": person_shown(person),
        "people": [
            {
                "id": p.id,
                "name": p.name,
                "real_name": p.real_name,
                "tz": p.tz,
                "deleted": p.deleted,
                "is_bot": p.is_bot,
            }
            for p in world.people.values()
        ],
        "apps": [
            {
                "id": app.id,
                "name": app.name,
                "bot_user_id": app.bot_user_id,
                "home_tab": app.home_tab,
                "uninstalled": app.uninstalled,
                "commands": [
                    {key: command.get(key, "") for key in ("command", "usage_hint", "description")}
                    for command in app.commands
                ],
                "shortcuts": [
                    {key: shortcut.get(key, "") for key in ("callback_id", "name", "type")}
                    for shortcut in app.shortcuts
                ],
            }
            for app in world.apps.values()
        ],
        "channels": [
            _channel(box, channel, person)
            for channel in world.channels.values()
            if channel.kind == "public" or person.id in channel.members
        ],
        "modals": [_view(box, view) for view in world.modals.get(person.id, [])],
        "homes": {
            app_id: _view(box, view) for (user, app_id), view in world.homes.items() if user == person.id
        },
        "notices": [asdict(notice) for notice in world.notices.get(person.id, [])],
    }


def _channel(box: Box, channel: Channel, person: Person) -> Payload:
    inside = person.id in channel.members
    seen = list(channel.messages.values()) if inside else []
    own = [message for message in channel.ephemerals.values() if message.ephemeral_to == person.id]
    messages = []
    for message in sorted([*seen, *own], key=lambda m: float(m.ts)) if own else seen:
        shown = message_object(channel, message, box.world.team_id, metadata=True)
        if message.ephemeral_to:
            shown["ephemeral"] = True
        chosen = message.chosen.get(person.id)
        if chosen:
            shown["state"] = {"values": chosen}
        messages.append(shown)
    answer: Payload = {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "members": channel.members,
        "is_member": inside,
        "is_archived": channel.is_archived,
        "topic": channel.topic,
        "messages": messages,
    }
    if channel.kind == "im":
        answer["with"] = channel.other(person.id)
    return answer


def _view(box: Box, view: View) -> Payload:
    return view_object(view, box.world.team_id) | {
        "errors": view.errors,
        "submit_disabled": view.submit_disabled,
    }
