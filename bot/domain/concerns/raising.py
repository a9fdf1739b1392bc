"""Raising a concern: who would read it, what the form shows, and the one moment at which it is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.calendar import add_working_days
from bot.domain.concerns import choosing, moving
from bot.domain.concerns.forms import (
    ABOUT_LENGTH,
    MOST_ABOUT,
    WORDS_LENGTH,
    Blank,
    Draft,
    Filed,
    Intro,
    Readers,
    Wanted,
)
from bot.domain.concerns.guideline import rules_of, version_of
from bot.domain.concerns.naming import may_mean
from bot.domain.concerns.recording import record
from bot.domain.concerns.routing import Plan
from bot.domain.hours import working_time
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.guidelines.concerns import DANGER, ConcernRules, Level, Route
from bot.ids import reference
from bot.store import concerns as store
from bot.store import people, programmes
from bot.store.base import find
from bot.store.concerns import Capacity, Concern, ConcernParty, ConcernReader, ConcernState, Party
from bot.store.programmes import ProgrammeState

ID_LENGTH = 40
DEFAULT_LEVEL = 1
"""Whose readers the first screens show, before a level is chosen."""


def missing(step: Step) -> tuple[str, ...]:
    """Return what lacks before concerns take words here, as words for the machine; empty when nothing."""
    lacks = list(rules_of(step).missing())
    if not lacks and not choosing.are_enough(choosing.candidates(step.session, rules_of(step))):
        lacks.append("people")
    programme = programmes.in_scope(step.session, step.programme_id)
    if programme.state not in {ProgrammeState.PILOT, ProgrammeState.RUNNING}:
        lacks.append("start")  # before it no clock runs, and nobody would be reminded
    return tuple(lacks)


def first_screen(step: Step, concern_id: str = "", struck_ids: tuple[str, ...] = ()) -> Intro:
    """Return the first screen, recomputed without those whom the reporter struck out. Stores nothing."""
    rules = rules_of(step)
    live = not missing(step)
    readers = Readers((), ())
    if live:
        made = choosing.plan_for(step, rules.level(DEFAULT_LEVEL), (), struck_ids)
        readers = choosing.named(step, made)
    struck = people.contacts(step.session, struck_ids)
    return Intro(
        live=live,
        readers=readers,
        struck=tuple(struck[one] for one in struck_ids if one in struck),
        routes=rules.routes,
        help=rules.help,
        private=rules.words.private,
        duty=rules.words.duty,
        concern_id=concern_id or step.ids(),
        struck_ids=tuple(one for one in struck_ids if one in struck),
    )


def for_outsiders(rules: ConcernRules) -> Intro:
    """Return the first screen for somebody in no programme: the outside routes and the numbers only."""
    return Intro(
        live=False,
        readers=Readers((), ()),
        struck=(),
        routes=rules.routes,
        help=rules.help,
        private=rules.words.private,
        duty=rules.words.duty,
        concern_id="",
        member=False,
    )


def blank(step: Step, draft: Draft) -> Blank:
    """Return the form for what was entered so far, naming who would read it. Stores nothing.

    Raises Refusal where concerns take no words.
    """
    if missing(step):
        raise Refusal("concerns.not_live")
    level, made = _level(step, draft), _route(step, draft)
    return _shown(step, replace(draft, shown=made.fingerprint(draft.level)), level, made)


def file(step: Step, draft: Draft) -> Filed | Blank:
    """Store the concern and ask its first reader; or return the form again where it named other readers.

    Sending the same form twice changes nothing and shows the first. Raises Refusal for a field at fault or
    where concerns take no words, NotFound for a forged id.
    """
    existing = find(step.session, Concern, draft.concern_id)
    if existing is not None:
        if existing.reporter_id != step.by:
            raise NotFound
        return _filed(step, existing)
    if missing(step):
        raise Refusal("concerns.not_live", field="words")
    _check(step, draft)
    level, made = _level(step, draft), _route(step, draft)
    if level is None:
        raise Refusal("concerns.choose_level", field="concerns.level")
    _ask_whether_a_reader_is_meant(step, draft, made)
    mark = made.fingerprint(draft.level)
    if draft.shown != mark or (level.sees and not made.at_once):
        return _shown(step, replace(draft, shown=mark), level, made, changed=True)
    return _filed(step, _store(step, draft, level, made))


def _check(step: Step, draft: Draft) -> None:
    if not draft.concern_id or len(draft.concern_id) > ID_LENGTH:
        raise NotFound
    if not draft.words:
        raise Refusal("concerns.say_something", field="words")
    if len(draft.words) > WORDS_LENGTH:
        raise Refusal("concerns.too_long", field="words", n=WORDS_LENGTH)
    if not draft.about_slack_ids and not draft.about_text:
        raise Refusal("concerns.say_whom", field="about_text")
    if len(draft.about_slack_ids) > MOST_ABOUT:
        raise Refusal("concerns.too_many", field="concerns.about", n=MOST_ABOUT)
    own = people.contact(step.session, step.by)
    if own is not None and own.slack_user_id in draft.about_slack_ids:
        raise Refusal("concerns.about_yourself", field="concerns.about")
    if len(draft.about_text) > ABOUT_LENGTH:
        raise Refusal("concerns.too_long", field="about_text", n=ABOUT_LENGTH)
    if draft.wanted not in set(Wanted):
        raise Refusal("concerns.choose_wanted", field="wanted")


def _ask_whether_a_reader_is_meant(step: Step, draft: Draft, made: Plan) -> None:
    """Refuse words that may mean somebody who would read it: only the reporter can say whether they do."""
    known = people.contacts(step.session, [candidate.person_id for candidate in made.everyone])
    for candidate in made.everyone:
        name = known[candidate.person_id].name if candidate.person_id in known else ""
        if may_mean(draft.about_text, name):
            raise Refusal("concerns.is_it_a_reader", field="about_text", name=name)


def _store(step: Step, draft: Draft, level: Level, made: Plan) -> Concern:
    here = bool(level.sees)
    row = Concern(
        id=draft.concern_id,
        **step.place,
        reference=reference(step.ids),
        state=ConcernState.FILED if here else ConcernState.KEPT,
        level=level.level,
        reporter_id=step.by,
        words=step.seal(Concern.words, draft.concern_id, draft.words),
        about=step.seal(Concern.about, draft.concern_id, draft.about_text) if draft.about_text else None,
        wanted=step.seal(Concern.wanted, draft.concern_id, draft.wanted),
        filed_at=step.now,
        guideline_version=step.rules.version,
        approved_version=version_of(step),
    )
    step.add(row)
    for party in _parties(step, draft):
        row_id = step.ids()
        sealed = step.seal(ConcernParty.who, row_id, party.packed())
        step.add(ConcernParty(id=row_id, **step.place, concern_id=row.id, who=sealed))
    for position, candidate in enumerate(made.everyone):
        step.add(
            ConcernReader(
                id=step.ids(),
                **step.place,
                concern_id=row.id,
                person_id=candidate.person_id,
                position=position,
                at_once=candidate in made.at_once,
            )
        )
    record(step, row, "filed")
    if here:
        moving.ask_first(step, row)
        if draft.about_slack_ids and not draft.about_text:
            moving.post_card(step, row)  # else nobody knows who must not be in the channel
    else:
        own = people.contacts(step.session, [step.by]).get(step.by)
        days = level.act.working_days or 1
        zone = own.time_zone if own else "UTC"
        row.act_by = add_working_days(step.now, days, step.rules.programme.hours, zone)
        row.erase_at = step.now + timedelta(days=rules_of(step).retention.days_after_end)
    moving.tell_reporter(step, row)
    return row


def _level(step: Step, draft: Draft) -> Level | None:
    if draft.level is None:
        return None
    try:
        return rules_of(step).level(draft.level)
    except KeyError:
        raise NotFound from None


def _parties(step: Step, draft: Draft) -> tuple[Party, ...]:
    found = []
    for slack_user_id in dict.fromkeys(draft.about_slack_ids):
        named = people.by_slack_user(step.session, slack_user_id)
        found.append(Party(Capacity.NAMED, slack_user_id, named.id if named else ""))
    found += [
        Party(Capacity.STRUCK, contact.slack_user_id, contact.person_id)
        for contact in choosing.contacts_in_order(step, draft.struck_ids)
    ]
    return tuple(found)


def _route(step: Step, draft: Draft) -> Plan:
    level = _level(step, draft) or rules_of(step).level(DEFAULT_LEVEL)
    return choosing.plan_for(step, level, draft.about_slack_ids, draft.struck_ids)


def _shown(step: Step, draft: Draft, level: Level | None, made: Plan, *, changed: bool = False) -> Blank:
    rules = rules_of(step)
    readers = choosing.named(step, made)
    return Blank(
        draft=draft,
        readers=readers,
        level=level,
        levels=rules.levels,
        routes_first=_routes_first(step, level),
        routes=rules.routes,
        help=rules.help,
        next_reader_at=_next_reader_at(step, level, readers),
        changed=changed,
    )


def _routes_first(step: Step, level: Level | None) -> tuple[Route, ...]:
    return tuple(
        route for route in rules_of(step).routes if level is not None and level.level in route.first_at_levels
    )


def _next_reader_at(step: Step, level: Level | None, readers: Readers) -> datetime | None:
    if level is None or level.level != DANGER or not readers.at_once:
        return None
    # Leave included: whoever is in danger must not be told of a reader who is not there.
    return working_time(step, readers.at_once[0].person_id).opens(step.now)


def _filed(step: Step, row: Concern) -> Filed:
    level = rules_of(step).level(row.level)
    ladder = store.readers(step.session, row.id)
    readers = Readers(
        at_once=choosing.contacts_in_order(step, tuple(r.person_id for r in ladder if r.at_once)),
        then=choosing.contacts_in_order(step, tuple(r.person_id for r in ladder if not r.at_once)),
    )
    return Filed(
        concern_id=row.id,
        reference=row.reference,
        state=row.state,
        readers=readers,
        acknowledge_by=row.acknowledge_by,
        ask_at=row.act_by if row.state is ConcernState.KEPT else None,
        level=level,
        help=rules_of(step).help,
        next_reader_at=_next_reader_at(step, level, readers),
        routes_first=_routes_first(step, level),
    )
