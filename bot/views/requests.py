"""A request as its form, as a card for either side, and as the news of its answer."""

from __future__ import annotations

from bot.domain.requests import Asked, AskForm
from bot.store.requests import RequestState
from bot.views.agreements import open_button
from bot.views.blocks import Block, Message, Modal, actions, button, context, modal, section, text_input
from bot.views.reader import Reader

ASK = "requests.ask"
SEND = "requests.send"
ACCEPT = "requests.accept"
DECLINE = "requests.decline"
WITHDRAW = "requests.withdraw"

NOTE = "note"
NOTE_LENGTH = 1500


def form(outcome: AskForm, to: Reader) -> Modal:
    """Return the form in which a mentee writes to a mentor; it says who will read it."""
    return modal(
        title=to.say.plain("requests.form.title"),
        callback_id=SEND,
        submit=to.say.plain("requests.form.send"),
        close=to.say.plain("common.cancel"),
        private_metadata=to.ref(request=outcome.request_id, mentor=outcome.mentor.person_id),
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
                most=NOTE_LENGTH,
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
        blocks.append(
            actions(
                button(
                    to.say.plain("requests.for_mentor.accept"),
                    ACCEPT,
                    value=to.ref(request=outcome.request_id),
                    style="primary",
                ),
                button(
                    to.say.plain("requests.for_mentor.decline"),
                    DECLINE,
                    value=to.ref(request=outcome.request_id),
                ),
            )
        )
        blocks.append(context(to.say("requests.for_mentor.small_print", until=to.day(outcome.lapses_at))))
    else:
        blocks.append(context(to.say(f"requests.for_mentor.{outcome.state}")))
    return Message(text=to.say("requests.for_mentor.notification"), blocks=blocks)


def for_mentee(outcome: Asked, to: Reader) -> Message:
    """Return the mentee's card: the state of the request, and a way to take it back while it is open."""
    text = to.say(
        f"requests.for_mentee.{outcome.state}",
        mentor=to.name(outcome.mentor),
        by=to.day(outcome.answer_expected_by),
    )
    blocks: list[Block] = [section(text)]
    if outcome.state is RequestState.OPEN:
        blocks.append(
            actions(
                button(
                    to.say.plain("requests.for_mentee.withdraw"),
                    WITHDRAW,
                    value=to.ref(request=outcome.request_id),
                )
            )
        )
    blocks += _fill_in(outcome, to)
    return Message(text=to.say("requests.for_mentee.notification"), blocks=blocks)


def reminder(outcome: Asked, to: Reader) -> Message:
    """Return the one reminder of a waiting request, with the same buttons."""
    card = for_mentor(outcome, to)
    return Message(
        text=to.say("requests.reminder.notification"),
        blocks=[section(to.say("requests.reminder.title")), *card.blocks],
    )


def decided(outcome: Asked, to: Reader) -> Message:
    """Return the news of an answer to the mentee."""
    text = to.say(f"requests.decided.{outcome.state}", mentor=to.name(outcome.mentor))
    return Message(
        text=to.say("requests.decided.notification"), blocks=[section(text), *_fill_in(outcome, to)]
    )


def _fill_in(outcome: Asked, to: Reader) -> list[Block]:
    """Return the way to the agreement, once there is a relationship to agree about."""
    if outcome.relationship_id is None:
        return []
    return [actions(open_button("fill", outcome.relationship_id, to, primary=True))]


def _quoted(note: str) -> str:
    from_person = note.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "\n".join(f"> {line}" for line in from_person.splitlines() if line.strip()) or "> …"
