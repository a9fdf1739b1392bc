"""Signing an agreement, and what begins when every member signed the same version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bot.domain import checkins
from bot.domain.agreements import chain
from bot.domain.agreements.checking import recompute
from bot.domain.agreements.seen import AgreementSeen, Loaded, load, read_clauses, see
from bot.domain.agreements.writing import settle_cards, written_key
from bot.domain.step import Step
from bot.errors import NotFound, Refusal
from bot.store import agreements, people
from bot.store.agreements import AgreementSignature, AgreementVersion, VersionState
from bot.store.base import change, find
from bot.store.outbox import Notice
from bot.store.relationships import Basis, MemberRole, Relationship, RelationshipState


class SignResult(StrEnum):
    """What came of signing."""

    SIGNED = "signed"
    IN_FORCE = "in_force"
    """It was the last signature: the version holds from now on."""
    ALREADY = "already"
    OUTDATED = "outdated"
    """A newer version exists; nothing was signed."""


@dataclass(frozen=True)
class Signed:
    """The agreement after signing; where the version was outdated, ``seen`` shows the newest."""

    result: SignResult
    seen: AgreementSeen


def sign(step: Step, version_id: str) -> Signed:
    """Sign one version. Signing twice changes nothing; a version that is not the newest is not signed.

    Raises NotFound for anyone who is not a member, Refusal when the relationship has ended or when the
    record no longer is what was written.
    """
    version = find(step.session, AgreementVersion, version_id)
    if version is None:
        raise NotFound
    loaded = load(step, version.agreement_id, step.by, lock=True)
    latest = loaded.latest
    if latest is None or latest.id != version_id:
        return Signed(SignResult.OUTDATED, see(step, loaded, step.by))
    signed = {s.person_id for s in agreements.signatures(step.session, [version_id]).get(version_id, [])}
    if step.by in signed:
        return Signed(SignResult.ALREADY, see(step, loaded, step.by))
    if loaded.relationship.state is RelationshipState.ENDED:
        raise Refusal("agreements.ended")
    if not recompute(step, loaded).whole:
        raise Refusal("agreements.broken")
    _add_signature(step, loaded, latest)
    missing = loaded.member_ids - signed - {step.by}
    if missing:
        for person_id in sorted(missing):
            _tell_signed(step, loaded, latest, person_id)
        return Signed(SignResult.SIGNED, see(step, loaded, step.by))
    _enter_force(step, loaded, latest)
    return Signed(
        SignResult.IN_FORCE, see(step, load(step, loaded.agreement.id, step.by, lock=True), step.by)
    )


def _tell_signed(step: Step, loaded: Loaded, version: AgreementVersion, person_id: str) -> None:
    """Tell a member who has not signed yet; an author's own signature is added to what was told already."""
    ids = {"agreement": loaded.agreement.id, "version": version.id, "by": step.by}
    if step.by == version.author_id:
        card = written_key(loaded.agreement.id, version.id, person_id)
        step.tell(Notice("agreements.written", f"{card}:signed", person_id, ids=ids, updates_key=card))
    else:
        key = f"agreement:{loaded.agreement.id}:signed:{version.id}:{step.by}:{person_id}"
        step.tell(Notice("agreements.signed", key, person_id, ids=ids))


def _add_signature(step: Step, loaded: Loaded, version: AgreementVersion) -> None:
    step.add(
        AgreementSignature(
            id=step.ids(),
            **step.place,
            version_id=version.id,
            person_id=step.by,
            signed_at=step.now,
            signature_hash=chain.signature_hash(
                version=version.chain_hash, version_id=version.id, person_id=step.by, signed_at=step.now
            ),
        )
    )
    step.record("agreement.signed", loaded.agreement.id, version=version.id, hash=version.chain_hash)
    step.untell(f"agreement:{loaded.agreement.id}:reminder:{version.number}:{step.by}", "signed")


def _enter_force(step: Step, loaded: Loaded, version: AgreementVersion) -> None:
    before = loaded.in_force
    if before is not None:
        change(
            step.session,
            AgreementVersion,
            before.id,
            expected=VersionState.IN_FORCE,
            to=VersionState.REPLACED,
        )
    entered = change(
        step.session,
        AgreementVersion,
        version.id,
        expected=VersionState.PROPOSED,
        to=VersionState.IN_FORCE,
        in_force_at=step.now,
    )
    if not entered:
        raise Refusal("agreements.same_moment")
    settle_cards(step, loaded, version)
    today = _today(step, loaded)
    _set_term(step, loaded, version, today)
    step.record("agreement.in_force", loaded.agreement.id, version=version.id, hash=version.chain_hash)
    _activate(step, loaded.relationship, today)
    for person_id in sorted(loaded.member_ids):
        step.tell(
            Notice(
                "agreements.in_force",
                f"agreement:{loaded.agreement.id}:in_force:{version.id}:{person_id}",
                person_id,
                ids={"agreement": loaded.agreement.id, "version": version.id},
            )
        )


def _today(step: Step, loaded: Loaded) -> date:
    """Return the date on the mentor's wall: everyone's days are counted from one date, not from two."""
    contacts = people.contacts(step.session, loaded.member_ids)
    ordered = sorted(loaded.members, key=lambda m: (m.role is not MemberRole.MENTOR, m.person_id))
    zone = next((contacts[m.person_id].time_zone for m in ordered if m.person_id in contacts), "UTC")
    return step.now.astimezone(ZoneInfo(zone)).date()


def _activate(step: Step, relationship: Relationship, today: date) -> None:
    """Begin the relationship if this was its first agreement; one imported from paper now has it here."""
    change(
        step.session,
        Relationship,
        relationship.id,
        expected=(Basis.PAPER, Basis.NONE),
        to=Basis.HERE,
        state=Relationship.basis,
    )
    started = change(
        step.session,
        Relationship,
        relationship.id,
        expected=RelationshipState.DRAFTING,
        to=RelationshipState.ACTIVE,
        started_on=today,
    )
    if started:
        step.record("relationship.started", relationship.id)
        checkins.begin(step, relationship.id, today)


def _set_term(step: Step, loaded: Loaded, version: AgreementVersion, today: date) -> None:
    """Set when the agreement ends: a renewal adds a term, an amendment keeps the present beginning."""
    agreement = loaded.agreement
    if version.renews and agreement.ends_on is not None:
        began = max(agreement.ends_on, today)
    else:
        began = agreement.term_began_on or today
    agreement.term_began_on = began
    agreement.remind_at = None
    months = _months(step, version)
    ends_on = None if months is None else max(began + relativedelta(months=months), today)
    if ends_on != agreement.ends_on:
        agreement.ends_on, agreement.renewal_noticed = ends_on, None
    step.session.flush()


def _months(step: Step, version: AgreementVersion) -> int | None:
    """Return how many months the signed version runs; None where its clause is no longer in the config."""
    wanted = step.rules.agreements.renewal.months_from
    rows = [
        row
        for row in agreements.clauses(step.session, [version.id]).get(version.id, [])
        if row.clause_key == wanted
    ]
    written = read_clauses(step, rows)
    return int(written[0].value) if written and written[0].value.isdecimal() else None
