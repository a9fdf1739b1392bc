"""Messages about a case, all neutral: a reference, a state, a deadline; never words, names or a level."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.concerns import AtHome
from bot.domain.concerns.moving import News
from bot.domain.concerns.reading import HandlerCard
from bot.domain.concerns.reporters import Status
from bot.store.concerns import ENDED, HELD, MAY_OPEN, ConcernState
from bot.texts import Mrkdwn
from bot.views.blocks import Block, HomeParts, Message, actions, button, confirm, context, section
from bot.views.concerns.actions import ACKNOWLEDGE, OPEN, READ, RECUSE, STATUS, TAKE
from bot.views.reader import Reader


def for_handler(outcome: HandlerCard, to: Reader) -> Message:
    """Return the card of somebody who was asked, as it stands now for them."""
    say, value = to.say, to.ref(concern=outcome.concern_id)
    passing = "recuse_last" if outcome.is_last else "recuse_text"
    blocks: list[Block] = [section(_line(outcome, to))]
    if outcome.can_acknowledge:
        blocks.insert(0, section(say("concerns.for_handler.title")))
        blocks.append(
            actions(
                button(
                    say.plain("concerns.for_handler.acknowledge"), ACKNOWLEDGE, value=value, style="primary"
                ),
                button(say.plain("concerns.for_handler.open"), READ, value=value),
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
                ),
            )
        )
    elif outcome.can_open:
        blocks.append(actions(button(say.plain("concerns.for_handler.open"), READ, value=value)))
    return Message(text=say("concerns.for_handler.notification"), blocks=blocks)


def reminder(outcome: HandlerCard, to: Reader) -> Message:
    """Return the reminder to acknowledge, with the same buttons."""
    card = for_handler(outcome, to)
    which = "last" if outcome.is_last else "title"
    blocks = [section(to.say(f"concerns.reminder.{which}")), *card.blocks[1:]]
    return Message(text=to.say("concerns.reminder.notification"), blocks=blocks)


def act_reminder(outcome: HandlerCard, to: Reader) -> Message:
    """Return the reminder that something should have happened by now."""
    card = for_handler(outcome, to)
    blocks = [section(to.say("concerns.act_reminder.title")), *card.blocks]
    return Message(text=to.say("concerns.act_reminder.notification"), blocks=blocks)


def channel_card(outcome: HandlerCard, to: Reader) -> Message:
    """Return the card in the programme's channel; Slack shows its time to each member in their own zone."""
    say, state = to.say, outcome.state
    by = _anywhere(outcome.acknowledge_by, to) if outcome.acknowledge_by else ""
    if state in HELD:
        text = say("concerns.card.held", reference=outcome.reference)
    elif state is ConcernState.FILED:
        late = "exhausted" if outcome.exhausted else "filed"
        text = say(f"concerns.card.{late}", reference=outcome.reference, by=by)
    else:
        text = say(f"concerns.card.{state}", reference=outcome.reference)
    if outcome.level is not None:
        text = f"{text} {say('concerns.card.level', n=outcome.level)}."
    blocks: list[Block] = [section(text)]
    if state is ConcernState.FILED:
        take = button(
            say.plain("concerns.for_handler.acknowledge"),
            TAKE,
            value=to.ref(concern=outcome.concern_id),
            style="primary",
        )
        blocks += [actions(take), context(say("concerns.card.small_print"))]
    return Message(text=say("concerns.card.notification"), blocks=blocks)


def taken(to: Reader) -> Message:
    """Return what somebody sees who acknowledged from the channel."""
    return _short("concerns.card.taken", to)


def recused(to: Reader) -> Message:
    """Return what somebody sees who passed a case on."""
    return _short("concerns.for_handler.recused", to)


def for_reporter(outcome: Status, to: Reader) -> Message:
    """Return the news that something the reader raised stands differently now, or that nobody answers."""
    say = to.say
    see = button(say.plain("concerns.for_reporter.open"), STATUS, value=to.ref(concern=outcome.concern_id))
    text = say(f"concerns.for_reporter.{_news(outcome)}", reference=outcome.reference)
    return Message(text=say("concerns.for_reporter.notification"), blocks=[section(text), actions(see)])


def asked_again(outcome: Status, to: Reader) -> Message:
    """Return the question to the reporter, some time after the end."""
    say = to.say
    buttons = [
        button(say.plain("concerns.asked_again.open"), STATUS, value=to.ref(concern=outcome.concern_id)),
        button(say.plain("concerns.asked_again.new"), OPEN, value=to.ref()),
    ]
    text = say("concerns.asked_again.body", reference=outcome.reference)
    return Message(text=say("concerns.asked_again.notification"), blocks=[section(text), actions(*buttons)])


def at_home(outcome: AtHome, to: Reader) -> HomeParts:
    """Return what Home shows: what waits for the reader, what another one has, and what they raised."""
    say = to.say
    waiting = [_home_case(card, to) for card in outcome.waiting]
    mine = [_home_case(card, to) for card in outcome.elsewhere]
    mine += [
        section(
            say(
                "concerns.home.raised",
                reference=one.reference,
                state=Mrkdwn(say(f"concerns.state.{one.state}")),
            ),
            accessory=button(
                say.plain("concerns.home.see"),
                STATUS,
                value=to.ref(concern=one.concern_id),
                spoken=f"{say.plain('concerns.home.see')}: {one.reference}",
            ),
        )
        for one in outcome.raised
    ]
    return HomeParts(waiting=waiting, mine=mine)


def _line(outcome: HandlerCard, to: Reader) -> str:
    say, state = to.say, outcome.state
    reference = outcome.reference
    if state in ENDED:
        return say(f"concerns.for_handler.{state}", reference=reference)
    if outcome.reader_state not in MAY_OPEN:
        return say("concerns.for_handler.passed", reference=reference)
    if state in HELD:
        if outcome.is_elsewhere:
            return say("concerns.for_handler.elsewhere", reference=reference)
        by = to.day(outcome.act_by) if outcome.act_by else ""
        return say(f"concerns.for_handler.{state}", reference=reference, by=by)
    if outcome.exhausted:
        return say("concerns.for_handler.exhausted", reference=reference)
    by = to.time(outcome.acknowledge_by) if outcome.acknowledge_by else ""
    which = "body_last" if outcome.is_last else "body"
    return say(f"concerns.for_handler.{which}", reference=reference, by=by)


def _news(outcome: Status) -> str:
    """Return the name of the sentence that says the news."""
    if outcome.news in {News.UNANSWERED, News.WEEKLY} and not outcome.readers:
        return "nobody_left"
    return outcome.state if outcome.news is News.STATE else outcome.news


def _anywhere(moment: datetime, to: Reader) -> Mrkdwn:
    """Return a time that Slack shows in the zone of whoever looks; in UTC where it cannot."""
    fallback = to.say("concerns.card.utc", time=replace(to, time_zone="UTC").time(moment))
    return Mrkdwn(f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>")


def _home_case(card: HandlerCard, to: Reader) -> Block:
    spoken = f"{to.say.plain('concerns.home.open')} {card.reference}"
    value = to.ref(concern=card.concern_id)
    return section(
        _home_line(card, to),
        accessory=button(to.say.plain("concerns.home.open"), READ, value=value, spoken=spoken),
    )


def _home_line(card: HandlerCard, to: Reader) -> str:
    say = to.say
    if card.is_elsewhere:
        if card.holder is None:
            return say("concerns.for_handler.elsewhere", reference=card.reference)
        return say("concerns.home.elsewhere", reference=card.reference, name=to.name(card.holder))
    if card.state in HELD:
        by = to.day(card.act_by) if card.act_by else ""
        return say("concerns.home.held", reference=card.reference, by=by)
    if card.exhausted:
        return say("concerns.home.exhausted", reference=card.reference)
    by = to.time(card.acknowledge_by) if card.acknowledge_by else ""
    return say("concerns.home.waiting", reference=card.reference, by=by)


def _short(key: str, to: Reader) -> Message:
    text = to.say(key)
    return Message(text=text, blocks=[section(text)])
