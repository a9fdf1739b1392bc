"""``--help`` everywhere, keys, the manifest, and the bot as a process that starts and stops."""

from __future__ import annotations

import json
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from bot.cli import COMMANDS, group
from bot.manifest import SCOPES, manifest
from bot.store.sealing import Keyring
from sandbox.process import Running
from tests.cast import REPOSITORY, team
from tests.cast import test_config as config_folder
from tests.commands.terminal import SECONDS, all_right, command, newest_database, process, started

URL = "https://mentoring.example.org/slack/events"
READY_SECONDS = 90.0
"""How long the bot may take to be ready on a busy machine; how long it really takes is for the benchmarks."""
STOP_SECONDS = 60.0
"""How long what is at work may take before a stop has to be over."""


def commands() -> Iterator[tuple[str, ...]]:
    """Give every command and every command below it."""
    context = click.Context(group)
    for name in COMMANDS:
        yield (name,)
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from ((name, below) for below in sorted(found.commands))


def test_help_lists_every_command() -> None:
    """``mentorbot`` and ``mentorbot --help`` name each command with what it does, and where to start."""
    for said in (command("--help"), process("--help"), command("-h")):
        assert said.code == 0
        for name in COMMANDS:
            assert f"  {name} " in said.text
        assert "mentorbot demo" in said.text


@pytest.mark.parametrize("words", tuple(commands()), ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    """Each says what it does, and needs no setting for that."""
    said = command(*words, "--help")
    assert said.code == 0
    assert said.text.startswith(f"Usage: mentorbot {' '.join(words)}")
    described = [line for line in said.text.splitlines()[1:] if line.strip()]
    assert described[0].strip() != "Options:"


def test_help_loads_no_command() -> None:
    """What ``--help`` says of a command is what the command says of itself, shortened."""
    for name, (where, words) in COMMANDS.items():
        module, _, attribute = where.partition(":")
        assert module.rpartition(".")[0] in {"bot.commands", "story"}
        assert attribute.rstrip("_") == name
        assert words.endswith(".")


def test_a_wrong_command_is_answered() -> None:
    """A word that is no command, or an option that is none, ends with how to ask for help."""
    for words in (("strat",), ("manifest", "--url"), ("keys", "old"), ("database", "downgrade")):
        said = command(*words)
        assert said.code == 2
        assert "--help" in said.text


def test_a_new_key_seals_and_differs() -> None:
    """``keys new`` prints one key, fit for MENTORBOT_KEYS, another one each time, and nothing else."""
    first, second = command("keys", "new"), command("keys", "new")
    assert first.code == second.code == 0
    assert first.text != second.text
    ring = Keyring.parse(first.text.strip())
    assert ring.open(ring.seal("words", "a"), "a") == "words"
    rotated = Keyring.parse(f"{second.text.strip()},{first.text.strip()}")
    assert rotated.open(ring.seal("words", "a"), "a") == "words"


# What Slack accepts as a manifest, from its documentation and its schema, in our own words.

SHAPE: dict[str, set[str]] = {
    "": {"display_information", "features", "oauth_config", "settings"},
    "display_information": {"name", "description", "background_color", "long_description"},
    "features": {"app_home", "bot_user", "shortcuts", "slash_commands"},
    "features.app_home": {"home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"},
    "features.bot_user": {"display_name", "always_online"},
    "oauth_config": {"scopes", "redirect_urls"},
    "oauth_config.scopes": {"bot"},
    "settings": {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    },
    "settings.event_subscriptions": {"bot_events", "request_url"},
    "settings.interactivity": {"is_enabled", "request_url", "message_menu_options_url"},
}
COMMAND_KEYS = {"command", "description", "usage_hint", "should_escape", "url"}
SHORTCUT_KEYS = {"name", "type", "callback_id", "description"}


def at(whole: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the part of a manifest at a dotted path."""
    for part in filter(None, path.split(".")):
        whole = whole[part]
    return whole


def holds(made: dict[str, Any]) -> None:
    """Check a manifest against what Slack accepts."""
    for path, known in SHAPE.items():
        assert set(at(made, path)) <= known, path
    about, features, settings = made["display_information"], made["features"], made["settings"]
    assert 1 <= len(about["name"]) <= 35
    assert 1 <= len(about["description"]) <= 140
    assert about["background_color"].startswith("#")
    assert len(about["background_color"]) in {4, 7}
    assert 1 <= len(features["bot_user"]["display_name"]) <= 80
    assert 1 <= len(features["slash_commands"]) <= 50
    for one in features["slash_commands"]:
        assert set(one) <= COMMAND_KEYS
        assert one["command"].startswith("/")
        assert 2 <= len(one["command"]) <= 32
        assert 1 <= len(one["description"]) <= 2000
        assert 1 <= len(one.get("usage_hint", "x")) <= 1000
    assert 1 <= len(features["shortcuts"]) <= 10
    for one in features["shortcuts"]:
        assert set(one) == SHORTCUT_KEYS
        assert one["type"] in {"global", "message"}
        assert 1 <= len(one["name"]) <= 24
        assert 1 <= len(one["callback_id"]) <= 255
        assert 1 <= len(one["description"]) <= 150
    scopes, events = made["oauth_config"]["scopes"]["bot"], settings["event_subscriptions"]["bot_events"]
    for listed, most in ((scopes, 255), (events, 100)):
        assert len(set(listed)) == len(listed) <= most
        assert all(0 < len(one) <= 50 for one in listed)
    assert settings["interactivity"]["is_enabled"] is True


def test_the_manifest_is_one_slack_accepts() -> None:
    """For Socket Mode without any address; the app has a Home, and people may write to it."""
    said = command("manifest")
    assert said.code == 0
    made = json.loads(said.text)
    holds(made)
    assert "url" not in said.text
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert made["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)


def test_the_manifest_for_signed_http() -> None:
    """With an address every command, button and event goes there, and Socket Mode is off."""
    made = json.loads(command("manifest", "--request-url", URL).text)
    holds(made)
    settings = made["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == URL
    assert settings["interactivity"]["request_url"] == URL
    assert settings["interactivity"]["message_menu_options_url"] == URL
    assert {one["url"] for one in made["features"]["slash_commands"]} == {URL}


def test_the_manifest_for_many_workspaces() -> None:
    """Others install it: a way back from Slack, tokens that are renewed, and an organisation if asked."""
    made = json.loads(command("manifest", "--many", "https://mentoring.example.org/").text)
    holds(made)
    assert made["oauth_config"]["redirect_urls"] == ["https://mentoring.example.org/slack/oauth_redirect"]
    settings = made["settings"]
    assert (settings["token_rotation_enabled"], settings["org_deploy_enabled"]) == (True, False)
    assert settings["event_subscriptions"]["request_url"] == "https://mentoring.example.org/slack/events"
    assert {"app_uninstalled", "tokens_revoked"} <= set(settings["event_subscriptions"]["bot_events"])
    words = ("--many", "https://mentoring.example.org", "--org", "--socket-mode")
    other = json.loads(command("manifest", *words).text)
    holds(other)
    assert other["settings"]["org_deploy_enabled"] is True
    assert other["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in other["settings"]["event_subscriptions"]


def test_scopes_come_with_their_reasons() -> None:
    """``--scopes`` prints one line a scope, for whoever has to approve them."""
    lines = command("manifest", "--scopes").text.splitlines()
    assert [line.split()[0] for line in lines] == sorted(SCOPES)
    assert all(len(line.split()) > 2 for line in lines)


@pytest.mark.parametrize("name", ["M", "Mentoring at Riverside", "é" * 35])
def test_an_app_may_be_named(name: str) -> None:
    """The name stands on the app and on its bot user."""
    made = json.loads(command("manifest", "--name", name).text)
    holds(made)
    assert made["display_information"]["name"] == made["features"]["bot_user"]["display_name"] == name


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--name", ""), "1 to 35 characters"),
        (("--name", "   "), "1 to 35 characters"),
        (("--name", "x" * 36), "1 to 35 characters"),
        (("--request-url", "http://mentoring.example.org"), "https://"),
        (("--many", "http://mentoring.example.org"), "https://"),
        (("--many", "https://m.example.org", "--request-url", "https://m.example.org"), "--request-url"),
        (("--org",), "--many"),
        (("--request-url", "mentoring.example.org"), "https://"),
        (("--request-url", ""), "https://"),
        (("--request-url", "https://"), "https://"),
    ],
)
def test_a_manifest_slack_would_refuse_is_not_printed(words: tuple[str, ...], says: str) -> None:
    """A bad name or address ends with what would be right, and with no manifest."""
    said = command("manifest", *words)
    assert said.code == 2
    assert says in said.text
    assert "{" not in said.text


# The bot as a process.


def test_run_refuses_without_settings(tmp_path: Path) -> None:
    """It names everything that is not set and the command that explains it; no traceback, nothing made."""
    said = process("run", DATABASE_URL=f"sqlite:///{tmp_path / 'x.sqlite3'}")
    assert said.code == 2
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "MENTORBOT_KEYS"):
        assert name in said.text
    assert "mentorbot check" in said.text
    assert "Traceback" not in said.text
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def with_the_cast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database to copy, since migrating one takes a while."""
    return newest_database(tmp_path_factory.mktemp("database") / "cast.sqlite3")


@pytest.fixture
def env(local_slack: tuple[Running, Path], tmp_path: Path, with_the_cast: Path) -> dict[str, str]:
    """Settings with which the bot can run beside the local Slack."""
    running, _ = local_slack
    running.reset(team(), manifest(), limits_off="all")
    database = Path(shutil.copy(with_the_cast, tmp_path / "bot.sqlite3"))
    return all_right(running, database, config_folder(tmp_path / "config"))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-0-not-known", "invalid_auth"),
        ("SLACK_APP_TOKEN", "xapp-0-not-known", "invalid_auth"),
        ("MENTORBOT_KEYS", "abcd:short", "MENTORBOT_KEYS"),
        ("MENTORBOT_CONFIG", "no/such/folder", "no/such/folder"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL"),
        ("MENTORBOT_LOG_LEVEL", "loud", "MENTORBOT_LOG_LEVEL"),
        ("SLACK_API_URL", "http://127.0.0.1:9/api/", "http://127.0.0.1:9/api/"),
    ],
)
def test_run_refuses_a_wrong_setting(env: dict[str, str], name: str, value: str, says: str) -> None:
    """One wrong setting ends with a sentence about it, never with a traceback."""
    said = process("run", **env | {name: value})
    assert said.code == 2, said.text
    assert says in said.text
    assert "Traceback" not in said.text


def until(child: Any, wanted: str, seconds: float) -> str:
    """Read what a process prints until a line has ``wanted``; it is killed when that takes too long."""
    overdue = threading.Timer(seconds, child.kill)
    overdue.start()
    said = ""
    for line in child.stdout:
        said += line
        if wanted in line:
            break
    overdue.cancel()
    assert wanted in said, said
    return said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_bot_starts_answers_and_stops(
    env: dict[str, str], local_slack: tuple[Running, Path], number: signal.Signals
) -> None:
    """It says when it is ready, answers, and on a stop lets go in good order within a bound."""
    running, _ = local_slack
    with started("run", **env) as child:
        until(child, "Ready: Research Mentoring", READY_SECONDS)
        answer = running.workspace.person("mira").command("/mentorship help")
        assert "/findmentor" in answer.text
        child.send_signal(number)
        began = time.monotonic()
        rest, _ = child.communicate(timeout=SECONDS)
        assert time.monotonic() - began < STOP_SECONDS
        assert child.returncode == 0
        assert "Stopping" in rest
        assert "Traceback" not in rest
    assert all(app["sockets"] == 0 for app in running.workspace.apps)


def test_a_new_database_is_made_at_the_first_run(env: dict[str, str], tmp_path: Path) -> None:
    """The first run makes the file, its tables and the programme; ``check`` then finds them."""
    env["DATABASE_URL"] = f"sqlite:///{tmp_path / 'var' / 'new.sqlite3'}"
    with started("run", **env) as child:
        until(child, "Ready", READY_SECONDS)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=SECONDS)
    said = command("check", **env)
    assert "Database: reachable" in said.text
    assert "nobody has the role lead" in said.text


def test_a_config_without_its_words_is_refused(env: dict[str, str]) -> None:
    """A config folder that lost its texts is refused at the start."""
    shutil.rmtree(Path(env["MENTORBOT_CONFIG"]) / "texts")
    said = process("run", **env)
    assert said.code == 2
    assert "texts" in said.text
    assert "Traceback" not in said.text


def test_the_module_is_the_command() -> None:
    """``python -m bot`` is ``mentorbot``."""
    assert (REPOSITORY / "bot" / "__main__.py").exists()
    assert process("keys", "new").text.count("\n") == 1


def test_a_setting_of_ours_is_refused_in_our_words() -> None:
    """A sentence of our own stands alone, without what the library writes before it."""
    said = command("check", SLACK_API_URL="https://slack.com/api")
    assert (said.code, said.text) == (2, "SLACK_API_URL must end in a slash, such as https://slack.com/api/")
