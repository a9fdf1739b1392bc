"""The bot on PostgreSQL, over real sockets: the same flow, and a server that is away for a while."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.relationships import RelationshipState, of_member
from sandbox.process import Running
from tests.cast import KEYS
from tests.commands.terminal import command
from tests.postgres import Server
from tests.scenarios.test_answers import fill_request
from tests.scenarios.test_requests import ask, card
from tests.world import World, enter, leave


@pytest.fixture
def world(local_slack: tuple[Running, Path], tmp_path: Path, fresh_postgres: str) -> Iterator[World]:
    """The bot in a fresh workspace with the cast, on PostgreSQL."""
    entered = enter(*local_slack, tmp_path, address=fresh_postgres)
    yield entered
    leave(entered, tmp_path)


def together_states(world: World, handle: str) -> list[RelationshipState]:
    """Return the states of somebody's relationships."""
    with world.desk.step(handle, writes=False) as step:
        return [row.state for row in of_member(step.session, step.by, list(RelationshipState))]


def test_a_request_from_search_to_yes(world: World) -> None:
    """Search, ask, accept, agree: each message goes out once, however often the clock looks."""
    ask(world, "mira")
    card(world, "tomas").button("Accept").click()
    world.settle()
    mira = world.person("mira")
    assert [label for message in mira.received for label in message.buttons] == ["Fill in the agreement"]
    assert together_states(world, "mira") == [RelationshipState.DRAFTING]
    before = len(mira.received)
    world.settle()
    assert len(mira.received) == before


def test_a_server_that_is_away_for_a_while(
    world: World, fresh_postgres: str, postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """A form sent meanwhile stays as it was filled and says to try again; afterwards it goes, once."""
    mira = fill_request(world, "Because of my thesis")
    postgres.shut(fresh_postgres)
    try:
        assert not mira.modal.submit().ok
        assert "nothing was changed" in mira.modal.text
        assert "Because of my thesis" in mira.modal.text
        world.bot.heartbeat.beat()  # the clock goes on as well
        said = command("check", DATABASE_URL=fresh_postgres, MENTORBOT_KEYS=KEYS)
        assert "does not answer" in said.text
    finally:
        postgres.reopen(fresh_postgres)
    assert "does not answer" in caplog.text  # in one sentence, for the operator
    mira.modal.submit()
    world.settle()
    assert card(world, "tomas").buttons
    assert len([m for m in world.person("tomas").received if "asks whether you" in m.text]) == 1


def test_a_crash_of_the_server(world: World, postgres: Server) -> None:
    """What was committed before a crash is there after it, and the bot goes on without a restart."""
    ask(world, "mira")
    postgres.restart_immediate()
    card(world, "tomas").button("Accept").click()
    world.settle()
    assert together_states(world, "mira") == [RelationshipState.DRAFTING]
