"""Making a workspace from a seed file, and the small one that stands there when no seed is given."""

from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.state import ids
from sandbox.state.apps import App, Credentials
from sandbox.state.channels import Channel
from sandbox.state.clock import Clock
from sandbox.state.payload import Payload
from sandbox.state.people import Person
from sandbox.state.realm import Realm
from sandbox.state.world import Enterprise, World

DEFAULT_TEAM: Payload = {
    "team": {"name": "Riverside Institute", "domain": "riverside"},
    "people": [
        {
            "name": "alice",
            "real_name": "Alice Moreau",
            "email": "alice@riverside.example",
            "tz": "Europe/Paris",
        },
        {"name": "bob", "real_name": "Bob Tanaka", "email": "bob@riverside.example", "tz": "Asia/Tokyo"},
        {"name": "carol", "real_name": "Carol Adeyemi", "email": "carol@riverside.example", "is_admin": True},
        {
            "name": "dan",
            "real_name": "Dan Whitfield",
            "email": "dan@riverside.example",
            "tz": "America/New_York",
        },
    ],
    "channels": [{"name": "random", "members": ["alice", "bob", "carol", "dan"]}],
}

DEFAULT_MANIFEST: Payload = {
    "display_information": {"name": "Local app"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "local-app"},
        "slash_commands": [{"command": "/hello", "description": "Says hello", "usage_hint": "[name]"}],
        "shortcuts": [],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write",
                "chat:write.public", "commands", "dnd:read", "files:read", "files:write", "groups:history",
                "groups:read", "groups:write", "im:history", "im:read", "im:write", "metadata.message:read",
                "mpim:history", "mpim:read", "mpim:write", "reactions:read", "reactions:write", "team:read",
                "users:read", "users:read.email",
            ],
        },
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened", "app_mention", "app_uninstalled", "member_joined_channel",
                "member_left_channel", "message.channels", "message.groups", "message.im", "message.mpim",
                "reaction_added", "team_join", "tokens_revoked", "user_change",
            ],
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}  # fmt: skip

PERSON_FIELDS = frozenset({
    "name", "real_name", "email", "tz", "locale", "title", "is_admin", "is_bot", "deleted", "dnd",
})  # fmt: skip
"""What a seed or the control API may say of a person."""


class SeedError(ValueError):
    """The seed cannot be read; the message names the place and what would be right."""


def person_from(given: Payload, now: float) -> Person:
    """Make a person of a seed's entry. Raises SeedError for unknown fields or time zones."""
    unknown = set(given) - PERSON_FIELDS - {"id"}
    if unknown:
        raise SeedError(f"people: unknown field {min(unknown)!r}")
    if not given.get("name"):
        raise SeedError("people: each one needs a name (the handle, such as alice)")
    check_person(given)
    name = str(given["name"])
    fields: dict[str, Any] = {key: value for key, value in given.items() if key in PERSON_FIELDS}
    fields |= {"real_name": given.get("real_name") or name, "id": given.get("id") or ids.slack_id("U")}
    return Person(**fields, updated=int(now))


_KINDS: dict[type, str] = {bool: "true or false", dict: "an object", str: "a text"}
_FLAGS = frozenset({"is_admin", "is_bot", "deleted"})


def check_person(given: Payload) -> None:
    """Raise SeedError for a field of the wrong kind, an unknown time zone or hours that are none."""
    for field, value in given.items():
        kind: type = bool if field in _FLAGS else dict if field == "dnd" else str
        if not isinstance(value, kind):
            raise SeedError(f"people: {field} has to be {_KINDS[kind]}")
    if "tz" in given:
        _check_zone(given["tz"])
    try:
        for hour in given.get("dnd", {}).values():
            time.fromisoformat(hour)
    except (TypeError, ValueError) as problem:
        raise SeedError('people: dnd has to be like {"start": "22:00", "end": "08:00"}') from problem


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise SeedError(f"{name!r} is no time zone (write one like Europe/Paris)") from problem


@dataclass(frozen=True)
class Kept:
    """An app's ids and tokens from before: of each team in turn, and of the organisation's installation."""

    teams: list[Credentials]
    org: Credentials | None = None


def build(
    seed: Payload,
    manifest: Payload,
    clock: Clock,
    request_url: str = "",
    kept: Kept | None = None,
) -> Realm:
    """Make the workspaces of a seed: their people, the app with ``manifest``, channels (always a #general).

    A seed is one team (``team``, ``people``, ``channels``), or several of those in ``teams``, or both, and
    ``enterprise`` holds those of an organisation. The app is installed in each, unless it says
    ``"installed": false``.
    Raises SeedError or ManifestError.
    """
    realm = Realm(clock)
    before = iter(kept.teams if kept else [])
    app = realm.register(manifest, request_url, kept.teams[0] if kept else None)
    teams = _objects(seed, "teams")
    org = _part(seed, "enterprise")
    if (not teams and not org) or any(seed.get(name) for name in ("team", "people", "channels")):
        teams = [seed, *teams]
    for given in teams:
        _add_team(realm, app, given, kept=next(before, None))
    if org:
        realm.enterprise = Enterprise(
            id=str(org.get("id") or ids.slack_id("E")),
            name=str(org.get("name") or "Local organisation"),
            domain=str(org.get("domain") or "local-org"),
        )
        whole = None
        if org.get("installed"):
            whole = realm.install_org(app, app.declared, [], kept.org if kept else None)
            realm.token_of(whole, realm.enterprise.id)
        for given in _objects(org, "teams"):
            _add_team(realm, app, given, realm.enterprise, next(before, None), whole)
    if not realm.worlds:
        raise SeedError("teams: at least one team is needed")
    return realm


def _add_team(
    realm: Realm,
    app: App,
    seed: Payload,
    enterprise: Enterprise | None = None,
    kept: Credentials | None = None,
    whole: App | None = None,
) -> None:
    # ``whole`` is the app as it is installed for the organisation.
    team = _part(seed, "team")
    world = World(
        clock=realm.clock,
        team_id=str(team.get("id") or ids.slack_id("T")),
        team_name=str(team.get("name") or "Local workspace"),
        domain=str(team.get("domain") or "local"),
        enterprise=enterprise,
    )
    if world.team_id in realm.worlds:
        raise SeedError(f"teams: two have the id {world.team_id!r}")
    inside = [one for one in realm.worlds.values() if one.enterprise is not None] if enterprise else []
    known = {person.name: person.id for one in inside for person in one.people.values()}
    for given in _objects(seed, "people"):
        # A person of an organisation has one id in all its workspaces.
        same = known.get(str(given.get("name")))
        person = person_from({"id": same} | given if same else given, realm.clock.now())
        if world.person(person.name) is not None:
            raise SeedError(f"people: two are called {person.name!r}")
        world.people[person.id] = person
    realm.worlds[world.team_id] = world
    bot = ""
    if seed.get("installed", True) and whole is not None:
        bot = world.admit(whole).bot_user_id
    elif seed.get("installed", True):
        # The first team has the app as it was made; the others have a bot of their own.
        first = app.credentials if len(realm.worlds) == 1 else None
        made = realm.install(app, world, credentials=kept or first)
        bot = made.bot_user_id
        realm.token_of(made, world.team_id)
    listed = list(_objects(seed, "channels"))
    if not any(given.get("name") == "general" for given in listed):
        everybody = [p.name for p in world.people.values() if not p.is_bot and not p.deleted]
        listed.insert(0, {"name": "general", "members": everybody})
    for given in listed:
        world.add_channel(_channel(world, given, bot))


def _part(seed: Payload, name: str) -> Payload:
    part = seed.get(name) or {}
    if not isinstance(part, dict):
        raise SeedError(f"{name} has to be an object")
    return part


def _objects(seed: Payload, name: str) -> list[Payload]:
    listed = seed.get(name) or []
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise SeedError(f"{name} has to be a list of objects")
    return listed


def _channel(world: World, given: Payload, bot: str) -> Channel:
    name = given.get("name")
    if not name:
        raise SeedError("channels: each one needs a name")
    members = []
    for handle in given.get("members", []):
        if handle == "@app" and not bot:
            continue  # where the app is not installed yet, nobody has brought it in
        person = world.people[bot] if handle == "@app" else world.person(str(handle))
        if person is None:
            raise SeedError(f"channels: {name}: there is no {handle!r} among the people")
        members.append(person.id)
    return Channel(
        id=given.get("id") or ids.slack_id("C"),
        name=str(name),
        kind="private" if given.get("is_private") else "public",
        created=int(world.clock.now()),
        creator=members[0] if members else "",
        members=members,
        topic=str(given.get("topic", "")),
        purpose=str(given.get("purpose", "")),
        is_archived=bool(given.get("is_archived")),
        is_general=name == "general",
    )
