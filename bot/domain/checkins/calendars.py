"""When many people can be asked, worked out once for all who share the same time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from bot.domain import budget
from bot.domain.calendar import WorkingTime, add_working_days, merged
from bot.domain.checkins.rhythm import Calendar, Pause
from bot.domain.hours import working_times
from bot.domain.step import Step
from bot.store import checkins
from bot.store.checkins import CheckInPause


def calendar_of(step: Step, time: WorkingTime, pause: CheckInPause | None = None) -> Calendar:
    """Return when a person can be asked: by their working time, the programme's pauses and their own."""
    rules = step.rules.checkins
    own = () if pause is None else (Pause(pause.first, pause.last),)
    programmes = (Pause(pause.first, pause.last) for pause in rules.pauses)
    return Calendar(
        time_zone=time.time_zone,
        hours=time.hours,
        ask_at=rules.ask_at,
        pauses=merged((*time.away, *programmes, *own)),
    )


class Calendars:
    """The calendars of these people, and from when each may get a message nobody asked for."""

    def __init__(self, step: Step, person_ids: Collection[str]) -> None:
        self._step = step
        self._times = working_times(step, person_ids)
        self._pauses = checkins.pauses_of(step.session, person_ids)
        self._written = checkins.last_written(step.session, person_ids)
        self._free = budget.free_from(step.session, person_ids, step.now, step.rules)
        self._shared: dict[tuple[int, date | None, date | None], Calendar] = {}
        # By the id of a calendar, all of which are kept here: none can be given to another meanwhile.
        self._opens: dict[tuple[int, datetime], datetime] = {}
        self._days: dict[tuple[int, int], datetime] = {}

    def of(self, person_id: str) -> Calendar:
        """Return the calendar of one of them; who has the same time and pause gets the same object."""
        time, pause = self._times[person_id], self._pauses.get(person_id)
        key = (id(time), pause.first if pause else None, pause.last if pause else None)
        if key not in self._shared:
            self._shared[key] = calendar_of(self._step, time, pause)
        return self._shared[key]

    def may_write_from(self, person_id: str) -> datetime:
        """Return from when a message nobody asked for may go to a person.

        By the budget over everything the bot writes, and not too soon after the last about check-ins.
        """
        earliest = max(self._step.now, self._free.get(person_id, self._step.now))
        last = self._written.get(person_id)
        if last is not None:
            least = timedelta(days=self._step.rules.checkins.least_days_between_messages)
            earliest = max(earliest, last + least)
        calendar = self.of(person_id)
        key = (id(calendar), earliest)
        if key not in self._opens:
            self._opens[key] = calendar.open_from(earliest)
        return self._opens[key]

    def in_working_days(self, person_id: str, days: int) -> datetime:
        """Return the moment so many working days from now; in a pause nobody's time runs out."""
        calendar = self.of(person_id)
        key = (id(calendar), days)
        if key not in self._days:
            self._days[key] = add_working_days(
                self._step.now, days, calendar.hours, calendar.time_zone, calendar.pauses
            )
        return self._days[key]
