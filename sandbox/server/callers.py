"""Whose token a call came with, and in which workspace it acts."""

from sandbox.coverage import Served
from sandbox.server.box import Box
from sandbox.server.errors import SlackError
from sandbox.state.apps import App
from sandbox.state.payload import Payload
from sandbox.state.tokens import Token

_CHANNELS = ("channel", "channel_id")
_PEOPLE = ("user", "user_id", "users")


def caller(box: Box, text: str, served: Served, args: Payload) -> tuple[Box, App, Token]:
    """Give the workspace a call acts in, the app as installed there, and the token.

    Raises SlackError: not_authed, invalid_auth, what an ended token answers, not_allowed_token_type, and for
    an organisation's token missing_argument or team_access_not_granted.
    """
    if not text:
        raise SlackError("not_authed")
    token = box.realm.tokens.known.get(text)
    if token is None:
        raise SlackError("invalid_auth")
    if token.ended is not None:
        raise SlackError(token.ended)
    if token.expires_at is not None and token.expires_at <= box.clock.now():
        raise SlackError("token_expired")
    if served.caller != token.kind and (served.caller != "any" or token.kind == "app"):
        raise SlackError("not_allowed_token_type")
    if token.kind == "app":
        return box, box.realm.apps[token.app_id], token
    app = box.realm.installation(token.app_id, token.place)
    if app is None or app.uninstalled:
        raise SlackError("account_inactive")
    there = box.teams[token.place] if not app.org else _named(box, app, served, args)
    if there.world.deactivated:
        raise SlackError("team_access_not_granted" if app.org else "account_inactive")
    return there, app, token


def _named(box: Box, app: App, served: Served, args: Payload) -> Box:
    """Find which workspace an organisation's token means: the one named, else the one that knows what is."""
    granted = [box.teams[world.team_id] for world in box.realm.places(app)]
    named = str(args.get("team_id") or "")
    if named and served.team != "none":
        found = next((there for there in granted if there.world.team_id == named), None)
        if found is None:
            raise SlackError("team_access_not_granted")
        return found
    if served.team == "named":
        raise SlackError("missing_argument", messages=["[ERROR] missing required field: team_id"])
    if served.team == "none":
        return granted[0] if granted else box
    if not granted:
        raise SlackError("team_access_not_granted")
    return next((there for there in granted if _knows(there, args)), granted[0])


def _knows(there: Box, args: Payload) -> bool:
    world = there.world
    channel = next((str(args[name]) for name in _CHANNELS if args.get(name)), "")
    if channel:
        return channel in world.channels or channel in world.people
    for name in _PEOPLE:
        value = args.get(name)
        if value:
            first = value[0] if isinstance(value, list) else str(value).split(",")[0].strip()
            return first in world.people
    if args.get("trigger_id") or args.get("interactivity_pointer"):
        return there.triggers.knows(str(args.get("trigger_id") or args.get("interactivity_pointer")))
    if args.get("view_id") or args.get("external_id"):
        wanted = {args.get("view_id"), args.get("external_id")} - {None, ""}
        return any(view.id in wanted or view.external_id in wanted for view in world.views())
    return str(args.get("file") or "") in world.files
