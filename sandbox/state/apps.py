"""An installed app: what its manifest declares, and its credentials."""

from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.state import ids
from sandbox.state.payload import Payload


class ManifestError(ValueError):
    """The manifest lacks something without which no app can be installed; the message says what."""


@dataclass(frozen=True)
class Credentials:
    """What Slack shows on an app's pages after it was installed."""

    app_id: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    client_id: str
    client_secret: str
    verification_token: str

    @classmethod
    def fresh(cls) -> "Credentials":
        """Make up a whole set."""
        app_id = ids.slack_id("A")
        return cls(
            app_id=app_id,
            bot_user_id=ids.slack_id("U"),
            bot_id=ids.slack_id("B"),
            bot_token=ids.bot_token(),
            app_token=ids.app_token(app_id),
            signing_secret=ids.secret(),
            client_id=f"{ids.digits(12)}.{ids.digits(13)}",
            client_secret=ids.secret(),
            verification_token=ids.secret()[:24],
        )

    def elsewhere(self) -> "Credentials":
        """Give those of the same app in another place: a bot user, a bot id and a token of its own."""
        return replace(
            self, bot_user_id=ids.slack_id("U"), bot_id=ids.slack_id("B"), bot_token=ids.bot_token()
        )


@dataclass
class App:
    """An app as one workspace, or one organisation, has it installed; ``manifest`` is Slack's as given.

    ``scopes`` are those granted there; ``declared`` those of the manifest. ``org`` is the organisation's id
    where the installation is for all of it.
    """

    manifest: Payload
    credentials: Credentials
    name: str
    bot_name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: list[Payload] = field(default_factory=list)
    shortcuts: list[Payload] = field(default_factory=list)
    socket_mode: bool = True
    request_url: str = ""
    interactivity_url: str = ""
    options_url: str = ""
    events_url: str = ""
    home_tab: bool = False
    messages_tab: bool = True
    messages_read_only: bool = False
    uninstalled: bool = False
    declared: frozenset[str] = frozenset()
    user_declared: frozenset[str] = frozenset()
    redirect_urls: list[str] = field(default_factory=list)
    rotates: bool = False
    org_ready: bool = False
    org: str = ""

    @property
    def id(self) -> str:
        """The app's id, ``A…``."""
        return self.credentials.app_id

    @property
    def bot_user_id(self) -> str:
        """The id of its bot user, ``U…``."""
        return self.credentials.bot_user_id

    @property
    def commands_url(self) -> str:
        """Where commands go that name no address of their own, and where Slack knocks."""
        named = next((str(one["url"]) for one in self.commands if one.get("url")), "")
        return self.request_url or named or self.interactivity_url

    def listens(self, event: str) -> bool:
        """Say whether the app subscribed to an event and has somewhere to hear it."""
        return event in self.events and (self.socket_mode or bool(self.events_url))

    def installed(self, credentials: Credentials, scopes: frozenset[str], org: str = "") -> "App":
        """Give the same app as another place has it."""
        return replace(self, credentials=credentials, scopes=scopes, org=org, uninstalled=False)


def app_from_manifest(manifest: Payload, credentials: Credentials, request_url: str = "") -> App:
    """Read an app manifest. ``request_url`` fills addresses left open. Raises ManifestError."""
    name = _part(manifest, "display_information").get("name")
    if not isinstance(name, str) or not name:
        raise ManifestError("display_information.name is missing")
    features = _part(manifest, "features")
    settings = _part(manifest, "settings")
    interactivity = _part(settings, "interactivity")
    events = _part(settings, "event_subscriptions")
    home = _part(features, "app_home")
    oauth = _part(manifest, "oauth_config")
    scopes = _list(_part(oauth, "scopes"), "bot", str, "scopes.bot")
    user_scopes = _list(_part(oauth, "scopes"), "user", str, "scopes.user")
    commands = _list(features, "slash_commands", dict)
    shortcuts = _list(features, "shortcuts", dict)
    for command in commands:
        if not str(command.get("command", "")).startswith("/"):
            raise ManifestError(f"a slash command begins with /: {command.get('command')!r}")
    urls = [interactivity.get("request_url"), events.get("request_url"), *(c.get("url") for c in commands)]
    # A manifest that says nothing about Socket Mode and gives no address can only be meant for it.
    socket_mode = bool(settings.get("socket_mode_enabled", not any(urls)))
    return App(
        manifest=manifest,
        credentials=credentials,
        name=name,
        bot_name=str(_part(features, "bot_user").get("display_name") or name),
        scopes=frozenset(scopes),
        events=frozenset(events.get("bot_events", [])),
        commands=commands,
        shortcuts=shortcuts,
        socket_mode=socket_mode and not request_url,
        request_url=request_url,
        interactivity_url=interactivity.get("request_url") or request_url,
        options_url=interactivity.get("message_menu_options_url")
        or interactivity.get("request_url")
        or request_url,
        events_url=events.get("request_url") or request_url,
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        messages_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
        declared=frozenset(scopes),
        user_declared=frozenset(user_scopes),
        redirect_urls=_list(oauth, "redirect_urls", str),
        rotates=bool(settings.get("token_rotation_enabled", False)),
        org_ready=bool(settings.get("org_deploy_enabled", False)),
    )


def _list(whole: Payload, name: str, kind: type, shown: str = "") -> list[Any]:
    listed = whole.get(name)
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise ManifestError(f"{shown or name} has to be a list")
    if not all(isinstance(one, kind) for one in listed):
        raise ManifestError(f"{shown or name} holds something else than it should")
    return listed


def _part(whole: Payload, name: str) -> Payload:
    part = whole.get(name) or {}
    if not isinstance(part, dict):
        raise ManifestError(f"{name} has to be an object")
    return part
