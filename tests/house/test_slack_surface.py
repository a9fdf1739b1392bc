"""What the bot asks of Slack: methods the local Slack serves, scopes it needs, ids somebody answers."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot import handlers, views, wiring
from bot.deps import Deps
from bot.domain.mentors import MOST_AREAS
from bot.manifest import COMMANDS, EVENTS, SCOPES, SHORTCUTS
from bot.settings import read_settings
from bot.views import mentors
from sandbox.coverage import COVERAGE
from tests.cast import KEYS, REPOSITORY
from tests.house.test_layers import modules
from tests.world import World

BY_LIBRARIES = {"auth.test", "apps.connections.open"}
"""What Bolt asks when it starts, whatever the app does."""

KINDS = ("im", "groups")
"""The bot reads direct messages and the programme's private channel: no public one, no group message."""

EVENT_SCOPES = {
    "app_home_opened": (),
    "app_uninstalled": (),
    "member_joined_channel": ("groups:read",),
    "message.im": ("im:history",),
    "team_access_granted": (),
    "team_access_revoked": (),
    "team_join": ("users:read",),
    "tokens_revoked": (),
    "user_change": ("users:read",),
}
"""What Slack's event reference asks for, where the bot is in private channels only."""

FEATURE_SCOPES = {"commands"}
"""Needed by what the manifest declares rather than by a call."""

FIELD_SCOPES = {"users:read.email": re.compile(r"""profile["'\])]*\.?(get\()?\[?["']email|lookupByEmail""")}
"""Needed to be given a field rather than to make a call: the code that reads the field."""

_ID = re.compile(r"[a-z_]+(\.[a-z_]+)+")


@cache
def sources() -> dict[str, str]:
    """Return the source of every method of ``WebClient``, read once."""
    source = textwrap.dedent(inspect.getsource(WebClient))
    lines = source.splitlines()
    (client,) = ast.parse(source).body
    assert isinstance(client, ast.ClassDef)
    return {
        node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in client.body
        if isinstance(node, ast.FunctionDef)
    }


def api_names(method: str) -> set[str]:
    """Return the Web API methods behind one method of ``WebClient``, such as ``chat.postMessage``."""
    source = sources()[method]
    names = set(re.findall(r'self\.api_call\(\s*"([a-zA-Z.]+)"', source))
    for inner in re.findall(r"self\.([a-z]+_[a-zA-Z_]+)\(", source):
        if inner not in {method, "api_call"} and inner in sources():
            names |= api_names(inner)
    return names


@cache
def called() -> dict[str, str]:
    """Return every Web API method named in the bot, and a module that calls it."""
    known = {
        name
        for name, source in sources().items()
        if "_" in name.strip("_") and not name.startswith("_") and "api_call" in source
    }
    found = dict.fromkeys(BY_LIBRARIES, "slack_bolt")
    for module, _, tree in modules("bot"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in known | {"files_upload_v2"}:
                found |= dict.fromkeys(api_names(node.attr), module)
    return found


def scopes_of(method: str) -> tuple[str, ...]:
    """Return the scopes of which one lets the bot call ``method`` in the kinds of conversation it uses."""
    served = COVERAGE[method]
    by_kind = tuple(scope for scope in served.by_kind if scope.split(":")[0] in KINDS)
    return served.scopes or by_kind


def test_the_reading_of_calls_finds_what_is_known() -> None:
    """The search for calls sees through the client's names; it would notice if it found nothing."""
    assert api_names("chat_postMessage") == {"chat.postMessage"}
    assert api_names("files_upload_v2") >= {"files.getUploadURLExternal", "files.completeUploadExternal"}
    assert {"chat.postMessage", "views.open", "views.publish", "conversations.open"} <= called().keys()


def test_every_method_called_is_covered_by_the_local_slack() -> None:
    """What the bot calls can be tried without Slack."""
    assert {method: module for method, module in called().items() if method not in COVERAGE} == {}


def test_every_method_called_may_be_called() -> None:
    """For each call one of the scopes it needs is asked for in the manifest."""
    lacking = {
        method: scopes_of(method)
        for method in called()
        if COVERAGE[method].caller == "bot" and scopes_of(method) and not set(scopes_of(method)) & set(SCOPES)
    }
    assert lacking == {}


def test_no_scope_is_asked_for_nothing() -> None:
    """Each scope is needed by a call, an event, a command or a field that is read: the least there is."""
    needed = set(FEATURE_SCOPES)
    for method in called():
        served = COVERAGE[method]
        needed |= {scope for scope in (*served.scopes, *served.by_kind) if scope.split(":")[0] in KINDS}
        needed |= set(served.scopes)
    for event in EVENTS:
        needed |= set(EVENT_SCOPES[event])
    code = "\n".join(path.read_text(encoding="utf-8") for _, path, _ in modules("bot"))
    needed |= {scope for scope, reading in FIELD_SCOPES.items() if reading.search(code)}
    assert set(SCOPES) - needed == set()


def test_every_event_may_be_received() -> None:
    """For each event subscribed to the manifest asks for the scope without which Slack never sends it."""
    lacking = [
        event for event in EVENTS if EVENT_SCOPES[event] and not set(EVENT_SCOPES[event]) & set(SCOPES)
    ]
    assert lacking == []


class Switchboard:
    """Stands where a Bolt app stands while handlers plug themselves in, and writes down what they answer."""

    def __init__(self) -> None:
        self.plugged: dict[str, list[str]] = {}

    def __getattr__(self, kind: str) -> Callable[[str], Callable[[Any], Any]]:
        if kind.startswith("_"):
            raise AttributeError(kind)

        def plug(name: str) -> Callable[[Any], Any]:
            self.plugged.setdefault(kind, []).append(name)
            return lambda listener: listener

        return plug


@pytest.fixture
def plugged(tmp_path: Path) -> Iterator[dict[str, list[str]]]:
    """What every noun listens to, by kind."""
    deps: Deps = wiring.build(
        read_settings(
            keys=KEYS, database_url=f"sqlite:///{tmp_path / 'x.sqlite3'}", config=REPOSITORY / "config"
        )
    )
    board = Switchboard()
    handlers.register(cast("App", board), deps)
    yield board.plugged
    deps.db.engine.dispose()


def constants() -> dict[str, str]:
    """Return the ids that views define (``NAME = "noun.verb"`` at the top of a module), and where."""
    found: dict[str, str] = {}
    for info in pkgutil.walk_packages(views.__path__, "bot.views."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, str) and _ID.fullmatch(value):
                found.setdefault(value, f"{info.name}.{name}")
    return found


def listened(plugged: dict[str, list[str]]) -> set[str]:
    """Return every id of a button, a menu, a form or a shortcut that somebody answers."""
    return {name for kind in ("action", "view", "shortcut", "options") for name in plugged.get(kind, [])}


def numbered(name: str) -> set[str]:
    """Return the ids under which a term's button stands, since ids must differ within a row."""
    return {f"{name}.{place}" for place in range(MOST_AREAS)} if name == mentors.TERM else {name}


def test_every_button_and_form_is_answered(plugged: dict[str, list[str]]) -> None:
    """No id a view can send to Slack comes back to nobody."""
    answered = listened(plugged)
    silent = {name: where for name, where in constants().items() if not numbered(name) <= answered}
    assert silent == {}


def test_every_listener_is_reachable(plugged: dict[str, list[str]]) -> None:
    """No handler waits for an id that no view sends."""
    sent = {each for name in constants() for each in numbered(name)} | {name for name, _, _ in SHORTCUTS}
    assert sorted(listened(plugged) - sent) == []


def test_nothing_is_answered_twice(plugged: dict[str, list[str]]) -> None:
    """One id has one listener: Bolt would silently call the first only."""
    twice = {kind: sorted({n for n in names if names.count(n) > 1}) for kind, names in plugged.items()}
    assert {kind: names for kind, names in twice.items() if names} == {}


def test_the_manifest_declares_what_is_listened_to(plugged: dict[str, list[str]]) -> None:
    """Commands, shortcuts and events of the manifest are those with a listener: none more, none fewer."""
    assert sorted(plugged["command"]) == sorted(name for name, _, _ in COMMANDS)
    assert {name for name, _, _ in SHORTCUTS} == set(plugged["shortcut"])
    subscribed = {"message" if event.startswith("message.") else event for event in EVENTS}
    assert subscribed == set(plugged["event"])


INVENTED = "test."
"""How the ids begin that tests of Home make up for nouns that do not exist."""


def interactive(payload: Any) -> Iterator[str]:
    """Give the ids in a payload that come back to the bot at once: not those of fields in a form."""
    if isinstance(payload, dict):
        if payload.get("type") == "input" and not payload.get("dispatch_action"):
            return
        for key in ("action_id", "callback_id"):
            if payload.get(key) and not payload[key].startswith(INVENTED):
                yield payload[key]
        for part in payload.values():
            yield from interactive(part)
    elif isinstance(payload, list):
        for part in payload:
            yield from interactive(part)


def test_every_id_in_a_golden_payload_is_answered(plugged: dict[str, list[str]]) -> None:
    """What views really make carries only ids that somebody listens to."""
    answered = listened(plugged)
    files = sorted((REPOSITORY / "tests" / "views" / "payloads").glob("*.json"))
    unanswered = {
        path.name: lost
        for path in files
        if (lost := set(interactive(json.loads(path.read_text(encoding="utf-8")))) - answered)
    }
    assert files
    assert unanswered == {}


def test_a_day_in_slack_calls_nothing_else(world: World) -> None:
    """The calls Slack received are among those the code names; none is refused or has a stray argument."""
    mira, lena = world.person("mira"), world.person("lena")
    mira.command("/findmentor single cell rna")
    lena.command("/mentorship help")
    mira.command("/concern")
    world.settle()
    for person in (mira, lena):
        person.open_home()
    world.settle()
    calls = world.slack.traffic()
    assert {call["method"] for call in calls} <= called().keys()
    assert [call for call in calls if not call["ok"] or call.get("unknown")] == []
