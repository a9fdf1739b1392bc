"""One message to somebody, explained: what it is, why it waits or ended, and what an operator can do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.guidelines.workspaces import Leaving
from bot.store.outbox import OutboxRow, OutboxState, Verb, is_known, is_readable
from bot.store.outbox.operating import OPEN, OVER
from bot.store.paces import Paused
from bot.store.programmes import Workspace, WorkspaceState

SILENT = timedelta(minutes=2)
"""After how long without a sign of life of any worker it is said that there is none."""

ADVICE = {
    "account_inactive": "token",
    "ekm_access_denied": "token",
    "enterprise_is_restricted": "token",
    "invalid_auth": "token",
    "not_authed": "token",
    "not_allowed_token_type": "token",
    "org_login_required": "token",
    "team_access_not_granted": "token",
    "token_expired": "token",
    "token_revoked": "token",
    "no token for this workspace": "token",
    "missing_scope": "scope",
    "channel_not_found": "channel",
    "is_archived": "channel",
    "not_in_channel": "channel",
    "nobody to send to": "person",
    "the person has no Slack account here": "person",
    "user_not_found": "person",
    "cannot_dm_bot": "person",
}
"""What to do, by what Slack or the bot said up to a colon: the name of a sentence in ``outbox.toml``."""
UNKNOWN_KIND = "this version of the bot does not know "
"""How the reason of a row begins that waits, or died, since this release cannot make it into a message."""


@dataclass(frozen=True)
class Sentence:
    """One sentence: its key in ``outbox.toml`` and the values of its blanks."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Gone:
    """The app was removed from a workspace: since when, and when its data goes (None: it is kept)."""

    since: datetime | None
    erased_at: datetime | None
    being_erased: bool = False


@dataclass(frozen=True)
class Around:
    """What else an explanation needs: the message to change, the workspace's pause, a worker's last sign.

    ``gone`` is None where the app is installed.
    """

    target_id: str | None
    paused: Paused | None
    last_worker: datetime | None
    gone: Gone | None = None


def gone(workspace: Workspace | None, rules: Leaving) -> Gone | None:
    """Return when a workspace was left and when it is erased; None where the app is installed."""
    if workspace is not None and workspace.state is WorkspaceState.INSTALLED:
        return None
    if workspace is None or workspace.state is not WorkspaceState.GONE or workspace.gone_at is None:
        return Gone(None, None, being_erased=True)
    is_held = bool({workspace.slack_team_id, workspace.slack_enterprise_id} & set(rules.legal_holds))
    erased_at = None if is_held else workspace.gone_at + timedelta(days=rules.erase_after_days)
    return Gone(workspace.gone_at, erased_at)


def is_unknown_kind(reason: str | None) -> bool:
    """Tell whether a row's reason says that a release did not know its kind."""
    return (reason or "").startswith(UNKNOWN_KIND)


def explain(row: OutboxRow, around: Around, now: datetime) -> list[Sentence]:
    """Return what is to be said about a row, in order."""
    return [*_what(row, around), *_how_it_stands(row, around, now), *_what_to_do(row, around)]


def _what(row: OutboxRow, around: Around) -> Iterator[Sentence]:
    values = {"kind": row.kind, "person": row.recipient_id, "workspace": row.workspace_id}
    to = "person" if row.recipient_id is not None else "channel"
    yield Sentence(f"outbox.what.{to}", {**values, "at": _when(row.created_at)})
    if row.verb is Verb.UPDATE:
        yield Sentence("outbox.what.change", {"id": around.target_id or "?"})
    if not is_known(row.verb):
        yield Sentence("outbox.what.foreign", {"verb": row.verb.value})
    if not is_readable(row.ids):
        yield Sentence("outbox.what.unreadable")


def _how_it_stands(row: OutboxRow, around: Around, now: datetime) -> Iterator[Sentence]:
    ended = {"at": _when(row.ended_at), "reason": row.reason or "no reason was recorded"}
    if around.gone is not None and row.state in OPEN:
        if row.reason:
            yield Sentence("outbox.state.because", {"reason": row.reason})
    elif row.state is OutboxState.WAITING:
        yield from _why_it_waits(row, around, now)
    elif row.state is OutboxState.CLAIMED:
        held = row.lease_until is not None and row.lease_until > now
        yield Sentence(f"outbox.state.{'claimed' if held else 'abandoned'}", {"at": _when(row.lease_until)})
    elif row.state is OutboxState.SENT:
        yield Sentence("outbox.state.sent", {**ended, "channel": row.channel or "?", "ts": row.ts or "?"})
    else:
        name = row.state.value if is_known(row.state) else "foreign"
        yield Sentence(f"outbox.state.{name}", {**ended, "state": row.state.value})
    if row.tries:
        yield Sentence("outbox.tries", {"n": row.tries})
    if row.doubt_since is not None and row.state is not OutboxState.SENT:
        yield Sentence("outbox.doubt", {"at": _when(row.doubt_since)})
    if row.expires_at is not None and row.ended_at is None:
        yield Sentence("outbox.expires", {"at": _when(row.expires_at)})
    if around.gone is not None and row.state not in OVER:
        yield _gone(around.gone)


def _gone(left: Gone) -> Sentence:
    if left.being_erased:
        return Sentence("outbox.gone.erasing")
    since = _when(left.since)
    if left.erased_at is None:
        return Sentence("outbox.gone.held", {"since": since})
    return Sentence("outbox.gone.kept", {"since": since, "until": _when(left.erased_at)})


def _why_it_waits(row: OutboxRow, around: Around, now: datetime) -> Iterator[Sentence]:
    due = row.not_before <= now
    yield Sentence(f"outbox.state.{'due' if due else 'waits'}", {"at": _when(row.not_before)})
    if row.reason:
        yield Sentence("outbox.state.because", {"reason": row.reason})
    if around.paused is not None:
        paused = around.paused
        since, until = _when(paused.since), _when(paused.until)
        yield Sentence("outbox.state.paused", {"since": since, "until": until, "reason": paused.reason})
    elif due and around.last_worker is not None and around.last_worker < now - SILENT:
        yield Sentence("outbox.state.no_worker", {"at": _when(around.last_worker)})


def _what_to_do(row: OutboxRow, around: Around) -> Iterator[Sentence]:
    is_paused = around.paused is not None and around.gone is None and row.ended_at is None
    said = around.paused.reason if is_paused and around.paused is not None else row.reason
    is_foreign = is_unknown_kind(said) or not is_known(row.state)
    advice = "version" if is_foreign else ADVICE.get((said or "").partition(":")[0])
    if advice is not None and row.state not in OVER:
        yield Sentence(f"outbox.advice.{advice}", {"id": row.id} if advice == "version" else {})
    if row.state in {OutboxState.DEAD, OutboxState.UNKNOWN}:
        yield Sentence(f"outbox.advice.{row.state.value}", {"id": row.id})
    elif around.gone is not None and row.state not in OVER:
        yield Sentence("outbox.advice.gone", {"id": row.id})
    elif row.state is OutboxState.WAITING:
        yield Sentence("outbox.advice.waiting", {"id": row.id})
    elif is_known(row.state):
        yield Sentence("outbox.advice.nothing")


def _when(at: datetime | None) -> str:
    return "?" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
