"""What clauses say, what changed between versions, two people's edits put together: pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import Refusal
from bot.guidelines.agreements import AgreementRules, ClauseRule


@dataclass(frozen=True)
class Clause:
    """One clause as it was written: its heading and words as signed, and the value a form begins with."""

    key: str
    section: str
    title: str
    kind: str
    value: str
    shown: str
    erased: bool = False


@dataclass(frozen=True)
class Change:
    """One clause that differs between two versions; ``was`` or ``now`` is None where it did not exist."""

    key: str
    title: str
    was: str | None
    now: str | None


class Faulty(Refusal):
    """Some fields of a form hold what cannot be kept: a refusal for each, by clause key."""

    def __init__(self, faults: Mapping[str, Refusal]) -> None:
        super().__init__("agreements.faulty")
        self.faults = faults


def starting_values(rules: AgreementRules, kind: str, before: Sequence[Clause]) -> dict[str, str]:
    """Return what a form begins with: the version before where its clauses still fit, else defaults."""
    written = {clause.key: clause.value for clause in before}
    values = {}
    for rule in rules.for_kind(kind):
        if rule.kind == "fixed":
            continue
        value = written.get(rule.key)
        if value is None or _fault(rule, value) is not None:
            value = "" if rule.default is None else str(rule.default)
        values[rule.key] = value
    return values


def check(rules: AgreementRules, kind: str, values: Mapping[str, str]) -> None:
    """Raise Faulty when a value cannot be kept: missing, too long, not one of the options, not a number."""
    faults = {}
    for rule in rules.for_kind(kind):
        fault = None if rule.kind == "fixed" else _fault(rule, values.get(rule.key, ""))
        if fault is not None:
            faults[rule.key] = fault
    if faults:
        raise Faulty(faults)


def _fault(rule: ClauseRule, value: str) -> Refusal | None:
    if not value.strip():
        return None if rule.optional else Refusal("agreements.fault.missing", field=rule.key)
    if rule.kind == "text" and len(value) > rule.most:
        return Refusal("agreements.fault.too_long", field=rule.key, most=rule.most, length=len(value))
    if rule.kind == "choice" and value not in {option.key for option in rule.options}:
        return Refusal("agreements.fault.choose", field=rule.key)
    if rule.kind == "number" and not (
        value.isascii() and value.isdecimal() and rule.least <= int(value) <= rule.most
    ):
        return Refusal("agreements.fault.number", field=rule.key, least=rule.least, most=rule.most)
    return None


def written(rules: AgreementRules, kind: str, values: Mapping[str, str]) -> tuple[Clause, ...]:
    """Return the clauses of a new version in order, with the words that will be signed. Raises Faulty."""
    check(rules, kind, values)
    return as_shown(rules, kind, values)


def as_shown(rules: AgreementRules, kind: str, values: Mapping[str, str]) -> tuple[Clause, ...]:
    """Return the clauses that these values make, unchecked."""
    return tuple(
        Clause(
            key=rule.key,
            section=rules.section_title(rule.section),
            title=rule.title,
            kind=rule.kind,
            value="" if rule.kind == "fixed" else values.get(rule.key, "").strip(),
            shown=_shown(rule, values.get(rule.key, "").strip()),
        )
        for rule in rules.for_kind(kind)
    )


def _shown(rule: ClauseRule, value: str) -> str:
    if rule.kind == "fixed":
        return rule.words
    if rule.kind == "choice":
        return next((option.label for option in rule.options if option.key == value), "")
    if rule.kind == "number" and value:
        return f"{int(value)} {rule.unit}".strip()
    return value


def to_body(clause: Clause, salt: str) -> str:
    """Return what is sealed and hashed for a clause: its words and the salt."""
    return json.dumps(
        {
            "salt": salt,
            "section": clause.section,
            "title": clause.title,
            "kind": clause.kind,
            "value": clause.value,
            "shown": clause.shown,
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def from_body(key: str, body: str) -> Clause:
    """Return the clause that was sealed; an empty ``body`` is one whose words were erased."""
    if not body:
        return Clause(key=key, section="", title="", kind="text", value="", shown="", erased=True)
    held = json.loads(body)
    return Clause(
        key=key,
        section=str(held["section"]),
        title=str(held["title"]),
        kind=str(held["kind"]),
        value=str(held["value"]),
        shown=str(held["shown"]),
    )


def differences(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[Change, ...]:
    """Return which clauses read differently, in the order of the new version, then those that went.

    Where the words of either side were erased nothing can be compared, and the clause is left out.
    """
    before = {clause.key: clause for clause in old}
    after = {clause.key for clause in new}
    changes = []
    for clause in new:
        was = before.get(clause.key)
        if clause.erased or (was is not None and was.erased):
            continue
        if was is None or (was.title, was.shown) != (clause.title, clause.shown):
            changes.append(Change(clause.key, clause.title, was.shown if was else None, clause.shown))
    changes += [
        Change(clause.key, clause.title, clause.shown, None)
        for clause in old
        if clause.key not in after and not clause.erased
    ]
    return tuple(changes)


@dataclass(frozen=True)
class Merged:
    """Two people's edits put together; ``both`` are the clauses that both changed, each in their own way."""

    values: Mapping[str, str]
    both: tuple[str, ...]


def merge(base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]) -> Merged:
    """Put my edits onto their version: what I left alone takes their words, what I typed stays mine."""
    values, both = {}, []
    for key, typed in mine.items():
        began, other = base.get(key, ""), theirs.get(key, base.get(key, ""))
        values[key] = other if typed == began else typed
        if typed not in {began, other} and other != began:
            both.append(key)
    return Merged(values, tuple(both))
