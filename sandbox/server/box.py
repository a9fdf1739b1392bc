"""Everything one running sandbox holds, handed to each route."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.server.delivery import Courier
from sandbox.server.faults import Faults
from sandbox.server.limits import Limits
from sandbox.server.posts import Posts
from sandbox.server.traffic import Traffic
from sandbox.server.triggers import Triggers
from sandbox.server.watch import Watch
from sandbox.state.apps import App, Credentials
from sandbox.state.clock import Clock
from sandbox.state.payload import Payload
from sandbox.state.seed import build
from sandbox.state.world import World


@dataclass(frozen=True)
class Start:
    """What a workspace is built from; a reset without a team or manifest takes the last one again."""

    team: Payload
    manifest: Payload
    request_url: str = ""
    limits_off: str | list[str] = field(default_factory=list)


@dataclass
class Box:
    """A running sandbox: the world and the machinery around it. ``address`` is set once the port is known."""

    start: Start
    clock: Clock
    world: World
    address: str = ""
    courier: Courier = field(default_factory=Courier)
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    traffic: Traffic = field(default_factory=Traffic)
    posts: Posts = field(default_factory=Posts)
    triggers: Triggers = field(default_factory=Triggers)
    watch: Watch = field(default_factory=Watch)
    # Options an external menu was last offered, by person and element: what may be chosen of them.
    offered: dict[tuple[str, str, str], list[Payload]] = field(default_factory=dict)
    clock_moved: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def open(cls, start: Start, clock: Clock) -> "Box":
        """Build the world of ``start``. Raises SeedError or ManifestError."""
        box = cls(start, clock, build(start.team, start.manifest, clock, start.request_url))
        box.limits.switch_off(start.limits_off)
        box.world.changed = box.touch
        clock.write()
        return box

    def touch(self, who: Iterable[str] | None) -> None:
        """Note a change on somebody's screen."""
        self.watch.touch(who)

    @property
    def first_app(self) -> App:
        """The app that was installed with the workspace."""
        return next(iter(self.world.apps.values()))

    async def reset(self, start: Start, credentials: Credentials | None) -> None:
        """Begin afresh on the same port. Raises SeedError or ManifestError, and then changes nothing.

        ``credentials`` keeps an app's ids and tokens, so that a bot already running simply connects again.
        """
        clock = Clock(file=self.clock.file, real=self.clock.real)
        world = build(start.team, start.manifest, clock, start.request_url, credentials)
        await self.courier.reset()
        self.start, self.clock, self.world = start, clock, world
        self.limits, self.faults = Limits(), Faults()
        self.traffic, self.triggers = Traffic(), Triggers()
        self.posts = Posts()
        self.offered.clear()
        self.limits.switch_off(start.limits_off)
        world.changed = self.touch
        clock.write()
        self.touch(None)

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
