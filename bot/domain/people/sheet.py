"""The rows of a roster's sheet, understood, with every fault gathered on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

from bot.domain import profiles
from bot.domain.people.fresh import Account
from bot.domain.sheets import Fault, FaultySheet, Line
from bot.domain.step import Step
from bot.errors import Refusal
from bot.store.people import Person, Role

COLUMNS = (
    "id",
    "name",
    "email",
    "roles",
    "expertise",
    "needs",
    "career_stage",
    "department",
    "languages",
    "time_zone",
    "places",
    "prefers",
    "avoids",
)
FOR_MENTORS = ("expertise", "places")
SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST_NAME = 120

Tick = Callable[[], None]


@dataclass
class RosterRow:
    """One row as it was understood."""

    line: Line
    account: Account | None
    email: str
    name: str
    roles: frozenset[Role]
    draft: profiles.Draft
    time_zone: str
    needs: tuple[str, ...]
    prefers: tuple[str, ...]
    avoids: tuple[str, ...]
    person: Person | None = None
    person_id: str = ""


class Reading:
    """Turns lines into rows, gathering every fault on the way."""

    def __init__(self, step: Step, accounts: Iterable[Account]) -> None:
        self._rules = step.rules.programme.mentors
        self._zones = available_timezones()
        self._by_id = {account.user_id: account for account in accounts}
        self._by_email = {account.email: account for account in self._by_id.values() if account.email}
        self._faults: list[Fault] = []
        self._first: dict[str, int] = {}

    def rows(self, lines: Sequence[Line], tick: Tick) -> list[RosterRow]:
        """Return the rows. Raises FaultySheet."""
        rows = []
        for line in lines:
            rows.append(self._row(line))
            tick()
        if not rows:
            self._faults.append(Fault(1, "", "imports.sheet.empty"))
        if self._faults:
            raise FaultySheet(self._faults)
        return rows

    def _fault(self, line: Line, column: str, key: str, **values: object) -> None:
        self._faults.append(Fault(line.row, column, f"imports.{key}", values))

    def _row(self, line: Line) -> RosterRow:
        account, email = self._account(line)
        roles = self._roles(line)
        name = " ".join(line["name"].split()) or (account.name if account else "")
        if not name:
            self._fault(line, "name", "people.no_name")
        elif len(name) > LONGEST_NAME:
            self._fault(line, "name", "people.long", n=LONGEST_NAME)
        time_zone = line["time_zone"] or (account.time_zone if account else "")
        if time_zone and time_zone not in self._zones:
            self._fault(line, "time_zone", "people.time_zone", value=time_zone)
        for column in FOR_MENTORS:
            if line[column] and roles and Role.MENTOR not in roles:
                self._fault(line, column, "people.only_mentors")
        return RosterRow(
            line=line,
            account=account,
            email=email,
            name=name,
            roles=roles,
            draft=self._draft(line),
            time_zone=time_zone,
            needs=profiles.split(line["needs"]),
            prefers=_several(line["prefers"]),
            avoids=_several(line["avoids"]),
        )

    def _account(self, line: Line) -> tuple[Account | None, str]:
        user_id, email = line["id"], line["email"].casefold()
        if not user_id and not email:
            self._fault(line, "email", "people.no_key")
            return None, ""
        if email and not EMAIL.fullmatch(email):
            self._fault(line, "email", "people.email", value=email)
            return None, ""
        account = self._by_id.get(user_id) if user_id else self._by_email.get(email)
        if user_id and account is None:
            key = "people.unknown_id" if SLACK_ID.fullmatch(user_id) else "people.no_slack_id"
            self._fault(line, "id", key, value=user_id)
        if account is not None:
            self._check(line, account, email)
        for key in {user_id, email, account.user_id if account else "", account.email if account else ""}:
            if key and self._first.setdefault(key, line.row) != line.row:
                self._fault(line, "id" if user_id else "email", "people.twice", row=self._first[key])
                break
        return account, email or (account.email if account else "")

    def _check(self, line: Line, account: Account, email: str) -> None:
        column = "id" if line["id"] else "email"
        other = self._by_email.get(email)
        if not account.is_person:
            self._fault(line, column, "people.bot")
        elif not account.here:
            self._fault(line, column, "people.left")
        elif other is not None and other.user_id != account.user_id:
            self._fault(line, "email", "people.two_people", value=other.user_id)

    def _roles(self, line: Line) -> frozenset[Role]:
        typed = [role.casefold() for role in _several(line["roles"])]
        if not typed:
            self._fault(line, "roles", "people.no_role", known=", ".join(Role))
        for role in typed:
            if role not in set(Role):
                self._fault(line, "roles", "people.role", value=role, known=", ".join(Role))
        return frozenset(Role(role) for role in typed if role in set(Role))

    def _draft(self, line: Line) -> profiles.Draft:
        stages = {stage.casefold(): stage for stage in self._rules.career_stages}
        stage = line["career_stage"].casefold()
        if stage and stage not in stages:
            known = ", ".join(self._rules.career_stages)
            self._fault(line, "career_stage", "people.stage", value=line["career_stage"], known=known)
        if len(line["department"]) > profiles.LONGEST_DEPARTMENT:
            self._fault(line, "department", "people.long", n=profiles.LONGEST_DEPARTMENT)
        expertise = profiles.split(line["expertise"])
        if expertise:
            try:
                profiles.check_expertise(expertise)
            except Refusal as refusal:
                self._faults.append(Fault(line.row, "expertise", refusal.key, refusal.values))
        return profiles.Draft(
            expertise=expertise,
            career_stage=stages.get(stage, ""),
            department=line["department"],
            languages=self._languages(line),
            places=self._places(line),
        )

    def _languages(self, line: Line) -> tuple[str, ...]:
        languages = profiles.split(line["languages"])
        too_long = any(len(language) > profiles.LONGEST_LANGUAGE for language in languages)
        if too_long or len(languages) > profiles.MOST_LANGUAGES:
            self._fault(line, "languages", "people.languages", n=profiles.MOST_LANGUAGES)
        return languages

    def _places(self, line: Line) -> int:
        typed = line["places"]
        if not typed:
            return 1
        if not (typed.isascii() and typed.isdigit() and int(typed[:4]) <= self._rules.most_places):
            self._fault(line, "places", "people.places", value=typed[:20], n=self._rules.most_places)
            return 1
        return int(typed)


def _several(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell that holds several, each once."""
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))
