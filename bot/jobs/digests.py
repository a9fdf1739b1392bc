"""The weekly digest by time: one a lead and week, frozen as it is sent, its picture in the thread."""

from __future__ import annotations

from collections.abc import Mapping

from bot.computing import Computations
from bot.domain import digests, examples
from bot.domain.digests import Seen
from bot.domain.step import Step
from bot.jobs.notices import BATCH, Due, NoticeKind
from bot.pictures import draw
from bot.store import digests as store
from bot.views import digests as views
from bot.views.blocks import Picture
from bot.views.reader import Reader


def _seen(step: Step, ids: Mapping[str, str], recipient_id: str) -> Seen | None:
    return digests.of_week(step, ids["digest"], recipient_id)


def _freeze(step: Step, ids: Mapping[str, str]) -> None:
    digests.freeze(step, ids["digest"])


def _picture(outcome: Seen, to: Reader, computations: Computations) -> Picture:
    return Picture(
        png=draw(views.chart(outcome, to), computations),
        title=to.say.plain("digests.chart.title"),
        alt=views.alt(outcome, to),
        filename=f"mentorship-{outcome.week}.png",
    )


KINDS = (
    NoticeKind(
        "digests.weekly",
        _seen,
        views.weekly,
        before=_freeze,
        picture=_picture,
        example=examples.digest,
        unrequested=True,
    ),
)

DUE = (Due("digests.due", lambda step: digests.due(step, BATCH), waits=store.places_due),)
