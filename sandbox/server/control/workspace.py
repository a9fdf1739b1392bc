"""Control of what is in a workspace: reset, people, channels, clock, faults, limits, traffic."""

from datetime import datetime
from typing import Any

from sandbox.server import events, leaving
from sandbox.server.box import Start
from sandbox.server.control.asked import Asked
from sandbox.server.control.screen import person_shown
from sandbox.server.errors import ControlError
from sandbox.server.faults import KINDS, OF_CALLS, Fault
from sandbox.server.posts import COLUMNS
from sandbox.state import ids
from sandbox.state.apps import ManifestError
from sandbox.state.channels import Channel
from sandbox.state.clock import ClockBackwardsError
from sandbox.state.payload import Payload
from sandbox.state.seed import PERSON_FIELDS, SeedError, check_person, person_from

LONGEST_SKIP = 100 * 366 * 86_400
"""Seconds: beyond some centuries no calendar can name the date."""


async def reset(asked: Asked) -> Payload:
    """Begin afresh. Without a manifest the first app keeps its ids and tokens, so its bot reconnects."""
    box, body = asked.box, asked.body
    start = Start(
        team=asked.part("team") or box.start.team,
        manifest=asked.part("manifest") or box.start.manifest,
        request_url=str(body.get("request_url", "") if body.get("manifest") else box.start.request_url),
        limits_off=box.start.limits_off if body.get("limits_off") is None else asked.names("limits_off"),
    )
    kept = None if body.get("manifest") else box.kept()
    try:
        await box.reset(start, kept)
    except (SeedError, ManifestError) as problem:
        raise ControlError("invalid_seed", str(problem)) from problem
    return box.connections()


async def people(asked: Asked) -> Payload:
    """List everybody, bots included."""
    return {"people": [person_shown(person) for person in asked.box.world.people.values()]}


async def change_person(asked: Asked) -> Payload:
    """Change a person, or create one when the handle is new and a real name is given."""
    box, who = asked.box, asked.path["who"]
    unknown = set(asked.body) - PERSON_FIELDS
    if unknown:
        raise ControlError("unknown_field", f"a person has no {min(unknown)!r}")
    found = box.world.person(who)
    try:
        if found is None:
            if not asked.body.get("real_name"):
                asked.named_person(who)
            found = person_from({"name": who.removeprefix("@")} | asked.body, box.clock.now())
            box.world.people[found.id] = found
            box.touch(None)
            events.person(box, found, new=True)
            return {"person": person_shown(found)}
        check_person(asked.body)
    except SeedError as problem:
        raise ControlError("invalid_person", str(problem)) from problem
    for name, value in asked.body.items():
        setattr(found, name, value)
    found.updated = int(box.clock.now())
    if asked.body.get("deleted"):
        _leave_everything(asked, found.id)
    box.touch(None)
    events.person(box, found, new=False)
    return {"person": person_shown(found)}


def _leave_everything(asked: Asked, user: str) -> None:
    # Slack takes a deactivated person out of channels without member_left_channel events.
    for channel in asked.box.world.channels_of(user):
        if channel.kind in {"public", "private"}:
            channel.members.remove(user)
    asked.box.world.modals.pop(user, None)


async def change_channel(asked: Asked) -> Payload:
    """Archive, delete, create (``create``, ``is_private``) a channel; ``add`` and ``remove`` people."""
    box, body, name = asked.box, asked.body, asked.path["channel"]
    if body.get("create") and box.world.channel(name) is None:
        kind: Any = "private" if body.get("is_private") else "public"
        made = Channel(ids.slack_id("C"), name.removeprefix("#"), kind, int(box.clock.now()))
        box.world.add_channel(made)
    channel = asked.named_channel(name)
    for who in asked.names("add"):
        _member(asked, channel, who, joined=True)
    for who in asked.names("remove"):
        _member(asked, channel, who, joined=False)
    if "archived" in body and bool(body["archived"]) != channel.is_archived:
        channel.is_archived = bool(body["archived"])
        events.channel_state(box, channel, "channel_archive" if channel.is_archived else "channel_unarchive")
    if body.get("deleted"):
        events.channel_state(box, channel, "channel_deleted")
        del box.world.channels[channel.id]
    box.touch(None)
    return {"channel": {"id": channel.id, "name": channel.name, "members": channel.members}}


def _member(asked: Asked, channel: Channel, who: str, *, joined: bool) -> None:
    user = asked.named_person(who).id
    if joined == (user in channel.members):
        return
    if joined:
        channel.members.append(user)
        events.membership(asked.box, channel, user, joined=True)
    else:
        channel.members.remove(user)
        events.membership(asked.box, channel, user, joined=False)


async def clock(asked: Asked) -> Payload:
    """Tell the workspace's time."""
    return {"now": asked.box.clock.instant(), "offset_seconds": asked.box.clock.offset}


async def move_clock(asked: Asked) -> Payload:
    """Skip ``skip_seconds`` ahead, or ``to`` an ISO instant."""
    box, body = asked.box, asked.body
    try:
        if "to" in body:
            instant = datetime.fromisoformat(str(body["to"]))
            if instant.tzinfo is None:
                raise ControlError(
                    "invalid_instant", "the instant needs its offset, such as 2026-03-01T09:00:00Z"
                )
            before = box.clock.offset
            box.clock.go_to(instant)
            box.courier.skip(box.clock.offset - before)
        else:
            seconds = float(asked.need("skip_seconds"))
            if not 0 <= seconds <= LONGEST_SKIP:
                raise ControlError("clock_backwards", "a skip is between no time and a hundred years")
            box.clock.skip(seconds)
            box.courier.skip(seconds)
    except ClockBackwardsError as problem:
        raise ControlError("clock_backwards", str(problem)) from problem
    except (TypeError, ValueError) as problem:
        raise ControlError("invalid_instant", str(problem)) from problem
    box.clock_moved.set()
    box.touch(None)
    return await clock(asked)


async def retry(asked: Asked) -> Payload:
    """Send what waits to be repeated now, as if the next pause were over."""
    return {"repeated": asked.box.courier.skip(float("inf"))}


async def order_fault(asked: Asked) -> Payload:
    """Order a fault; see the table in the README for what each kind does."""
    body, box = asked.body, asked.box
    kind = str(asked.need("kind"))
    if kind not in KINDS:
        raise ControlError("unknown_kind", f"a fault is one of {', '.join(sorted(KINDS))}")
    if kind in OF_CALLS and not body.get("method"):
        raise ControlError("missing_field", f"{kind} needs the method it is for")
    try:
        fault = _fault(kind, body, asked.team)
    except (TypeError, ValueError) as problem:
        raise ControlError("invalid_number", str(problem)) from problem
    if kind == "drop_socket":
        cut = sum(box.courier.sockets.drop(app.id, fault.times) for app in box.world.apps.values())
        return {"dropped": cut}
    if kind == "revoke_token":
        app = asked.app()
        live = box.realm.tokens.live(app.id, leaving.place(box, app), box.clock.now())
        leaving.revoke(box, app, live, fault=True)
        return {"revoked": app.id}
    box.faults.order(fault)
    return {"faults": len(box.faults.ordered)}


def _fault(kind: str, body: Payload, team: str) -> Fault:
    return Fault(
        method=str(body.get("method") or "*"),
        kind=kind,
        times=int(body.get("times", 1_000_000 if "every" in body else 1)),
        retry_after=int(body.get("retry_after", 1)),
        seconds=float(body.get("seconds", 1.0)),
        every=float(body.get("every", 1.0)),
        seed=int(body.get("seed", 0)),
        team=team,
        error=str(body.get("error") or ""),
    )


async def faults(asked: Asked) -> Payload:
    """List the orders with how often each has struck."""
    return {
        "faults": [
            {"method": f.method, "kind": f.kind, "times": f.times, "hits": f.hits, "team": f.team}
            for f in asked.box.faults.ordered
        ],
    }


async def clear_faults(asked: Asked) -> Payload:
    """Forget all orders and give revoked tokens back."""
    asked.box.faults.clear()
    for token in asked.box.realm.tokens.known.values():
        if token.fault:
            token.ended, token.fault = None, False
    return {}


async def limits(asked: Asked) -> Payload:
    """Switch rate limits off by method name, or ``all``; an empty list puts them back."""
    off = asked.names("off")
    for box in [asked.box] if asked.team else asked.box.teams.values():
        box.limits.switch_off(off)
    return {"off": off}


async def traffic(asked: Asked) -> Payload:
    """List Web API calls after number ``since``."""
    since = _since(asked)
    return {"calls": list(asked.box.traffic.since(since, asked.team)), "next": asked.box.traffic.last}


def _since(asked: Asked) -> int:
    try:
        return int(asked.query.get("since") or 0)
    except ValueError:
        raise ControlError("invalid_number", "since is a number") from None


async def counts(asked: Asked) -> Payload:
    """Count accepted posts, and Web API calls by method and outcome, those the traffic has forgotten too."""
    return {"counts": asked.box.traffic.counts(), "posts": asked.box.posts.last}


async def posts(asked: Asked) -> Payload:
    """List the posts of apps that were accepted after number ``since``, a row each, 20,000 at most."""
    found = asked.box.posts.since(_since(asked))
    return {"columns": COLUMNS, "posts": found, "next": found[-1][0] if found else _since(asked)}
