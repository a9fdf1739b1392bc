"""Concerns: raised in a modal, read by the right people and never by the ones they are about, with clocks.

The one thing that must never go wrong. ``routing`` decides who reads, ``raising`` stores at Send and not
before, ``moving`` brings a case from one reader to the next, ``casework`` is what handlers do, ``reporters``
what the reporter does, ``clocks`` what time does, ``knowing`` what Home and the digest may know. ``choosing``
reads for ``routing`` who there is, ``naming`` tells whether words may mean one of them, ``deadlines`` by
when; ``guideline`` gives the rules in force, and ``recording`` cites them with every act.
"""

from bot.domain.concerns.knowing import AtHome, at_home, waiting_for
from bot.domain.concerns.raising import missing

__all__ = ["AtHome", "at_home", "missing", "waiting_for"]
