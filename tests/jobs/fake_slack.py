"""A Slack of a few methods in memory, whose answers a test orders one by one: for the rules of delivery."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.clock import SetClock
from bot.deps import Deps
from bot.domain.step import Step
from bot.jobs.deliver import Delivery
from bot.jobs.notices import NoticeKind, WhenUnknown
from bot.settings import read_settings
from bot.slack import Slack
from bot.store.outbox import Notice, OutboxRow
from bot.views.blocks import Message
from tests.cast import KEYS, LEADS_CHANNEL, MONDAY, WORKSPACE_ID, Desk

HELD, RESENT, IN_HOURS, CARD = "test.held", "test.resent", "test.in_hours", "test.card"
FROZEN = "test.frozen"
DAWN = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def refusal(error: str, *, status: int = 200, retry_after: str | None = None) -> SlackApiError:
    """Return Slack's no as ``slack_sdk`` raises it."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    answer = SlackResponse(
        client=None,
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": False, "error": error},
        headers=headers,
        status_code=status,
    )
    return SlackApiError("refused", answer)  # type: ignore[no-untyped-call] # slack_sdk leaves it untyped


def limited(seconds: int = 30) -> SlackApiError:
    """Return a 429."""
    return refusal("ratelimited", status=429, retry_after=str(seconds))


@dataclass(frozen=True)
class Accepted:
    """An error that is answered although what was asked is done."""

    error: BaseException


@dataclass(frozen=True)
class Answer:
    """What ``slack_sdk`` wraps an answer in."""

    data: dict[str, Any]


@dataclass
class FakeSlack:
    """Stands where a client stands. What is ordered for a method is answered first, one order a call."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    orders: dict[str, deque[Exception | Accepted]] = field(default_factory=dict)
    always: dict[str, Exception] = field(default_factory=dict)
    members: list[str] = field(default_factory=lambda: ["U0LENA", "U0HUGO"])
    channels: dict[str, str] = field(default_factory=lambda: {"mentoring-leads": LEADS_CHANNEL})
    on_post: Callable[[], None] = lambda: None
    scopes: frozenset[str] = frozenset()
    named: dict[str, str] = field(default_factory=dict)
    """The channel Slack names for what it was called by."""
    clock: SetClock = field(default_factory=lambda: SetClock(MONDAY))
    """The bot's."""
    ahead: timedelta = timedelta(0)
    """How far Slack's own clock, which every ``ts`` is by, is ahead of the bot's."""
    dnd: dict[str, dict[str, object]] = field(default_factory=dict)

    def order(self, method: str, *answers: Exception | Accepted) -> None:
        """Let the next calls of ``method`` be answered so."""
        self.orders.setdefault(method, deque()).extend(answers)

    def keys(self) -> list[str]:
        """Return the key of each message of ours that Slack has, oldest first."""
        ours = [message["metadata"] for message in self.messages if "metadata" in message]
        return [metadata["event_payload"]["key"] for metadata in ours]

    def count(self, method: str) -> int:
        """Return how often a method was called."""
        return self.called.count(method)

    def _answer(self, method: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        self.called.append(method)
        if method in self.always:
            raise self.always[method]
        ordered = self.orders.get(method)
        if ordered:
            answer = ordered.popleft()
            if isinstance(answer, Accepted):
                do()
                raise answer.error
            raise answer
        return do()

    def chat_postMessage(self, **args: Any) -> dict[str, Any]:  # noqa: N802 - slack_sdk's name
        """Keep the message."""

        def keep() -> dict[str, Any]:
            self.messages.append({"ts": self._next_ts(), **args})
            channel = self.named.get(args["channel"], args["channel"])
            return {"channel": channel, "ts": self.messages[-1]["ts"]}

        self.on_post()
        return self._answer("chat.postMessage", keep)

    def chat_update(self, **args: Any) -> dict[str, Any]:
        """Take a change of a message."""
        return self._answer("chat.update", lambda: args)

    def say(self, channel: str, times: int = 1) -> None:
        """Let somebody else say something in a channel."""
        for _ in range(times):
            self.messages.append({"ts": self._next_ts(), "channel": channel, "text": "hello"})

    def _next_ts(self) -> str:
        now = (self.clock.now() + self.ahead - DAWN) // MICROSECOND
        latest = _micros(self.messages[-1]["ts"]) if self.messages else 0
        return _ts(max(now, latest + 1))

    def _place(self, channel: str) -> str:
        """Return one name for a channel: direct messages are posted by a person's id and read by another."""
        by_person = channel[1:] if channel.startswith("DU") else channel
        return self.named.get(by_person, by_person)

    def conversations_history(
        self,
        *,
        channel: str,
        oldest: str = "0",
        latest: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
        include_all_metadata: bool = False,
    ) -> dict[str, Any]:
        """Give a channel's messages between two moments (neither is within), newest first, a page a call."""

        def read() -> dict[str, Any]:
            place, least = self._place(channel), _micros(oldest)
            before = cursor or latest
            most = None if before is None else _micros(before)
            there = [
                message if include_all_metadata else {**message, "metadata": None}
                for message in reversed(self.messages)
                if self._place(message["channel"]) == place
                and _micros(message["ts"]) > least
                and (most is None or _micros(message["ts"]) < most)
            ]
            page = there[:limit]
            more = len(there) > limit
            return {
                "messages": page,
                "has_more": more,
                "response_metadata": {"next_cursor": page[-1]["ts"] if more else ""},
            }

        return self._answer("conversations.history", read)

    def conversations_open(self, *, users: str) -> dict[str, Any]:
        """Give the direct-message channel of a user."""
        return self._answer("conversations.open", lambda: {"channel": {"id": f"D{users}"}})

    def conversations_members(self, *, channel: str, **_: Any) -> dict[str, Any]:
        """Give who is in a channel that is there."""
        if channel not in self.channels.values():
            self.called.append("conversations.members")
            raise refusal("channel_not_found")
        return self._answer("conversations.members", lambda: {"members": self.members})

    def users_conversations(self, **_: Any) -> dict[str, Any]:
        """Give the private channels the bot is in."""
        found = [{"name": name, "id": channel} for name, channel in self.channels.items()]
        return self._answer("users.conversations", lambda: {"channels": found})

    def dnd_teamInfo(self, *, users: list[str]) -> Answer:  # noqa: N802 - slack_sdk's name
        """Say who is not to be disturbed."""
        said = {user: self.dnd.get(user, {"dnd_enabled": False}) for user in users}
        return Answer(self._answer("dnd.teamInfo", lambda: {"users": said}))

    def auth_test(self) -> dict[str, Any]:
        """Say who asks."""
        return self._answer("auth.test", lambda: {"ok": True})


def _micros(ts: str) -> int:
    seconds, _, rest = ts.partition(".")
    return int(seconds) * 1_000_000 + int((rest + "000000")[:6])


def _ts(micros: int) -> str:
    return f"{micros // 1_000_000}.{micros % 1_000_000:06}"


def _read(_step: Step, _ids: object, _recipient: str) -> str:
    return "words"


def _show(words: str, _to: object) -> Message:
    return Message(text=words, blocks=())


@dataclass
class Office:
    """A desk with a sender beside a Slack in memory; ``undelivered`` is what ``on_dead`` was told."""

    desk: Desk
    clock: SetClock
    slack: FakeSlack
    deps: Deps
    undelivered: list[str] = field(default_factory=list)
    on_dead_fails: bool = False

    @property
    def kinds(self) -> dict[str, NoticeKind]:
        """Return the kinds of these tests."""
        kinds = (
            NoticeKind(HELD, _read, _show, before_start=True, on_dead=self._dead),
            NoticeKind(
                RESENT,
                _read,
                _show,
                when_unknown=WhenUnknown.RESEND,
                before_start=True,
                on_dead=self._dead,
            ),
            NoticeKind(IN_HOURS, _read, _show, unrequested=True),
            NoticeKind(FROZEN, _read, _show, unrequested=True, before=lambda _step, _ids: None),
            NoticeKind(CARD, _read, _show, permit=lambda _step, _ids, members: "U0OSKAR" not in members),
        )
        return {kind.name: kind for kind in kinds}

    def _dead(self, step: Step, _ids: object, reason: str) -> None:
        self.undelivered.append(reason)
        step.record("test.undelivered", "row")
        if self.on_dead_fails:
            raise RuntimeError("what follows from the end fails")

    def sender(self, *, at_once: int = 1, lanes: int = 1) -> Delivery:
        """Return a sender such as a process has one: one call after the other, unless told otherwise."""
        return Delivery(self.deps, self.kinds, at_once=at_once, lanes=lanes)

    def tell(self, kind: str = HELD, key: str = "one", to: str = "mira", **notice: Any) -> None:
        """Record something to say."""
        with self.desk.step("clock") as step:
            step.tell(Notice(kind, key, self.desk.id(to), **notice))

    def row(self, key: str = "one") -> OutboxRow:
        """Return a row by its key."""
        return next(row for row in self.desk.outbox() if row.key == key)


def open_office(desk: Desk) -> Office:
    """Return an office at a desk."""
    clock = cast("SetClock", desk.clock)
    slack = FakeSlack(clock=clock)

    class Lines:
        def client(self, workspace_id: str) -> FakeSlack:
            if workspace_id != WORKSPACE_ID:
                raise KeyError(workspace_id)
            return slack

        def scopes(self, workspace_id: str) -> frozenset[str]:
            return slack.scopes if workspace_id == WORKSPACE_ID else frozenset()

    deps = Deps(
        db=desk.db,
        clock=clock,
        ids=desk.ids,
        slack=cast("Slack", Lines()),
        guidelines=desk.rules,
        texts=desk.texts,
        settings=read_settings(keys=KEYS),
    )
    return Office(desk, clock, slack, deps)
