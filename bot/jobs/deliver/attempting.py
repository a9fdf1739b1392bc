"""One attempt at one message: make the words, look in Slack where in doubt, post, and say what came of it.

*Doubt* is when Slack may first have taken the message without our knowing. It begins right before
``chat.postMessage`` is called, in a transaction of its own, and ends only where Slack plainly refused that
very call, or was looked at and has no such message. Nothing that goes wrong earlier in an attempt touches it.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from slack_sdk.errors import SlackApiError

from bot.deps import Deps
from bot.jobs.deliver import outcomes, words
from bot.jobs.deliver.channels import Channels
from bot.jobs.deliver.line import Line
from bot.jobs.deliver.looking import CannotTell, look_up, send_again
from bot.jobs.deliver.outcomes import (
    CHANNEL_TROUBLE,
    CONNECTION,
    Ended,
    NotPermitted,
    Outcome,
    PutOff,
    TakenOver,
    Trouble,
    error_of,
    trouble_of,
)
from bot.jobs.deliver.words import Words
from bot.jobs.notices import NoticeKind
from bot.store import outbox, people
from bot.store.database import Scope
from bot.store.outbox import OutboxRow, OutboxState, Verb
from bot.views.blocks import Message, Picture

log = logging.getLogger(__name__)

EVENT_TYPE = "mentorbot_notice"
LEASE = timedelta(seconds=90)
AFTER_ITS_MESSAGE = timedelta(seconds=5)
NO_MESSAGE = frozenset({OutboxState.CANCELLED, OutboxState.DEAD, OutboxState.UNKNOWN})


@dataclass(frozen=True)
class Holding:
    """A claimed row, its kind, and under which name it is held."""

    row: OutboxRow
    kind: NoticeKind
    owner: str


class Attempt:
    """One attempt; ``run`` never raises, except TakenOver."""

    def __init__(self, deps: Deps, channels: Channels, line: Line, holding: Holding) -> None:
        self._deps = deps
        self._channels = channels
        self._line = line
        self._held = holding
        self._row = holding.row
        self._doubt = holding.row.doubt_since

    def run(self) -> Outcome:
        """Send the message, or find that it cannot be sent now, or ever."""
        row, now = self._row, self._deps.clock.now
        try:
            outcome = self._update() if row.verb is Verb.UPDATE else self._deliver()
        except Ended as end:
            return outcomes.ended(end.state, end.reason, now(), doubt_since=self._doubt)
        except PutOff as wait:
            return self._put_off(wait)
        except TakenOver:
            raise
        except SlackApiError as fault:
            return self._refused(fault)
        except CONNECTION as fault:
            return self._unclear(type(fault).__name__)
        except Exception as fault:  # noqa: BLE001 - a row that cannot be made into words must not stop the rest
            stack = "".join(traceback.format_tb(fault.__traceback__))
            log.error("outbox %s %s: %s\n%s", row.id, row.kind, type(fault).__name__, stack)  # noqa: TRY400 - the message may quote a person
            return outcomes.later(row, self._doubt, type(fault).__name__, now())
        self._line.pace.well(row.workspace_id)
        return outcome

    def _deliver(self) -> Outcome:
        channel, made = self._made()
        if channel is None:
            channel = self._dm_channel(made)
        if self._doubt is not None:
            try:
                found = look_up(self._line, self._row, channel)
            except CannotTell:
                send_again(self._row, self._held.kind)
            else:
                if found is not None:
                    return self._sent(channel, found)
                self._doubt = None
        return self._post(channel, made)

    def _made(self) -> tuple[str | None, Words]:
        """Return the channel the row names, by its id, and the message that may be posted there now."""
        channel, members = None, None
        if self._row.to_channel is not None:
            channel, members = self._channels.look(
                self._line, self._row.to_channel, with_members=self._held.kind.permit is not None
            )
        return channel, words.make(self._deps, self._row, self._held.kind, members)

    def _dm_channel(self, made: Words) -> str:
        contact = made.contact
        if contact is None:
            raise Ended(OutboxState.DEAD, "nobody to send to")
        if contact.dm_channel:
            return contact.dm_channel
        with self._line.asking("conversations.open") as client:
            channel = str(client.conversations_open(users=contact.slack_user_id)["channel"]["id"])
        with self._deps.db.writing(Scope(self._row.workspace_id)) as session:
            people.remember_dm(session, contact.person_id, channel)
        return channel

    def _post(self, channel: str, made: Words) -> Outcome:
        earlier = self._doubt
        try:
            with self._line.asking("chat.postMessage", channel) as client:
                self._begin()
                answer = client.chat_postMessage(
                    channel=channel,
                    text=made.message.text,
                    blocks=list(made.message.blocks),
                    metadata={"event_type": EVENT_TYPE, "event_payload": {"key": self._row.id}},
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
        posted_in, ts = str(answer["channel"]), str(answer["ts"])
        return replace(self._sent(posted_in, ts), afterwards=lambda: self._upload(posted_in, ts, made.draw))

    def _begin(self) -> None:
        """Record that Slack may have the message from now on. Raises TakenOver if the row is not ours."""
        now = self._deps.clock.now()
        with self._deps.db.writing(Scope(self._row.workspace_id)) as session:
            ours = outbox.begin_post(
                session, self._row.id, held_by=self._held.owner, now=now, lease_until=now + LEASE
            )
        if not ours:
            raise TakenOver
        self._doubt = self._doubt or now

    def _sent(self, channel: str, ts: str) -> Outcome:
        now = self._deps.clock.now()
        return outcomes.ended(OutboxState.SENT, None, now, channel=channel, ts=ts, doubt_since=None)

    def _upload(self, channel: str, ts: str, draw: Callable[[], Picture | None]) -> None:
        """Upload the picture into the message's thread. A lost picture is logged and never sent again."""
        try:
            picture = draw()
            if picture is None:
                return
            self._line.client.files_upload_v2(
                content=picture.png,
                filename=picture.filename,
                title=picture.title,
                alt_txt=picture.alt,
                channel=channel,
                thread_ts=ts,
            )
        except Exception as fault:  # noqa: BLE001 - the message is posted: nothing about its picture may say otherwise
            log.warning("outbox %s: its picture was lost (%s)", self._row.id, type(fault).__name__)

    def _update(self) -> Outcome:
        row = self._row
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
        return self._sent(target.channel or "", target.ts or "")

    def _take_down(self, target: OutboxRow) -> None:
        """Delete the message that stands where it may not any more; gone already is as good."""
        try:
            with self._line.asking("chat.delete") as client:
                client.chat_delete(channel=target.channel or "", ts=target.ts or "")
        except SlackApiError as fault:
            if error_of(fault) != "message_not_found":
                raise

    def _change(self, target: OutboxRow, message: Message) -> None:
        try:
            with self._line.asking("chat.update") as client:
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
        until = max(wait.until, self._deps.clock.now() + timedelta(milliseconds=50))
        return outcomes.waits(until, wait.reason, self._doubt, tries=self._row.tries - 1)

    def _refused(self, fault: SlackApiError) -> Outcome:
        row, error, trouble = self._row, error_of(fault), trouble_of(fault)
        if trouble is Trouble.PASSING:
            return self._unclear(error)
        if trouble in {Trouble.TOKEN, Trouble.SCOPE}:
            return self._all_of_it(error)
        if error in CHANNEL_TROUBLE and row.to_channel is not None:
            self._channels.forget(row.workspace_id, row.to_channel)
            if row.tries == 1:  # the name may lead elsewhere by now
                return outcomes.later(row, self._doubt, error, self._deps.clock.now())
        return outcomes.ended(OutboxState.DEAD, error, self._deps.clock.now(), doubt_since=self._doubt)

    def _unclear(self, reason: str) -> Outcome:
        """Spend a try if Slack answers otherwise, so that the trouble is with this message."""
        if self._line.trouble() is not None:
            return self._all_of_it(reason)
        self._line.pace.well(self._row.workspace_id)
        return outcomes.later(self._row, self._doubt, reason, self._deps.clock.now())

    def _all_of_it(self, reason: str) -> Outcome:
        """Leave the whole workspace alone for a while: nobody's silence, and no fault of this message."""
        until = self._line.pace.pause(self._row.workspace_id, self._deps.clock.now())
        log.warning("workspace %s: %s, nothing is sent until %s", self._row.workspace_id, reason, until)
        return self._put_off(PutOff(until, reason))
