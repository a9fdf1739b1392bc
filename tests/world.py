"""The world of a scenario: the bot over real sockets beside a local Slack, and the cast as people."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from bot.clock import SystemClock
from bot.deps import Deps
from bot.ids import random_ids
from bot.manifest import manifest
from bot.running import Bot
from bot.settings import read_settings
from bot.slack import Slack
from sandbox.driver import Person, Workspace
from sandbox.process import Running
from tests.cast import KEYS, Desk, set_up_desk, team, template

PATIENCE = 10.0


def next_spring_monday(now: datetime) -> datetime:
    """Return nine o'clock (UTC) on the first Monday of a March at least a month away.

    The sandbox's clock only runs forward, and a scenario wants the same weekday and season every time.
    """
    year = now.year if now < datetime(now.year, 2, 1, tzinfo=UTC) else now.year + 1
    day = datetime(year, 3, 1, 9, tzinfo=UTC)
    return day + timedelta(days=-day.weekday() % 7)


@dataclass
class World:
    """A workspace with the bot in it."""

    slack: Workspace
    bot: Bot
    desk: Desk

    def person(self, handle: str) -> Person:
        """Return one of the cast, to act and see as them."""
        return self.slack.person(handle)

    def settle(self) -> None:
        """Wait until everything that was typed or pressed is handled and everything due is sent.

        An envelope that Slack sent over a connection in the moment it closed is at rest only when its three
        seconds are over and it was sent again: so it is time that ends the waiting, not a number of looks.
        """
        until = monotonic() + PATIENCE
        while monotonic() < until:
            assert self.bot.listeners.wait_idle(PATIENCE), "a handler does not come to an end"
            finished = self.bot.listeners.finished
            self.bot.heartbeat.settle()
            pending = sum(app["pending"] for app in self.slack.apps)
            idle = pending == 0 and self.bot.listeners.wait_idle(0)
            if idle and self.bot.listeners.finished == finished:
                return
        raise AssertionError("the bot does not come to rest")

    def skip(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Skip ahead and let everything that fell due be sent."""
        self.slack.clock.skip(days=days, hours=hours, minutes=minutes)
        self.settle()


def enter(
    running: Running, clock_file: Path, folder: Path, *, started: bool = True, address: str | None = None
) -> World:
    """Return a fresh world: the cast in Slack and in a database of its own, the bot connected.

    The database is a SQLite file in ``folder``, or an empty migrated one at ``address``.
    """
    running.reset(team(), manifest(), limits_off="all")
    running.workspace.clock.skip_to(next_spring_monday(datetime.now(UTC)))
    clock = SystemClock(clock_file)
    desk = set_up_desk(folder, clock=clock, started=started, address=address)
    settings = read_settings(
        bot_token=running.bot_token,
        app_token=running.app_token,
        signing_secret=running.signing_secret,
        keys=KEYS,
        slack_api_url=running.api_url,
        database_url=address or f"sqlite:///{folder / 'desk.sqlite3'}",
        config=template().config,
        clock_file=clock_file,
    )
    # Not by wiring.build, which would read every config file anew; the commands' tests go through it.
    deps = Deps(
        db=desk.db,
        clock=clock,
        ids=random_ids,
        slack=Slack(settings.slack_api_url, token_of=lambda _: running.bot_token),
        guidelines=desk.rules,
        texts=desk.texts,
        settings=settings,
    )
    bot = Bot(deps)
    bot.start(beating=False)
    return World(slack=running.workspace, bot=bot, desk=desk)


def leave(world: World, folder: Path) -> None:
    """Stop the bot and remove its files."""
    world.bot.stop()
    shutil.rmtree(folder, ignore_errors=True)
