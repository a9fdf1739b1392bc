"""Relationships on Home, each with the way to end it, and the news that one has ended."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.relationships import AtHome, Ended, Mine
from bot.store.people import Contact
from bot.store.relationships import Kind
from bot.texts import Mrkdwn
from bot.views import mentors
from bot.views.blocks import (
    Block,
    Element,
    HomeParts,
    Message,
    button,
    confirm,
    context,
    section,
)
from bot.views.reader import Reader
from bot.views.together import together

END = "relationships.end"

ADVISING = frozenset({Kind.ADVISOR, Kind.CO_ADVISOR})
"""Ending the mentoring here does not end these: funding, visa and lab hang on the advising."""

MOST = 20


def at_home(outcome: AtHome, to: Reader) -> HomeParts:
    """Return each relationship with a button to end it, after a question that says what will happen."""
    return HomeParts(
        mine=[
            section(
                to.say(f"relationships.home.{mine.role}", others=_names(mine.others, to)),
                accessory=_end_button(mine, to),
            )
            for mine in outcome.mine[:MOST]
        ]
    )


def ended(outcome: Ended, to: Reader) -> Message:
    """Return the news for the other side: who ended it or left, no reason, and what is next."""
    text = to.say(f"relationships.news.{outcome.why}", who=to.name(outcome.by))
    return Message(
        text=to.say("relationships.news.notification"),
        blocks=[section(text), *_next(outcome, to, advising=outcome.kind in ADVISING)],
    )


def several_ended(outcomes: Sequence[Ended], to: Reader) -> Message:
    """Return the news of several ends; what is next is said once, by the latest of them."""
    parts: list[list[Block]] = [
        [section(to.say(f"relationships.news.{one.why}", who=to.name(one.by)))] for one in outcomes
    ]
    advising = any(one.kind in ADVISING for one in outcomes)
    following = _next(outcomes[-1], to, advising=advising)
    return together(
        to.say("relationships.news.notification"),
        to.say("relationships.news.title_each", n=len(outcomes)),
        [*parts, following] if following else parts,
    )


def finished(outcome: Ended, to: Reader) -> Message:
    """Return what somebody reads who just ended a relationship."""
    text = to.say("relationships.finished", others=_names(outcome.others, to))
    return Message(text=text, blocks=[section(text), *_next(outcome, to, advising=outcome.kind in ADVISING)])


def _next(outcome: Ended, to: Reader, *, advising: bool) -> list[Block]:
    blocks: list[Block] = []
    if advising:
        blocks.append(section(to.say("relationships.next.advising")))
    if outcome.next_people is not None:
        blocks.append(section(to.say("relationships.next.another")))
        blocks += mentors.next_people(outcome.next_people, to)
    if outcome.open_places is not None:
        blocks.append(context(to.say("relationships.next.places", n=outcome.open_places)))
    return blocks


def _end_button(mine: Mine, to: Reader) -> Element:
    names = ", ".join(contact.name for contact in mine.others) or to.say.plain("relationships.somebody")
    key = "advising" if mine.kind in ADVISING else "text"
    return button(
        to.say.plain("relationships.end.button"),
        END,
        value=to.ref(relationship=mine.relationship_id),
        spoken=to.say.plain("relationships.end.spoken", others=names),
        confirm=confirm(
            to.say.plain("relationships.end.title"),
            to.say.plain(f"relationships.end.{key}"),
            to.say.plain("relationships.end.yes"),
            to.say.plain("relationships.end.no"),
        ),
    )


def _names(contacts: Sequence[Contact], to: Reader) -> Mrkdwn:
    return to.names(contacts) if contacts else Mrkdwn(to.say("relationships.somebody"))
