"""A request as its form, as a card for either side, and as the news of its answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.requests import LONGEST_NOTE, Asked, AskForm, AtHome, Decided
from bot.store.requests import RequestState
from bot.texts import escape
from bot.views import mentors
from bot.views.agreements import open_button
from bot.views.blocks import (
    Block,
    HomeParts,
    Message,
    Modal,
    actions,
    button,
    context,
    modal,
    section,
    text_input,
)
from bot.views.reader import Reader
from bot.views.together import together

ASK = mentors.ASK
SEND = "requests.send"
ACCEPT = "requests.accept"
DECLINE = "requests.decline"
WITHDRAW = "requests.withdraw"

NOTE = "note"


def form(outcome: AskForm, to: Reader) -> Modal:
    """Return the form in which a mentee writes to a mentor; it says who will read it."""
    return modal(
        title=to.say.plain("requests.form.title"),
        callback_id=SEND,
        submit=to.say.plain("requests.form.send"),
        close=to.say.plain("common.cancel"),
        private_metadata=to.ref(
            request=outcome.request_id, mentor=outcome.mentor.person_id, topic=outcome.topic
        ),
        blocks=[
            section(to.say("requests.form.intro", mentor=to.name(outcome.mentor))),
            text_input(
                to.say.plain("requests.form.note"),
                NOTE,
                initial=to.say.plain("requests.form.note_start", topic=outcome.looked_for)
                if outcome.looked_for
                else "",
                hint=to.say.plain("requests.form.note_hint", mentor=outcome.mentor.name),
                multiline=True,
                most=LONGEST_NOTE,
            ),
        ],
    )


def sent(outcome: Asked, to: Reader) -> Modal:
    """Return what the mentee sees at once: that it was sent, and when to expect an answer."""
    return modal(
        title=to.say.plain("requests.sent.title"),
        close=to.say.plain("common.close"),
        blocks=[
            section(
                to.say(
                    "requests.sent.body",
                    mentor=to.name(outcome.mentor),
                    by=to.day(outcome.answer_expected_by),
                    until=to.day(outcome.lapses_at),
                )
            )
        ],
    )


def for_mentor(outcome: Asked, to: Reader) -> Message:
    """Return the mentor's card: the note, and Accept and Decline while it is open."""
    blocks: list[Block] = [
        section(to.say("requests.for_mentor.title", mentee=to.name(outcome.mentee))),
        section(_quoted(outcome.note)),
    ]
    if outcome.state is RequestState.OPEN:
        blocks.append(_answers(outcome, to))
        blocks.append(context(to.say("requests.for_mentor.small_print", until=to.day(outcome.lapses_at))))
    else:
        blocks.append(context(to.say(f"requests.for_mentor.{outcome.state}")))
    return Message(text=to.say("requests.for_mentor.notification"), blocks=blocks)


def for_mentee(outcome: Asked, to: Reader) -> Message:
    """Return the mentee's card: the state of the request, and a way to take it back while it is open.

    After a yes the way to the agreement stands in the news of it (``decided``), once.
    """
    text = to.say(
        f"requests.for_mentee.{outcome.state}",
        mentor=to.name(outcome.mentor),
        by=to.day(outcome.answer_expected_by),
    )
    blocks: list[Block] = [section(text)]
    if outcome.state is RequestState.OPEN:
        blocks.append(_take_back(outcome, to))
    return Message(text=to.say("requests.for_mentee.notification"), blocks=blocks)


def reminder(outcome: Asked, to: Reader) -> Message:
    """Return the one reminder of a waiting request, with the same buttons."""
    card = for_mentor(outcome, to)
    return Message(
        text=to.say("requests.reminder.notification"),
        blocks=[section(to.say("requests.reminder.title")), *card.blocks],
    )


def reminders(outcomes: Sequence[Asked], to: Reader) -> Message:
    """Return the one reminder of several waiting requests, each with the same buttons."""
    return together(
        to.say("requests.reminder.notification"),
        to.say("requests.reminder.title_each", n=len(outcomes)),
        [for_mentor(outcome, to).blocks for outcome in outcomes],
    )


def decided(outcome: Decided, to: Reader) -> Message:
    """Return the news of an answer to the mentee, with the next people where it was no yes."""
    asked = outcome.asked
    blocks: list[Block] = [
        section(to.say(f"requests.decided.{asked.state}", mentor=to.name(asked.mentor))),
        *_fill_in(asked, to),
    ]
    if outcome.next_people is not None:
        blocks += mentors.next_people(outcome.next_people, to)
    return Message(text=to.say("requests.decided.notification"), blocks=blocks)


def at_home(outcome: AtHome, to: Reader) -> HomeParts:
    """Return requests waiting for the reader's answer, and the reader's own with a way to take them back."""
    waiting: list[Block] = []
    for asked in outcome.waiting:
        waiting += [
            section(to.say("requests.for_mentor.title", mentee=to.name(asked.mentee))),
            section(_quoted(asked.note)),
            _answers(asked, to),
            context(to.say("requests.for_mentor.small_print", until=to.day(asked.lapses_at))),
        ]
    mine: list[Block] = []
    for asked in outcome.mine:
        text = to.say(
            "requests.for_mentee.open", mentor=to.name(asked.mentor), by=to.day(asked.answer_expected_by)
        )
        mine += [section(text), _take_back(asked, to)]
    return HomeParts(waiting=waiting, mine=mine)


def _answers(asked: Asked, to: Reader) -> Block:
    ref = to.ref(request=asked.request_id)
    return actions(
        button(
            to.say.plain("requests.for_mentor.accept"),
            ACCEPT,
            value=ref,
            style="primary",
            spoken=to.say.plain("requests.for_mentor.accept_spoken", mentee=asked.mentee.name),
        ),
        button(
            to.say.plain("requests.for_mentor.decline"),
            DECLINE,
            value=ref,
            spoken=to.say.plain("requests.for_mentor.decline_spoken", mentee=asked.mentee.name),
        ),
    )


def _take_back(asked: Asked, to: Reader) -> Block:
    return actions(
        button(
            to.say.plain("requests.for_mentee.withdraw"),
            WITHDRAW,
            value=to.ref(request=asked.request_id),
            spoken=to.say.plain("requests.for_mentee.withdraw_spoken", mentor=asked.mentor.name),
        )
    )


def _fill_in(asked: Asked, to: Reader) -> list[Block]:
    """Return the way to the agreement, once there is a relationship to agree about."""
    if asked.relationship_id is None:
        return []
    return [actions(open_button("fill", asked.relationship_id, to, primary=True))]


def _quoted(note: str) -> str:
    return "\n".join(f"> {line}" for line in escape(note).splitlines() if line.strip()) or "> …"
