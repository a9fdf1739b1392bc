"""Long computations: in a child process, here or by a worker, and what becomes of those that fail."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.computing import ChildProcesses, ComputationFailed
from bot.deps import Deps
from bot.engine import ByWorker
from bot.pictures import Bar, Chart, draw
from bot.store import computations
from bot.store.computations import Came, Computation, Order
from tests.cast import set_up_desk
from tests.engine.office import in_production, working
from tests.jobs.fake_slack import open_office

CHART = Chart("Pairs", (Bar("now", 7, "7"),), ())
PNG = b"\x89PNG"


@pytest.fixture
def deps(fresh_postgres: str, tmp_path: Path) -> Iterator[Deps]:
    """What a process of production is given."""
    office = open_office(set_up_desk(tmp_path, address=fresh_postgres))
    yield in_production(office, fresh_postgres)
    office.desk.db.engine.dispose()


def kept(deps: Deps) -> int:
    """Return how many computations the database holds."""
    with deps.db.unscoped("count") as session:
        return session.scalars(select(func.count()).select_from(Computation)).one()


def test_a_child_process_computes() -> None:
    """Embedded nothing else is needed."""
    assert draw(CHART, ChildProcesses()).startswith(PNG)


def test_what_fails_or_takes_too_long_says_so() -> None:
    """Nobody waits for ever, and no message repeats what was given."""
    with pytest.raises(ComputationFailed, match=r"chart ended with exit code 1 \(KeyError\)"):
        ChildProcesses().run("chart", {"secret words": 1})
    with pytest.raises(ComputationFailed, match=r"took longer than 0\.01 s"):
        ChildProcesses(seconds=0.01).run("chart", {})
    with pytest.raises(ComputationFailed, match=r"no computation is called 'os\.system'"):
        ChildProcesses().run("os.system", {})


def test_a_worker_computes_for_another_process(deps: Deps) -> None:
    """The result is fetched once and kept nowhere; a failure is told with its reason."""
    with working(deps, sends=False):
        assert draw(CHART, ByWorker(deps)).startswith(PNG)
        with pytest.raises(ComputationFailed, match="KeyError"):
            ByWorker(deps).run("chart", {})
    assert kept(deps) == 0


def test_what_is_computed_is_sealed(deps: Deps) -> None:
    """Who reads the database reads neither what was given nor what came of it."""
    with deps.db.unscoped("ask", writes=True) as session:
        computations.ask(session, "c", "chart", "Aguilar", deps.clock.now())
    with deps.db.unscoped("look", writes=True) as session:
        given = session.scalars(select(Computation.given)).one()
        assert given is not None
        assert b"Aguilar" not in given
        assert computations.ordered(session, "c") == Order("chart", "Aguilar")
        assert computations.done(session, "c", b"Lindqvist")
        assert not computations.failed(session, "c", "too late")
    with deps.db.unscoped("look again", writes=True) as session:
        given, result = session.execute(select(Computation.given, Computation.result)).one()
        assert given is None
        assert result is not None
        assert b"Lindqvist" not in result
        assert computations.fetch(session, "c") == Came(b"Lindqvist", None)
        assert computations.remove_expired(session, deps.clock.now()) == 0
        assert computations.remove_expired(session, deps.clock.now() + computations.KEPT) == 1


def test_nobody_waits_where_no_worker_is(deps: Deps) -> None:
    """Patience ends, and nothing is left behind."""
    with pytest.raises(ComputationFailed, match="no worker had chart done"):
        ByWorker(deps, patience=0).run("chart", {})
    assert kept(deps) == 0


@pytest.mark.parametrize("module", ["commands.run", "commands.worker", "commands.clock", "web"])
def test_no_process_of_the_bot_loads_what_draws_or_solves(module: str) -> None:
    """Ninety megabytes and a second are the child's alone."""
    heavy = {"PIL", "ortools", "numpy", "pandas"}
    looks = (
        f"import bot.{module}, bot.jobs.schedule, sys; sys.exit(any(name in sys.modules for name in {heavy}))"
    )
    ran = subprocess.run([sys.executable, "-c", looks], check=False, timeout=60)  # noqa: S603 - our own line
    assert ran.returncode == 0
