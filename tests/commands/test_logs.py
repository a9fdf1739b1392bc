"""Logs in both formats: what each line has, and that no exception brings its words along."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import DBAPIError

from bot import logs

CANARY = "my supervisor shouts at me"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging and the hooks are afterwards what they were."""
    root = logging.getLogger()
    handlers, level, hooks = list(root.handlers), root.level, (sys.excepthook, threading.excepthook)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(capture=False)


def fail() -> None:
    """Raise an exception with private words, caused by another one with private words."""
    try:
        os.environ[CANARY]
    except KeyError as fault:
        raise ValueError(CANARY) from fault


def everything_that_is_said() -> None:
    """Log in every way a library or the interpreter can bring an exception."""
    log = logging.getLogger("bot.somewhere")
    log.info("hello")
    log.error("it failed, reference %s\nplaces", "K7QX-M4DP", extra={"reference": "K7QX-M4DP"})
    try:
        fail()
    except ValueError:
        log.exception("a library caught it")
        sys.excepthook(*sys.exc_info())
    thread = threading.Thread(target=fail, name="sender")
    thread.start()
    thread.join()


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_exception_brings_its_words(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Type and places of a fault and of its cause are there; what either said is not."""
    logs.set_up("DEBUG", form, "web")
    everything_that_is_said()
    said = capsys.readouterr().err
    assert CANARY not in said
    assert said.count("ValueError") >= 3
    assert said.count("KeyError") >= 3
    assert "in fail" in said
    assert "sender ended" in said


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Every line parses by itself and has time, level, logger, process, message; a reference where one is."""
    logs.set_up("INFO", "json", "worker")
    everything_that_is_said()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {"time", "level", "logger", "process", "message"} <= set.intersection(*map(set, lines))
    assert {line["process"] for line in lines} == {"worker"}
    assert [line["reference"] for line in lines if "reference" in line] == ["K7QX-M4DP"]
    assert lines[1]["message"] == "it failed, reference K7QX-M4DP"
    assert lines[1]["where"] == "places"
    assert all(line["time"].endswith("+00:00") for line in lines)


def test_set_up_twice_says_everything_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that sets logging up again does not double its lines."""
    logs.set_up("INFO")
    logs.set_up("INFO")
    logging.getLogger("bot").info("once")
    assert capsys.readouterr().err.count("once") == 1


@pytest.mark.parametrize("name", sorted(logs.QUIET))
def test_libraries_that_quote_payloads_stay_quiet(name: str) -> None:
    """At DEBUG they would print what people wrote."""
    logs.set_up("DEBUG")
    assert not logging.getLogger(name).isEnabledFor(logging.INFO)


def away() -> Exception:
    """Return what a database that is away makes psycopg say, with an address in it."""
    return psycopg.OperationalError(f"connection to server at {CANARY} failed")


def as_a_library_raises_it() -> Exception:
    """Return such a fault as the queue's library raises its own from it."""
    fault = ConnectorException()
    fault.__cause__ = away()
    return fault


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_database_away_is_one_line(
    form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many meet it, however they log it: the operator's sentence once in ten seconds, no places."""
    seconds = [100.0]
    monkeypatch.setattr("bot.logs.time.monotonic", lambda: seconds[0])
    logs.set_up("DEBUG", form, "worker")
    log = logging.getLogger("bot.somewhere")
    faults = [away(), as_a_library_raises_it(), DBAPIError("SELECT 1", {}, away())]
    for fault in faults * 2:
        log.error("sending stopped for now: %s", logs.without_words(fault))
        log.error("a library at 100%% caught it", exc_info=fault)
    (line,) = capsys.readouterr().err.splitlines()
    assert "sending stopped for now: The database does not answer. Look at the server" in line
    assert CANARY not in line
    seconds[0] += logs.TOLD_EVERY
    log.error("the next goes on: %s", logs.without_words(away()))
    log.error("a form failed: %s", logs.without_words(away()), extra={"reference": "K7QX-M4DP"})
    log.error("something else")
    again, told, other = capsys.readouterr().err.splitlines()
    assert "a form failed" in told, "whoever was told the reference finds its line"
    assert "(11 more lines said so since the last one)" in again
    assert "something else" in other
