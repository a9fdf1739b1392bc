"""``mentorbot check`` says in plain words what is missing or wrong, whatever state an installation is in."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from bot.clock import SetClock
from bot.manifest import SCOPES, manifest
from bot.store import beats, installations, outbox
from bot.store.beats import Beating
from bot.store.database import Database, Scope, open_engine
from bot.store.installations import Granted
from bot.store.outbox import Notice
from bot.store.programmes import Programme, Workspace
from bot.store.sealing import Keyring
from sandbox.process import Running
from tests.cast import CAST, MONDAY, PROGRAMME_ID, TEAM_ID, WORKSPACE_ID, team
from tests.cast import test_config as config_folder
from tests.commands.terminal import all_right, command, empty_database, newest_database

AWAY = "http://127.0.0.1:9/api/"
"""An address where nobody answers."""

KEY_CUT = Keyring.new_key()[:20]


@pytest.fixture
def slack(local_slack: tuple[Running, Path]) -> Iterator[Running]:
    """A fresh local Slack with the app installed and in the leads' channel."""
    running, _ = local_slack
    running.reset(team(), manifest(), limits_off="all")
    yield running
    running.workspace.no_faults()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config folder with an approved guideline."""
    return config_folder(tmp_path / "config")


@pytest.fixture(scope="module")
def with_the_cast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database to copy, since migrating one takes a while."""
    return newest_database(tmp_path_factory.mktemp("database") / "cast.sqlite3")


@pytest.fixture
def env(slack: Running, tmp_path: Path, config: Path, with_the_cast: Path) -> dict[str, str]:
    """Settings with which nothing is missing."""
    return all_right(slack, Path(shutil.copy(with_the_cast, tmp_path / "bot.sqlite3")), config)


def test_all_is_well(env: dict[str, str]) -> None:
    """With everything in place every line is fine, and the next command is named."""
    said = command("check", **env)
    assert said.code == 0, said.text
    assert "mend" not in said.text
    assert "it is mentorbot in Riverside Institute" in said.text
    assert f"all {len(SCOPES)} are granted" in said.text
    assert "the bot is in #mentoring-leads" in said.text
    assert "Start with `mentorbot run`" in said.text


def test_nothing_is_set(tmp_path: Path) -> None:
    """A new installation reads what to do about each thing, in order, and no traceback."""
    said = command("check", DATABASE_URL=f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert said.code == 1
    mends = [line for line in said.text.splitlines() if line.startswith("mend")]
    for name in ("MENTORBOT_KEYS", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        assert any(name in line for line in mends)
    assert "`mentorbot keys new`" in said.text
    assert "`mentorbot manifest`" in said.text
    assert "no office has approved the guideline" in said.text
    assert f"{len(mends)} things need you" in said.text
    assert not (tmp_path / "new.sqlite3").exists()


def test_tokens_of_the_wrong_kind(env: dict[str, str], slack: Running) -> None:
    """Swapped tokens are recognised without asking Slack, and never printed."""
    env |= {"SLACK_BOT_TOKEN": slack.app_token, "SLACK_APP_TOKEN": slack.bot_token}
    said = command("check", **env)
    assert said.code == 1
    assert "does not begin with xoxb-" in said.text
    assert "does not begin with xapp-" in said.text
    assert slack.app_token not in said.text
    assert slack.bot_token not in said.text


def test_a_token_slack_does_not_know(env: dict[str, str]) -> None:
    """A mistyped token is refused by Slack; the sentence has Slack's own word for it and what to do."""
    said = command("check", **env | {"SLACK_BOT_TOKEN": "xoxb-1-2-typo", "SLACK_APP_TOKEN": "xapp-1-typo"})
    assert said.code == 1
    assert said.text.count("invalid_auth") == 2
    assert "Install the app again" in said.text
    assert "connections:write" in said.text
    assert "typo" not in said.text


def test_a_revoked_token(env: dict[str, str], slack: Running) -> None:
    """A token taken back is named as such."""
    slack.workspace.fault("*", "revoke_token")
    said = command("check", **env)
    assert said.code == 1
    assert "Slack refuses it (token_revoked)" in said.text


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_a_missing_scope(env: dict[str, str], slack: Running, scope: str) -> None:
    """Each scope that was not granted is named with what it is needed for."""
    smaller = copy.deepcopy(manifest())
    smaller["oauth_config"]["scopes"]["bot"].remove(scope)
    slack.reset(team(), smaller, limits_off="all")
    said = command("check", **env | {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token})
    assert said.code == 1
    assert f"{scope} is missing; it is needed to {SCOPES[scope]}" in said.text
    assert "One thing needs you" in said.text


def test_a_channel_the_bot_is_not_in(env: dict[str, str], slack: Running) -> None:
    """The programme's channel must have the bot in it; the sentence says how."""
    slack.workspace.line.post("/control/channels/%23mentoring-leads", {"remove": ["@app"]})
    said = command("check", **env)
    assert said.code == 1
    assert "in no private channel called mentoring-leads" in said.text
    assert "/invite" in said.text


def test_a_channel_that_is_not_there(env: dict[str, str], slack: Running) -> None:
    """A deleted channel is missing as well."""
    slack.workspace.channel("#mentoring-leads", deleted=True)
    said = command("check", **env)
    assert said.code == 1
    assert "in no private channel called mentoring-leads" in said.text


def test_a_wrong_config(env: dict[str, str], config: Path) -> None:
    """A slip in a file is named with file, line, key and what would be right."""
    path = config / "programme.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("shown = 5", "shwon = 5"), encoding="utf-8")
    line = 1 + text[: text.index("shown = 5")].count("\n")
    said = command("check", **env)
    assert said.code == 1
    assert f"{path}:{line}: mentors.shwon: this key is not known here; known are" in said.text
    assert "mentors.shown: this key is missing" in said.text


@pytest.mark.parametrize("table", ["[approval]", "[[handlers]]", "[[routes]]"])
def test_a_guideline_that_is_not_ready(env: dict[str, str], config: Path, table: str) -> None:
    """What a guideline lacks before concerns take words is named, by its table."""
    path = config / "guidelines.toml"
    kept, skipping = [], False
    for row in path.read_text(encoding="utf-8").splitlines():
        if row.startswith("["):
            skipping = row.strip() == table
            if skipping and table == "[approval]":
                kept.append(row)
        if not skipping:
            kept.append(row)
    path.write_text("\n".join(kept), encoding="utf-8")
    said = command("check", **env)
    assert said.code == 1
    assert "One thing needs you" in said.text
    assert table in said.text


def test_a_handler_known_by_another_address(env: dict[str, str], config: Path) -> None:
    """The address that belongs to nobody is named, the handler without an entry, and what follows."""
    file = config / "guidelines.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("hugo@riverside", "somebody.else@riverside"), encoding="utf-8")
    said = command("check", **env)
    assert said.code == 1
    mends = [line for line in said.text.splitlines() if line.startswith("mend")]
    assert len(mends) == 3
    assert "somebody.else@riverside.example in [[handlers]] belongs to nobody" in mends[0]
    assert "Hugo Brandt would read concerns by their role, but no [[handlers]]" in mends[1]
    assert "they are not taken" in mends[2]


def test_a_config_folder_that_is_not_there(env: dict[str, str], tmp_path: Path) -> None:
    """Even without any text to read from the folder, the sentence is plain."""
    said = command("check", **env | {"MENTORBOT_CONFIG": str(tmp_path / "nowhere")})
    assert said.code == 1
    assert f"{tmp_path / 'nowhere'}" in said.text
    assert "MENTORBOT_CONFIG" in said.text


def test_a_database_of_an_older_version(env: dict[str, str], tmp_path: Path) -> None:
    """A schema that is behind is named with the command that mends it."""
    said = command("check", **env | {"DATABASE_URL": empty_database(tmp_path / "old.sqlite3")})
    assert said.code == 1
    assert "its schema is none" in said.text
    assert "`mentorbot database upgrade`" in said.text


def test_a_database_that_cannot_be_reached(env: dict[str, str], tmp_path: Path) -> None:
    """Neither a server that is away nor a file that is none ends in a traceback, and no password is shown."""
    (tmp_path / "no.sqlite3").write_text("this is no database, whatever its name says " * 40)
    for url in (
        f"sqlite:///{tmp_path / 'no.sqlite3'}",
        "no address at all",
        "strangedb://user:hush@localhost/x",
    ):
        said = command("check", **env | {"DATABASE_URL": url})
        assert said.code == 1, url
        assert said.text.count("Look at DATABASE_URL") == 1, url
        assert "hush" not in said.text


@pytest.mark.parametrize(("seconds", "side"), [(300, "ahead of"), (-300, "behind")])
def test_a_clock_that_is_not_slacks(
    env: dict[str, str], mocker: MockerFixture, seconds: int, side: str
) -> None:
    """By the Date of Slack's answer it is said by how much this machine's clock is wrong, and what to do."""
    wrong = datetime.now(UTC) + timedelta(seconds=seconds)
    mocker.patch("bot.commands.check.SystemClock", return_value=SetClock(wrong))
    said = command("check", **env)
    assert said.code == 1
    assert f"seconds {side} Slack's. Keep it by NTP" in said.text


def test_slack_is_away(env: dict[str, str]) -> None:
    """Where nobody answers, the address is named."""
    said = command("check", **env | {"SLACK_API_URL": AWAY})
    assert said.code == 1
    assert f"{AWAY} does not answer" in said.text


def test_keys_that_are_none(env: dict[str, str]) -> None:
    """A key cut short is refused; what was given is not repeated."""
    said = command("check", **env | {"MENTORBOT_KEYS": KEY_CUT})
    assert said.code == 1
    assert "MENTORBOT_KEYS" in said.text
    assert KEY_CUT not in said.text


def test_no_programme_yet(env: dict[str, str], tmp_path: Path) -> None:
    """A database that was only just made has no programme in it; what to do is said."""
    env["DATABASE_URL"] = f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
    assert command("database", "upgrade", **env).code == 0
    assert command("database", "upgrade", **env).code == 0
    said = command("check", **env)
    assert said.code == 1
    assert "Programme: none yet" in said.text


def test_settings_of_the_wrong_kind(env: dict[str, str]) -> None:
    """A setting that cannot be is refused in a sentence that names it."""
    for name, value in (
        ("MENTORBOT_LISTENERS", "many"),
        ("MENTORBOT_TICK_SECONDS", "0"),
        ("SLACK_API_URL", "https://slack.com/api"),
        ("MENTORBOT_LOG_LEVEL", "LOUD"),
    ):
        said = command("check", **env | {name: value})
        assert said.code == 2, name
        assert name in said.text


def test_a_file_nobody_reads_is_named(env: dict[str, str], config: Path) -> None:
    """A misspelt file of configuration is no silence: it is named, with those that are known."""
    (config / "guideline.toml").write_text("", encoding="utf-8")
    said = command("check", **env)
    assert said.code == 1
    assert "nothing reads" in said.text
    assert "guideline.toml" in said.text


def test_a_name_that_no_channel_can_have_is_refused(env: dict[str, str], config: Path) -> None:
    """Slack has no channel with a space in its name; the line says how one is written."""
    rules = config / "guidelines.toml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace('name = "mentoring-leads"', 'name = "#bad name"'), encoding="utf-8")
    said = command("check", **env)
    assert said.code == 1
    assert "channel.name" in said.text
    assert "small letters" in said.text


def test_a_blank_nobody_knows_is_named(env: dict[str, str], config: Path) -> None:
    """A text that would break each press is found before, with its file and key."""
    texts = config / "texts" / "en" / "common.toml"
    texts.write_text(
        texts.read_text(encoding="utf-8").replace('close = "', 'close = "Ask {nobody} '), encoding="utf-8"
    )
    said = command("check", **env)
    assert said.code == 1
    assert "common.close" in said.text
    assert "{nobody}" in said.text


def test_installing_in_many_workspaces(env: dict[str, str], slack: Running) -> None:
    """Without a token of its own each lack is named; with everything set the redirect address is said."""
    many = env | {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "", "SLACK_CLIENT_ID": slack.client_id}
    said = command("check", **many)
    for name in (
        "SLACK_CLIENT_SECRET",
        "SLACK_SIGNING_SECRET",
        "MENTORBOT_PUBLIC_URL",
        "SLACK_AUTHORIZE_URL",
    ):
        assert name in said.text
    assert "SLACK_BOT_TOKEN is not set" not in said.text
    whole = many | {
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_AUTHORIZE_URL": slack.authorize_url,
        "MENTORBOT_PUBLIC_URL": "https://mentoring.example.org",
    }
    said = command("check", **whole)
    assert "has to be https://mentoring.example.org/slack/oauth_redirect" in said.text
    assert slack.client_secret not in said.text


def test_an_installation_that_needs_somebody(env: dict[str, str]) -> None:
    """A scope that was not granted and a token that is not renewed are named with the workspace."""
    db = Database(open_engine(env["DATABASE_URL"]), Keyring.parse(env["MENTORBOT_KEYS"]))
    with db.writing(Scope(WORKSPACE_ID)) as session:
        granted = Granted(team_id=TEAM_ID, scopes=("chat:write", "commands"))
        kept = installations.keep(
            session, "i1", WORKSPACE_ID, granted, installations.Tokens(token="xoxb-1"), now=MONDAY
        )
        kept.trouble = "invalid_refresh_token"
    db.engine.dispose()
    said = command("check", **env)
    assert said.code == 1
    assert "the token of Riverside Institute (T0RIVERSIDE) could not be renewed" in said.text
    assert "invalid_refresh_token" in said.text
    assert "without dnd:read" in said.text


def test_a_programmes_trouble_names_its_workspace_where_there_are_several(
    env: dict[str, str], tmp_path: Path
) -> None:
    """Somebody who runs many reads where a role is missing; a programme that is complete is not named."""
    engine = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    db = Database(engine, Keyring.parse(env["MENTORBOT_KEYS"]))
    with db.unscoped("a second workspace", writes=True) as session:
        session.add(Workspace(id="w0lake", slack_team_id="T0LAKE", name="Lake"))
        session.flush()
        session.add(Programme(id="p0lake", workspace_id="w0lake", name="Other"))
    engine.dispose()
    said = command("check", **env).text
    assert "Lake (T0LAKE): Programme: nobody has the role lead yet" in said
    assert "Riverside Institute (T" not in said


def happened(env: dict[str, str], *, due_for: timedelta | None = None, **signs: timedelta) -> None:
    """Let the oldest due message wait that long, and each kind of process have been silent that long."""
    now = datetime.now(UTC)
    db = Database(open_engine(env["DATABASE_URL"]), Keyring.parse(env["MENTORBOT_KEYS"]))
    if due_for is not None:
        with db.writing(Scope(WORKSPACE_ID, PROGRAMME_ID)) as session:
            outbox.put(
                session,
                Notice("requests.asked", "requests.asked:r1", CAST["mira"].person_id),
                row_id="o1",
                workspace_id=WORKSPACE_ID,
                programme_id=PROGRAMME_ID,
                now=now - due_for,
            )
    with db.unscoped("beat", writes=True) as session:
        for kind, silence in signs.items():
            beats.beat(session, kind, Beating(kind), now - silence)
    db.engine.dispose()


def test_a_database_nothing_ran_on_is_no_trouble(env: dict[str, str]) -> None:
    """Before the first start it is said plainly that nothing ran, and nobody is needed."""
    said = command("check", **env)
    assert said.code == 0
    assert "nothing has run on this database yet, and nothing waits" in said.text


def test_what_runs_well_is_said(env: dict[str, str]) -> None:
    """Shortly after a tick, with something due for a moment: the figures, and nobody is needed."""
    happened(env, due_for=timedelta(seconds=30), clock=timedelta(seconds=5), worker=timedelta(seconds=5))
    said = command("check", **env)
    assert said.code == 0, said.text
    assert "what is due longest waits for 3" in said.text
    assert "Clock: it last looked for what is due" in said.text
    assert "Sender: it gave its last sign of life" in said.text


def test_what_waits_too_long_is_said_with_what_to_do(env: dict[str, str]) -> None:
    """A message due for hours, a clock and a sender silent for days: each with its age and a remedy."""
    happened(env, due_for=timedelta(hours=5), clock=timedelta(days=3), worker=timedelta(minutes=9))
    said = command("check", **env)
    assert said.code == 1
    mends = [line for line in said.text.splitlines() if line.startswith("mend")]
    assert len(mends) == 3, said.text
    assert "(5 h). See that the clock and the sender below run" in mends[0]
    assert "(3 d ago). Start what you stopped: `mentorbot clock`" in mends[1]
    assert "(9 min ago). Start what you stopped: `mentorbot worker`" in mends[2]


def test_only_half_of_it_runs(env: dict[str, str]) -> None:
    """A clock without a worker: what is missing is named, with what to start."""
    happened(env, clock=timedelta(seconds=1))
    said = command("check", **env)
    assert said.code == 1
    assert "Sender: none has given a sign of life yet. Start `mentorbot worker`" in said.text


def test_something_waits_and_nothing_ever_ran(env: dict[str, str]) -> None:
    """What was put by hand before any process ran, such as by an import, is named with what to start."""
    happened(env, due_for=timedelta(minutes=10))
    said = command("check", **env)
    assert said.code == 1
    assert "(10 min), and nothing has run on this database yet. Start `mentorbot run`" in said.text
