"""A case in modals as its handler works on it."""

from __future__ import annotations

from bot.domain.concerns.forms import WORDS_LENGTH
from bot.domain.concerns.reading import Case
from bot.texts import Mrkdwn, mention
from bot.views.blocks import (
    Block,
    Modal,
    actions,
    button,
    confirm,
    context,
    divider,
    modal,
    option,
    section,
    select_input,
    text_input,
)
from bot.views.concerns.actions import (
    ACKNOWLEDGE,
    NOTE,
    RECUSE,
    RELEVEL,
    RESOLVE,
    SAVE_LEVEL,
    SAVE_NOTE,
    SAVE_OUTCOME,
    TO_LEVEL,
    WORDS,
)
from bot.views.concerns.parts import SHOWN, log_lines, long_text, name_of, state_name
from bot.views.concerns.raising import level_option_label
from bot.views.reader import Reader


def case(outcome: Case, to: Reader) -> Modal:
    """Return a case with its words, notes and log, and what its handler can do."""
    say, card = to.say, outcome.card
    blocks: list[Block] = [
        section(
            say("concerns.case.reference", reference=card.reference, state=state_name(card.state, to)),
        ),
        context(
            say(
                "concerns.case.from",
                name=name_of(outcome.reporter, to),
                at=to.time(outcome.filed_at),
                level=outcome.level.level,
                label=outcome.level.label,
            )
        ),
    ]
    about = Mrkdwn(", ".join(mention(one) for one in outcome.about_slack_ids))
    blocks += [section(say("concerns.case.about", name=one)) for one in (about, outcome.about) if one]
    if outcome.wanted:
        wanted = say.plain(f"concerns.wanted.{outcome.wanted}")
        blocks.append(section(say("concerns.case.wanted", wanted=wanted)))
    blocks.append(section(say("concerns.case.words")))
    blocks += long_text(outcome.words) if not outcome.erased else [section(say("concerns.case.erased"))]
    if outcome.outcome:
        blocks += [section(say("concerns.case.outcome")), *long_text(outcome.outcome)]
    blocks += _buttons(outcome, to)
    if outcome.notes:
        blocks += [divider(), section(say("concerns.case.notes"))]
        for note in outcome.notes[-SHOWN:]:
            blocks.append(
                context(say("concerns.case.note_by", name=name_of(note.who, to), at=to.time(note.at)))
            )
            blocks += long_text(note.words)
    blocks += [divider(), section("\n".join([say("concerns.case.log"), *log_lines(outcome.openings, to)]))]
    blocks.append(context(say("concerns.case.logged")))
    return modal(
        title=say.plain("concerns.case.title"),
        close=say.plain("common.close"),
        private_metadata=to.ref(concern=card.concern_id),
        blocks=blocks,
    )


def note_form(concern_id: str, to: Reader) -> Modal:
    """Return the form for a note."""
    say = to.say
    return _words_form(
        title=say.plain("concerns.note.title"),
        save=say.plain("concerns.note.save"),
        label=say.plain("concerns.note.words"),
        hint=say.plain("concerns.note.hint"),
        callback_id=SAVE_NOTE,
        concern_id=concern_id,
        to=to,
    )


def resolve_form(concern_id: str, to: Reader) -> Modal:
    """Return the form for the outcome."""
    say = to.say
    return _words_form(
        title=say.plain("concerns.resolve.title"),
        save=say.plain("concerns.resolve.save"),
        label=say.plain("concerns.resolve.words"),
        hint=say.plain("concerns.resolve.hint"),
        callback_id=SAVE_OUTCOME,
        concern_id=concern_id,
        to=to,
    )


def level_form(outcome: Case, to: Reader) -> Modal:
    """Return the form for another level, with its reason."""
    say = to.say
    return modal(
        title=say.plain("concerns.level_form.title"),
        callback_id=SAVE_LEVEL,
        submit=say.plain("concerns.level_form.save"),
        close=say.plain("common.cancel"),
        private_metadata=to.ref(concern=outcome.card.concern_id),
        blocks=[
            select_input(
                say.plain("concerns.level_form.level"),
                TO_LEVEL,
                [option(level_option_label(level), str(level.level)) for level in outcome.levels],
                initial=str(outcome.level.level),
            ),
            text_input(
                say.plain("concerns.level_form.reason"),
                WORDS,
                hint=say.plain("concerns.level_form.hint"),
                multiline=True,
                most=WORDS_LENGTH,
            ),
        ],
    )


def _buttons(outcome: Case, to: Reader) -> list[Block]:
    say, value = to.say, to.ref(concern=outcome.card.concern_id)
    passing = "recuse_last" if outcome.card.is_last else "recuse_text"
    elements = []
    if outcome.card.can_acknowledge:
        label = say.plain("concerns.case.acknowledge")
        elements.append(button(label, ACKNOWLEDGE, value=value, style="primary"))
    if outcome.holds:
        elements += [
            button(say.plain("concerns.case.note"), NOTE, value=value),
            button(say.plain("concerns.case.level_button"), RELEVEL, value=value),
            button(say.plain("concerns.case.resolve"), RESOLVE, value=value),
        ]
    if outcome.holds or outcome.card.can_acknowledge:
        elements.append(
            button(
                say.plain("concerns.for_handler.recuse"),
                RECUSE,
                value=value,
                confirm=confirm(
                    say.plain("concerns.for_handler.recuse_title"),
                    say.plain(f"concerns.for_handler.{passing}"),
                    say.plain("concerns.for_handler.recuse_yes"),
                    say.plain("concerns.for_handler.recuse_no"),
                ),
            )
        )
    return [actions(*elements)] if elements else []


def _words_form(
    *, title: str, save: str, label: str, hint: str, callback_id: str, concern_id: str, to: Reader
) -> Modal:
    return modal(
        title=title,
        callback_id=callback_id,
        submit=save,
        close=to.say.plain("common.cancel"),
        private_metadata=to.ref(concern=concern_id),
        blocks=[text_input(label, WORDS, hint=hint, multiline=True, most=WORDS_LENGTH)],
    )
