"""The stage: a local Slack as a child process, and the bot beside it on a SQLite file."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from bot import wiring
from bot.deps import Deps
from bot.domain import launch
from bot.domain.workspaces import SettledIn
from bot.manifest import manifest
from bot.running import Bot
from bot.settings import REPOSITORY, read_settings
from bot.store import migrations
from bot.store import people as store_people
from bot.store.people import Role
from bot.store.sealing import Keyring
from sandbox import process
from sandbox.driver import Person, Workspace
from story import people

GUIDELINES = Path(__file__).resolve().parent / "guidelines.toml"
ROUNDS = 200
PATIENCE = 15.0


@dataclass
class Stage:
    """Where a story is played. ``settle`` waits for the bot to come to rest instead of sleeping."""

    running: process.Running
    bot: Bot
    place: SettledIn

    @property
    def slack(self) -> Workspace:
        """Return the driver of the local Slack."""
        return self.running.workspace

    @property
    def address(self) -> str:
        """Return the address of the page."""
        return self.running.address

    def person(self, handle: str) -> Person:
        """Return somebody to act and see as."""
        return self.slack.person(handle)

    def settle(self) -> None:
        """Wait until all that was typed or pressed is handled and all that is due is sent.

        Raises RuntimeError when the bot does not come to rest.
        """
        for _ in range(ROUNDS):
            if not self.bot.listeners.wait_idle(PATIENCE):
                raise RuntimeError("a handler does not come to an end")
            finished = self.bot.listeners.finished
            self.bot.heartbeat.settle()
            pending = sum(app["pending"] for app in self.slack.apps)
            idle = pending == 0 and self.bot.listeners.wait_idle(0)
            if idle and self.bot.listeners.finished == finished:
                return
        raise RuntimeError("the bot does not come to rest")

    def skip_to(self, moment: datetime) -> None:
        """Move the clock of the local Slack and the bot on to ``moment``, and let what fell due be sent."""
        self.slack.clock.skip_to(moment)
        self.settle()

    def close(self) -> None:
        """Stop the bot, then the local Slack."""
        self.bot.stop()
        self.running.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def set_up(folder: Path, *, port: int = 0, limits_off: str | None = None) -> Stage:
    """Start a local Slack with the pretend people and connect the bot; ``folder`` gets everything written.

    The configuration is the shipped one with the pretend institute's approved guideline laid over it, and
    the key is made anew in ``folder``: nothing of it is of any use elsewhere.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copytree(REPOSITORY / "config", folder / "config")
    shutil.copy(GUIDELINES, folder / "config" / "guidelines.toml")
    key_file = folder / "key"
    key_file.write_text(Keyring.new_key(), encoding="ascii")
    key_file.chmod(0o600)
    clock_file = folder / "clock"
    running = process.start(
        team=people.team(), manifest=manifest(), clock_file=clock_file, limits_off=limits_off, port=port
    )
    try:
        running.workspace.clock.skip_to(office_hour(running.workspace.clock.now))
        settings = read_settings(
            bot_token=running.bot_token,
            app_token=running.app_token,
            signing_secret=running.signing_secret,
            keys=key_file.read_text(encoding="ascii"),
            slack_api_url=running.api_url,
            database_url=f"sqlite:///{folder / 'mentorbot.sqlite3'}",
            config=folder / "config",
            clock_file=clock_file,
            tick_seconds=2.0,
        )
        deps = wiring.build(settings)
        migrations.upgrade(deps.db.engine)
        bot = Bot(deps)
        return Stage(running=running, bot=bot, place=bot.settle_in())
    except BaseException:
        running.close()
        raise


def office_hour(now: datetime) -> datetime:
    """Return ten o'clock (UTC) on the next Monday: most of the pretend people are at work then.

    A story told on a Saturday night would otherwise begin with a day and a half of nothing.
    """
    days = (7 - now.weekday()) % 7 or 7
    return (now + timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0)


def start_everyone(deps: Deps, place: SettledIn) -> None:
    """Start the programme for everyone, as its first lead."""
    with deps.step(place.workspace_id, place.programme_id, writes=False) as step:
        lead = store_people.with_role(step.session, Role.LEAD)[0]
    more = True
    while more:
        with deps.step(place.workspace_id, place.programme_id, by=lead.id) as step:
            more = launch.start_page(step).more
