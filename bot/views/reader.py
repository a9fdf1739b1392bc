"""Who reads a view: their words, their time zone, and the programme its buttons lead back to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.store.people import Contact
from bot.texts import Mrkdwn, Say, escape, mention


def pack(**ids: str) -> str:
    """Return identifiers as a button's value or a modal's private metadata: ids only, never text."""
    return json.dumps(ids, separators=(",", ":"), sort_keys=True)


def unpack(value: str | None) -> dict[str, str]:
    """Return the identifiers in ``value``; nothing for anything that ``pack`` did not make."""
    try:
        ids = json.loads(value or "{}")
    except ValueError:
        return {}
    if not isinstance(ids, dict):
        return {}
    return {str(name): item for name, item in ids.items() if isinstance(item, str)}


@dataclass(frozen=True)
class Reader:
    """The person a view is made for."""

    say: Say
    time_zone: str
    programme_id: str

    def ref(self, **ids: str) -> str:
        """Return identifiers packed together with the programme they belong to."""
        return pack(programme=self.programme_id, **ids)

    def name(self, contact: Contact) -> Mrkdwn:
        """Return a person as mrkdwn: a mention, which Slack shows under their present name.

        Somebody without a Slack account, such as the made-up person of a preview, is named in plain words.
        """
        return mention(contact.slack_user_id) if contact.slack_user_id else Mrkdwn(escape(contact.name))

    def names(self, contacts: Iterable[Contact]) -> Mrkdwn:
        """Return several people as mrkdwn, joined as the language joins a list."""
        return self.list(self.name(contact) for contact in contacts)

    def list(self, texts: Iterable[str]) -> Mrkdwn:
        """Return texts that are mrkdwn already, joined as the language joins a list."""
        parts = [Mrkdwn(text) for text in texts]
        if len(parts) <= 1:
            return Mrkdwn("".join(parts))
        return Mrkdwn(self.say("common.list_end", before=Mrkdwn(", ".join(parts[:-1])), last=parts[-1]))

    def day(self, moment: datetime | date) -> str:
        """Return a day as this reader's wall calendar shows it, such as ``Monday 3 March``."""
        local = moment.astimezone(ZoneInfo(self.time_zone)) if isinstance(moment, datetime) else moment
        weekday = self.say.plain(f"common.weekday.d{local.weekday()}")
        month = self.say.plain(f"common.month.m{local.month}")
        return self.say.plain("common.day", weekday=weekday, day=local.day, month=month)

    def time(self, moment: datetime) -> str:
        """Return the day and the time by this reader's wall clock, such as ``Monday 3 March, 14:05``."""
        local = moment.astimezone(ZoneInfo(self.time_zone))
        return self.say.plain("common.day_and_time", day=self.day(moment), time=f"{local:%H:%M}")
