"""Everything a handler or a job is given: made once, in ``wiring``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.computing import ChildProcesses, Computations
from bot.domain.step import Step
from bot.guidelines import Guidelines
from bot.ids import Ids
from bot.settings import Settings
from bot.slack import Slack
from bot.store.acts import BY_CLOCK
from bot.store.database import Database, Scope
from bot.texts import Texts


@dataclass(frozen=True)
class Deps:
    """Time, randomness, Slack, the store, the rules, the words, and who does long computations."""

    db: Database
    clock: Clock
    ids: Ids
    slack: Slack
    guidelines: Guidelines
    texts: Texts
    settings: Settings
    computations: Computations = field(default_factory=ChildProcesses)

    @contextmanager
    def step(
        self, workspace_id: str, programme_id: str, *, by: str = BY_CLOCK, writes: bool = True
    ) -> Iterator[Step]:
        """Open one transaction in one programme and give it as a step; it commits when the block ends."""
        scope = Scope(workspace_id, programme_id)
        opened = self.db.writing(scope) if writes else self.db.reading(scope)
        with opened as session:
            yield Step(
                session=session,
                workspace_id=workspace_id,
                programme_id=programme_id,
                by=by,
                now=self.clock.now(),
                ids=self.ids,
                rules=self.guidelines,
            )
