"""``/oauth/v2/authorize``: a person is asked to let an app into a workspace, and is sent back to the app."""

import html
from dataclasses import dataclass, field
from string import Template
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from sandbox.server.box import Box
from sandbox.server.codes import Code
from sandbox.server.control.routes import only_from_here
from sandbox.server.errors import ControlError
from sandbox.state.apps import App
from sandbox.state.people import Person
from sandbox.state.world import Enterprise, World

BAD = 400
MOST_TEAMS = 50
"""Workspaces offered at once; with more the address has to name one."""
_KNOWN = ("client_id", "scope", "user_scope", "redirect_uri", "state", "team")


class _CannotError(Exception):
    """The address asks for something Slack would not even show; the name of the error and a sentence."""

    def __init__(self, error: str, say: str) -> None:
        super().__init__(say)
        self.error = error


@dataclass
class _Asked:
    """What an authorise address asks for, checked."""

    app: App
    scopes: frozenset[str]
    user_scopes: frozenset[str]
    redirect_uri: str
    sent_redirect: str
    state: str
    worlds: list[World]
    query: dict[str, str] = field(default_factory=dict)


async def show(box: Box, request: web.Request) -> web.StreamResponse:
    """Show the page that asks for permission."""
    try:
        asked = _asked(box, dict(request.query))
    except _CannotError as wrong:
        return _page("Something went wrong", _wrong(wrong), status=BAD)
    return _page(f"Let {asked.app.name} in?", _question(box, asked, request.query.get("as", "")), asked)


async def decide(box: Box, request: web.Request) -> web.StreamResponse:
    """Take what the person decided and send them back to the app, with a code or ``access_denied``."""
    try:
        only_from_here(request)
    except ControlError as refused:
        return web.json_response(refused.body(), status=refused.status)
    form = await request.post()
    said = {name: str(value) for name, value in form.items() if name != "access"}
    access = [str(team) for name, team in form.items() if name == "access"]
    try:
        asked = _asked(box, said)
        if said.get("decision") != "allow":
            return _back(asked, {"error": "access_denied"})
        world, person = _who(asked, said.get("who", ""))
        return _back(asked, {"code": _code(box, asked, world, person, said, access)})
    except _CannotError as wrong:
        return _page("Something went wrong", _wrong(wrong), status=BAD)


def _asked(box: Box, query: dict[str, str]) -> _Asked:
    app = box.realm.app_by_client(query.get("client_id", ""))
    if app is None:
        raise _CannotError("invalid_client_id", "No app has this client_id.")
    sent = query.get("redirect_uri", "")
    target = sent or next(iter(app.redirect_urls), "")
    if not target or not any(_within(target, allowed) for allowed in app.redirect_urls):
        listed = ", ".join(app.redirect_urls) or "none"
        raise _CannotError(
            "bad_redirect_uri",
            "redirect_uri did not match any configured URIs. "
            f"Passed: {sent or 'none'}; configured: {listed}.",
        )
    scopes, user_scopes = _scopes(query.get("scope", "")), _scopes(query.get("user_scope", ""))
    if not scopes and not user_scopes:
        raise _CannotError("no_scopes", "The address asks for no scope at all.")
    beyond = sorted((scopes - app.declared) | (user_scopes - app.user_declared))
    if beyond:
        raise _CannotError("invalid_scope", f"The app's manifest does not declare {', '.join(beyond)}.")
    worlds = [world for world in box.realm.worlds.values() if not world.deactivated]
    named = query.get("team", "")
    if named:
        worlds = [world for world in worlds if named in {world.team_id, world.domain, world.enterprise_id}]
        if not worlds:
            raise _CannotError("invalid_team", f"There is no workspace {named}.")
    kept = {name: query[name] for name in _KNOWN if query.get(name)}
    return _Asked(app, scopes, user_scopes, target, sent, query.get("state", ""), worlds, kept)


def _scopes(text: str) -> frozenset[str]:
    return frozenset(one for one in text.replace(" ", ",").split(",") if one)


def _within(address: str, allowed: str) -> bool:
    """Say whether an address is a configured one or lies below it, as Slack compares them."""
    one, other = urlsplit(address), urlsplit(allowed)
    if (one.scheme, one.netloc) != (other.scheme, other.netloc) or ".." in one.path:
        return False
    base = other.path.rstrip("/")
    return one.path.rstrip("/") == base or one.path.startswith(f"{base}/")


def _who(asked: _Asked, named: str) -> tuple[World, Person]:
    team, _, who = named.partition("/")
    world = next((one for one in asked.worlds if one.team_id == team), None)
    person = world.person(who) if world is not None else None
    if world is None or person is None:
        raise _CannotError("invalid_user", f"Nobody is called {named} in the workspaces this is asked of.")
    if person.deleted or person.is_bot:
        raise _CannotError("invalid_user", f"{person.name} cannot install apps.")
    return world, person


def _code(
    box: Box, asked: _Asked, world: World, person: Person, said: dict[str, str], teams: list[str]
) -> str:
    place, granted = world.team_id, []
    org = _org(asked, world, person)
    installed = box.realm.orgs.get(asked.app.id)
    if said.get("org"):
        if org is None:
            raise _CannotError(
                "org_install_not_allowed",
                f"Only an admin may install for an organisation, and only an app made for it; {person.name} "
                "is none, or the app is not.",
            )
        place = org.id
        granted = [one.team_id for one in _inside(box) if one.team_id in teams]
    elif installed is not None and not installed.uninstalled and world.enterprise is not None:
        raise _CannotError(
            "cannot_install_an_org_installed_app", "The app is installed for the whole organisation already."
        )
    return box.codes.hand_out(
        Code(
            box.codes.fresh(),
            asked.app.id,
            place,
            person.id,
            asked.scopes,
            asked.user_scopes,
            asked.sent_redirect,
            box.clock.now(),
            granted,
        )
    )


def _org(asked: _Asked, world: World, person: Person) -> Enterprise | None:
    return world.enterprise if person.is_admin and asked.app.org_ready else None


def _inside(box: Box) -> list[World]:
    return [world for world in box.realm.worlds.values() if world.enterprise is not None]


def _back(asked: _Asked, told: dict[str, str]) -> web.Response:
    parts = urlsplit(asked.redirect_uri)
    query = parse_qsl(parts.query, keep_blank_values=True) + list(told.items())
    if asked.state or "code" in told:
        query.append(("state", asked.state))
    location = urlunsplit(parts._replace(query=urlencode(query)))
    return web.Response(status=302, headers={"Location": location, "Content-Security-Policy": _policy(asked)})


# -- the page ----------------------------------------------------------------------------------------

_FRAME = Template("""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>$title</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <link rel="icon" type="image/svg+xml" href="/icon.svg">
  <link rel="stylesheet" href="/style/base.css">
  <link rel="stylesheet" href="/style/authorize.css">
</head>
<body><main class="asking">
<h1>$title</h1>
$body
</main></body>
</html>
""")


def _page(title: str, body: str, asked: _Asked | None = None, status: int = 200) -> web.Response:
    text = _FRAME.substitute(title=html.escape(title), body=body)
    headers = {"Content-Security-Policy": _policy(asked)} if asked is not None else {}
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def _policy(asked: _Asked) -> str:
    # A browser holds the answer of a form to form-action too: it has to be allowed to lead back to the app.
    parts = urlsplit(asked.redirect_uri)
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {parts.scheme}://{parts.netloc}"
    )


def _wrong(wrong: _CannotError) -> str:
    return f"<p>{html.escape(str(wrong))}</p><p class='quiet'>{html.escape(wrong.error)}</p>"


def _question(box: Box, asked: _Asked, chosen: str) -> str:
    if len(asked.worlds) > MOST_TEAMS:
        return (
            f"<p>There are {len(asked.worlds)} workspaces here. Say which one is meant: add "
            "<code>&amp;team=</code> and its id or domain to the address.</p>"
        )
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in asked.query.items()
    )
    lists = [_list("The app will be able to use", asked.scopes)] if asked.scopes else []
    if asked.user_scopes:
        lists.append(_list("and, in your own name,", asked.user_scopes))
    return (
        f'<form method="post" action="/oauth/v2/authorize">{hidden}{"".join(lists)}'
        f'<label for="who">You are</label><select id="who" name="who">{_people(asked, chosen)}</select>'
        f"{_whole(box, asked)}"
        '<div class="asking-buttons"><button class="button" name="decision" value="cancel">Cancel</button>'
        '<button class="button primary" name="decision" value="allow">Allow</button></div></form>'
        f"<p class='quiet'>Then you go on to {html.escape(asked.redirect_uri)}</p>"
    )


def _list(title: str, scopes: frozenset[str]) -> str:
    rows = "".join(f"<li><code>{html.escape(scope)}</code></li>" for scope in sorted(scopes))
    return f"<h2>{title}</h2><ul>{rows}</ul>"


def _people(asked: _Asked, chosen: str) -> str:
    groups = []
    for world in asked.worlds:
        rows = "".join(
            f'<option value="{html.escape(f"{world.team_id}/{person.id}")}"'
            f"{' selected' if chosen in {person.name, person.id, f'{world.team_id}/{person.name}'} else ''}>"
            f"{html.escape(person.real_name)}{' (admin)' if person.is_admin else ''}</option>"
            for person in world.people.values()
            if not person.is_bot and not person.deleted
        )
        groups.append(f'<optgroup label="{html.escape(world.team_name)}">{rows}</optgroup>')
    return "".join(groups)


def _whole(box: Box, asked: _Asked) -> str:
    org = box.realm.enterprise
    if org is None or not asked.app.org_ready or not any(world.enterprise for world in asked.worlds):
        return ""
    rows = "".join(
        f'<label><input type="checkbox" name="access" value="{html.escape(world.team_id)}" checked> '
        f"{html.escape(world.team_name)}</label>"
        for world in _inside(box)
    )
    return (
        f'<fieldset><label><input type="checkbox" name="org" value="1"> '
        f"Install for the whole of {html.escape(org.name)}, with access to</label>{rows}</fieldset>"
    )
