"""People and bot users, and the user object that Slack's methods answer with."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.state.payload import Payload

# Slack spells the zone's season out; the abbreviation alone is ambiguous (CST, IST), hence the pair as key.
_LABELS = {
    "GMT": "Greenwich Mean Time",
    "BST": "British Summer Time",
    "CET": "Central European Time",
    "CEST": "Central European Summer Time",
    "EET": "Eastern European Time",
    "EEST": "Eastern European Summer Time",
    "WET": "Western European Time",
    "WEST": "Western European Summer Time",
    "EST": "Eastern Standard Time",
    "EDT": "Eastern Daylight Time",
    "MST": "Mountain Standard Time",
    "MDT": "Mountain Daylight Time",
    "PST": "Pacific Standard Time",
    "PDT": "Pacific Daylight Time",
    "JST": "Japan Standard Time",
    "IST": "India Standard Time",
    "SAST": "South Africa Standard Time",
    "AEST": "Australian Eastern Standard Time",
    "AEDT": "Australian Eastern Daylight Time",
    "EAT": "East Africa Time",
    "WAT": "West Africa Time",
    "CAT": "Central Africa Time",
    "NZST": "New Zealand Standard Time",
    "NZDT": "New Zealand Daylight Time",
    "UTC": "Coordinated Universal Time",
}

PICTURE_SIZES = (24, 32, 48, 72, 192, 512)
"""Pixels of the pictures in a profile."""


@dataclass
class Person:
    """A member of the workspace, or the bot user of an installed app."""

    id: str
    name: str
    real_name: str
    email: str = ""
    tz: str = "Europe/London"
    locale: str = "en-US"
    title: str = ""
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    app_id: str = ""
    bot_id: str = ""
    updated: int = 0
    # Quiet hours by the person's own wall clock, {"start": "22:00", "end": "08:00"}; none when empty.
    dnd: Payload = field(default_factory=dict)

    def zone(self) -> ZoneInfo:
        """Give the person's time zone."""
        return ZoneInfo(self.tz)

    def quiet(self, now: float) -> tuple[int, int] | None:
        """Give start and end (epoch seconds) of the running or next quiet time, or None if there is none."""
        if not self.dnd.get("start") or not self.dnd.get("end"):
            return None
        local = datetime.fromtimestamp(now, self.zone())
        for day in (-1, 0, 1):
            date = (local + timedelta(days=day)).date()
            start = _wall(date.isoformat(), str(self.dnd["start"]), self.zone())
            end = _wall(date.isoformat(), str(self.dnd["end"]), self.zone())
            if end <= start:
                end = _wall((date + timedelta(days=1)).isoformat(), str(self.dnd["end"]), self.zone())
            if end.timestamp() > now:
                return int(start.timestamp()), int(end.timestamp())
        return None


def _wall(date: str, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(f"{date}T{clock}").replace(tzinfo=zone)


def user_object(
    person: Person, team_id: str, now: float, scopes: frozenset[str], address: str = ""
) -> Payload:
    """Make Slack's user object; the e-mail address only for holders of ``users:read.email``.

    ``now`` (epoch seconds) decides the zone's offset, which changes with summer time; ``address`` is where
    the pictures are.
    """
    local = datetime.fromtimestamp(now, UTC).astimezone(person.zone())
    offset = local.utcoffset() or timedelta()
    label = _LABELS.get(local.tzname() or "", local.tzname() or person.tz)
    profile: Payload = {
        "title": person.title,
        "phone": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "first_name": person.real_name.split(" ")[0],
        "last_name": person.real_name.partition(" ")[2],
        "status_text": "",
        "status_emoji": "",
        "team": team_id,
    }
    profile |= {f"image_{size}": f"{address}/avatars/{person.id}/{size}.svg" for size in PICTURE_SIZES}
    if "users:read.email" in scopes and person.email:
        profile["email"] = person.email
    user: Payload = {
        "id": person.id,
        "team_id": team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if person.is_bot:
        profile |= {"api_app_id": person.app_id, "bot_id": person.bot_id, "always_active": True}
    if person.deleted:  # Slack leaves a deactivated account little more than its name
        return user
    return user | {
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": label,
        "tz_offset": int(offset.total_seconds()),
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_email_confirmed": not person.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }
