"""Draining the outbox of one workspace: claim, make the words, look in Slack where in doubt, send, record."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.deps import Deps
from bot.domain.step import Step
from bot.jobs.channels import Channels, who_is_in
from bot.jobs.notices import NoticeKind, WhenUnknown
from bot.store import outbox, people
from bot.store.database import Scope
from bot.store.outbox import OutboxRow, OutboxState, Verb
from bot.store.people import Contact
from bot.views.blocks import Message, Picture
from bot.views.reader import Reader

log = logging.getLogger(__name__)

Draw = Callable[[], Picture | None]

EVENT_TYPE = "mentorbot_notice"
BATCH = 20
MAX_TRIES = 8
LEASE = timedelta(seconds=90)
BACK_OFF = (5, 15, 60, 300, 900, 1800, 3600)  # seconds after the first, second … failed attempt
LOOK_BACK = timedelta(minutes=2)
HISTORY_PAGE = 100
HISTORY_PAGES = 5

TOKEN_TROUBLE = frozenset(
    {"token_revoked", "token_expired", "invalid_auth", "account_inactive", "not_authed", "missing_scope"}
)
TRANSIENT = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)


class _Ended(Exception):  # noqa: N818 - carries how an attempt ended
    """How an attempt ended when it did not post: the values to settle the row with."""

    def __init__(self, **values: Any) -> None:
        super().__init__()
        self.values = values


@dataclass(frozen=True)
class _Claimed:
    """A row as it was claimed, and whether an earlier attempt's outcome is unknown."""

    row: OutboxRow
    doubtful: bool


class Delivery:
    """Sends what the outbox of a workspace holds. One instance a process; ``owner`` names it in leases."""

    def __init__(self, deps: Deps, kinds: Mapping[str, NoticeKind], owner: str) -> None:
        self._deps = deps
        self._kinds = kinds
        self._owner = owner
        self._channels = Channels()

    def drain_all(self) -> int:
        """Drain every workspace that has something due; return how many rows were handled."""
        with self._deps.db.unscoped("find what is due") as session:
            workspaces = outbox.waiting(session, self._deps.clock.now())
        return sum(self.drain(workspace_id) for workspace_id in workspaces)

    def drain(self, workspace_id: str) -> int:
        """Send what is due in one workspace, oldest first; return how many rows were handled."""
        handled = 0
        while batch := self._claim(workspace_id):
            for claimed in batch:
                self._attempt(claimed)
            handled += len(batch)
        return handled

    def _claim(self, workspace_id: str) -> list[_Claimed]:
        now = self._deps.clock.now()
        with self._deps.db.writing(Scope(workspace_id)) as session:
            rows = outbox.claim(
                session, owner=self._owner, now=now, lease_until=now + LEASE, limit=BATCH, max_tries=MAX_TRIES
            )
            claimed = [_Claimed(row, doubtful=row.doubt_since is not None) for row in rows]
            for row in rows:
                row.doubt_since = row.doubt_since or now
        return claimed

    def _attempt(self, claimed: _Claimed) -> None:
        row = claimed.row
        try:
            values = self._send(claimed)
        except _Ended as ended:
            values = ended.values
        except Exception as fault:  # noqa: BLE001 - a row that cannot be made into words must not stop the rest
            stack = "".join(traceback.format_tb(fault.__traceback__))
            log.error("outbox %s %s: %s\n%s", row.id, row.kind, type(fault).__name__, stack)  # noqa: TRY400 - the message may quote a person
            values = self._later(row, type(fault).__name__, doubt=True)
        self._settle(row, values)

    def _settle(self, row: OutboxRow, values: dict[str, Any]) -> None:
        now = self._deps.clock.now()
        state = values.get("state")
        if state in {OutboxState.SENT, OutboxState.DEAD, OutboxState.CANCELLED}:
            values["ended_at"] = now
        with self._deps.db.writing(Scope(row.workspace_id)) as session:
            held = outbox.settle(session, row.id, held_by=self._owner, values=values)
        if not held:
            log.warning("outbox %s: another sender took it over", row.id)
        if held and state is OutboxState.DEAD:
            log.error("outbox %s %s is dead: %s", row.id, row.kind, values.get("reason"))
            kind = self._kinds.get(row.kind)
            if kind is not None and kind.on_dead is not None and row.programme_id is not None:
                with self._deps.step(row.workspace_id, row.programme_id) as step:
                    kind.on_dead(step, row.ids, str(values.get("reason")))

    def _send(self, claimed: _Claimed) -> dict[str, Any]:
        row = claimed.row
        kind = self._kinds.get(row.kind)
        if kind is None or row.programme_id is None:
            raise _Ended(state=OutboxState.DEAD, reason="this version of the bot does not know this kind")
        client = self._client(row)
        try:
            to_channel = self._channels.find(client, row.workspace_id, row.to_channel)
            members = who_is_in(client, to_channel) if kind.permit is not None else frozenset()
            message, contact, draw = self._words(row, kind, members)
            if row.verb is Verb.UPDATE:
                return self._update(client, row, message)
            channel = to_channel or self._dm_channel(client, row, contact)
            if claimed.doubtful:
                found = self._look_up(client, row, channel, kind)
                if found is not None:
                    return {"state": OutboxState.SENT, "channel": channel, "ts": found, "doubt_since": None}
            return self._post(client, row, channel, message, draw)
        except SlackApiError as fault:
            raise self._refused(row, fault) from None
        except (SlackClientError, OSError, HTTPException) as fault:
            raise _Ended(**self._later(row, type(fault).__name__, doubt=True)) from None

    def _client(self, row: OutboxRow) -> WebClient:
        try:
            return self._deps.slack.client(row.workspace_id)
        except KeyError:
            raise _Ended(**self._later(row, "no token for this workspace", doubt=False)) from None

    def _words(
        self, row: OutboxRow, kind: NoticeKind, members: frozenset[str] | None
    ) -> tuple[Message, Contact | None, Draw]:
        """Return the message as it is true now, whom it is for, and what draws its picture.

        Raises _Ended when it is not true any more, or may not be sent.
        """
        programme_id = row.programme_id or ""
        if kind.before is not None:
            with self._deps.step(row.workspace_id, programme_id) as step:
                kind.before(step, row.ids)
        with self._deps.step(row.workspace_id, programme_id, writes=False) as step:
            contact = self._recipient(step, row, kind)
            permitted = kind.permit is None or (members is not None and kind.permit(step, row.ids, members))
            outcome = kind.read(step, row.ids, row.recipient_id or "") if permitted else None
        if not permitted:
            if kind.instead is not None:
                with self._deps.step(row.workspace_id, programme_id) as step:
                    kind.instead(step, row.ids)
            raise _Ended(state=OutboxState.CANCELLED, reason="somebody in the channel may not see it")
        if outcome is None:
            raise _Ended(state=OutboxState.CANCELLED, reason="no longer true")
        reader = Reader(
            say=self._deps.texts.say(contact.language if contact else "en"),
            time_zone=contact.time_zone if contact else "UTC",
            programme_id=programme_id,
        )
        return kind.show(outcome, reader), contact, lambda: kind.picture and kind.picture(outcome, reader)

    @staticmethod
    def _recipient(step: Step, row: OutboxRow, kind: NoticeKind) -> Contact | None:
        if row.recipient_id is None:
            return None
        contact = people.contact(step.session, row.recipient_id)
        if contact is None or not contact.here:
            raise _Ended(state=OutboxState.DEAD, reason="the person has no Slack account here")
        if not kind.before_start and not people.is_started(step.session, row.recipient_id):
            raise _Ended(state=OutboxState.CANCELLED, reason="the programme has not started for this person")
        return contact

    def _dm_channel(self, client: WebClient, row: OutboxRow, contact: Contact | None) -> str:
        if contact is None:
            raise _Ended(state=OutboxState.DEAD, reason="nobody to send to")
        if contact.dm_channel:
            return contact.dm_channel
        channel = str(client.conversations_open(users=contact.slack_user_id)["channel"]["id"])
        with self._deps.db.writing(Scope(row.workspace_id)) as session:
            people.remember_dm(session, contact.person_id, channel)
        return channel

    def _post(
        self, client: WebClient, row: OutboxRow, channel: str, message: Message, draw: Draw
    ) -> dict[str, Any]:
        answer = client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=list(message.blocks),
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": row.id}},
            unfurl_links=False,
            unfurl_media=False,
        )
        ts = str(answer["ts"])
        self._upload(client, row, str(answer["channel"]), ts, draw)
        return {
            "state": OutboxState.SENT,
            "channel": answer["channel"],
            "ts": ts,
            "doubt_since": None,
            "reason": None,
        }

    @staticmethod
    def _upload(client: WebClient, row: OutboxRow, channel: str, ts: str, draw: Draw) -> None:
        """Upload the picture into the message's thread. A lost picture is logged and never sent again."""
        try:
            picture = draw()
            if picture is None:
                return
            client.files_upload_v2(
                content=picture.png,
                filename=picture.filename,
                title=picture.title,
                alt_txt=picture.alt,
                channel=channel,
                thread_ts=ts,
            )
        except Exception as fault:  # noqa: BLE001 - the message is posted: nothing about its picture may say otherwise
            log.warning("outbox %s: its picture was lost (%s)", row.id, type(fault).__name__)

    def _update(self, client: WebClient, row: OutboxRow, message: Message) -> dict[str, Any]:
        with self._deps.db.reading(Scope(row.workspace_id)) as session:
            target = outbox.by_key(session, row.updates_key or "")
        if target is None or target.state in {OutboxState.CANCELLED, OutboxState.DEAD, OutboxState.UNKNOWN}:
            raise _Ended(state=OutboxState.CANCELLED, reason="there is no message to update")
        if target.state is not OutboxState.SENT:
            # What still waits will be made from the newest facts, but it may be on its way this moment.
            raise _Ended(**self._later(row, "the message to update is not sent yet", doubt=False))
        client.chat_update(
            channel=target.channel or "", ts=target.ts or "", text=message.text, blocks=list(message.blocks)
        )
        return {
            "state": OutboxState.SENT,
            "channel": target.channel,
            "ts": target.ts,
            "doubt_since": None,
            "reason": None,
        }

    def _look_up(self, client: WebClient, row: OutboxRow, channel: str, kind: NoticeKind) -> str | None:
        """Return the ts of this row's message in Slack, None if it has none. Raises _Ended if unsure."""
        oldest = f"{((row.doubt_since or row.created_at) - LOOK_BACK).timestamp():.6f}"
        cursor = ""
        try:
            for _ in range(HISTORY_PAGES):
                page = client.conversations_history(
                    channel=channel,
                    oldest=oldest,
                    include_all_metadata=True,
                    limit=HISTORY_PAGE,
                    cursor=cursor or None,
                )
                for message in page["messages"]:
                    payload = (message.get("metadata") or {}).get("event_payload") or {}
                    if payload.get("key") == row.id:
                        return str(message["ts"])
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    return None
        except SlackApiError as fault:
            if fault.response.get("error") == "ratelimited":
                raise
        self._unsure(row, kind)
        return None

    def _unsure(self, row: OutboxRow, kind: NoticeKind) -> None:
        """Post again if the kind says so. Raises _Ended otherwise: the row waits for an operator."""
        if kind.when_unknown is WhenUnknown.RESEND:
            log.warning("outbox %s: outcome unknown and not to be read back, sent again", row.id)
            return
        raise _Ended(state=OutboxState.UNKNOWN, reason="outcome unknown, and Slack would not let us look")

    def _refused(self, row: OutboxRow, fault: SlackApiError) -> _Ended:
        response = fault.response
        error = str(response.get("error") or f"http {response.status_code}")
        if error == "ratelimited" or response.status_code == 429:  # noqa: PLR2004 - HTTP's number
            wait = int(response.headers.get("Retry-After") or 1)
            return _Ended(
                state=OutboxState.WAITING,
                not_before=self._deps.clock.now() + timedelta(seconds=wait),
                doubt_since=None,
                tries=row.tries - 1,
                owner=None,
                reason="rate limited",
            )
        if response.status_code >= 500 or error in TRANSIENT:  # noqa: PLR2004 - HTTP's number
            return _Ended(**self._later(row, error, doubt=True))
        if error in TOKEN_TROUBLE:
            return _Ended(**self._later(row, error, doubt=False))
        return _Ended(state=OutboxState.DEAD, reason=error, doubt_since=None)

    def _later(self, row: OutboxRow, reason: str, *, doubt: bool) -> dict[str, Any]:
        """Return the values that put a row off; with ``doubt`` the next attempt looks in Slack first."""
        if row.tries >= MAX_TRIES:
            return {"state": OutboxState.DEAD, "reason": reason}
        wait = BACK_OFF[min(row.tries, len(BACK_OFF)) - 1]
        values: dict[str, Any] = {
            "state": OutboxState.WAITING,
            "not_before": self._deps.clock.now() + timedelta(seconds=wait),
            "owner": None,
            "reason": reason,
        }
        if not doubt:
            values["doubt_since"] = None
        return values
