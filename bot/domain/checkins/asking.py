"""Asking how it goes: everyone who is due, in one message each, however many there are at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from bot.domain.checkins.calendars import Calendars
from bot.domain.checkins.cards import asked_notice, batch_of, close
from bot.domain.checkins.rhythm import Calendar, Occasion, asked_now, next_due
from bot.domain.step import Step
from bot.store import checkins
from bot.store.checkins import CheckInState, Due, DueRhythm, Moved
from bot.store.outbox import Notice
from bot.store.relationships import Kind

AT_ONCE = 2000
"""Rhythms one transaction handles: it holds SQLite's one writer for a fraction of a second."""

MOST_IN_ONE_MESSAGE = 15
"""Slack shows fifty blocks; each check-in takes three."""


@dataclass(frozen=True)
class _Next:
    """Which check-in of a rhythm is asked now, and the one after it."""

    day: date
    survey: str
    following: Occasion | None


@dataclass
class _Plan:
    """What one call of ``ask`` will write, gathered first and written in few statements."""

    moved: list[Moved] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def ask(step: Step, limit: int) -> int:
    """Ask everyone who is due and may be written to; return how many rhythms were handled.

    Somebody due in several relationships gets one message. Outside their hours, in a pause, on leave, too
    soon after the last message, or where their week has had its messages, the rhythm waits for the next
    moment they can be asked. Two clocks at once ask everybody once: who comes second finds the rhythms moved.
    """
    askable = _askable(step, limit)
    if not askable:
        return 0
    held = checkins.hold(step.session, askable)
    calendars = Calendars(step, {one.person_id for one in askable})
    plan, asking = _Plan(), _Asking(step, calendars)
    by_person = sorted(held, key=lambda one: (one.person_id, one.next_at, one.rhythm_id))
    for person_id, group in groupby(by_person, key=lambda one: one.person_id):
        asking.add(plan, person_id, list(group))
    _write(step, plan)
    return sum(one.next_at <= step.now for one in askable)


def _askable(step: Step, limit: int) -> list[DueRhythm]:
    """Return what can be asked of people who are due; of theirs, what falls due in the next days too.

    Whose moment has come but cannot be asked, such as who left, stands in nobody's way: the look goes on
    behind them until there are enough.
    """
    ahead = step.now + timedelta(days=step.rules.checkins.together_within_days)
    found: list[DueRhythm] = []
    seen: set[str] = set()
    last: Due | None = None
    while len(found) < limit:
        page = checkins.due(step.session, step.now, limit, after=last)
        people = {one.person_id for one in page} - seen
        theirs = checkins.due_of(step.session, people, ahead)
        ready = {one.person_id for one in theirs if one.next_at <= step.now}
        found += [one for one in theirs if one.person_id in ready]
        if len(page) < limit:
            break
        seen |= people
        last = page[-1]
    return found


class _Asking:
    """Works out what each person is asked, once for all whose rhythm and calendar are the same."""

    def __init__(self, step: Step, calendars: Calendars) -> None:
        self._step = step
        self._calendars = calendars
        self._known: dict[tuple[Kind, date, date, str, int], _Next] = {}

    def add(self, plan: _Plan, person_id: str, theirs: Sequence[DueRhythm]) -> None:
        """Add to ``plan`` what one person is asked, or that they are asked later."""
        step, rules = self._step, self._step.rules.checkins
        opens = self._calendars.may_write_from(person_id)
        if opens > step.now:
            late = (one for one in theirs if one.next_at <= step.now)
            plan.moved += (Moved(one.rhythm_id, one.next_on, opens, one.survey) for one in late)
            return
        calendar = self._calendars.of(person_id)
        today = calendar.today(step.now)
        together = theirs[:MOST_IN_ONE_MESSAGE]
        batch = batch_of("asked", person_id, ((one.relationship_id, one.next_on) for one in together))
        passes_at = self._calendars.in_working_days(person_id, rules.pass_after_working_days)
        for one in together:
            found = self._next(one, calendar, today)
            following = found.following
            plan.moved.append(
                Moved(
                    one.rhythm_id,
                    following.on if following else None,
                    following.at if following else None,
                    following.survey if following else "",
                )
            )
            plan.rows.append(
                {
                    "id": step.ids(),
                    **step.place,
                    "relationship_id": one.relationship_id,
                    "person_id": person_id,
                    "due_on": found.day,
                    "survey": found.survey,
                    "survey_version": step.rules.surveys[found.survey].version,
                    "asked_at": step.now,
                    "asked_in": batch,
                    "remind_at": self._calendars.in_working_days(person_id, rules.remind_after_working_days),
                    "passes_at": passes_at,
                }
            )
        plan.notices.append(asked_notice(person_id, batch, passes_at))

    def _next(self, one: DueRhythm, calendar: Calendar, today: date) -> _Next:
        planned = one.next_on or today
        key = (one.kind, one.started_on, planned, one.survey, id(calendar))
        if key not in self._known:
            self._known[key] = self._work_out(one, calendar, planned, today)
        return self._known[key]

    def _work_out(self, one: DueRhythm, calendar: Calendar, planned: date, today: date) -> _Next:
        rules = self._step.rules.checkins
        rule, gap = rules.rhythm_of(one.kind), rules.least_gap_days
        day, survey = planned, one.survey
        latest = asked_now(rule, one.started_on, least_gap_days=gap, planned=planned, today=today)
        if latest is not None and latest[0] > planned:
            day, survey = latest
        following = next_due(
            rule,
            one.started_on,
            calendar,
            least_gap_days=gap,
            not_before=today + timedelta(days=gap // 2),
            after=day,
        )
        return _Next(day, survey, following)


def _write(step: Step, plan: _Plan) -> None:
    checkins.move(step.session, plan.moved)
    asked = {(row["person_id"], row["relationship_id"]) for row in plan.rows}
    for older in _still_open(step, asked):
        close(step, older, CheckInState.PASSED)
    checkins.add_asked(step.session, plan.rows)
    step.record_all(
        "checkin.asked", ((row["id"], {"relationship": row["relationship_id"]}) for row in plan.rows)
    )
    step.tell_all(plan.notices)


def _still_open(step: Step, asked: Iterable[tuple[str, str]]) -> Iterator[checkins.CheckIn]:
    """Give the open check-ins about what is asked anew: the newer one takes their place."""
    wanted = set(asked)
    found = checkins.open_of(step.session, {person_id for person_id, _ in wanted})
    for key in sorted(found):
        if key in wanted:
            yield from found[key]
