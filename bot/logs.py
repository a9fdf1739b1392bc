"""What is logged, and how: one line a fact, as text or as JSON, never with what a person wrote.

An exception's message may quote a person, a token or a statement with its values: whatever a library or the
interpreter hands over, an exception is written as its type and the places it came through.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from bot.store import troubles

QUIET = {
    "slack_sdk": logging.WARNING,
    # It repeats a dead response_url, with which anybody could answer; whoever answers says that it failed.
    "slack_sdk.webhook": logging.CRITICAL,
    "slack_bolt": logging.WARNING,
    "bolt": logging.WARNING,
    "alembic": logging.WARNING,
    "procrastinate": logging.WARNING,
    # It repeats what the database said, with its address, for each connection; the worker says it once.
    "psycopg.pool": logging.ERROR,
    "urllib3": logging.ERROR,
    # It warns of a look skipped while the last is still at work; the next one does what was missed.
    "apscheduler": logging.ERROR,
}
"""Loggers of libraries that speak only from this level up: below it they may quote payloads."""

TOLD_EVERY = 10.0
"""Seconds between two lines of one process about the same trouble of the database."""

TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"

log = logging.getLogger(__name__)


def without_words(fault: BaseException | None) -> str:
    """Return an exception, and what caused it, as types and places: never its message.

    A database's known trouble is the operator's sentence instead: the places say nothing more.
    """
    return _sentence(fault) or "\n".join(_chain(fault)).rstrip()


def _sentence(fault: BaseException | None) -> str | None:
    """Return the sentence for a database's trouble, also where a library raised its own fault from it."""
    while fault is not None:
        kind = troubles.kind_of(fault)
        if kind is not None:
            return troubles.SENTENCES[kind]
        fault = fault.__cause__
    return None


class _OnceInAWhile(logging.Filter):
    """Lets a database's trouble be told of once in ``TOLD_EVERY`` seconds, in one line.

    A line with a reference always passes: somebody was told it, and asks for it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}
        self._held_back: dict[str, int] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether to log a record; one that stands for others says for how many."""
        message = record.getMessage()
        if record.exc_info and (said := _sentence(record.exc_info[1])) is not None:
            record.exc_info, message = None, f"{message}: {said}"
        sentence = next((one for one in troubles.SENTENCES.values() if one in message), None)
        if sentence is None or getattr(record, "reference", None) is not None:
            return True
        with self._lock:
            now = time.monotonic()
            if now - self._told.get(sentence, now - TOLD_EVERY) < TOLD_EVERY:
                self._held_back[sentence] = self._held_back.get(sentence, 0) + 1
                return False
            self._told[sentence] = now
            more = self._held_back.pop(sentence, 0)
        record.args = ()
        record.msg = message.rstrip() + (f" ({more} more lines said so since the last one)" if more else "")
        return True


def _chain(fault: BaseException | None) -> Iterator[str]:
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        yield f"{type(fault).__module__}.{type(fault).__qualname__}"
        yield "".join(traceback.format_tb(fault.__traceback__)).rstrip()
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)


class _WithoutWords(logging.Formatter):
    """Writes exceptions as types and places."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record, with an exception in our words even where another formatter kept its own."""
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return an exception without its message."""
        return without_words(ei[1])


class AsText(_WithoutWords):
    """A line for people: time, level, logger, message."""

    def __init__(self) -> None:
        super().__init__(TEXT)


class AsJson(_WithoutWords):
    """One JSON object a line: time (UTC), level, logger, kind of process, message, the reference if any.

    An exception, or the places a message brings along after its first line, stand in ``where``.
    """

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        message, _, where = record.getMessage().partition("\n")
        if record.exc_info:
            where = "\n".join(filter(None, (where, self.formatException(record.exc_info))))
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": self._process,
            "message": message,
        }
        reference = getattr(record, "reference", None)
        if reference is not None:
            fields["reference"] = str(reference)
        if where:
            fields["where"] = where
        return json.dumps(fields, ensure_ascii=False)


def set_up(level: str, form: str = "text", process: str = "mentorbot") -> None:
    """Log to standard error from ``level`` up, as ``text`` or ``json``; ``process`` is its kind, such as web.

    Doing it again replaces what was set up before. Exceptions nobody caught are logged as well, instead of
    being printed with their messages.
    """
    handler = logging.StreamHandler()
    handler.addFilter(_OnceInAWhile())
    handler.setFormatter(AsJson(process) if form == "json" else AsText())
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one.formatter, _WithoutWords)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[level]))
    logging.captureWarnings(capture=True)
    sys.excepthook = _escaped
    threading.excepthook = _escaped_a_thread


def _escaped(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("the process ends: %s", kind.__name__, exc_info=(kind, fault, trace))


def _escaped_a_thread(escaped: threading.ExceptHookArgs) -> None:
    name = escaped.thread.name if escaped.thread is not None else "a thread"
    if escaped.exc_value is None or escaped.exc_type is SystemExit:
        return
    log.error("%s ended: %s\n%s", name, escaped.exc_type.__name__, without_words(escaped.exc_value))
