"""One run: a town, a local Slack, a database, the bot's processes, and waiting for what becomes of it."""

from __future__ import annotations

import contextlib
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from benchmarks import posts as load
from benchmarks.delivery import judge
from benchmarks.delivery.crew import Crew, crew
from benchmarks.delivery.judge import Verdict
from benchmarks.delivery.town import POISON, Town, fill, plan, settle
from bot.store import migrations
from bot.store.database import Database, open_engine
from bot.store.sealing import Keyring
from sandbox import process
from sandbox.process import Running
from tests import postgres
from tests.postgres import Server

CREWS = {"sqlite": ("run",), "postgresql": ("worker", "worker", "clock", "clock")}
FAULTS: tuple[tuple[str, float, dict[str, float]], ...] = (
    ("ratelimited", 0.02, {"retry_after": 1}),
    ("error_before", 0.01, {}),
    ("error_after", 0.01, {}),
    ("late", 0.005, {"seconds": 3.0}),
)
"""What goes wrong at ``chat.postMessage``, and how often; ``late`` is taken, and answered to nobody."""
MOST_SKIPS = 200
TOGETHER = timedelta(seconds=2)
"""What waits for the same moment, more or less, is skipped to at once."""
A = TypeVar("A")


@dataclass(frozen=True)
class Options:
    """What a run is like."""

    database: str = "sqlite"
    messages: int = 2000
    workspaces: int = 50
    kills: int = 0
    whale: int = 0
    poison: int = POISON
    paced: bool = False
    faults: bool = True
    first_contact: bool = False
    look_up: bool = True
    seed: int = 1
    seconds: float = 900
    """The most a run may take."""
    stall: float = 15
    """Seconds without a post after which nothing more is expected before a skip."""
    tick_seconds: float = 5.0
    """As in production."""
    quiet: float = 7
    """Seconds without a post that show that nobody is in the middle of one: longer than a call and a tick."""
    call_seconds: float = 1.0
    """How long the bot waits for an answer here; in production ten seconds. A lease is nine times as long."""
    log: str = ""
    crew: tuple[str, ...] = ()
    """The processes, where not those of production for the database."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the processes."""
        return self.crew or CREWS[self.database]


@dataclass
class Run:
    """One run with everything it needs."""

    options: Options
    town: Town
    slack: Running
    db: Database
    crew: Crew
    server: Server | None = None
    due: float = 0.0
    """Real time at which everything fell due."""
    cut_short: bool = False
    log: Path = field(default_factory=Path)

    @property
    def wanted(self) -> int:
        """Return how many messages can be delivered."""
        return self.town.messages - self.town.poison

    def fall_due(self) -> None:
        """Let everything fall due at once, and order what goes wrong."""
        if self.options.paced:
            self.slack.workspace.limits_off([])
        elif self.options.faults:
            for number, (kind, every, how) in enumerate(FAULTS):
                seed = self.options.seed + number
                self.slack.workspace.fault("chat.postMessage", kind, every=every, seed=seed, **how)
        self.slack.workspace.clock.skip_to(self.town.due_at)
        self.due = time.time()

    def taken(self) -> int:
        """Return how many posts the local Slack has accepted."""
        return int(self.slack.workspace.line.get("/control/counts")["posts"])

    def until(self, there: Callable[[], bool], seconds: float | None = None) -> None:
        """Wait until a condition holds. Raises TimeoutError."""
        self.crew.until(there, self.options.seconds if seconds is None else seconds)

    def pass_time(self, seconds: float) -> None:
        """Let real time pass: for what nothing but time ends, such as a lease."""
        ends = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= ends, seconds + 60)

    def until_there(self) -> None:
        """Wait until every message is there or nothing moves any more, and kill as ordered meanwhile."""
        dice = random.Random(self.options.seed)  # noqa: S311 - a run that can be repeated
        marks = sorted(dice.randrange(self.wanted) for _ in range(self.options.kills))
        ends = time.monotonic() + self.options.seconds
        taken, moved = -1, time.monotonic()
        while taken < self.wanted or marks:
            self.crew.listen(0.05)
            now, seen = time.monotonic(), self.taken()
            taken, moved = (seen, now) if seen != taken else (taken, moved)
            if marks and (taken >= marks[0] or now - moved > self.options.quiet):
                victims = self.crew.alive()
                if victims:
                    self.crew.kill_and_replace(dice.choice(victims))
                    marks.pop(0)
            if now > ends:
                raise TimeoutError
            if not marks and (now - moved > self.options.stall or self._only_later_is_left()):
                return

    def until_ended(self) -> None:
        """Skip ahead until no row is left open: what failed waits longer each time.

        Only while nobody posts: a skip lets leases run out, and nobody may hold one of those in earnest.
        """
        for _ in range(MOST_SKIPS):
            self._until_quiet()
            soonest = self._asked(judge.next_open)
            if soonest is None:
                return
            clock = self.slack.workspace.clock
            if soonest > clock.now:
                clock.skip_to(soonest + TOGETHER)

    def _until_quiet(self) -> None:
        taken, since = -1, time.monotonic()
        while time.monotonic() - since < self.options.quiet:
            self.crew.listen(0.1)
            seen = self.taken()
            if seen != taken:
                taken, since = seen, time.monotonic()
            if self._asked(self._at_rest):
                return

    def _only_later_is_left(self) -> bool:
        """Tell whether all that fell due is recorded, and what is not there waits for a later time."""
        return self._asked(judge.recorded) >= self.town.messages and self._asked(self._at_rest)

    def _at_rest(self, db: Database) -> bool:
        return judge.at_rest(db, self.slack.workspace.clock.now)

    def _asked(self, question: Callable[[Database], A]) -> A:
        """Ask the database, again where it went away in between: it may have been restarted."""
        try:
            return question(self.db)
        except OperationalError:
            return question(self.db)

    def verdict(self) -> Verdict:
        """Return what came of it."""
        return judge.judge(self.town, self.db, judge.accepted(self.slack.workspace), self.due)

    def go(self) -> Verdict:
        """Do all of it in turn, and stop everybody. What takes too long is cut short, and judged as it is."""
        self.fall_due()
        try:
            self.until_there()
            self.until_ended()
        except TimeoutError:
            self.cut_short = True
        self.crew.stop()
        return self.verdict()


@contextlib.contextmanager
def prepared(options: Options, server: Server | None = None) -> Iterator[Run]:
    """Give a run whose processes are ready and at rest. A PostgreSQL is started where none is given."""
    town = plan(options.messages, options.workspaces, options.whale, options.poison)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="delivery-")))
        offset = folder / "offset"
        slack = stack.enter_context(
            process.start(team=town.team(), manifest=load.deaf(), limits_off="all", clock_file=offset)
        )
        settle(town, slack)
        slack.workspace.clock.skip_to(town.due_at.replace(hour=8))
        if options.database == "postgresql" and server is None:
            server = stack.enter_context(postgres.start(durable=True))
        address = fresh(folder, server if options.database == "postgresql" else None)
        keys = Keyring.new_key()
        db = Database(open_engine(address), Keyring.parse(keys))
        stack.callback(db.engine.dispose)
        fill(town, db, first_contact=options.first_contact)
        environment = {
            **os.environ,
            "DATABASE_URL": address,
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": "",
            "SLACK_CLIENT_ID": "bench",
            "SLACK_CLIENT_SECRET": "bench",
            "MENTORBOT_KEYS": keys,
            "MENTORBOT_CLOCK_FILE": str(offset),
            "MENTORBOT_PACED": "true" if options.paced else "false",
            "MENTORBOT_TICK_SECONDS": str(options.tick_seconds),
            "MENTORBOT_CALL_SECONDS": str(options.call_seconds),
        }
        tokens = folder / "tokens.json"
        tokens.write_text(json.dumps({place.workspace_id: place.token for place in town.places}))
        log = Path(options.log or folder / "log.txt")
        chosen = ["--tokens", str(tokens), "--log", str(log)]
        made = stack.enter_context(crew(environment, chosen + ["--no-look-up"] * (not options.look_up)))
        made.start_all(options.roles)
        yield Run(options, town, slack, db, made, server, log=log)


def fresh(folder: Path, server: Server | None) -> str:
    """Return the address of a migrated, empty database: of the server, or a file in the folder."""
    if server is not None:
        return server.fresh_database()
    address = f"sqlite:///{folder / 'town.sqlite3'}"
    engine = open_engine(address)
    migrations.upgrade(engine)
    engine.dispose()
    return address
