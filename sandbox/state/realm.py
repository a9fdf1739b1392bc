"""All workspaces of one sandbox: the apps known to them, who has which installed, and the tokens."""

from dataclasses import dataclass, field, replace

from sandbox.state.apps import App, Credentials, app_from_manifest
from sandbox.state.clock import Clock
from sandbox.state.payload import Payload
from sandbox.state.tokens import Ended, Pair, Token, Tokens
from sandbox.state.world import Enterprise, World


@dataclass
class Realm:
    """The workspaces by id, the first one first; ``apps`` as their manifests declare them, by id.

    ``orgs`` holds the installations for the whole organisation, by app.
    """

    clock: Clock
    worlds: dict[str, World] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    tokens: Tokens = field(default_factory=Tokens)
    enterprise: Enterprise | None = None
    orgs: dict[str, App] = field(default_factory=dict)

    @property
    def first(self) -> World:
        """The first workspace."""
        return next(iter(self.worlds.values()))

    def world(self, name: str) -> World | None:
        """Give the workspace with that id, domain or name."""
        found = self.worlds.get(name)
        if found is not None:
            return found
        return next((w for w in self.worlds.values() if name in {w.domain, w.team_name}), None)

    def app_by_client(self, client_id: str) -> App | None:
        """Give the app with that client id."""
        return next((app for app in self.apps.values() if app.credentials.client_id == client_id), None)

    def installation(self, app_id: str, place: str) -> App | None:
        """Give an app as a team or the organisation has it, also one uninstalled since."""
        world = self.worlds.get(place)
        if world is not None:
            return world.apps.get(app_id)
        org = self.orgs.get(app_id)
        return org if org is not None and org.org == place else None

    def places(self, app: App) -> list[World]:
        """Give the workspaces an installation for the whole organisation has access to."""
        return [world for world in self.worlds.values() if world.apps.get(app.id) is app]

    # -- changing -----------------------------------------------------------------------------------

    def register(
        self, manifest: Payload, request_url: str = "", credentials: Credentials | None = None
    ) -> App:
        """Make an app known, without installing it. Raises ManifestError for a manifest that names none."""
        app = app_from_manifest(manifest, credentials or Credentials.fresh(), request_url)
        self.apps[app.id] = app
        self.tokens.add(Token(app.credentials.app_token, "app", app.id))
        return app

    def install(
        self,
        app: App,
        world: World,
        scopes: frozenset[str] | None = None,
        credentials: Credentials | None = None,
    ) -> App:
        """Install an app in a workspace; by default with every scope it declares.

        Installed again it keeps its bot user, and its scopes add to those it had; after it was uninstalled it
        has only those asked for now. Tokens are not made here.
        """
        old = world.apps.get(app.id)
        wanted = app.declared if scopes is None else scopes
        if old is None or old.org:
            made = app.installed(credentials or app.credentials.elsewhere(), wanted)
        else:
            kept = frozenset() if old.uninstalled else old.scopes
            made = app.installed(old.credentials, wanted | kept)
        return world.admit(made)

    def install_org(
        self,
        app: App,
        scopes: frozenset[str],
        worlds: list[World],
        credentials: Credentials | None = None,
    ) -> App:
        """Install an app for the organisation, with access to some of its workspaces.

        Raises LookupError where there is no organisation.
        """
        if self.enterprise is None:
            raise LookupError("there is no organisation here")
        old = self.orgs.get(app.id)
        if old is None:
            made = app.installed(credentials or app.credentials.elsewhere(), scopes, self.enterprise.id)
        else:
            kept = frozenset() if old.uninstalled else old.scopes
            made = app.installed(old.credentials, scopes | kept, self.enterprise.id)
        before = [] if old is None or old.uninstalled else self.places(old)
        self.orgs[app.id] = made
        for world in {one.team_id: one for one in [*before, *worlds]}.values():
            world.admit(made)
        return made

    def token_of(self, app: App, place: str) -> str:
        """Give the bot token of an installation that does not rotate: the one it has, or a new one."""
        for token in self.tokens.live(app.id, place, self.clock.now()):
            if token.kind == "bot" and token.expires_at is None:
                token.scopes = app.scopes
                return token.text
        text = app.credentials.bot_token
        if text in self.tokens.known:
            app.credentials = replace(app.credentials, bot_token=app.credentials.elsewhere().bot_token)
            text = app.credentials.bot_token
        self.tokens.add(Token(text, "bot", app.id, place, scopes=app.scopes))
        return text

    def rotating(self, app: App, place: str) -> Pair:
        """Give a rotating pair for the bot of an installation."""
        pair = self.tokens.pair(app, place, self.clock.now(), scopes=app.scopes)
        app.credentials = replace(app.credentials, bot_token=pair.access.text)
        return pair

    def uninstall(self, app: App, place: str, how: Ended = "account_inactive") -> None:
        """Take an installation out of its workspace or organisation; its tokens end."""
        worlds = self.places(app) if app.org else [self.worlds[place]]
        app.uninstalled = True
        for world in worlds:
            world.dismiss(app)
        self.tokens.end(app.id, place, how)
