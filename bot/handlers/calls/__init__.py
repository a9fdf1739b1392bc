"""What every handler shares: who is calling, an open step, the way back to them, refusals told."""

from bot.handlers.calls.kinds import (
    Answer,
    Call,
    Command,
    Opening,
    Outsider,
    Press,
    Submission,
    Suggestion,
    Writing,
)
from bot.handlers.calls.leftovers import answer_what_escapes, listen_to_the_rest
from bot.handlers.calls.listening import (
    listen_command,
    listen_home,
    listen_press,
    listen_shortcut,
    listen_submission,
    listen_suggestion,
    listen_writing,
)
from bot.handlers.calls.telling import told

__all__ = [
    "Answer",
    "Call",
    "Command",
    "Opening",
    "Outsider",
    "Press",
    "Submission",
    "Suggestion",
    "Writing",
    "answer_what_escapes",
    "listen_command",
    "listen_home",
    "listen_press",
    "listen_shortcut",
    "listen_submission",
    "listen_suggestion",
    "listen_to_the_rest",
    "listen_writing",
    "told",
]
