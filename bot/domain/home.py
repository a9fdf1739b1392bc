"""Home: which programme it shows, and what that programme is for. What else is there, each noun adds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.step import Step
from bot.store import people
from bot.store.accounts import ProgrammeOfCaller
from bot.store.people import Role


@dataclass(frozen=True)
class Frame:
    """What stands around the parts that the nouns add."""

    shown: ProgrammeOfCaller
    all: tuple[ProgrammeOfCaller, ...]
    goals: tuple[str, ...]
    principles: tuple[str, ...]
    kept_to: int = 2
    """Messages nobody asked for that the reader gets within seven days at most; the rest is here."""

    @property
    def is_whole(self) -> bool:
        """Whether everything is shown: to everybody once it started for them, to leads always."""
        return self.shown.started or Role.LEAD in self.shown.roles


def frame(step: Step, shown: ProgrammeOfCaller, of_caller: Iterable[ProgrammeOfCaller]) -> Frame:
    """Return the frame of Home for somebody who is in these programmes and looks at ``shown``."""
    purpose = step.rules.programme.purpose
    return Frame(
        shown=shown,
        all=tuple(of_caller),
        goals=purpose.goals,
        principles=purpose.principles,
        kept_to=step.rules.programme.most_unrequested_a_week,
    )


def choose(step: Step) -> None:
    """Remember the step's programme as the one its person means from now on."""
    people.remember_choice(step.session, step.by, step.programme_id)
    step.record("home.programme_chosen", step.programme_id)
