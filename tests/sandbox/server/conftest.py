"""Fixtures: one server for all tests of it, a fresh workspace for each."""

from collections.abc import Iterator

import pytest

from sandbox.state.seed import DEFAULT_MANIFEST
from tests.sandbox.server.bolt import Heard, attached, connected, listening
from tests.sandbox.server.served import TEAM, Served


@pytest.fixture(scope="session")
def running() -> Iterator[Served]:
    """One server for all tests."""
    served = Served()
    yield served
    served.close()


@pytest.fixture
def slack(running: Served) -> Served:
    """The server with a fresh workspace, the app with wide scopes, and no rate limits."""
    running.control("reset", team=TEAM, manifest=DEFAULT_MANIFEST, limits_off="all")
    return running


@pytest.fixture
def heard(slack: Served) -> Iterator[Heard]:
    """What a Bolt app hears in Socket Mode, on a plain connection."""
    heard = Heard()
    with attached(slack, listening(slack, heard)):
        yield heard


@pytest.fixture
def client_heard(slack: Served) -> Iterator[Heard]:
    """What a Bolt app hears on slack_sdk's own Socket Mode client."""
    heard = Heard()
    with connected(slack, listening(slack, heard)):
        yield heard
