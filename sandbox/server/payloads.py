"""The payloads of interactions and commands, as Slack lays them out."""

from sandbox.server.box import Box
from sandbox.state.apps import App
from sandbox.state.channels import Channel, Message, message_object
from sandbox.state.payload import Payload
from sandbox.state.people import Person
from sandbox.state.views import View, view_object

_NAMES = {"im": "directmessage", "private": "privategroup"}


def channel_name(channel: Channel) -> str:
    """Give a conversation's name as interactions carry it: private ones are not named."""
    return _NAMES.get(channel.kind, channel.name)


def common(box: Box, app: App, person: Person, kind: str) -> Payload:
    """Give what every interaction carries.

    Slack leaves ``team`` null where the app is installed for the whole organisation; ``user.team_id`` tells.
    """
    org = box.world.enterprise
    team = {"id": box.world.team_id, "domain": box.world.domain}
    if org is not None:
        team |= {"enterprise_id": org.id, "enterprise_name": org.name}
    return {
        "type": kind,
        "team": None if app.org else team,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": box.world.team_id,
        },
        "api_app_id": app.id,
        "token": app.credentials.verification_token,
        "enterprise": {"id": org.id, "name": org.name} if org is not None else None,
        "is_enterprise_install": bool(app.org),
    }


def response_url(box: Box, secret: str) -> str:
    """Give the address that goes with a response secret."""
    return f"{box.address}/respond/{secret}"


def command(
    box: Box, app: App, person: Person, channel: Channel, *, name: str, text: str, secret: str
) -> Payload:
    """Give a slash command's fields; ``text`` is already escaped."""
    org = box.world.enterprise
    return {
        "token": app.credentials.verification_token,
        "team_id": box.world.team_id,
        "team_domain": box.world.domain,
        **({"enterprise_id": org.id, "enterprise_name": org.name} if org is not None else {}),
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": app.id,
        "is_enterprise_install": "true" if app.org else "false",
        "response_url": response_url(box, secret),
        "trigger_id": box.triggers.trigger(app.id, person.id),
    }


def in_message(box: Box, channel: Channel, message: Message) -> Payload:
    """Give the container part of an act on a message. Slack leaves an ephemeral message itself out."""
    ephemeral = bool(message.ephemeral_to)
    part: Payload = {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        },
        "channel": {"id": channel.id, "name": channel_name(channel)},
    }
    if message.thread_ts:
        part["container"]["thread_ts"] = message.thread_ts
    if not ephemeral:
        part["message"] = message_object(channel, message, box.world.team_id)
    return part


def in_view(box: Box, view: View) -> Payload:
    """Give the container part of an act in a modal or Home."""
    return {
        "container": {"type": "view", "view_id": view.id},
        "view": view_object(view, box.world.team_id),
    }
