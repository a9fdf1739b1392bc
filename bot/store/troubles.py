"""What a database's fault means, in a sentence for whoever runs the bot.

A fault is known by PostgreSQL's code for it, or by SQLite's words; the statement and what it carried are
never part of the sentence.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError  # noqa: A004 - SQLAlchemy's, of its pool


class Trouble(StrEnum):
    """What kind of trouble a database is in."""

    BUSY = "busy"
    """Somebody else holds what is wanted for too long: trying again helps."""
    AWAY = "away"
    """It does not answer, or is being started: what was begun is as if it never was."""
    FULL = "full"
    REFUSED = "refused"
    """It does not let us in, or not do this."""
    OLD = "old"
    """It has not the tables this version needs."""
    BROKEN = "broken"
    """The file is no database, or a damaged one."""


SENTENCES = {
    Trouble.BUSY: "The database is busy: another process held it for too long. Try again in a moment.",
    Trouble.AWAY: "The database does not answer. Look at the server, the network, and DATABASE_URL.",
    Trouble.FULL: (
        "The database cannot write: its disk is full. Make room on it; what was recorded before is safe."
    ),
    Trouble.REFUSED: "The database does not let the bot in, or do this. Look at the user in DATABASE_URL.",
    Trouble.OLD: "The database has not the schema of this version. Run `mentorbot database upgrade`.",
    Trouble.BROKEN: (
        "The file that DATABASE_URL names is no SQLite database, or is damaged. Look at DATABASE_URL, or "
        "restore a backup."
    ),
}

_BY_CODE = {
    "08": Trouble.AWAY,
    "57P": Trouble.AWAY,
    "53300": Trouble.AWAY,
    "25P03": Trouble.BUSY,
    "40": Trouble.BUSY,
    "55P03": Trouble.BUSY,
    "57014": Trouble.BUSY,
    "53": Trouble.FULL,
    "58": Trouble.FULL,
    "28": Trouble.REFUSED,
    "3D": Trouble.REFUSED,
    "42501": Trouble.REFUSED,
    "25006": Trouble.REFUSED,
    "42P01": Trouble.OLD,
    "42703": Trouble.OLD,
    "42883": Trouble.OLD,
}
"""By the beginning of PostgreSQL's error codes (its manual, appendix A); the longest that fits counts."""

_BY_WORDS = {
    "database is locked": Trouble.BUSY,
    "database table is locked": Trouble.BUSY,
    "database or disk is full": Trouble.FULL,
    "disk i/o error": Trouble.FULL,
    "unable to open database file": Trouble.REFUSED,
    "readonly database": Trouble.REFUSED,
    "no such table": Trouble.OLD,
    "no such column": Trouble.OLD,
    "has no column named": Trouble.OLD,
    "file is not a database": Trouble.BROKEN,
    "malformed": Trouble.BROKEN,
    # What PostgreSQL answers while a connection is made reaches us without its code.
    "password authentication failed": Trouble.REFUSED,
    "no pg_hba.conf entry": Trouble.REFUSED,
    "not currently accepting connections": Trouble.AWAY,
    "is starting up": Trouble.AWAY,
    "is shutting down": Trouble.AWAY,
    "too many": Trouble.AWAY,
    "does not exist": Trouble.REFUSED,
    "permission denied": Trouble.REFUSED,
}


def kind_of(fault: BaseException) -> Trouble | None:
    """Return what kind of trouble a fault tells of; None for a fault of the code.

    It may be SQLAlchemy's or, from the queue's own connections, psycopg's.
    """
    if isinstance(fault, TimeoutError):  # every connection was at work for seconds
        return Trouble.BUSY
    origin = fault.orig if isinstance(fault, DBAPIError) else fault
    is_postgresql = type(origin).__module__.startswith("psycopg")
    if origin is fault and not is_postgresql:
        return None
    code = getattr(origin, "sqlstate", None)
    if code:
        return next((_BY_CODE[code[:n]] for n in (5, 3, 2) if code[:n] in _BY_CODE), None)
    words = str(origin).casefold()
    for said, kind in _BY_WORDS.items():
        if said in words:
            return kind
    # A connection that breaks, or never came to be, has no code.
    names = {one.__name__ for one in type(origin).__mro__}
    return Trouble.AWAY if is_postgresql and names & {"OperationalError", "InterfaceError"} else None


def in_plain_words(fault: BaseException) -> str | None:
    """Return what an operator should read of a database's fault; None where it is no such fault."""
    kind = kind_of(fault)
    if kind is not None:
        return SENTENCES[kind]
    if isinstance(fault, SQLAlchemyError):
        return f"The database refused something nobody foresaw ({type(fault).__name__}). Please report it."
    return None


def named(fault: BaseException) -> str:
    """Return how a log names a fault: the sentence for a database's, else its type; never its message."""
    return in_plain_words(fault) or type(fault).__name__
