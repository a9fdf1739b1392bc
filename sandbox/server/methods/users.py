"""users.* and dnd.*."""

from sandbox.server.call import Call, Method
from sandbox.server.errors import SlackError
from sandbox.server.events import enterprise_user
from sandbox.server.paging import page
from sandbox.state.payload import Payload
from sandbox.state.people import Person, user_object


def _shown(call: Call, person: Person) -> Payload:
    user = user_object(person, call.world.team_id, call.box.clock.now(), call.app.scopes, call.box.address)
    user |= enterprise_user(call.box, person)
    if call.flag("include_locale"):
        user["locale"] = person.locale
    return user


async def info(call: Call) -> Payload:
    """Describe one person; the locale only when asked for."""
    return {"user": _shown(call, call.user())}


async def listing(call: Call) -> Payload:
    """List everybody, bots and deactivated people too."""
    shown, cursor = page(call, list(call.world.people.values()), default=1000)
    return {
        "members": [_shown(call, person) for person in shown],
        "cache_ts": int(call.box.clock.now()),
        "response_metadata": cursor,
    }


async def lookup_by_email(call: Call) -> Payload:
    """Find a person by e-mail address; a deactivated one is not found."""
    wanted = call.needed("email").casefold()
    for person in call.world.people.values():
        if person.email.casefold() == wanted and not person.deleted:
            return {"user": _shown(call, person)}
    raise SlackError("users_not_found")


async def profile(call: Call) -> Payload:
    """Give the profile part of a person."""
    person = call.user() if call.text("user") else call.world.people[call.app.bot_user_id]
    return {"profile": _shown(call, person)["profile"]}


async def presence(call: Call) -> Payload:
    """Say whether a person is about; here everybody who is not deactivated is."""
    return {"presence": "away" if call.user().deleted else "active"}


def _dnd(call: Call, person: Person) -> Payload:
    quiet = person.quiet(call.box.clock.now())
    if quiet is None:  # Slack writes the epoch's first second for "never"
        return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
    return {"dnd_enabled": True, "next_dnd_start_ts": quiet[0], "next_dnd_end_ts": quiet[1]}


async def dnd_info(call: Call) -> Payload:
    """Give a person's running or next quiet time."""
    person = call.user() if call.text("user") else call.world.people[call.app.bot_user_id]
    return _dnd(call, person)


async def dnd_team(call: Call) -> Payload:
    """Give the quiet times of up to fifty people."""
    named = [user.strip() for user in call.needed("users").split(",")]
    people = [call.world.people[user] for user in named[:50] if user in call.world.people]
    return {"users": {person.id: _dnd(call, person) for person in people}}


METHODS: dict[str, Method] = {
    "dnd.info": dnd_info,
    "dnd.teamInfo": dnd_team,
    "users.getPresence": presence,
    "users.info": info,
    "users.list": listing,
    "users.lookupByEmail": lookup_by_email,
    "users.profile.get": profile,
}
