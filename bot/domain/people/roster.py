"""A roster imported from a sheet: whole or not at all, again and again without doubles, sending nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.domain import mentors, sheets
from bot.domain.people.fresh import Account
from bot.domain.people.sheet import COLUMNS, Reading, RosterRow, Tick
from bot.domain.people.writing import Imported, Known, write
from bot.domain.sheets import Fault, FaultySheet, Sheet
from bot.domain.step import Step
from bot.store import people
from bot.store.people import Person


def import_people(
    step: Step, sheet: Sheet, accounts: Iterable[Account], tick: Tick = lambda: None
) -> Imported:
    """Write a roster's people, roles, profiles and wishes; ``tick`` is called once for each row.

    Somebody is found again by Slack id or address. Roles are added, never taken away; an empty cell leaves
    what is stored; a profile its mentor has saved stays as it is. Raises FaultySheet naming every fault by
    row and column: then nothing is stored.
    """
    sheets.refuse_unknown(sheet, COLUMNS)
    sheets.require(sheet, ["roles"])
    if "id" not in sheet.columns and "email" not in sheet.columns:
        raise FaultySheet([Fault(1, "email", "imports.people.no_key_column")])
    known = _known(step)
    rows = Reading(step, accounts).rows(sheet.lines, tick)
    for row in rows:
        row.person = _person(known, row)
    named = _named(known, rows)
    for row in rows:
        row.person_id = row.person.id if row.person else step.ids()
        for key in _keys(row):
            named.setdefault(key, row.person_id)
    faults = _same_people(rows) + [fault for row in rows for fault in _unknown_names(row, named)]
    if faults:
        raise FaultySheet(faults)
    done = write(step, known, rows, named)
    mentors.changed(step)
    step.record("people.imported", step.programme_id, rows=str(done.rows), new=str(done.new))
    return done


def _known(step: Step) -> Known:
    known = Known()
    for person, account in people.everyone(step.session):
        if person.email:
            known.by_email[person.email.casefold()] = person
        if account is not None:
            known.by_account[account.user_id] = person
            known.linked.add(person.id)
    return known


def _person(known: Known, row: RosterRow) -> Person | None:
    if row.account is not None and row.account.user_id in known.by_account:
        return known.by_account[row.account.user_id]
    return known.by_email.get(row.email) if row.email else None


def _keys(row: RosterRow) -> list[str]:
    account = row.account
    return [key for key in (row.email, account.user_id if account else "") if key]


def _named(known: Known, rows: Sequence[RosterRow]) -> dict[str, str]:
    """Return person ids by every way a sheet may name somebody: the stored, then the sheet's own people."""
    named = {user_id: person.id for user_id, person in known.by_account.items()}
    named.update({email: person.id for email, person in known.by_email.items()})
    named.update({key: row.person.id for row in rows if row.person for key in _keys(row)})
    return named


def _same_people(rows: Sequence[RosterRow]) -> list[Fault]:
    """Return the rows that name somebody stored whom an earlier row named by another key."""
    first: dict[str, int] = {}
    return [
        Fault(row.line.row, "email", "imports.people.twice", {"row": first[row.person.id]})
        for row in rows
        if row.person is not None and first.setdefault(row.person.id, row.line.row) != row.line.row
    ]


def _unknown_names(row: RosterRow, named: Mapping[str, str]) -> list[Fault]:
    faults = []
    own = {named.get(key) for key in _keys(row)}
    for column, names in (("prefers", row.prefers), ("avoids", row.avoids)):
        for name in names:
            found = named.get(name) or named.get(name.casefold())
            if found is None:
                faults.append(Fault(row.line.row, column, "imports.people.nobody", {"value": name}))
            elif found in own:
                faults.append(Fault(row.line.row, column, "imports.people.oneself"))
    return faults
