"""A roster imported from a sheet: whole or not at all, again and again without doubles, sending nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import available_timezones

from bot.domain import mentors, profiles, sheets
from bot.domain.mentors.words import normalise
from bot.domain.people.fresh import Account
from bot.domain.sheets import Fault, FaultySheet, Line, Sheet
from bot.domain.step import Step
from bot.errors import Refusal
from bot.store import people
from bot.store import profiles as stored_profiles
from bot.store.people import Membership, Person, PersonState, Role, SlackAccount, Wishes
from bot.store.profiles import Expertise, Profile

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


@dataclass(frozen=True)
class Imported:
    """What an import did, in numbers of people."""

    rows: int
    new: int
    """People who were not in this programme before."""
    profiles: int
    """Profiles written."""
    kept: int
    """Profiles left as their mentors themselves have saved them."""
    not_in_slack: int
    """People nobody in Slack has the address of yet; they are linked when they join."""


@dataclass
class _Row:
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


@dataclass
class _Known:
    """What is stored already, read once."""

    by_account: dict[str, Person] = field(default_factory=dict)
    by_email: dict[str, Person] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)
    """Ids of people with a Slack account."""


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
    rows = _Reading(step, accounts).rows(sheet.lines, tick)
    for row in rows:
        row.person = _person(known, row)
    named = _named(known, rows)
    ids = {id(row): row.person.id if row.person else step.ids() for row in rows}
    for row in rows:
        for key in _keys(row):
            named.setdefault(key, ids[id(row)])
    faults = _same_people(rows) + [fault for row in rows for fault in _unknown_names(row, named)]
    if faults:
        raise FaultySheet(faults)
    done = _write(step, known, rows, ids, named)
    mentors.changed(step)
    step.record("people.imported", step.programme_id, rows=str(done.rows), new=str(done.new))
    return done


def _known(step: Step) -> _Known:
    known = _Known()
    for person, account in people.everyone(step.session):
        if person.email:
            known.by_email[person.email.casefold()] = person
        if account is not None:
            known.by_account[account.user_id] = person
            known.linked.add(person.id)
    return known


class _Reading:
    """Turns lines into rows, gathering every fault on the way."""

    def __init__(self, step: Step, accounts: Iterable[Account]) -> None:
        self._rules = step.rules.programme.mentors
        self._zones = available_timezones()
        self._by_id = {account.user_id: account for account in accounts}
        self._by_email = {account.email: account for account in self._by_id.values() if account.email}
        self._faults: list[Fault] = []
        self._first: dict[str, int] = {}

    def rows(self, lines: Sequence[Line], tick: Tick) -> list[_Row]:
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

    def _row(self, line: Line) -> _Row:
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
        return _Row(
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


def _person(known: _Known, row: _Row) -> Person | None:
    if row.account is not None and row.account.user_id in known.by_account:
        return known.by_account[row.account.user_id]
    return known.by_email.get(row.email) if row.email else None


def _keys(row: _Row) -> list[str]:
    account = row.account
    return [key for key in (row.email, account.user_id if account else "") if key]


def _named(known: _Known, rows: Sequence[_Row]) -> dict[str, str]:
    """Return person ids by every way a sheet may name somebody: the stored, then the sheet's own people."""
    named = {user_id: person.id for user_id, person in known.by_account.items()}
    named.update({email: person.id for email, person in known.by_email.items()})
    named.update({key: row.person.id for row in rows if row.person for key in _keys(row)})
    return named


def _same_people(rows: Sequence[_Row]) -> list[Fault]:
    """Return the rows that name somebody stored whom an earlier row named by another key."""
    first: dict[str, int] = {}
    return [
        Fault(row.line.row, "email", "imports.people.twice", {"row": first[row.person.id]})
        for row in rows
        if row.person is not None and first.setdefault(row.person.id, row.line.row) != row.line.row
    ]


def _unknown_names(row: _Row, named: Mapping[str, str]) -> list[Fault]:
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


def _write(
    step: Step, known: _Known, rows: Sequence[_Row], ids: Mapping[int, str], named: Mapping[str, str]
) -> Imported:
    roles = people.memberships(step.session)
    profiles_now = stored_profiles.of_mentors(step.session)
    expertise = stored_profiles.all_expertise(step.session)
    wishes = {wish.person_id: wish for wish in people.wishes(step.session)}
    written = kept = not_in_slack = 0
    with step.session.no_autoflush:
        for row in rows:
            person_id = ids[id(row)]
            _write_person(step, known, row, person_id)
            not_in_slack += row.account is None and person_id not in known.linked
            for role in sorted(row.roles - roles.get(person_id, frozenset())):
                step.session.add(Membership(id=step.ids(), **step.place, person_id=person_id, role=role))
            if Role.MENTOR in row.roles:
                profile = profiles_now.get(person_id)
                if profile is not None and profile.confirmed_at is not None:
                    kept += 1
                else:
                    held = expertise.get(profile.id, []) if profile else []
                    written += _write_profile(step, row, person_id, profile, held)
            _write_wishes(step, row, person_id, wishes.get(person_id), named)
    step.session.flush()
    new = sum(ids[id(row)] not in roles for row in rows)
    return Imported(len(rows), new, written, kept, not_in_slack)


def _write_person(step: Step, known: _Known, row: _Row, person_id: str) -> None:
    language = row.account.language if row.account else ""
    if row.person is None:
        step.session.add(
            Person(
                id=person_id,
                workspace_id=step.workspace_id,
                name=row.name,
                email=row.email or None,
                time_zone=row.time_zone or "UTC",
                language=language or "en",
            )
        )
    else:
        row.person.name = row.name
        row.person.time_zone = row.time_zone or row.person.time_zone
        if row.email and row.email not in known.by_email:
            row.person.email = row.email
        if row.account is not None:
            row.person.state = PersonState.HERE
    if row.account is not None and person_id not in known.linked:
        step.session.add(
            SlackAccount(
                id=step.ids(),
                workspace_id=step.workspace_id,
                person_id=person_id,
                team_id=row.account.team_id,
                user_id=row.account.user_id,
            )
        )


def _write_profile(
    step: Step, row: _Row, person_id: str, profile: Profile | None, held: Sequence[Expertise]
) -> bool:
    """Write a profile that its mentor has not saved yet; False where the row says nothing to put in one."""
    draft = row.draft
    said = draft.expertise or draft.career_stage or draft.department or draft.languages or row.line["places"]
    if profile is None and not said:
        return False
    if profile is not None:
        draft = profiles.Draft(
            expertise=draft.expertise or tuple(term.label for term in held),
            career_stage=draft.career_stage or profile.career_stage,
            department=draft.department or profile.department,
            languages=draft.languages or tuple(profile.languages),
            places=draft.places if row.line["places"] else profile.places,
            mentors_on=profile.mentors_on,
            state=profile.state,
        )
    profiles.write(step, person_id, draft, profile, held, confirmed=False)
    return True


def _write_wishes(
    step: Step, row: _Row, person_id: str, wish: Wishes | None, named: Mapping[str, str]
) -> None:
    draft = row.draft
    if not any(row.line[column] for column in ("needs", "prefers", "avoids")) and (
        Role.MENTEE not in row.roles or not (draft.career_stage or draft.department or draft.languages)
    ):
        return
    if wish is None:
        wish = Wishes(id=step.ids(), **step.place, person_id=person_id)
        step.session.add(wish)
    wish.career_stage = draft.career_stage or wish.career_stage
    wish.department = draft.department or wish.department
    wish.languages = list(draft.languages) or wish.languages

    def ids_of(names: Iterable[str]) -> str:
        return "\n".join(named.get(name) or named[name.casefold()] for name in names)

    if row.needs:
        needs = "\n".join(need for need in row.needs if normalise(need))
        wish.needs = step.seal(Wishes.needs, wish.id, needs)
    if row.prefers:
        wish.prefers = step.seal(Wishes.prefers, wish.id, ids_of(row.prefers))
    if row.avoids:
        wish.avoids = step.seal(Wishes.avoids, wish.id, ids_of(row.avoids))
