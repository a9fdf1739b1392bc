"""What time does with agreements: one reminder, notices before the end, the offer to pairs without one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.agreements.drafting import draft
from bot.domain.agreements.seen import first_writers
from bot.domain.hours import working_times
from bot.domain.step import Step
from bot.store import agreements, people, relationships
from bot.store.agreements import Agreement, VersionState
from bot.store.outbox import Notice


def _tell(step: Step, kind: str, key: str, person_ids: Sequence[str], ids: dict[str, str]) -> None:
    """Tell these people in their own working hours; ``key`` is completed by the person.

    What is due for somebody about several agreements is one message.
    """
    contacts = people.contacts(step.session, person_ids)
    times = working_times(step, person_ids)
    for person_id in person_ids:
        if person_id in contacts:
            step.tell_together(
                Notice(
                    kind,
                    f"{key}:{person_id}",
                    person_id,
                    ids=ids,
                    not_before=times[person_id].opens(step.now),
                )
            )


def remind(step: Step, limit: int) -> int:
    """Remind whoever's turn it is, once for each version; return how many agreements were handled."""
    due = agreements.due_for_reminder(step.session, step.now, limit)
    for agreement in due:
        agreement.remind_at = None
        waiting, version_id = _whose_turn(step, agreement)
        if waiting:
            ids = {"agreement": agreement.id, "version": version_id}
            key = f"agreement:{agreement.id}:reminder:{agreement.latest_number}"
            _tell(step, "agreements.reminder", key, waiting, ids)
            step.record("agreement.reminded", agreement.id)
    step.session.flush()
    return len(due)


def _whose_turn(step: Step, agreement: Agreement) -> tuple[list[str], str]:
    members = relationships.members(step.session, agreement.relationship_id)
    versions = agreements.versions(step.session, [agreement.id])
    if not versions:
        return sorted(first_writers(members)), ""
    latest = versions[-1]
    if latest.state is not VersionState.PROPOSED:
        return [], latest.id
    signed = {s.person_id for s in agreements.signatures(step.session, [latest.id]).get(latest.id, [])}
    return sorted(m.person_id for m in members if m.person_id not in signed), latest.id


def announce_ends(step: Step, limit: int) -> int:
    """Tell the members of agreements that end soon, each notice once; return how many were handled.

    Whoever comes late to several notices (a long pause of the bot) gives only the last of them.
    """
    today, handled = step.now.date(), 0
    for days in sorted(step.rules.agreements.renewal.notice_days):
        last = today + timedelta(days=days)
        for agreement in agreements.ending_by(step.session, today, last, days, limit - handled):
            agreement.renewal_noticed = days
            members = relationships.members(step.session, agreement.relationship_id)
            key = f"agreement:{agreement.id}:ends:{agreement.ends_on}:{days}"
            ids = {"agreement": agreement.id, "ends_on": str(agreement.ends_on)}
            _tell(step, "agreements.ends_soon", key, [m.person_id for m in members], ids)
            step.record("agreement.end_announced", agreement.id, days=str(days))
            handled += 1
        step.session.flush()
        if handled >= limit:
            break
    return handled


def offer(step: Step, limit: int) -> int:
    """Offer imported pairs without an agreement to write one, once; return how many were handled."""
    agreements.note_written(step.session, step.now)
    found = agreements.without_agreement(step.session, limit)
    for relationship in found:
        relationship.offered_at = step.now
        agreement_id = draft(step, relationship.id)
        members = relationships.members(step.session, relationship.id)
        key = f"agreement:{agreement_id}:offer"
        ids = {"agreement": agreement_id}
        _tell(step, "agreements.offer", key, sorted(first_writers(members)), ids)
    step.session.flush()
    return len(found)
