"""Raising a concern: the first screen, the form, and what is shown once it is sent. All in modals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.concerns.forms import (
    ABOUT_LENGTH,
    MOST_ABOUT,
    WORDS_LENGTH,
    Blank,
    Draft,
    Filed,
    Intro,
    Wanted,
)
from bot.guidelines.concerns import HelpNumber, Level, Route
from bot.store.concerns import ConcernState
from bot.texts import Mrkdwn, escape
from bot.views.blocks import (
    Block,
    Modal,
    actions,
    button,
    context,
    divider,
    modal,
    option,
    section,
    select_input,
    text_input,
)
from bot.views.concerns.actions import (
    ABOUT,
    ABOUT_TEXT,
    CONTINUE,
    LEVEL,
    SEND,
    STRIKE,
    UNSTRIKE,
    WANTED,
    WORDS,
)
from bot.views.pickers import people_input
from bot.views.reader import Reader


def intro(outcome: Intro, to: Reader) -> Modal:
    """Return the first screen: who would read it, each with *Not this person*, and the other routes."""
    say = to.say
    takes = outcome.live and bool(outcome.readers.at_once)
    blocks: list[Block] = []
    if takes:
        private = outcome.private.replace("{names}", to.names(outcome.readers.at_once))
        blocks += [section(text) for text in (private, outcome.duty) if text]
        blocks.append(section(say("concerns.intro.readers")))
        for contact in outcome.readers.everyone:
            first = contact in outcome.readers.at_once
            blocks.append(
                section(
                    say("concerns.intro.first" if first else "concerns.intro.next", name=to.name(contact)),
                    accessory=button(
                        say.plain("concerns.intro.strike"),
                        STRIKE,
                        value=to.ref(person=contact.person_id),
                        spoken=say.plain("concerns.intro.strike_spoken", name=contact.name),
                    ),
                )
            )
    else:
        why = "nobody" if outcome.live else "not_live" if outcome.member else "outside"
        blocks.append(section(say(f"concerns.intro.{why}")))
    if outcome.struck:
        blocks.append(context(say("concerns.intro.struck", names=to.names(outcome.struck))))
        blocks.append(actions(button(say.plain("concerns.intro.unstrike"), UNSTRIKE, value=to.ref())))
    if takes:
        blocks += [divider(), section(say("concerns.intro.routes"))]
    blocks += routes(outcome.routes, to)
    blocks += numbers(say("concerns.intro.danger"), outcome.help)
    if takes:
        blocks.append(context(say("concerns.intro.nothing_stored")))
    return modal(
        title=say.plain("concerns.intro.title"),
        callback_id=CONTINUE,
        submit=say.plain("concerns.intro.continue") if takes else None,
        close=say.plain("concerns.intro.stop" if takes else "common.close"),
        private_metadata=_carried(outcome.concern_id, outcome.struck_ids, to),
        blocks=blocks,
    )


def form(outcome: Blank, to: Reader) -> Modal:
    """Return the form, naming who would read what is entered; ``changed`` asks to press Send again."""
    say, draft = to.say, outcome.draft
    blocks: list[Block] = []
    if outcome.nobody:
        blocks += [section(say("concerns.form.nobody")), *routes(outcome.routes, to)]
    elif outcome.changed:
        blocks.append(section(say("concerns.form.changed")))
    blocks.append(
        _dispatching(
            select_input(
                say.plain("concerns.form.level"),
                LEVEL,
                [option(level.label, str(level.level), level.examples) for level in outcome.levels],
                initial=str(draft.level) if draft.level is not None else None,
                radio=True,
            )
        )
    )
    if outcome.routes_first:
        blocks += [section(say("concerns.form.routes_first")), *routes(outcome.routes_first, to)]
    if outcome.next_reader_at is not None:
        words = say(
            "concerns.form.danger",
            name=to.name(outcome.readers.at_once[0]),
            at=to.time(outcome.next_reader_at),
        )
        blocks += numbers(words, outcome.help)
    blocks += [
        _dispatching(
            people_input(
                say.plain("concerns.form.about"),
                ABOUT,
                initial=draft.about_slack_ids,
                most=MOST_ABOUT,
                hint=say.plain("concerns.form.about_hint"),
                optional=True,
            )
        ),
        text_input(
            say.plain("concerns.form.about_text"),
            ABOUT_TEXT,
            initial=draft.about_text,
            hint=say.plain("concerns.form.about_text_hint"),
            optional=True,
            most=ABOUT_LENGTH,
        ),
        # Right above the words, where nobody who writes can overlook it.
        *([] if outcome.nobody else _who_reads(outcome, to)),
        text_input(
            say.plain("concerns.form.words"),
            WORDS,
            initial=draft.words,
            hint=say.plain("concerns.form.words_hint"),
            multiline=True,
            most=WORDS_LENGTH,
        ),
        select_input(
            say.plain("concerns.form.wanted"),
            WANTED,
            [option(say.plain(f"concerns.wanted.{one}"), one) for one in Wanted],
            initial=draft.wanted or None,
        ),
    ]
    return modal(
        title=say.plain("concerns.form.title"),
        callback_id=SEND,
        submit=say.plain("concerns.form.send"),
        close=say.plain("concerns.intro.stop"),
        private_metadata=_carried(draft.concern_id, draft.struck_ids, to, draft),
        blocks=blocks,
    )


def filed(outcome: Filed, to: Reader) -> Modal:
    """Return what the reporter sees at once: the reference, who reads it and by when."""
    say = to.say
    blocks: list[Block] = []
    if outcome.next_reader_at is not None:
        words = say(
            "concerns.form.danger",
            name=to.name(outcome.readers.at_once[0]),
            at=to.time(outcome.next_reader_at),
        )
        blocks += numbers(words, outcome.help)
    if outcome.state is ConcernState.KEPT and outcome.ask_at is not None:
        blocks.append(
            section(
                say("concerns.filed.kept", reference=outcome.reference, at=to.day(outcome.ask_at)),
            )
        )
    elif outcome.acknowledge_by is not None:
        blocks.append(
            section(
                say(
                    "concerns.filed.body",
                    reference=outcome.reference,
                    names=to.names(outcome.readers.at_once),
                    by=to.time(outcome.acknowledge_by),
                )
            )
        )
    if outcome.level.advice:
        blocks.append(section(say("concerns.filed.advice", advice=outcome.level.advice)))
    if outcome.routes_first:
        blocks += [section(say("concerns.filed.routes_first")), *routes(outcome.routes_first, to)]
    blocks.append(context(say("concerns.filed.where")))
    return modal(title=say.plain("concerns.filed.title"), close=say.plain("common.close"), blocks=blocks)


def routes(them: Iterable[Route], to: Reader) -> list[Block]:
    """Return outside routes as sections: what each is good for, whether it is confidential, and its link."""
    blocks = []
    for route in them:
        name = f"*{escape(route.name)}*"
        if route.confidential:
            name = f"{name} ({to.say('concerns.intro.route_confidential')})"
        ways = [escape(route.phone)] if route.phone else []
        if route.address is not None:
            link = Mrkdwn(f"<{route.address}|{to.say('concerns.intro.route_open')}>")
            ways.append(link)
        blocks.append(section("\n".join([name, escape(route.good_for), " · ".join(ways)])))
    return blocks


def numbers(words: str, them: Sequence[HelpNumber]) -> list[Block]:
    """Return whom to call in danger, under the words that say why; nothing where no number is configured."""
    if not them:
        return []
    lines = [f"{escape(one.country)}: {escape(one.name)} *{escape(one.number)}*" for one in them]
    return [section("\n".join([words, *lines]))]


def level_option_label(level: Level) -> str:
    """Return how a level is named in a menu for handlers."""
    return f"{level.level}: {level.label}"


def _who_reads(outcome: Blank, to: Reader) -> list[Block]:
    if outcome.level is not None and not outcome.level.sees:
        return [section(to.say("concerns.form.kept"))]
    lines = [to.say("concerns.form.readers", names=to.names(outcome.readers.at_once))]
    if outcome.readers.then:
        lines.append(to.say("concerns.form.readers_then", names=to.names(outcome.readers.then)))
    return [section("\n".join(lines))]


def _dispatching(block: Block) -> Block:
    """Let a choice be told as it is made, so that the readers named above it follow it."""
    return {**block, "dispatch_action": True}


def _carried(concern_id: str, struck_ids: Sequence[str], to: Reader, draft: Draft | None = None) -> str:
    struck = {f"not{number}": person_id for number, person_id in enumerate(struck_ids)}
    if draft is not None:
        struck["shown"] = draft.shown
    return to.ref(concern=concern_id, **struck)
