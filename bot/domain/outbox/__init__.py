"""Messages to somebody as operators see them: what may be done, what is to be said, how long they are kept.

Nothing here shows a name or a word of anybody: a message is its random id, its kind and identifiers.
"""

from bot.domain.outbox.acting import CHANGED, LONGEST_WHY, Done, cancel, retry
from bot.domain.outbox.explaining import Around, Gone, Sentence, explain, gone
from bot.domain.outbox.keeping import prune

__all__ = [
    "CHANGED",
    "LONGEST_WHY",
    "Around",
    "Done",
    "Gone",
    "Sentence",
    "cancel",
    "explain",
    "gone",
    "prune",
    "retry",
]
