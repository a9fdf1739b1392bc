"""One attempt at one message: make ready, look in Slack where in doubt, post, and say what came of it.

*Doubt* is when Slack may first have taken the message without our knowing. It begins right before
``chat.postMessage`` is called, in a transaction of its own for the whole group, and ends only where Slack
plainly refused that very call, was looked at and has no such message, or was never asked. Nothing that goes
wrong earlier in an attempt touches it.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError

from bot.deps import Deps
from bot.jobs.deliver import outcomes, words
from bot.jobs.deliver.channels import Channels
from bot.jobs.deliver.line import Limited, Line
from bot.jobs.deliver.looking import CannotTell, look_up, send_again
from bot.jobs.deliver.outcomes import (
    CHANNEL_TROUBLE,
    CONNECTION,
    Ended,
    NotPermitted,
    Outcome,
    PutOff,
    Trouble,
    error_of,
    trouble_of,
)
from bot.jobs.deliver.pacing import POST
from bot.jobs.deliver.picturing import follow
from bot.jobs.deliver.words import Asked, Words
from bot.jobs.notices import NoticeKind
from bot.store import outbox
from bot.store.database import Scope
from bot.store.outbox import OutboxRow, OutboxState
from bot.views.blocks import Message

log = logging.getLogger(__name__)

EVENT_TYPE = "mentorbot_notice"
AFTER_ITS_MESSAGE = timedelta(seconds=5)
SHORTEST_WAIT = timedelta(milliseconds=50)
NO_MESSAGE = frozenset({OutboxState.CANCELLED, OutboxState.DEAD, OutboxState.UNKNOWN})


@dataclass(frozen=True)
class Ready:
    """A message that may be posted now: where, under which name its channel's pace is kept, and its words."""

    channel: str
    paced_as: str
    words: Words


class Attempt:
    """One attempt at one claimed row. Its methods never raise: what goes wrong becomes the outcome."""

    def __init__(self, deps: Deps, channels: Channels, line: Line, asked: Asked) -> None:
        self._deps = deps
        self._channels = channels
        self.line = line
        self.asked = asked
        self._doubt = asked.row.doubt_since
        self._looked = 0
        self._limited = 0
        self.ready: Ready | None = None
        self.outcome: Outcome | None = None

    @property
    def row(self) -> OutboxRow:
        """Return the row."""
        return self.asked.row

    @property
    def kind(self) -> NoticeKind:
        """Return its kind."""
        return self.asked.kind

    @property
    def asks_slack_first(self) -> bool:
        """Tell whether Slack must be asked something before the message can be posted."""
        return self.row.to_channel is not None or self._doubt is not None

    @property
    def is_limited(self) -> bool:
        """Tell whether it was held up because Slack said that it was called too often."""
        return self.outcome is not None and self.outcome.is_limited

    def make_ready(self, made: Words | Exception | None) -> None:
        """Set ``ready`` where the message is to be posted, else ``outcome``.

        ``made`` are its words, or why there are none; None where they are still to be made.
        """
        self._guard(lambda: self._make_ready(made))

    def post(self, began_at: datetime) -> None:
        """Post what is ready; Slack may have it since ``began_at``. Sets ``outcome``."""
        ready = self.ready
        if ready is not None:
            self._guard(lambda: self._post(ready, began_at))

    def update(self) -> None:
        """Change the message an earlier row posted. Sets ``outcome``."""
        self._guard(self._update)

    def leave(self) -> None:
        """Leave the row as it was before the claim: nothing was asked of Slack about it."""
        self.outcome = outcomes.untouched(self.row)

    def wait(self, until: datetime, reason: str) -> None:
        """Let it wait for something that is no fault of its own."""
        self.outcome = self._put_off(PutOff(until, reason))

    def _guard(self, do: Callable[[], Outcome | None]) -> None:
        row, now = self.row, self._deps.clock.now
        try:
            outcome = do()
        except Ended as end:
            outcome = self._ended(end.state, end.reason)
        except PutOff as wait:
            is_limited = isinstance(wait, Limited)
            self._limited += is_limited
            outcome = replace(self._put_off(wait), is_limited=is_limited)
        except SlackApiError as fault:
            outcome = self._refused(fault)
        except CONNECTION as fault:
            outcome = self._unclear(type(fault).__name__)
        except Exception as fault:  # noqa: BLE001 - a row that cannot be made into words must not stop the rest
            stack = "".join(traceback.format_tb(fault.__traceback__))
            log.error("outbox %s %s: %s\n%s", row.id, row.kind, type(fault).__name__, stack)  # noqa: TRY400 - the message may quote a person
            reason = f"it could not be made into a message: {type(fault).__name__}"
            outcome = outcomes.later(row, self._doubt, reason, now())
        else:
            if outcome is not None:
                self.line.pace.well(row.workspace_id)
        if outcome is not None:
            self.outcome = replace(outcome, looked_up=self._looked, limited=self._limited)

    def _ended(self, state: OutboxState, reason: str) -> Outcome:
        """Return the end of a message; what Slack may have is not called dead."""
        if state is OutboxState.DEAD and self._doubt is not None:
            state = OutboxState.UNKNOWN
        return outcomes.ended(state, reason, self._deps.clock.now(), doubt_since=self._doubt)

    def _make_ready(self, made: Words | Exception | None) -> Outcome | None:
        if isinstance(made, Exception):
            raise made
        channel: str | None = None
        if made is None:
            channel, made = self._made()
        contact = made.contact
        if channel is None and contact is None:
            raise Ended(OutboxState.DEAD, "nobody to send to")
        if self._doubt is not None:
            outcome = self._look(channel or self._dm_channel(made), made)
            if outcome is not None:
                return outcome
        if channel is None and contact is not None:
            # Slack takes a person's id for the direct messages with them and names the channel in its answer.
            self.ready = Ready(contact.dm_channel or contact.slack_user_id, contact.slack_user_id, made)
        else:
            self.ready = Ready(channel or "", channel or "", made)
        return None

    def _look(self, channel: str, made: Words) -> Outcome | None:
        """Look whether Slack has the message; None where it is to be posted."""
        try:
            self._looked += 1
            found = look_up(self.line, self.row, channel)
        except CannotTell:
            send_again(self.row, self.kind)
            return None
        self._doubt = None if found is None else self._doubt
        return None if found is None else self._sent(channel, found, made)

    def _made(self) -> tuple[str | None, Words]:
        """Return the channel the row names, by its id, and the message that may be posted there now."""
        channel, members = None, None
        if self.row.to_channel is not None:
            channel, members = self._channels.look(
                self.line, self.row.to_channel, with_members=self.kind.permit is not None
            )
        return channel, words.make(self._deps, self.asked, members)

    def _dm_channel(self, made: Words) -> str:
        contact = made.contact
        if contact is None:
            raise Ended(OutboxState.DEAD, "nobody to send to")
        if contact.dm_channel:
            return contact.dm_channel
        with self.line.asking("conversations.open") as client:
            return str(client.conversations_open(users=contact.slack_user_id)["channel"]["id"])

    def _post(self, ready: Ready, began_at: datetime) -> Outcome:
        earlier, self._doubt = self._doubt, self._doubt or began_at
        try:
            with self.line.heeding(POST) as client:
                answer = client.chat_postMessage(
                    channel=ready.channel,
                    text=ready.words.message.text,
                    blocks=list(ready.words.message.blocks),
                    metadata={"event_type": EVENT_TYPE, "event_payload": {"key": self.row.id}},
                    unfurl_links=False,
                    unfurl_media=False,
                )
        except PutOff:
            self._doubt = earlier
            raise
        except SlackApiError as fault:
            if trouble_of(fault) is not Trouble.PASSING:
                self._doubt = earlier
            raise
        return self._sent(str(answer["channel"]), str(answer["ts"]), ready.words)

    def _sent(self, channel: str, ts: str, made: Words) -> Outcome:
        """Return that Slack has the message.

        Its picture follows once that is recorded, also where the message was found by looking: whoever posted
        it did not come to record it, and so not to its picture.
        """
        contact = made.contact
        is_new = contact is not None and contact.dm_channel != channel
        sent = self._done(channel, ts)
        return replace(
            sent,
            afterwards=lambda: follow(self.line, self.row.id, channel, ts, made.draw),
            opened=(contact.person_id, channel) if contact is not None and is_new else None,
        )

    def _done(self, channel: str, ts: str) -> Outcome:
        now = self._deps.clock.now()
        return outcomes.ended(OutboxState.SENT, None, now, channel=channel, ts=ts, doubt_since=None)

    def _update(self) -> Outcome:
        row = self.row
        with self._deps.db.reading(Scope(row.workspace_id)) as session:
            target = outbox.by_key(session, row.updates_key or "")
        if target is None or target.state in NO_MESSAGE:
            raise Ended(OutboxState.CANCELLED, "there is no message to update")
        if target.state is not OutboxState.SENT:
            # What still waits will be made from the newest facts, but it may be on its way this moment.
            soonest = self._deps.clock.now() + AFTER_ITS_MESSAGE
            raise PutOff(max(soonest, target.not_before), "the message to update is not sent yet")
        try:
            _, made = self._made()
        except NotPermitted:
            self._take_down(target)
            raise
        self._change(target, made.message)
        return self._done(target.channel or "", target.ts or "")

    def _take_down(self, target: OutboxRow) -> None:
        """Delete the message that stands where it may not any more; gone already is as good."""
        try:
            with self.line.asking("chat.delete") as client:
                client.chat_delete(channel=target.channel or "", ts=target.ts or "")
        except SlackApiError as fault:
            if error_of(fault) != "message_not_found":
                raise

    def _change(self, target: OutboxRow, message: Message) -> None:
        try:
            with self.line.asking("chat.update") as client:
                client.chat_update(
                    channel=target.channel or "",
                    ts=target.ts or "",
                    text=message.text,
                    blocks=list(message.blocks),
                )
        except SlackApiError as fault:
            if error_of(fault) == "message_not_found":
                raise Ended(OutboxState.CANCELLED, "somebody deleted the message to update") from None
            raise

    def _put_off(self, wait: PutOff) -> Outcome:
        # A put-off message must not be due again this moment, or the sender would go round in circles.
        until = max(wait.until, self._deps.clock.now() + SHORTEST_WAIT)
        return outcomes.waits(until, wait.reason, self._doubt, tries=self.row.tries - 1, **self._place())

    def _place(self) -> dict[str, datetime | None]:
        """Return whether the message keeps its place among the few a week: only if Slack may have it."""
        return {} if self._doubt is not None else {"counted_at": self.row.counted_at}

    def _refused(self, fault: SlackApiError) -> Outcome:
        row, error, trouble = self.row, error_of(fault), trouble_of(fault)
        if trouble is Trouble.PASSING:
            return self._unclear(error)
        if trouble in {Trouble.TOKEN, Trouble.SCOPE}:
            return self._all_of_it(error)
        self.line.pace.well(row.workspace_id)
        if error in CHANNEL_TROUBLE and row.to_channel is not None:
            self._channels.forget(row.workspace_id, row.to_channel)
            if row.tries == 1:  # the name may lead elsewhere by now
                return outcomes.later(row, self._doubt, error, self._deps.clock.now())
        return self._ended(OutboxState.DEAD, error)

    def _unclear(self, reason: str) -> Outcome:
        """Spend a try if Slack answers otherwise, so that the trouble is with this message."""
        found = self.line.trouble()
        if found is not None:
            trouble, said = found
            return self._all_of_it(said if trouble is Trouble.TOKEN else reason)
        self.line.pace.well(self.row.workspace_id)
        return outcomes.later(self.row, self._doubt, reason, self._deps.clock.now())

    def _all_of_it(self, error: str) -> Outcome:
        """Leave the whole workspace alone for a while: nobody's silence, and no fault of this message."""
        reason = outcomes.in_plain_words(error)
        until = self.line.pace.pause(self.row.workspace_id, self._deps.clock.now(), reason)
        log.warning("workspace %s: %s, nothing is sent until %s", self.row.workspace_id, reason, until)
        return self._put_off(PutOff(until, error))
