"""``mentorbot outbox``: what waits, what nobody got, why, and what may be done about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from bot import wiring
from bot.commands import places
from bot.deps import Deps
from bot.domain import outbox as domain
from bot.domain.outbox import CHANGED, LONGEST_WHY, Around, Done, explain, gone
from bot.jobs import schedule
from bot.settings import read_settings
from bot.store import beats, paces, programmes
from bot.store.acts import BY_OPERATOR
from bot.store.beats import Beating
from bot.store.outbox import OutboxRow, OutboxState, operating
from bot.store.outbox.operating import Wanted

NOT_OVER = (OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.DEAD, OutboxState.UNKNOWN)
STATES = click.Choice([state.value for state in OutboxState])
MOST_AT_ONCE = 1000


@contextmanager
def _opened() -> Iterator[Deps]:
    deps = wiring.build(read_settings())
    try:
        yield deps
    finally:
        deps.db.engine.dispose()


@click.group()
def outbox() -> None:
    """See what waits to be said, what nobody got and why; try again or cancel.

    Shows ids, kinds, times and what Slack said: no names, no words of anybody. What is done is recorded.
    """


@outbox.command("list")
@click.option("--state", "states", type=STATES, multiple=True, help="By default all that are not over.")
@click.option("--kind", default="", help="Only a kind, such as checkins.asked, or all of a noun: checkins.")
@click.option("--workspace", default="", help="Only a workspace, by our id or Slack's (T…, E…).")
@click.option("--due", is_flag=True, help="Only what could be sent now.")
@click.option("--limit", type=click.IntRange(1, MOST_AT_ONCE), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(states: Sequence[str], kind: str, workspace: str, *, due: bool, limit: int, as_json: bool) -> None:
    """List messages, what is due longest first."""
    with _opened() as deps:
        now = deps.clock.now()
        place = places.meant(places.known(deps), workspace).id if workspace else ""
        wanted = Wanted(
            states=[OutboxState(state) for state in states] or NOT_OVER,
            foreign=not states,
            kind=kind,
            workspace_id=place,
            due_at=now if due else None,
        )
        with deps.db.unscoped("an operator lists the outbox") as session:
            rows = operating.find(session, wanted, limit + 1)
        say = deps.texts.say()
        for row in rows[:limit]:
            click.echo(json.dumps(_as_json(row)) if as_json else _line(row))
        if as_json:
            return
        if not rows:
            is_narrowed = bool(states or kind or workspace or due)
            click.echo(say.plain("outbox.nothing_of_that" if is_narrowed else "outbox.empty"))
        elif len(rows) > limit:
            click.echo(say.plain("outbox.more"))


def _line(row: OutboxRow) -> str:
    at = row.ended_at or row.not_before
    what = f"{row.id}  {row.state.value:<9}  {at:%Y-%m-%d %H:%M:%S}Z  {row.workspace_id}  {row.kind}"
    return f"{what}  {row.reason}" if row.reason else what


def _as_json(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state.value,
        "kind": row.kind,
        "verb": row.verb.value,
        "workspace": row.workspace_id,
        "programme": row.programme_id,
        "person": row.recipient_id,
        "created_at": _instant(row.created_at),
        "not_before": _instant(row.not_before),
        "expires_at": _instant(row.expires_at),
        "doubt_since": _instant(row.doubt_since),
        "ended_at": _instant(row.ended_at),
        "tries": row.tries,
        "reason": row.reason,
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


@outbox.command("explain")
@click.argument("row_id", metavar="ID")
def explain_(row_id: str) -> None:
    """Say in plain words what a message is, why it waits or ended, and what to do."""
    with _opened() as deps:
        say, now = deps.texts.say(), deps.clock.now()
        with deps.db.unscoped("an operator asks about a message") as session:
            row = operating.by_id(session, row_id)
            if row is None:
                click.echo(say.plain("outbox.done.not_there", id=row_id), err=True)
                raise SystemExit(1)
            around = Around(
                target_id=operating.id_of(session, row.workspace_id, row.updates_key),
                paused=next(
                    (p for p in paces.paused(session, now) if p.workspace_id == row.workspace_id), None
                ),
                last_worker=beats.latest(session, now).get(Beating.WORKER),
                gone=gone(
                    programmes.workspace(session, row.workspace_id), deps.guidelines.workspaces.leaving
                ),
            )
        for sentence in explain(row, around, now):
            click.echo(say.plain(sentence.key, **sentence.values))


@outbox.command("retry")
@click.argument("row_ids", metavar="ID…", nargs=-1)
@click.option("--dead", is_flag=True, help="All that are dead; not those Slack may have.")
@click.option("--resend", is_flag=True, help="Post without looking in Slack first. It may arrive twice.")
def retry(row_ids: Sequence[str], *, dead: bool, resend: bool) -> None:
    """Try again what nobody got, made from what is true then.

    Where Slack may have the message the bot looks there first. What waits for a release that knows its kind
    is tried at once. What an operator cancelled stays so. Ends with exit code 1 if something was left as it
    is.
    """
    if bool(row_ids) == dead:
        raise click.UsageError("Give ids, or --dead.")
    with _opened() as deps:
        ids = list(row_ids)
        if dead:
            with deps.db.unscoped("an operator retries what is dead") as session:
                ids = [row.id for row in operating.every(session, [OutboxState.DEAD], MOST_AT_ONCE)]
            if not ids:
                click.echo(deps.texts.say().plain("outbox.nothing_dead"))
        _tell(deps, [(one, _retry(deps, one, resend=resend)) for one in ids])


def _retry(deps: Deps, row_id: str, *, resend: bool) -> Done:
    row = _find(deps, row_id)
    if row is None or row.programme_id is None:
        return Done.NOT_THERE
    with deps.step(row.workspace_id, row.programme_id, by=BY_OPERATOR) as step:
        return domain.retry(step, row_id, resend=resend)


@outbox.command("cancel")
@click.argument("row_ids", metavar="ID…", nargs=-1, required=True)
@click.option("--why", required=True, help="Kept with the message, readable for every operator: no names.")
def cancel(row_ids: Sequence[str], why: str) -> None:
    """Cancel what waits, for good: it cannot be tried again.

    What follows when nobody gets such a message follows at once: a concern goes on to the next person.
    """
    if not why.isprintable():
        raise click.BadParameter("say why in one line, without control characters", param_hint="--why")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise click.BadParameter(f"say why, in at most {LONGEST_WHY} characters", param_hint="--why")
    with _opened() as deps:
        _tell(deps, [(one, _cancel(deps, one, why.strip())) for one in row_ids])


def _cancel(deps: Deps, row_id: str, why: str) -> Done:
    row = _find(deps, row_id)
    if row is None or row.programme_id is None:
        return Done.NOT_THERE
    kind = schedule.kinds().get(row.kind)
    with deps.step(row.workspace_id, row.programme_id, by=BY_OPERATOR) as step:
        return domain.cancel(step, row_id, why=why, undelivered=kind.on_dead if kind is not None else None)


def _find(deps: Deps, row_id: str) -> OutboxRow | None:
    with deps.db.unscoped("an operator acts on a message") as session:
        return operating.by_id(session, row_id)


def _tell(deps: Deps, done: Sequence[tuple[str, Done]]) -> None:
    say = deps.texts.say()
    for row_id, what in done:
        click.echo(say.plain(f"outbox.done.{what}", id=row_id), err=what not in CHANGED)
    if any(what not in CHANGED for _, what in done):
        raise SystemExit(1)
