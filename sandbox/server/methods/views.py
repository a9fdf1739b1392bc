"""views.*: modals and Home."""

from sandbox.server import modals
from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.server.problems import check_shown
from sandbox.state.payload import Payload
from sandbox.state.views import View, view_object


def _shown(call: Call, view: View) -> Payload:
    return {"view": view_object(view, call.world.team_id)}


def _trigger(call: Call) -> str:
    return call.text("trigger_id") or call.needed("interactivity_pointer")


async def open_view(call: Call) -> Payload:
    """Open a modal for whoever caused the trigger. From within a modal it is laid on top."""
    given = call.json("view")
    check_shown(given)  # Slack reads the view first: a bad one leaves the trigger unused
    trigger = call.box.triggers.exchange(_trigger(call), call.app.id)
    inside = trigger.from_view and modals.stack(call.box, trigger.user)
    make = modals.push if inside else modals.open_root
    return _shown(call, make(call.box, call.app, trigger.user, given))


async def push(call: Call) -> Payload:
    """Lay a modal on the one the trigger came from."""
    given = call.json("view")
    check_shown(given)
    trigger = call.box.triggers.exchange(_trigger(call), call.app.id)
    if not modals.stack(call.box, trigger.user):
        raise SlackError("invalid_trigger_id")
    return _shown(call, modals.push(call.box, call.app, trigger.user, given))


async def update(call: Call) -> Payload:
    """Show something else in an open view, named by view_id or external_id."""
    given = call.json("view")
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        line = "[ERROR] missing required field: view_id or external_id"
        raise SlackError("invalid_arguments", messages=[line])
    mine = [view for view in call.world.views() if view.app_id == call.app.id]
    found = next((v for v in mine if v.id == view_id or (external_id and v.external_id == external_id)), None)
    if found is None:
        raise SlackError("not_found")
    if call.text("hash") and call.text("hash") != found.hash:
        raise SlackError("hash_conflict")
    return _shown(call, modals.update(call.box, call.app, found, given))


async def publish(call: Call) -> Payload:
    """Show a person's Home."""
    person = call.user("user_id")
    view = modals.publish(call.box, call.app, person.id, call.json("view"), call.text("hash"))
    return _shown(call, view)


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.publish": publish,
    "views.push": push,
    "views.update": update,
}
