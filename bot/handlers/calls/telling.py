"""What is told to somebody whose act was refused or went wrong, and the ways in which it reaches them.

Anything unforeseen is logged under a reference id, without the exception's message (it may quote a person's
words), and the person is told the reference. A way that fails makes place for the next; nothing is raised.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import slack
from bot.deps import Deps
from bot.errors import Refusal
from bot.ids import reference
from bot.logs import without_words
from bot.texts import Say
from bot.views import refusals
from bot.views.reader import Reader

log = logging.getLogger(__name__)

EPHEMERAL = "ephemeral"
ACCEPTED = 200

Way = Callable[[Refusal], None]
"""Shows a refusal to the person; raises when it could not."""


class NotShown(Exception):  # noqa: N818 - says what became of an answer
    """Slack did not take what was sent to a response_url. The message is a status, or a type of fault."""


@dataclass
class Progress:
    """How far a handler came: what was kept when it fails half-way decides what its person is told."""

    kept: bool = False


def respond_with(respond: Callable[..., Any], **payload: Any) -> None:
    """Answer by the response_url, once more where Slack asks for a short pause. Raises NotShown."""
    try:
        answered = respond(**payload)
        seconds = slack.wanted_pause(answered.status_code, answered.headers)
        if seconds is not None:
            slack.pause(seconds)
            answered = respond(**payload)
    except (SlackClientError, OSError) as fault:  # an address where nobody is, or no address at all
        raise NotShown(type(fault).__name__) from None
    if answered.status_code != ACCEPTED:
        raise NotShown(str(answered.status_code))


def log_fault(deps: Deps, what: str, fault: BaseException) -> str:
    """Log a fault and what caused it by type and place, never its message; return its reference."""
    number = reference(deps.ids)
    extra = {"reference": number}
    log.error("%s failed, reference %s: %s", what, number, without_words(fault), extra=extra)
    return number


@contextmanager
def told(deps: Deps, what: str, ways: Sequence[Way] = ()) -> Iterator[Progress]:
    """Tell a refusal by the first way that works; log and tell the reference of anything unforeseen.

    Without ways nobody is told: for what comes after the answer, such as Home refreshed.
    """
    progress = Progress()
    try:
        yield progress
    except Refusal as refusal:
        _tell(deps, what, ways, refusal)
    except NotShown as fault:
        number = reference(deps.ids)
        extra = {"reference": number}
        log.warning("%s: Slack did not take the answer (%s), reference %s", what, fault, number, extra=extra)
        _tell(deps, what, ways, _sentence(fault, progress, number))
    except Exception as fault:  # noqa: BLE001 - the last resort of every handler; Slack shows nothing otherwise
        number = log_fault(deps, what, fault)
        _tell(deps, what, ways, _sentence(fault, progress, number))


def _sentence(fault: Exception, progress: Progress, number: str) -> Refusal:
    if progress.kept:
        return Refusal("common.kept", reference=number)
    if isinstance(fault, SlackApiError) and fault.response.get("error") == "ratelimited":
        return Refusal("common.busy")
    return Refusal("common.trouble", reference=number)


def _tell(deps: Deps, what: str, ways: Sequence[Way], refusal: Refusal) -> None:
    for way in ways:
        try:
            way(refusal)
        except Exception as fault:  # noqa: BLE001 - the next way may work; the last one is the log
            why = str(fault) if isinstance(fault, NotShown) else type(fault).__name__
            log.warning("%s: an answer could not be shown: %s", what, why)
        else:
            return
    if ways:
        log.error("%s: nobody was told, reference %s", what, reference(deps.ids))


def by_response(say: Say, respond: Callable[..., Any]) -> Way:
    """Tell beside the message that was pressed, or under the command; only the person sees it."""

    def way(refusal: Refusal) -> None:
        message = refusals.as_message(refusal, say)
        respond_with(
            respond,
            text=message.text,
            blocks=list(message.blocks),
            response_type=EPHEMERAL,
            replace_original=False,
        )

    return way


def by_modal(say: Say, client: WebClient, body: Mapping[str, Any]) -> list[Way]:
    """Tell in a modal: on top of the one that is open, in its place where it holds no form, or a new one."""
    view = body.get("view") or {}

    def shown(refusal: Refusal) -> dict[str, Any]:
        return refusals.as_modal(refusals.as_message(refusal, say), Reader(say, "UTC", ""))

    def push(refusal: Refusal) -> None:
        client.views_push(trigger_id=body["trigger_id"], view=shown(refusal))

    def update(refusal: Refusal) -> None:
        client.views_update(view_id=view["id"], view=shown(refusal))

    def open_(refusal: Refusal) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=shown(refusal))

    if view.get("type") != "modal":
        return [open_]
    return [push] if _inputs(view) else [push, update]


def by_direct_message(say: Say, client: WebClient, user_id: str) -> Way:
    """Tell in a direct message: the last way. Only words that say nothing about what was pressed."""

    def way(refusal: Refusal) -> None:
        neutral = refusal if refusal.key.startswith("common.") else Refusal("common.not_shown")
        channel = client.conversations_open(users=user_id)["channel"]["id"]
        client.chat_postMessage(
            channel=channel,
            text=say("common.modal_title"),
            blocks=list(refusals.as_message(neutral, say).blocks),
        )

    return way


def under_the_form(say: Say, ack: Ack, view: Mapping[str, Any]) -> Way:
    """Tell under a field of the sent form, so that what was typed stays; on top of one without fields."""

    def way(refusal: Refusal) -> None:
        fields = _inputs(view)
        if fields:
            field = refusal.field if refusal.field in fields else fields[0]
            ack(response_action="errors", errors={field: refusals.under_field(refusal, say)})
            return
        shown = refusals.as_modal(refusals.as_message(refusal, say), Reader(say, "UTC", ""))
        # Slack stacks three views at most; in place of the third nothing typed is lost, there is no field.
        is_third = view.get("previous_view_id") not in {None, view.get("root_view_id")}
        ack(response_action="update" if is_third else "push", view=shown)

    return way


def _inputs(view: Mapping[str, Any]) -> list[str]:
    return [block["block_id"] for block in view.get("blocks") or () if block.get("type") == "input"]
