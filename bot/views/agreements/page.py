"""An agreement to read: all clauses, what changed, who signed, and the place to sign; its history."""

from __future__ import annotations

from bot.domain.agreements import AgreementSeen, FormSeen, History, Saved, Signed, SignResult, Version
from bot.store.agreements import VersionState
from bot.texts import Mrkdwn
from bot.views.agreements.actions import CHANGE, HISTORY, READ, RENEW, SIGN, change_button
from bot.views.agreements.form import form
from bot.views.agreements.pieces import full_day, packed, words
from bot.views.blocks import Block, Modal, actions, button, context, divider, header, modal, section
from bot.views.reader import Reader

MOST_VERSIONS = 40
"""The newest versions a history lists: each takes two of Slack's 100 blocks."""


def opened(outcome: AgreementSeen | FormSeen, to: Reader) -> Modal:
    """Return what a member sees on opening the agreement: the form until somebody wrote it, then the page."""
    return form(outcome, to) if isinstance(outcome, FormSeen) else page(outcome, to)


def after_saving(outcome: Saved | FormSeen, to: Reader) -> Modal:
    """Return the page of the new version, ready to sign; or the form again where somebody was faster."""
    if isinstance(outcome, FormSeen):
        return form(outcome, to)
    return page(outcome.seen, to, news="saved" if outcome.new else "unchanged")


def after_signing(outcome: Signed, to: Reader) -> Modal:
    """Return the page with what came of signing."""
    in_vain = outcome.result is SignResult.SIGNED and not all(p.here for p in outcome.seen.waiting_for)
    return page(outcome.seen, to, news="signed_gone" if in_vain else str(outcome.result))


def page(outcome: AgreementSeen, to: Reader, news: str = "") -> Modal:
    """Return one version to read; with Sign while the reader's signature is wanted on it."""
    version = outcome.version
    if version is None:
        return modal(
            title=to.say.plain("agreements.title"),
            close=to.say.plain("common.close"),
            blocks=[section(to.say("agreements.page.unwritten", waiting=to.names(outcome.waiting_for)))],
        )
    blocks: list[Block] = []
    if news:
        # Somebody who has left is what it waits for in vain: only they are named then.
        gone = [person for person in outcome.waiting_for if not person.here]
        blocks += [section(to.say(f"agreements.news.{news}", waiting=to.names(gone or outcome.waiting_for)))]
    blocks.append(section(_status(outcome, version, to)))
    blocks += _what_changed(version, to)
    blocks += _clauses(version, to)
    blocks += [divider(), section(_signatures(outcome, version, to))]
    if outcome.can_sign:
        key = "renews" if version.renews else "amends" if outcome.in_force_number else "first"
        blocks.append(section(to.say(f"agreements.page.signing.{key}", others=to.names(outcome.others))))
    blocks.append(context(to.say("agreements.page.who_reads", members=to.names(outcome.members))))
    buttons = [change_button("history", HISTORY, outcome.agreement_id, to)]
    if outcome.open and outcome.is_latest:
        buttons.insert(0, change_button("change", CHANGE, outcome.agreement_id, to))
    if outcome.open and outcome.can_renew and version.state is VersionState.IN_FORCE:
        buttons.insert(0, change_button("renew", RENEW, outcome.agreement_id, to))
    blocks.append(actions(*buttons))
    return modal(
        title=to.say.plain("agreements.title"),
        callback_id=SIGN if outcome.can_sign else "",
        submit=to.say.plain("agreements.page.sign") if outcome.can_sign else None,
        close=to.say.plain("common.close"),
        private_metadata=to.ref(agreement=outcome.agreement_id, version=version.version_id),
        blocks=blocks,
    )


def _status(outcome: AgreementSeen, version: Version, to: Reader) -> str:
    wrote = to.say(
        "agreements.page.wrote",
        number=version.number,
        author=to.name(version.author),
        day=full_day(version.written_at, to),
    )
    if not outcome.open:
        state = to.say("agreements.page.state.ended")
    elif version.state is VersionState.IN_FORCE and version.in_force_at is not None:
        key = "in_force_until" if outcome.ends_on else "in_force"
        state = to.say(
            f"agreements.page.state.{key}",
            since=full_day(version.in_force_at, to),
            until=full_day(outcome.ends_on, to) if outcome.ends_on else "",
        )
    elif version.state is VersionState.PROPOSED:
        key = "proposed_over" if outcome.in_force_number else "proposed"
        state = to.say(
            f"agreements.page.state.{key}",
            waiting=to.names(outcome.waiting_for),
            number=outcome.in_force_number or 0,
        )
    else:
        state = to.say(f"agreements.page.state.{version.state}")
    return f"{wrote}\n{state}"


def _what_changed(version: Version, to: Reader) -> list[Block]:
    if version.compared_with is None:
        return []
    if not version.changes:
        return [context(to.say("agreements.page.same", number=version.compared_with))]
    titles = ", ".join(change.title for change in version.changes)
    return [section(to.say("agreements.page.changed", number=version.compared_with, titles=titles))]


def _clauses(version: Version, to: Reader) -> list[Block]:
    changes = {change.key: change for change in version.changes}
    blocks: list[Block] = []
    heading, held = "", list[str]()
    for clause in version.clauses:
        if clause.section and clause.section != heading:
            blocks += packed(held)
            heading, held = clause.section, []
            blocks.append(header(heading))
        if clause.erased:
            held.append(to.say("agreements.page.erased"))
            continue
        change = changes.get(clause.key)
        key = "clause" if change is None else "clause_new" if change.was is None else "clause_changed"
        held.append(
            to.say(
                f"agreements.page.{key}",
                title=clause.title,
                words=words(clause.shown, to),
                was=words(change.was or "", to) if change else "",
            )
        )
    blocks += packed(held)
    gone = [change for change in version.changes if change.now is None]
    return blocks + packed(
        to.say("agreements.page.clause_gone", title=change.title, was=words(change.was or "", to))
        for change in gone
    )


def _signatures(outcome: AgreementSeen, version: Version, to: Reader) -> str:
    lines = [
        to.say("agreements.page.signed", who=to.name(s.person), when=to.time(s.at))
        for s in version.signatures
    ]
    lines += [to.say("agreements.page.not_signed", who=to.name(person)) for person in outcome.waiting_for]
    return "\n".join([to.say("agreements.page.signatures", number=version.number), *lines])


def history(outcome: History, to: Reader) -> Modal:
    """Return every version with who wrote and signed it, and whether the record is whole."""
    blocks: list[Block] = []
    for version in outcome.versions[:MOST_VERSIONS]:
        signers = Mrkdwn(
            ", ".join(
                to.say("agreements.history.signer", who=to.name(s.person), when=to.time(s.at))
                for s in version.signatures
            )
        )
        text = to.say(
            "agreements.history.version",
            number=version.number,
            author=to.name(version.author),
            when=to.time(version.written_at),
            state=to.say.plain(f"agreements.history.state.{version.state}"),
        )
        if version.signatures:
            text = f"{text}\n{to.say('agreements.history.signed_by', signers=signers)}"
        blocks.append(
            section(
                text,
                accessory=button(
                    to.say.plain("agreements.button.read"),
                    READ,
                    value=to.ref(agreement=outcome.agreement_id, version=version.version_id),
                    spoken=to.say.plain("agreements.history.read_spoken", number=version.number),
                ),
            )
        )
    check = outcome.verification
    if check.whole:
        blocks.append(context(to.say("agreements.history.whole")))
    else:
        numbers = ", ".join(str(number) for number in sorted({fault.number for fault in check.faults}))
        blocks.append(section(to.say("agreements.history.broken", numbers=numbers)))
    return modal(
        title=to.say.plain("agreements.history.title"), close=to.say.plain("common.back"), blocks=blocks
    )
