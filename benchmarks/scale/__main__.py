"""Measure and print as JSON."""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from benchmarks.figures import percentile, resident_mb, show, spread
from benchmarks.scale.filling import Size, fill, make_due
from bot import wiring
from bot.clock import SetClock
from bot.deps import Deps
from bot.jobs import schedule
from bot.settings import read_settings
from bot.store import checkins, migrations
from bot.store.connecting import open_engine
from bot.store.database import Scope
from bot.store.outbox import OutboxRow
from bot.store.sealing import Keyring
from tests import postgres

MONDAY = datetime.fromisoformat("2027-03-01T10:00:00+01:00")
LOOKS = 50
SETTLING_SECONDS = 5.0


def looked(do: Callable[[], object]) -> dict[str, float]:
    """Return how long ``do`` takes, by the wall and (where others share the machine) by the processor."""
    do()
    by_wall, by_processor = [], []
    for _ in range(LOOKS):
        began, used = time.perf_counter(), time.process_time()
        do()
        by_wall.append(time.perf_counter() - began)
        by_processor.append(time.process_time() - used)
    return {**spread(by_wall), "own_cpu_p95_ms": round(1000 * percentile(by_processor, 0.95), 1)}


def find(deps: Deps) -> object:
    """Look for a thousand due check-ins of the big programme, as the tick does."""
    with deps.db.reading(Scope("w0", "p0")) as session:
        return checkins.due(session, deps.clock.now(), 1000)


def find_where(deps: Deps) -> object:
    """Look for the programmes in which any check-in is due."""
    with deps.db.unscoped("measure") as session:
        return checkins.due_places(session, deps.clock.now())


def processor_seconds(pid: int) -> float:
    """Return the processor time a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rested(command: list[str], environment: Mapping[str, str], seconds: float) -> dict[str, float]:
    """Start a process, let it settle, and return what it uses while it rests."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter on modules of ours
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(SETTLING_SECONDS)
            before, began = processor_seconds(process.pid), time.monotonic()
            time.sleep(seconds)
            used = processor_seconds(process.pid) - before
            return {
                "cpu_percent": round(100 * used / (time.monotonic() - began), 2),
                "memory_mb": resident_mb(process.pid),
            }
        finally:
            process.kill()


def rest(kind: str, environment: Mapping[str, str], seconds: float) -> dict[str, dict[str, float]]:
    """Return what each process of an idle installation uses."""
    python = sys.executable
    if kind == "sqlite":
        return {"run": rested([python, "-m", "benchmarks.scale.resting"], environment, seconds)}
    return {name: rested([python, "-m", "bot", name], environment, seconds) for name in ("clock", "worker")}


def measure(address: str, filling: str, kind: str, size: Size, seconds: float) -> dict[str, object]:
    """Fill the database at ``address`` and return the figures; ``filling`` is the same past the wall."""
    keys = Keyring.new_key()
    deps = wiring.build(read_settings(database_url=address, keys=keys), clock=SetClock(MONDAY))
    migrations.upgrade(deps.db.engine)
    began = time.perf_counter()
    filling_engine = open_engine(filling)
    fill(filling_engine, size, deps.clock.now())
    filling_engine.dispose()
    filled = time.perf_counter() - began
    schedule.tick(deps)  # the leads' next digests are noted once
    figures: dict[str, object] = {
        "filled_s": round(filled, 1),
        "none_due_where": looked(lambda: find_where(deps)),
        "none_due_in_one": looked(lambda: find(deps)),
        "tick_none_due": looked(lambda: schedule.tick(deps)),
    }
    if seconds:
        environment = {"DATABASE_URL": address, "MENTORBOT_KEYS": keys}
        figures["idle"] = rest(kind, environment, seconds)
    make_due(deps.db.engine, size, deps.clock.now())
    found = looked(lambda: find(deps))
    where = looked(lambda: find_where(deps))
    began, used = time.perf_counter(), time.process_time()
    handled = schedule.tick(deps)
    materialised, cpu = time.perf_counter() - began, time.process_time() - used
    with deps.db.unscoped("count") as session:
        notices = session.scalars(select(func.count()).select_from(OutboxRow)).one()
    deps.db.engine.dispose()
    return figures | {
        "find_1000_due": found,
        "find_where_due": where,
        "materialised": {
            "due": handled,
            "notices": notices,
            "seconds": round(materialised, 2),
            "own_cpu_seconds": round(cpu, 2),
        },
    }


@contextlib.contextmanager
def database(kind: str) -> Iterator[tuple[str, str]]:
    """Give the address of an empty database that goes with its files, and the one to fill it by."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="scale-") as folder:
            yield (f"sqlite:///{folder}/scale.sqlite3",) * 2
    else:
        with postgres.start(durable=True) as server:
            address = server.empty_database()
            yield address, server.url(str(make_url(address).database), superuser=True)


def main() -> None:
    """Read the arguments, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options.add_argument("--relationships", type=int, default=1_000_000)
    options.add_argument("--programmes", type=int, default=300)
    options.add_argument("--due", type=int, default=10_000)
    options.add_argument("--seconds", type=float, default=30, help="of rest to measure; 0 for none")
    options.add_argument("--json", action="store_true", help="as it is anyway")
    given = options.parse_args()
    size = Size(given.relationships, given.programmes, given.due)
    with database(given.database) as (address, filling):
        figures = measure(address, filling, given.database, size, given.seconds)
    show(
        "scale",
        {
            "database": given.database,
            "relationships": given.relationships,
            "programmes": given.programmes,
            **figures,
        },
    )


if __name__ == "__main__":
    main()
