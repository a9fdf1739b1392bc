"""The operator imports a roster and pairs by command, beside a running bot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands.imports import import_
from tests.world import World

ROSTER = (
    "email,name,roles,expertise,places\n"
    "oskar@riverside.example,,mentor,beekeeping;honey chemistry,2\n"
    "later@riverside.example,Later Larsen,mentee,,\n"
)
PAIRS = (
    "mentor,mentee,kind,start_date,agreement\n"
    "tomas@riverside.example,mira@riverside.example,advisor,2026-09-01,paper\n"
)

Import = Callable[..., Result]


@pytest.fixture
def imported(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Return how to run the command on a text, in the world's settings."""
    settings = world.bot.deps.settings
    for name, value in {
        "SLACK_BOT_TOKEN": settings.bot_token.get_secret_value(),
        "MENTORBOT_KEYS": settings.keys.get_secret_value(),
        "SLACK_API_URL": settings.slack_api_url,
        "DATABASE_URL": settings.database_url,
        "MENTORBOT_CONFIG": str(settings.config),
        "MENTORBOT_CLOCK_FILE": str(settings.clock_file),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("bot.commands.imports.migrations.upgrade", lambda _: None)  # the desk made the tables

    def run(text: str, *options: str) -> Result:
        file = tmp_path / "sheet.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(import_, [str(file), *options])

    return run


def test_imported_people_are_found_once_they_are_started(world: World, imported: Import) -> None:
    """The command says what it did, sends nothing, and a mentor is offered only after a lead's Start."""
    done = imported(ROSTER)
    assert done.exit_code == 0, done.output
    assert "2 people read: 2 new, 1 profile written" in done.output
    assert "One of them is not in Slack" in done.output
    assert "Nothing was sent" in done.output
    world.settle()
    assert world.person("oskar").received == []
    answer = world.person("mira").command("/findmentor beekeeping")
    world.settle()
    assert "Oskar" not in answer.text


def test_a_rehearsal_stores_nothing(world: World, imported: Import) -> None:
    """With --dry-run the same is said, and importing afterwards still finds everybody new."""
    assert "This was a rehearsal" in imported(ROSTER, "--dry-run").output
    assert "2 new" in imported(ROSTER).output
    assert "1 profile written" in imported(ROSTER).output
    world.settle()


def test_faults_are_listed_with_row_and_column(world: World, imported: Import) -> None:
    """A malformed sheet ends with exit code 1, every fault in a line of its own, and nothing stored."""
    done = imported("email,roles,time_zone\nmira@riverside.example,queen,Mars/Base\n,mentee,\n")
    assert done.exit_code == 1
    assert "row 2, column roles: “queen” is not a role" in done.output
    assert "row 2, column time_zone: “Mars/Base” is not a time zone" in done.output
    assert "row 3, column email: give an e-mail address" in done.output
    assert "Nothing was imported" in done.output
    world.settle()


def test_pairs_are_told_by_their_columns(world: World, imported: Import) -> None:
    """The same command imports pairs; their place is taken and nobody is written to."""
    assert "1 pair read: 1 new." in imported(PAIRS).output
    assert "1 pair read: 1 there already." in imported(PAIRS).output
    world.settle()
    assert world.person("mira").received == []
    answer = world.person("noor").command("/findmentor statistics")
    world.settle()
    assert "1 open place" in answer.text


def test_columns_of_neither_are_refused(imported: Import) -> None:
    """A file that is neither people nor pairs says which columns each needs."""
    assert "neither people nor pairs" in imported("animal,sound\ncow,moo\n").output


def test_somebody_imported_by_address_is_linked_when_they_join_slack(world: World, imported: Import) -> None:
    """Joining Slack with an imported address makes the person reachable; nobody else is linked."""
    imported(ROSTER)
    world.slack.add_person("later", real_name="Later Larsen", email="later@riverside.example")
    world.settle()
    answer = world.person("later").command("/findmentor help")
    world.settle()
    assert "has not started for you yet" in answer.text
