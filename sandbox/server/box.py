"""Everything one running sandbox holds, handed to each route."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sandbox.server.codes import Codes
from sandbox.server.delivery import Courier
from sandbox.server.faults import Faults
from sandbox.server.limits import Limits
from sandbox.server.posts import Posts
from sandbox.server.traffic import Traffic
from sandbox.server.triggers import Triggers
from sandbox.server.watch import Watch
from sandbox.state.apps import App
from sandbox.state.clock import Clock
from sandbox.state.payload import Payload
from sandbox.state.realm import Realm
from sandbox.state.seed import Kept, build
from sandbox.state.world import World


@dataclass(frozen=True)
class Start:
    """What a workspace is built from; a reset without a team or manifest takes the last one again."""

    team: Payload
    manifest: Payload
    request_url: str = ""
    limits_off: str | list[str] = field(default_factory=list)


@dataclass
class Site:
    """What is true of the whole sandbox. ``address`` is set once the port is known."""

    address: str = ""


@dataclass
class Box:
    """A running sandbox as one of its workspaces sees it: that world, and the machinery around it.

    There is one for each workspace, in ``teams`` by team id. The first one is the root: it lives as long as
    the sandbox and is filled anew by a reset; the others share its machinery and are replaced then. Limits,
    triggers and response addresses belong to a workspace, everything else to all of them.
    """

    start: Start
    clock: Clock
    world: World
    realm: Realm
    site: Site = field(default_factory=Site)
    courier: Courier = field(default_factory=Courier)
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    traffic: Traffic = field(default_factory=Traffic)
    posts: Posts = field(default_factory=Posts)
    triggers: Triggers = field(default_factory=Triggers)
    watch: Watch = field(default_factory=Watch)
    codes: Codes = field(default_factory=Codes)
    teams: dict[str, "Box"] = field(default_factory=dict)
    # Options an external menu was last offered, by person and element: what may be chosen of them.
    offered: dict[tuple[str, str, str], list[Payload]] = field(default_factory=dict)
    clock_moved: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def open(cls, start: Start, clock: Clock) -> "Box":
        """Build the worlds of ``start``. Raises SeedError or ManifestError."""
        realm = build(start.team, start.manifest, clock, start.request_url)
        box = cls(start, clock, realm.first, realm)
        box._settle()
        return box

    def _settle(self) -> None:
        """Put this box before the first workspace and another before each of the others."""
        self.teams.clear()
        for world in self.realm.worlds.values():
            if world is self.world:
                box = self
            else:
                box = replace(self, world=world, limits=Limits(), offered={})
                box.faults = Faults(self.faults.ordered, world.team_id)
            box.triggers = Triggers(team=world.team_id)
            box.limits.switch_off(self.start.limits_off)
            world.changed = self.touch
            self.teams[world.team_id] = box
        self.faults.team = self.world.team_id
        self.clock.write()

    @property
    def address(self) -> str:
        """Where the sandbox is reached."""
        return self.site.address

    @address.setter
    def address(self, address: str) -> None:
        self.site.address = address

    def touch(self, who: Iterable[str] | None) -> None:
        """Note a change on somebody's screen."""
        self.watch.touch(who)

    @property
    def known_app(self) -> App:
        """The app the sandbox was started with, as its manifest declares it."""
        return next(iter(self.realm.apps.values()))

    @property
    def first_app(self) -> App:
        """The app that was installed with the workspace; where none is, the one that could be."""
        return next(iter(self.world.apps.values()), self.known_app)

    async def reset(self, start: Start, kept: Kept | None) -> None:
        """Begin afresh on the same port. Raises SeedError or ManifestError, and then changes nothing.

        ``kept`` are the app's ids and tokens in each team, so that a bot already running simply connects
        again.
        """
        clock = Clock(file=self.clock.file, real=self.clock.real)
        realm = build(start.team, start.manifest, clock, start.request_url, kept)
        await self.courier.reset()
        self.start, self.clock, self.realm, self.world = start, clock, realm, realm.first
        self.limits, self.faults, self.codes = Limits(), Faults(), Codes()
        self.traffic, self.posts = Traffic(), Posts()
        self.offered.clear()
        self._settle()
        self.touch(None)

    def kept(self) -> Kept:
        """Give the first app's ids and tokens, to begin again with them."""
        app = self.known_app
        org = self.realm.orgs.get(app.id)
        return Kept(
            [
                box.world.apps[app.id].credentials if app.id in box.world.apps else app.credentials
                for box in self.teams.values()
            ],
            org.credentials if org is not None else None,
        )

    def connections(self) -> Payload:
        """Give what a bot needs to connect, with its token in each workspace that has the app."""
        app = self.first_app
        org = self.realm.orgs.get(app.id)
        tokens = {org.org: org.credentials.bot_token} if org is not None and not org.uninstalled else {}
        return self.connection(app) | {
            "bot_tokens": tokens
            | {
                team_id: there.credentials.bot_token
                for team_id, box in self.teams.items()
                if (there := box.world.apps.get(app.id)) and not there.uninstalled and not there.org
            },
            "team_ids": list(self.teams),
        }

    def connection(self, app: App) -> Payload:
        """Give what a bot needs to connect as this app."""
        keys = app.credentials
        return {
            "address": self.address,
            "api_url": f"{self.address}/api/",
            "team_id": self.world.team_id,
            "app_id": app.id,
            "bot_user_id": app.bot_user_id,
            "bot_id": keys.bot_id,
            "bot_token": keys.bot_token,
            "app_token": keys.app_token,
            "signing_secret": keys.signing_secret,
            "client_id": keys.client_id,
            "client_secret": keys.client_secret,
        }
