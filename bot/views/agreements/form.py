"""The form in which a member writes the next version."""

from __future__ import annotations

from bot.domain.agreements import Change, FormSeen, Overtaken
from bot.guidelines.agreements import ClauseRule
from bot.texts import Mrkdwn, escape
from bot.views.agreements.actions import SAVE
from bot.views.agreements.pieces import packed, words
from bot.views.blocks import (
    Block,
    Modal,
    context,
    header,
    modal,
    option,
    section,
    select_input,
    text_input,
)
from bot.views.pickers import number_input
from bot.views.reader import Reader


def block_id(clause_key: str, based_on_number: int) -> str:
    """Return the field's block id. It changes with the version begun from.

    Slack keeps what stands in a field when a view is replaced and the id stays, so a form shown again with
    another's words put in needs other ids.
    """
    return f"{clause_key}.{based_on_number}"


def typed(block: str) -> str:
    """Return the clause key of a field's block id."""
    return block.partition(".")[0]


def form(outcome: FormSeen, to: Reader) -> Modal:
    """Return the form; it says who will read what is written, and shows fixed clauses as text."""
    intro = "first" if not outcome.based_on else "renew" if outcome.renews else "next"
    if intro == "next" and outcome.in_force:
        intro = "amend"
    blocks: list[Block] = []
    if outcome.overtaken is not None:
        blocks += _overtaken(outcome.overtaken, to)
    blocks.append(section(to.say(f"agreements.form.{intro}", others=to.names(outcome.others))))
    fixed: list[str] = []
    for part in outcome.sections:
        fields = [rule for rule in part.clauses if rule.kind != "fixed"]
        fixed += [
            to.say("agreements.page.clause", title=rule.title, words=words(rule.words, to))
            for rule in part.clauses
            if rule.kind == "fixed"
        ]
        if not fields:
            continue
        blocks.append(header(part.title))
        for rule in fields:
            blocks.append(_field(rule, outcome, to))
            blocks += _other_words(rule, outcome, to)
    if fixed:
        blocks.append(header(to.say.plain("agreements.form.fixed")))
        blocks += packed(fixed)
    blocks.append(context(to.say("agreements.form.who_reads", others=to.names(outcome.others))))
    return modal(
        title=to.say.plain("agreements.title"),
        callback_id=SAVE,
        submit=to.say.plain("agreements.form.save"),
        close=to.say.plain("common.cancel"),
        private_metadata=to.ref(
            agreement=outcome.agreement_id,
            version=outcome.version_id,
            based_on=outcome.based_on,
            number=str(outcome.based_on_number),
            renew="yes" if outcome.renews else "no",
        ),
        blocks=blocks,
    )


def _field(rule: ClauseRule, outcome: FormSeen, to: Reader) -> Block:
    name = block_id(rule.key, outcome.based_on_number)
    value = outcome.values.get(rule.key, "")
    if rule.kind == "choice":
        return select_input(
            rule.title,
            name,
            [option(choice.label, choice.key) for choice in rule.options],
            initial=value or None,
            hint=rule.help,
            optional=rule.optional,
        )
    if rule.kind == "number":
        return number_input(
            to.say.plain("agreements.form.number", title=rule.title, unit=rule.unit)
            if rule.unit
            else rule.title,
            name,
            least=rule.least,
            most=rule.most,
            initial=int(value) if value.isdecimal() else None,
            hint=rule.help,
        )
    return text_input(
        rule.title,
        name,
        initial=value,
        hint=rule.help,
        placeholder=rule.example,
        multiline=True,
        optional=rule.optional,
        most=rule.most,
    )


def _overtaken(news: Overtaken, to: Reader) -> list[Block]:
    lines = [_changed(change, to) for change in news.changes]
    return [section(to.say("agreements.overtaken.title", author=to.name(news.author))), *packed(lines)]


def _changed(change: Change, to: Reader) -> str:
    return to.say(
        "agreements.overtaken.change",
        title=change.title,
        was=words(change.was or "", to),
        now=words(change.now or "", to),
    )


def _other_words(rule: ClauseRule, outcome: FormSeen, to: Reader) -> list[Block]:
    """Return what the other wrote, under a field that both changed."""
    news = outcome.overtaken
    if news is None or rule.key not in news.both:
        return []
    theirs = next((change.now or "" for change in news.changes if change.key == rule.key), "")
    return packed(
        [
            to.say(
                "agreements.overtaken.both",
                author=to.name(news.author),
                words=Mrkdwn(escape(theirs)) if theirs else words("", to),
            )
        ]
    )
