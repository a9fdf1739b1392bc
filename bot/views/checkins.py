"""Check-ins: the message that asks, its form, the thanks with help, what was written, and Home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.checkins import (
    OPEN_LINE,
    OPEN_LINE_LENGTH,
    UNTIL,
    AnswerForm,
    Asked,
    AtHome,
    CheckInCard,
    Read,
    Revealed,
    Thanks,
    Written,
)
from bot.guidelines.checkins import Help, Item
from bot.store.checkins import CheckInState
from bot.store.people import Contact
from bot.texts import Mrkdwn, escape
from bot.views import concerns
from bot.views.blocks import (
    Block,
    Element,
    HomeParts,
    Message,
    Modal,
    actions,
    as_written,
    button,
    checkboxes_input,
    context,
    divider,
    modal,
    option,
    section,
    select_input,
    text_input,
)
from bot.views.pickers import date_input
from bot.views.reader import Reader

ANSWER = "checkins.answer"
SEND = "checkins.send"
NOT_MET = "checkins.not_met"
READ = "checkins.read"
PAUSE = "checkins.pause"
SET_PAUSE = "checkins.set_pause"
RESUME = "checkins.resume"

SHARE = "share"
LOOK_IN = "look_in"
YES = "yes"
MOST_COMING = 8
MOST_IN_BOLD = 100


def asked(outcome: Asked, to: Reader) -> Message:
    """Return the message that asks, for one relationship or several."""
    return _message(outcome, to, "asked")


def reminder(outcome: Asked, to: Reader) -> Message:
    """Return the one reminder."""
    return _message(outcome, to, "reminder")


def _message(outcome: Asked, to: Reader, which: str) -> Message:
    waits = any(card.state is CheckInState.ASKED for card in outcome.cards)
    minutes = max(card.minutes for card in outcome.cards)
    title = "title_each" if len(outcome.cards) > 1 else "title"
    blocks: list[Block] = [section(to.say(f"checkins.{which}.{title}", n=minutes))]
    for card in outcome.cards:
        blocks += _card(card, to)
    if waits:
        blocks.append(context(to.say("checkins.asked.small_print")))
    return Message(text=to.say(f"checkins.{which}.notification"), blocks=blocks)


def _card(card: CheckInCard, to: Reader) -> list[Block]:
    with_whom = to.say("checkins.card.with", others=_names(card.others, to))
    if card.state is CheckInState.ASKED:
        buttons = (_answer_button(card, to), _not_met_button(card, to), _wrong(card.relationship_id, to))
        return [section(with_whom), actions(*buttons)]
    state = "not_met" if card.not_met else str(card.state)
    blocks = [section(f"{with_whom}\n{to.say(f'checkins.card.{state}')}")]
    elements: list[Element] = []
    if card.state is CheckInState.ANSWERED and not card.not_met:
        elements.append(_read_button(card, to))
    if card.state is not CheckInState.CANCELLED:
        elements.append(_wrong(card.relationship_id, to))
    return [*blocks, actions(*elements)] if elements else blocks


def _answer_button(card: CheckInCard, to: Reader) -> Element:
    return button(
        to.say.plain("checkins.card.answer"),
        ANSWER,
        value=to.ref(checkin=card.checkin_id),
        style="primary",
        spoken=to.say.plain("checkins.card.answer_spoken", others=_plain_names(card.others, to)),
    )


def _not_met_button(card: CheckInCard, to: Reader) -> Element:
    """Return the button beside which the small print must say that the lead sees it: not for Home."""
    return button(
        to.say.plain("checkins.card.we_have_not_met"),
        NOT_MET,
        value=to.ref(checkin=card.checkin_id),
        spoken=to.say.plain("checkins.card.we_have_not_met_spoken", others=_plain_names(card.others, to)),
    )


def _read_button(card: CheckInCard, to: Reader) -> Element:
    return button(to.say.plain("checkins.card.read"), READ, value=to.ref(checkin=card.checkin_id))


def _wrong(relationship_id: str, to: Reader) -> Element:
    return button(
        to.say.plain("checkins.card.something_is_wrong"),
        concerns.OPEN,
        value=to.ref(relationship=relationship_id),
    )


def form(outcome: AnswerForm, to: Reader) -> Modal:
    """Return the form. It says first who will read what, and that every question may be left out."""
    others = outcome.card.others
    blocks: list[Block] = [section(to.say("checkins.form.intro", others=_names(others, to)))]
    if outcome.late:
        blocks.append(context(to.say("checkins.form.late", day=to.day(outcome.card.due_on))))
    blocks += [_question(item, to) for item in outcome.items]
    blocks += [
        text_input(
            to.say.plain("checkins.form.open_line"),
            OPEN_LINE,
            hint=to.say.plain("checkins.form.open_line_hint"),
            multiline=True,
            optional=True,
            most=OPEN_LINE_LENGTH,
        ),
        divider(),
        checkboxes_input(
            to.say.plain("checkins.form.share"),
            SHARE,
            [option(to.say.plain("checkins.form.share_yes", others=_plain_names(others, to)), YES)],
            hint=to.say.plain("checkins.form.share_hint"),
        ),
        checkboxes_input(
            to.say.plain("checkins.form.look_in"),
            LOOK_IN,
            [option(to.say.plain("checkins.form.look_in_yes"), YES)],
            hint=to.say.plain("checkins.form.look_in_hint"),
        ),
    ]
    if not outcome.validated:
        blocks.append(context(to.say("checkins.form.not_validated")))
    return modal(
        title=outcome.title,
        callback_id=SEND,
        submit=to.say.plain("checkins.form.send"),
        close=to.say.plain("common.cancel"),
        private_metadata=to.ref(checkin=outcome.card.checkin_id, form=outcome.form_id),
        blocks=blocks,
    )


def _question(item: Item, to: Reader) -> Block:
    if item.kind == "text":
        return text_input(item.text, item.key, multiline=True, optional=True, most=OPEN_LINE_LENGTH)
    if item.kind == "scale":
        options = [
            option(f"{value}: {label}", value) for value, label in zip(item.values, item.labels, strict=True)
        ]
    elif item.kind == "yes_no":
        options = [option(to.say.plain(f"checkins.form.{value}"), value) for value in item.values]
    else:
        options = [option(label, label) for label in item.values]
    return select_input(item.text, item.key, options, optional=True, radio=True)


def thanks(outcome: Thanks, to: Reader) -> Modal:
    """Return the thanks: what happens with the answers, and help where one was low, seen by nobody else."""
    if outcome.readable:
        kept = to.say("checkins.thanks.both_shared", others=_names(outcome.readable, to))
    elif outcome.shared:
        kept = to.say("checkins.thanks.shared", others=_names(outcome.card.others, to))
    else:
        kept = to.say("checkins.thanks.kept")
    blocks: list[Block] = [section(kept)]
    if outcome.look_in:
        blocks.append(section(to.say("checkins.thanks.look_in")))
    if outcome.low:
        blocks += [divider(), section(to.say("checkins.thanks.low")), *_help(outcome.help, to)]
    ways = [_read_button(outcome.card, to)]
    if outcome.low:
        ways.append(_wrong(outcome.card.relationship_id, to))
    blocks.append(actions(*ways))
    return modal(
        title=to.say.plain("checkins.thanks.title"), close=to.say.plain("common.close"), blocks=blocks
    )


def noted(outcome: CheckInCard, help_: Help | None, to: Reader) -> Message:
    """Return what somebody reads who pressed that they have not met yet."""
    text = to.say("checkins.noted", others=_names(outcome.others, to))
    return Message(text=text, blocks=[section(text), *_help((help_,) if help_ else (), to)])


def _help(offered: Sequence[Help], to: Reader) -> list[Block]:
    blocks = []
    for one in offered:
        more = to.say("checkins.thanks.more", address=Mrkdwn(f"<{one.address}>")) if one.address else ""
        blocks.append(section(f"*{escape(one.title)}*\n{escape(one.text)}\n{more}".strip()))
    return blocks


def read(outcome: Read, to: Reader) -> Modal:
    """Return what one wrote oneself, and what the others shared where both have."""
    blocks: list[Block] = [
        context(to.say("checkins.read.shared" if outcome.shared else "checkins.read.only_you")),
        section(f"*{to.say('checkins.read.yours')}*"),
        *_written(outcome.mine),
    ]
    for contact, written in outcome.theirs:
        blocks += [
            divider(),
            section(f"*{to.say('checkins.read.theirs', other=to.name(contact))}*"),
            *_written(written),
        ]
    if outcome.shared and not outcome.theirs:
        blocks.append(context(to.say("checkins.read.not_both", others=_names(outcome.card.others, to))))
    return modal(title=to.say.plain("checkins.read.title"), close=to.say.plain("common.close"), blocks=blocks)


def _written(written: Written) -> list[Block]:
    blocks: list[Block] = []
    for line in written.lines:
        if len(line.shown) <= MOST_IN_BOLD:
            blocks.append(section(f"{escape(line.asked)}\n*{escape(line.shown)}*"))
        else:
            blocks += [section(escape(line.asked)), as_written(line.shown)]
    return [*blocks, as_written(written.open_line)] if written.open_line else blocks


def revealed(outcome: Revealed, to: Reader) -> Message:
    """Return the news that both shared; the words are only behind the button."""
    return Message(
        text=to.say("checkins.revealed.notification"),
        blocks=[
            section(to.say("checkins.revealed.body", other=to.name(outcome.other))),
            actions(
                button(to.say.plain("checkins.card.read"), READ, value=to.ref(checkin=outcome.checkin_id))
            ),
        ],
    )


def pause_form(to: Reader) -> Modal:
    """Return the form in which somebody asks not to be asked for a while."""
    return modal(
        title=to.say.plain("checkins.pause.title"),
        callback_id=SET_PAUSE,
        submit=to.say.plain("checkins.pause.send"),
        close=to.say.plain("common.cancel"),
        private_metadata=to.ref(),
        blocks=[
            section(to.say("checkins.pause.intro")),
            date_input(to.say.plain("checkins.pause.until"), UNTIL),
        ],
    )


def paused(until: date, to: Reader) -> Modal:
    """Return what somebody reads who paused."""
    return modal(
        title=to.say.plain("checkins.pause.title"),
        close=to.say.plain("common.close"),
        blocks=[section(to.say("checkins.pause.done", day=to.day(until)))],
    )


def at_home(outcome: AtHome, to: Reader) -> HomeParts:
    """Return what Home shows: check-ins that wait, when the next ones come, and a way to pause them."""
    waiting: list[Block] = []
    for card in outcome.waiting:
        waits = to.say("checkins.home.waits", others=_names(card.others, to))
        waiting.append(section(waits, accessory=_answer_button(card, to)))
    mine: list[Block] = []
    lines = [
        to.say("checkins.home.coming", others=_names(coming.others, to), day=to.day(coming.at))
        for coming in outcome.coming[:MOST_COMING]
    ]
    if lines:
        mine.append(section("\n".join(lines)))
    if outcome.last_answered is not None:
        mine.append(context(to.say("checkins.home.last_answered", day=to.day(outcome.last_answered))))
    if outcome.paused_until is not None:
        mine.append(context(to.say("checkins.home.paused", day=to.day(outcome.paused_until))))
        way = button(to.say.plain("checkins.home.resume"), RESUME, value=to.ref())
    else:
        way = button(to.say.plain("checkins.home.pause"), PAUSE, value=to.ref())
    return HomeParts(waiting=waiting, mine=mine, next=[way])


def _names(contacts: Sequence[Contact], to: Reader) -> Mrkdwn:
    return to.names(contacts) if contacts else Mrkdwn(to.say("checkins.somebody"))


def _plain_names(contacts: Sequence[Contact], to: Reader) -> str:
    return ", ".join(contact.name for contact in contacts) or to.say.plain("checkins.somebody")
