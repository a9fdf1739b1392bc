"""Mentors as cards, the answer to a search, and its form."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.mentors import AtHome, Found, MentorCard, NextPeople, Opening
from bot.domain.mentors.ranking import Reason
from bot.domain.mentors.vocabulary import Term
from bot.guidelines.resources import Network
from bot.texts import Mrkdwn, escape, within_marks
from bot.views.blocks import (
    Block,
    Element,
    HomeParts,
    Message,
    Modal,
    actions,
    button,
    context,
    cut,
    divider,
    modal,
    section,
    text_input,
)
from bot.views.reader import Reader

ASK = "requests.ask"
SEARCH = "mentors.search"
FIND = "mentors.find"
TERM = "mentors.term"

TYPED = "typed"
TYPED_LENGTH = 300
MENTORS_ON_SHOWN = 180
HOUR = 60
MOST_REASONS = 3
NEED_SHOWN = 60
CARD_TEXT = 800
CARD_FACTS = 250
"""Eight cards of these lengths stay under what one message of Slack may hold."""


def found(outcome: Found, to: Reader) -> Message:
    """Return the answer to a search, as only the searcher sees it."""
    return Message(text=to.say("mentors.found.notification"), blocks=_answer(outcome, to))


def found_in_modal(outcome: Found, to: Reader) -> Modal:
    """Return the answer to a search within a modal; from there one can search again."""
    return modal(
        title=to.say.plain("mentors.form.title"),
        close=to.say.plain("common.close"),
        blocks=_answer(outcome, to),
    )


def form(outcome: Opening, to: Reader) -> Modal:
    """Return the form in which somebody says what they look for."""
    return modal(
        title=to.say.plain("mentors.form.title"),
        callback_id=FIND,
        submit=to.say.plain("mentors.form.submit"),
        close=to.say.plain("common.cancel"),
        private_metadata=to.ref(),
        blocks=[
            text_input(
                to.say.plain("mentors.form.typed"),
                TYPED,
                hint=to.say.plain("mentors.form.hint"),
                most=TYPED_LENGTH,
            ),
            *_areas(outcome.areas, to),
            context(to.say("mentors.form.who_sees")),
        ],
    )


def opening(outcome: Opening, to: Reader) -> Message:
    """Return what somebody reads who typed nothing, or ``help``: how to search, and what there is."""
    examples = [f"• `/findmentor {escape(example)}`" for example in outcome.examples]
    lines = [to.say("mentors.opening.how"), *examples]
    if len(outcome.examples) > 1:
        both = to.say.plain("common.list_end", before=outcome.examples[0], last=outcome.examples[1])
        lines.append(f"• `/findmentor {escape(both)}`")
    if not outcome.mentors:
        lines = [to.say("mentors.opening.nobody_yet")]
    return Message(
        text=to.say("mentors.found.notification"),
        blocks=[
            section("\n".join(lines)),
            *_areas(outcome.areas, to),
            context(to.say("mentors.form.who_sees")),
        ],
    )


def cards(shown: Sequence[MentorCard], to: Reader) -> list[Block]:
    """Return mentors as cards, each with its reasons and, for who may ask, a button."""
    blocks: list[Block] = []
    for card in shown:
        blocks += [divider(), *_card(card, to)]
    return blocks


def next_people(outcome: NextPeople, to: Reader) -> list[Block]:
    """Return whom one may ask next; where there are few, the way to search and networks outside as well."""
    blocks: list[Block] = []
    if outcome.cards:
        blocks.append(section(to.say("mentors.next.people", n=len(outcome.cards))))
        blocks += cards(outcome.cards, to)
        blocks.append(divider())
    if outcome.few:
        blocks.append(section(to.say("mentors.next.few" if outcome.cards else "mentors.next.nobody")))
        if outcome.networks:
            blocks.append(section(_networks(outcome.networks, to)))
        blocks.append(actions(button(to.say.plain("mentors.at_home.find"), SEARCH, value=to.ref())))
    return blocks


def at_home(outcome: AtHome, to: Reader) -> HomeParts:
    """Return the button that opens the search, foremost for mentees."""
    if not outcome.may_ask:
        return HomeParts()
    return HomeParts(
        next=[button(to.say.plain("mentors.at_home.find"), SEARCH, value=to.ref(), style="primary")]
    )


def _answer(outcome: Found, to: Reader) -> list[Block]:
    blocks: list[Block] = [section(_headline(outcome, to))]
    if outcome.was_cut:
        blocks.append(context(to.say("mentors.found.was_cut")))
    if outcome.meant:
        blocks += [section(to.say("mentors.found.meant")), _terms(outcome.meant, to)]
    blocks += cards(outcome.cards, to)
    if outcome.cards:
        blocks.append(divider())
        blocks.append(context(*_small_print(outcome, to)))
    else:
        if outcome.near:
            blocks += [section(to.say("mentors.found.near")), _terms(outcome.near, to)]
        blocks += _areas(outcome.areas, to)
    if outcome.unmet and outcome.cards:
        blocks.append(section(to.say("mentors.found.unmet", needs=_needs(outcome.unmet, to))))
    if outcome.networks:
        blocks.append(section(_networks(outcome.networks, to)))
    return blocks


def _headline(outcome: Found, to: Reader) -> str:
    if not outcome.needs:
        return to.say("mentors.found.no_words")
    needs = _needs(outcome.needs, to)
    if outcome.cards:
        return to.say("mentors.found.some", n=len(outcome.cards), needs=needs)
    if outcome.asked or outcome.together:
        lines = [
            to.say(f"mentors.found.{key}", mentors=to.names(known), needs=needs)
            for key, known in (("together", outcome.together), ("asked", outcome.asked))
            if known
        ]
        return " ".join([*lines, to.say("mentors.found.nobody_else")])
    return to.say(
        "mentors.found.nobody_free" if outcome.nobody_free else "mentors.found.nothing", needs=needs
    )


def _needs(needs: Sequence[str], to: Reader) -> Mrkdwn:
    parts = [f"*{within_marks(cut(need, NEED_SHOWN))}*" for need in needs]
    if len(parts) == 1:
        return Mrkdwn(parts[0])
    return Mrkdwn(to.say("common.list_end", before=Mrkdwn(", ".join(parts[:-1])), last=Mrkdwn(parts[-1])))


def _card(card: MentorCard, to: Reader) -> list[Block]:
    lines = [to.say("mentors.card.title", mentor=to.name(card.mentor), about=_about(card))]
    lines += [_reason(reason, to) for reason in card.reasons[:MOST_REASONS]]
    if card.mentors_on:
        lines.append(f"_{within_marks(cut(' '.join(card.mentors_on.split()), MENTORS_ON_SHOWN))}_")
    if card.other_terms:
        lines.append(to.say("mentors.card.also", terms=", ".join(card.other_terms)))
    blocks = [
        section(cut("\n".join(lines), CARD_TEXT)),
        context(cut(" · ".join(_facts(card, to)), CARD_FACTS)),
    ]
    if card.may_ask:
        blocks.append(
            actions(
                button(
                    to.say.plain("mentors.card.ask"),
                    ASK,
                    value=to.ref(mentor=card.mentor.person_id, topic=card.topic),
                    spoken=to.say.plain("mentors.card.ask_spoken", mentor=card.mentor.name),
                )
            )
        )
    return blocks


def _about(card: MentorCard) -> str:
    known = ", ".join(part for part in (card.career_stage, card.department) if part)
    return f", {known}" if known else ""


def _reason(reason: Reason, to: Reader) -> str:
    term = Mrkdwn(f"*{within_marks(reason.term.label)}*")
    return to.say(f"mentors.reason.{reason.kind}", term=term, need=cut(reason.need, NEED_SHOWN))


def _facts(card: MentorCard, to: Reader) -> list[str]:
    facts = [to.say("mentors.card.places", n=card.open_places)]
    if card.waiting:
        facts.append(to.say("mentors.card.waiting", n=card.waiting))
    if card.languages:
        facts.append(escape(", ".join(card.languages)))
    if card.shared_minutes < HOUR // 2:
        facts.append(to.say("mentors.card.no_shared_hours"))
    else:
        facts.append(to.say("mentors.card.shared_hours", n=round(card.shared_minutes / HOUR) or 1))
    return facts


def _small_print(outcome: Found, to: Reader) -> list[str]:
    lines = [to.say("mentors.found.expect", n=outcome.answer_in_working_days)] if outcome.may_ask else []
    if outcome.more:
        lines.append(to.say("mentors.found.more", n=outcome.more))
    if not outcome.may_ask:
        lines.append(to.say("mentors.found.only_mentees_ask"))
    lines.append(to.say("mentors.found.only_you"))
    return lines


def _terms(terms: Sequence[Term], to: Reader) -> Block:
    # Two buttons with one action id in one block are refused by Slack: each gets a number of its own.
    elements: list[Element] = [
        button(term.label, f"{TERM}.{place}", value=to.ref(term=term.key)) for place, term in enumerate(terms)
    ]
    return actions(*elements)


def _areas(areas: Sequence[Term], to: Reader) -> list[Block]:
    return [section(to.say("mentors.found.areas")), _terms(areas, to)] if areas else []


def _networks(networks: Sequence[Network], to: Reader) -> str:
    lines = [to.say("mentors.found.networks")]
    lines += [
        f"• <{escape(str(network.address))}|{escape(network.name)}>: {escape(network.good_for)}"
        for network in networks
    ]
    return "\n".join(lines)
