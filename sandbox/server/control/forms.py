"""Sending and closing modals, and what an app's answer to a submission does."""

from typing import Any

from sandbox.blockkit import missing_inputs
from sandbox.server import modals, payloads
from sandbox.server.box import Box
from sandbox.server.control.asked import Asked
from sandbox.server.errors import ControlError, SlackError
from sandbox.state.apps import App
from sandbox.state.payload import Payload
from sandbox.state.people import Person
from sandbox.state.views import View, view_object

TROUBLE = "We had some trouble connecting. Try again?"


async def submit(asked: Asked) -> Payload:
    """Press a modal's submit button: the client's own checks, view_submission, and the app's answer."""
    person, box = asked.person, asked.box
    view = _top(asked, person)
    if view.submit is None:
        raise ControlError("no_submit", "this modal has no submit button")
    missing = missing_inputs({"blocks": view.blocks}, view.state)
    view.errors = dict(missing)
    box.touch([person.id])
    if missing:
        return {"ok": False, "errors": missing}
    app = box.world.apps[view.app_id]
    payload = payloads.common(box, app, person, "view_submission") | {
        "trigger_id": box.triggers.trigger(app.id, person.id, view.id),
        "view": view_object(view, box.world.team_id),
        "response_urls": _response_urls(box, app, person, view),
    }
    answer = await box.courier.interaction(app, payload)
    if answer.error is not None:
        return _trouble(box, person, answer.error, "the app did not acknowledge the submission")
    if view not in modals.stack(box, person.id):
        return {"ack": answer.payload}  # the app closed or replaced it meanwhile
    try:
        return _apply(box, app, view, answer.payload)
    except SlackError as refused:
        return _trouble(box, person, refused.error, "; ".join(refused.messages))


def _top(asked: Asked, person: Person) -> View:
    view = asked.open_view(person, str(asked.need("view_id")))
    views = modals.stack(asked.box, person.id)
    if not views or views[-1] is not view:
        raise ControlError("not_on_top", "another modal lies on this one")
    return view


def _response_urls(box: Box, app: App, person: Person, view: View) -> list[Payload]:
    urls = []
    for block in view.blocks:
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        entry = view.state.get(block["block_id"], {}).get(element["action_id"], {})
        channel = entry.get("selected_conversation") or entry.get("selected_channel")
        if channel:
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                    "response_url": payloads.response_url(
                        box, box.triggers.response_url(app.id, person.id, channel)
                    ),
                }
            )
    return urls


def _apply(box: Box, app: App, view: View, said: Any) -> Payload:
    if not said:
        modals.drop(box, view)
        return {"ack": None}
    action = said.get("response_action") if isinstance(said, dict) else None
    if action == "clear":
        modals.clear(box, view.user)
    elif action == "update":
        modals.update(box, app, view, said.get("view"))
    elif action == "push":
        modals.push(box, app, view.user, said.get("view"))
    elif action == "errors":
        return _errors(box, view, said.get("errors"))
    else:
        raise SlackError(
            "invalid_response_action", messages=["answer update, push, clear, errors or nothing"]
        )
    return {"ack": said}


def _errors(box: Box, view: View, errors: Any) -> Payload:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_errors", messages=["errors is an object: block_id to text"])
    unknown = sorted(set(errors) - inputs)
    if unknown:
        # Slack drops the whole answer then, and the person only sees that something went wrong.
        raise SlackError(
            "unknown_block_id", messages=[f"no input block {unknown[0]!r}; there are {sorted(inputs)}"]
        )
    view.errors = {block: str(text) for block, text in errors.items()}
    box.touch([view.user])
    return {"ok": False, "errors": view.errors}


def _trouble(box: Box, person: Person, error: str, detail: str) -> Payload:
    box.world.notice(person.id, TROUBLE, error, detail)
    return {"ok": False, "error": error, "say": detail, "errors": {}}


async def close(asked: Asked) -> Payload:
    """Close the top modal (Cancel or back), or with ``all`` the whole stack (the cross)."""
    person, box = asked.person, asked.box
    view = asked.open_view(person, str(asked.need("view_id")))
    everything = bool(asked.body.get("all")) or view.clear_on_close
    views = modals.stack(box, person.id)
    if view not in views:
        raise ControlError("not_a_modal", "only a modal can be closed")
    told = views[0] if everything else view
    app = box.world.apps[told.app_id]
    payload = modals.closed_payload(box, told, everything=everything)
    if everything:
        modals.clear(box, person.id)
    else:
        modals.drop(box, view)
    if not told.notify_on_close:
        return {"ack": None}
    answer = await box.courier.interaction(app, payload)
    return {"ack": answer.payload} | ({"error": answer.error, "ok": False} if answer.error else {})
