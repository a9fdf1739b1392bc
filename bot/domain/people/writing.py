"""A roster that was understood, written as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert

from bot.domain import profiles
from bot.domain.mentors.words import normalise
from bot.domain.people.fresh import Account
from bot.domain.people.sheet import RosterRow
from bot.domain.step import Step
from bot.store import people
from bot.store import profiles as stored_profiles
from bot.store.base import Row, change
from bot.store.people import Membership, Person, PersonState, Role, SlackAccount, Wishes
from bot.store.profiles import Expertise, Profile


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
class Known:
    """What is stored already, read once."""

    by_account: dict[str, Person] = field(default_factory=dict)
    by_email: dict[str, Person] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)
    """Ids of people with a Slack account."""


class _New:
    """New rows, gathered and written table by table: ten thousand people in a few seconds."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._rows: dict[type[Row], list[dict[str, object]]] = {}

    def person(self, row: RosterRow, person_id: str) -> None:
        """Add somebody nobody knew before."""
        self._add(
            Person,
            id=person_id,
            workspace_id=self._step.workspace_id,
            name=row.name,
            email=row.email or None,
            time_zone=row.time_zone or "UTC",
            language=(row.account.language if row.account else "") or "en",
            state=PersonState.HERE,
        )

    def account(self, account: Account, person_id: str) -> None:
        """Add what Slack calls a person."""
        self._add(
            SlackAccount,
            id=self._step.ids(),
            workspace_id=self._step.workspace_id,
            person_id=person_id,
            team_id=account.team_id,
            user_id=account.user_id,
        )

    def membership(self, person_id: str, role: Role) -> None:
        """Add a role that has not started: nothing is sent for it."""
        self._add(Membership, id=self._step.ids(), **self._step.place, person_id=person_id, role=role)

    def profile(self, person_id: str, draft: profiles.Draft) -> None:
        """Add a profile its mentor has not seen yet, with its terms."""
        profile_id = self._step.ids()
        self._add(
            Profile,
            id=profile_id,
            **self._step.place,
            person_id=person_id,
            state=draft.state,
            career_stage=draft.career_stage,
            department=draft.department,
            languages=list(draft.languages),
            places=draft.places,
            mentors_on=draft.mentors_on,
        )
        for position, label in enumerate(draft.expertise):
            self._add(
                Expertise,
                id=self._step.ids(),
                **self._step.place,
                profile_id=profile_id,
                term=normalise(label),
                label=label,
                position=position,
            )

    def write(self) -> None:
        """Write them all."""
        for table, rows in self._rows.items():
            self._step.session.execute(insert(table), rows)

    def _add(self, table: type[Row], **values: object) -> None:
        self._rows.setdefault(table, []).append(values)


def write(step: Step, known: Known, rows: Sequence[RosterRow], named: Mapping[str, str]) -> Imported:
    """Write the people, roles, profiles and wishes of these rows; ``named`` gives ids by every name."""
    roles = people.memberships(step.session)
    profiles_now = stored_profiles.of_mentors(step.session)
    expertise = stored_profiles.all_expertise(step.session)
    wishes = {wish.person_id: wish for wish in people.wishes(step.session)}
    new = _New(step)
    written = kept = not_in_slack = 0
    with step.session.no_autoflush:
        for row in rows:
            person_id = row.person_id
            _write_person(step, known, row, new)
            not_in_slack += row.account is None and person_id not in known.linked
            for role in sorted(row.roles - roles.get(person_id, frozenset())):
                new.membership(person_id, role)
            if Role.MENTOR in row.roles:
                profile = profiles_now.get(person_id)
                if profile is not None and profile.confirmed_at is not None:
                    kept += 1
                else:
                    held = expertise.get(profile.id, []) if profile else []
                    written += _write_profile(step, row, profile, held, new)
            _write_wishes(step, row, person_id, wishes.get(person_id), named)
    step.session.flush()
    new.write()
    strangers = sum(row.person_id not in roles for row in rows)
    return Imported(len(rows), strangers, written, kept, not_in_slack)


def _write_person(step: Step, known: Known, row: RosterRow, new: _New) -> None:
    person_id = row.person_id
    if row.person is None:
        new.person(row, person_id)
    else:
        row.person.name = row.name
        row.person.time_zone = row.time_zone or row.person.time_zone
        if row.email and row.email not in known.by_email:
            row.person.email = row.email
        if row.account is not None and row.person.state is PersonState.LEFT:
            change(step.session, Person, person_id, expected=PersonState.LEFT, to=PersonState.HERE)
    if row.account is not None and person_id not in known.linked:
        new.account(row.account, person_id)


def _write_profile(
    step: Step, row: RosterRow, profile: Profile | None, held: Sequence[Expertise], new: _New
) -> bool:
    """Write a profile that its mentor has not saved yet; False where the row says nothing to put in one."""
    draft = row.draft
    said = draft.expertise or draft.career_stage or draft.department or draft.languages or row.line["places"]
    if profile is None and said:
        new.profile(row.person_id, draft)
    elif profile is not None:
        draft = profiles.Draft(
            expertise=draft.expertise or tuple(term.label for term in held),
            career_stage=draft.career_stage or profile.career_stage,
            department=draft.department or profile.department,
            languages=draft.languages or tuple(profile.languages),
            places=draft.places if row.line["places"] else profile.places,
            mentors_on=profile.mentors_on,
            state=profile.state,
        )
        profiles.write(step, profile.person_id, draft, profile, held, confirmed=False)
    return profile is not None or bool(said)


def _write_wishes(
    step: Step, row: RosterRow, person_id: str, wish: Wishes | None, named: Mapping[str, str]
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
