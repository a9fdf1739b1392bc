"""What happened in a case, under which guideline: every act on a case is recorded here."""

from __future__ import annotations

from bot.domain.concerns.guideline import version_of
from bot.domain.step import Step
from bot.store import acts
from bot.store.concerns import Concern


def record(step: Step, row: Concern, what: str, **details: str) -> None:
    """Append ``concern.<what>`` to the acts on a case, with identifiers as details: never words."""
    acts.record(
        step.session,
        act_id=step.ids(),
        workspace_id=step.workspace_id,
        programme_id=step.programme_id,
        what=f"concern.{what}",
        who=step.by,
        subject_id=row.id,
        at=step.now,
        guideline_version=version_of(step),
        details=details,
    )
