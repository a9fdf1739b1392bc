"""A case in a modal as its reporter sees how it stands."""

from __future__ import annotations

from bot.domain.concerns.reporters import Status
from bot.store.concerns import ConcernState
from bot.views.blocks import Block, Modal, actions, button, confirm, modal, section
from bot.views.concerns.actions import WITHDRAW
from bot.views.concerns.parts import log_lines, long_text, state_name
from bot.views.concerns.raising import routes
from bot.views.reader import Reader


def status(outcome: Status, to: Reader) -> Modal:
    """Return how something stands, for the one who raised it."""
    say = to.say
    lines = [
        say(
            "concerns.status.body",
            reference=outcome.reference,
            on=to.day(outcome.filed_at),
            state=state_name(outcome.state, to),
        )
    ]
    held = outcome.state in {ConcernState.ACKNOWLEDGED, ConcernState.IN_PROGRESS}
    if held and outcome.handler is not None:
        lines.append(say("concerns.status.with", name=to.name(outcome.handler)))
        if outcome.act_by is not None:
            lines.append(say("concerns.status.act_by", by=to.day(outcome.act_by)))
    elif outcome.state is ConcernState.FILED and not outcome.readers:
        lines.append(say("concerns.status.nobody_left"))
    elif outcome.exhausted:
        lines.append(say("concerns.status.asked_again", names=to.names(outcome.readers)))
    elif outcome.state is ConcernState.FILED and outcome.acknowledge_by is not None:
        names = to.names(outcome.readers)
        lines.append(say("concerns.status.asked", names=names, by=to.time(outcome.acknowledge_by)))
    elif outcome.state is ConcernState.KEPT:
        lines.append(say("concerns.status.kept"))
    blocks: list[Block] = [section("\n".join(lines))]
    if outcome.exhausted:
        blocks += [section(say("concerns.status.exhausted")), *routes(outcome.routes, to)]
    if outcome.outcome:
        blocks += [section(say("concerns.status.outcome")), *long_text(outcome.outcome)]
    log = log_lines(outcome.openings, to)
    heading = say("concerns.status.log")
    blocks.append(section("\n".join([heading, *(log or [say("concerns.status.log_empty")])])))
    if outcome.can_withdraw:
        asked = "withdraw_read" if outcome.opened else "withdraw_unread"
        blocks.append(
            actions(
                button(
                    say.plain("concerns.status.withdraw"),
                    WITHDRAW,
                    value=to.ref(concern=outcome.concern_id),
                    style="danger",
                    confirm=confirm(
                        say.plain("concerns.status.withdraw_title"),
                        say.plain(f"concerns.status.{asked}"),
                        say.plain("concerns.status.withdraw_yes"),
                        say.plain("concerns.status.withdraw_no"),
                    ),
                )
            )
        )
    return modal(title=say.plain("concerns.status.title"), close=say.plain("common.close"), blocks=blocks)
