"""Check-ins: asked on the rhythm of each relationship, answered in private, silence noticed."""

from bot.domain.checkins.answering import (
    OPEN_LINE,
    OPEN_LINE_LENGTH,
    AnswerForm,
    Read,
    Revealed,
    Thanks,
    Written,
    answer,
    not_met,
    prepare,
    read,
    revealed,
)
from bot.domain.checkins.asking import AT_ONCE, ask
from bot.domain.checkins.by_time import begin, pass_over, remind, stop
from bot.domain.checkins.cards import Asked, CheckInCard, message_of
from bot.domain.checkins.figures import Fact, FactKind, Mean, aggregate, facts, fewest
from bot.domain.checkins.home import UNTIL, AtHome, Coming, at_home, pause, resume

__all__ = [
    "AT_ONCE",
    "OPEN_LINE",
    "OPEN_LINE_LENGTH",
    "UNTIL",
    "AnswerForm",
    "Asked",
    "AtHome",
    "CheckInCard",
    "Coming",
    "Fact",
    "FactKind",
    "Mean",
    "Read",
    "Revealed",
    "Thanks",
    "Written",
    "aggregate",
    "answer",
    "ask",
    "at_home",
    "begin",
    "facts",
    "fewest",
    "message_of",
    "not_met",
    "pass_over",
    "pause",
    "prepare",
    "read",
    "remind",
    "resume",
    "revealed",
    "stop",
]
