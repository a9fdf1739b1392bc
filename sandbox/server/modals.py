"""A person's stack of modals and an app's Home: opening, pushing, updating, closing."""

import secrets
from typing import Any

from sandbox.blockkit import find_element, initial_values, with_ids
from sandbox.server import payloads
from sandbox.server.box import Box
from sandbox.server.errors import SlackError
from sandbox.server.problems import check_shown
from sandbox.state import ids
from sandbox.state.apps import App
from sandbox.state.payload import Payload
from sandbox.state.views import View, view_object

DEEPEST = 3
"""Views in one stack."""
_REPLACED = (
    "title", "submit", "close", "private_metadata", "callback_id", "external_id", "clear_on_close",
    "notify_on_close", "submit_disabled", "blocks", "hash",
)  # fmt: skip


def stack(box: Box, user: str) -> list[View]:
    """Give a person's open modals, root first."""
    return box.world.modals.setdefault(user, [])


def open_root(box: Box, app: App, user: str, given: Any) -> View:
    """Show a modal as the only one: whoever acts outside a modal has closed it first."""
    view = _made(box, app, user, given, "modal")
    old = stack(box, user)
    if old:
        _closed(box, old[0])
    box.world.modals[user] = [view]
    box.touch([user])
    return view


def closed_payload(box: Box, view: View, *, everything: bool) -> Payload:
    """Give the ``view_closed`` of a view that is going, made before it goes."""
    person = box.world.people[view.user]
    shown = {"view": view_object(view, box.world.team_id), "is_cleared": everything}
    return payloads.common(box, box.world.apps[view.app_id], person, "view_closed") | shown


def _closed(box: Box, root: View) -> None:
    if root.notify_on_close:
        payload = closed_payload(box, root, everything=True)
        box.courier.later(box.world.apps[root.app_id], payload)


def push(box: Box, app: App, user: str, given: Any) -> View:
    """Lay a modal on the top one. Raises SlackError push_limit_reached above three."""
    views = stack(box, user)
    if len(views) >= DEEPEST:
        raise SlackError("push_limit_reached")
    view = _made(box, app, user, given, "modal")
    if views:
        view.root_view_id, view.previous_view_id = views[0].id, views[-1].id
    views.append(view)
    box.touch([user])
    return view


def update(box: Box, app: App, view: View, given: Any) -> View:
    """Show something else in an open view, keeping what the person filled in where the element stayed."""
    fresh = _made(box, app, view.user, given, view.type, replacing=view)
    for name in _REPLACED:
        setattr(view, name, getattr(fresh, name))
    view.state = _kept(fresh, view.state)
    view.errors = {}
    box.touch([view.user])
    return view


def publish(box: Box, app: App, user: str, given: Any, expected_hash: str = "") -> View:
    """Show a Home view. Raises SlackError not_enabled or hash_conflict."""
    if not app.home_tab:
        raise SlackError("not_enabled")
    old = box.world.homes.get((user, app.id))
    if expected_hash and old is not None and old.hash != expected_hash:
        raise SlackError("hash_conflict")
    if old is not None:
        return update(box, app, old, given)
    view = _made(box, app, user, given, "home")
    box.world.homes[user, app.id] = view
    box.touch([user])
    return view


def drop(box: Box, view: View) -> None:
    """Take one modal off the screen, with those above it."""
    views = stack(box, view.user)
    if view in views:
        del views[views.index(view) :]
    box.touch([view.user])


def clear(box: Box, user: str) -> None:
    """Take all modals off a person's screen."""
    stack(box, user).clear()
    box.touch([user])


def _made(box: Box, app: App, user: str, given: Any, kind: str, replacing: View | None = None) -> View:
    check_shown(given)
    if given.get("type") != kind:
        line = f"[ERROR] must be one of: {kind} [json-pointer:/view/type]"
        raise SlackError("invalid_arguments", messages=[line])
    external_id = str(given.get("external_id") or "")
    if external_id and any(
        v.external_id == external_id and v is not replacing and v.app_id == app.id for v in box.world.views()
    ):
        raise SlackError("duplicate_external_id")
    view_id = ids.slack_id("V")
    view = View(
        id=view_id,
        user=user,
        app_id=app.id,
        bot_id=app.credentials.bot_id,
        type=kind,
        blocks=with_ids(given["blocks"], ids.short_id),
        hash=f"{int(box.clock.now())}.{secrets.token_hex(4)}",
        root_view_id=view_id,
        title=given.get("title"),
        submit=given.get("submit"),
        close=given.get("close"),
        private_metadata=str(given.get("private_metadata") or ""),
        callback_id=str(given.get("callback_id") or ""),
        external_id=external_id,
        clear_on_close=bool(given.get("clear_on_close")),
        notify_on_close=bool(given.get("notify_on_close")),
        submit_disabled=bool(given.get("submit_disabled")),
        org=app.org,
    )
    view.state = initial_values({"blocks": view.blocks, "type": kind})
    return view


def _kept(fresh: View, old: Payload) -> Payload:
    state: Payload = {block: dict(actions) for block, actions in fresh.state.items()}
    for block_id, actions in old.items():
        for action_id, value in actions.items():
            try:
                _, element = find_element(fresh.blocks, block_id, action_id)
            except LookupError:
                continue
            if element["type"] == value.get("type"):
                state.setdefault(block_id, {})[action_id] = value
    return state
