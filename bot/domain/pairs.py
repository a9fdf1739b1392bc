"""Existing relationships imported from a sheet: they become active at once, and nobody is written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain import checkins, mentors, sheets
from bot.domain.sheets import Fault, FaultySheet, Line, Sheet
from bot.domain.step import Step
from bot.store import people, relationships
from bot.store.people import Role
from bot.store.relationships import (
    Basis,
    Kind,
    MemberRole,
    Relationship,
    RelationshipMember,
    RelationshipState,
)

COLUMNS = ("mentor", "mentee", "kind", "start_date", "agreement")
EARLIEST = date(1950, 1, 1)
"""A day before this is a slip of the pen: nobody's mentoring has lasted so long."""

AGREEMENTS = {"paper": Basis.PAPER, "none": Basis.NONE, "": Basis.NONE}


@dataclass(frozen=True)
class Imported:
    """What an import did, in numbers of relationships."""

    rows: int
    new: int
    there_already: int


@dataclass(frozen=True)
class _Pair:
    """One row as it was understood."""

    mentor_id: str
    mentee_id: str
    kind: Kind
    started_on: date
    basis: Basis

    @property
    def source(self) -> str:
        """Return what makes the relationship, once."""
        return f"pairs:{self.mentor_id}:{self.mentee_id}:{self.kind}"


def import_pairs(step: Step, sheet: Sheet, tick: Callable[[], None] = lambda: None) -> Imported:
    """Write relationships that began before; ``tick`` is called once for each row.

    Both people must be in the roster, named by address or Slack id. The same pair and kind is written once,
    however often it is imported. Raises FaultySheet naming every fault: then nothing is stored.
    """
    sheets.refuse_unknown(sheet, COLUMNS)
    sheets.require(sheet, ["mentor", "mentee", "start_date"])
    pairs = _Reading(step).pairs(sheet.lines)
    there = relationships.all_made_from(step.session)
    together = relationships.pairs_together(step.session)
    new = 0
    for pair in pairs:
        if pair.source not in there and (pair.mentor_id, pair.mentee_id, pair.kind) not in together:
            _write(step, pair)
            new += 1
        tick()
    mentors.changed(step)
    step.record("pairs.imported", step.programme_id, rows=str(len(pairs)), new=str(new))
    return Imported(len(pairs), new, len(pairs) - new)


class _Reading:
    """Turns lines into pairs, gathering every fault on the way."""

    def __init__(self, step: Step) -> None:
        inside = people.memberships(step.session)
        self._roles = inside
        self._named: dict[str, str] = {}
        self._outside: set[str] = set()
        for person, account in people.everyone(step.session):
            for key in (person.email or "", account.user_id if account else ""):
                if not key:
                    continue
                if person.id in inside:
                    self._named[key.casefold()] = person.id
                else:
                    self._outside.add(key.casefold())
        self._today = step.now.date()
        self._faults: list[Fault] = []

    def pairs(self, lines: Iterable[Line]) -> Sequence[_Pair]:
        """Return the pairs. Raises FaultySheet."""
        found: list[_Pair] = []
        first: dict[str, int] = {}
        for line in lines:
            pair = self._pair(line)
            if pair is not None:
                if first.setdefault(pair.source, line.row) != line.row:
                    self._fault(line, "mentee", "twice", row=first[pair.source])
                found.append(pair)
        if not found and not self._faults:
            self._faults.append(Fault(1, "", "imports.sheet.empty"))
        if self._faults:
            raise FaultySheet(self._faults)
        return found

    def _fault(self, line: Line, column: str, key: str, **values: object) -> None:
        self._faults.append(Fault(line.row, column, f"imports.pairs.{key}", values))

    def _pair(self, line: Line) -> _Pair | None:
        mentor_id, mentee_id = self._who(line, "mentor"), self._who(line, "mentee")
        if mentor_id and mentor_id == mentee_id:
            self._fault(line, "mentee", "oneself")
        kind = line["kind"].casefold().replace("_", "-").replace(" ", "-") or Kind.MENTOR
        if kind not in set(Kind):
            self._fault(line, "kind", "kind", value=line["kind"], known=", ".join(Kind))
        if kind != Kind.PEER:
            self._require_role(line, "mentor", mentor_id, Role.MENTOR)
            self._require_role(line, "mentee", mentee_id, Role.MENTEE)
        started_on = self._day(line)
        agreement = line["agreement"].casefold()
        if agreement not in AGREEMENTS:
            self._fault(line, "agreement", "agreement", value=line["agreement"])
        if not mentor_id or not mentee_id or started_on is None:
            return None
        if kind not in set(Kind) or agreement not in AGREEMENTS:
            return None
        return _Pair(mentor_id, mentee_id, Kind(kind), started_on, AGREEMENTS[agreement])

    def _who(self, line: Line, column: str) -> str:
        typed = line[column].casefold()
        found = self._named.get(typed, "")
        if not typed:
            self._fault(line, column, "empty")
        elif not found:
            key = "not_in_programme" if typed in self._outside else "nobody"
            self._fault(line, column, key, value=line[column])
        return found

    def _require_role(self, line: Line, column: str, person_id: str, role: Role) -> None:
        if person_id and role not in self._roles[person_id]:
            self._fault(line, column, f"no_{role}", value=line[column])

    def _day(self, line: Line) -> date | None:
        typed = line["start_date"]
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            self._fault(line, "start_date", "day", value=typed)
            return None
        if day > self._today:
            self._fault(line, "start_date", "future", value=typed)
            return None
        if day < EARLIEST:
            self._fault(line, "start_date", "long_ago", value=typed, year=EARLIEST.year)
            return None
        return day


_ROLES: Mapping[Kind, tuple[MemberRole, MemberRole]] = {Kind.PEER: (MemberRole.PEER, MemberRole.PEER)}


def _write(step: Step, pair: _Pair) -> None:
    relationship_id = step.ids()
    step.session.add(
        Relationship(
            id=relationship_id,
            **step.place,
            kind=pair.kind,
            state=RelationshipState.ACTIVE,
            basis=pair.basis,
            made_from=pair.source,
            created_at=step.now,
            started_on=pair.started_on,
        )
    )
    roles = _ROLES.get(pair.kind, (MemberRole.MENTOR, MemberRole.MENTEE))
    for person_id, role in zip((pair.mentor_id, pair.mentee_id), roles, strict=True):
        step.session.add(
            RelationshipMember(
                id=step.ids(), **step.place, relationship_id=relationship_id, person_id=person_id, role=role
            )
        )
    step.session.flush()
    checkins.begin(step, relationship_id, pair.started_on)
    step.record("relationship.made", relationship_id)
