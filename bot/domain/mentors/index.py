"""The directory in memory: who holds which term. Made from rows, again whenever the directory changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from bot.domain.mentors.vocabulary import Term, Vocabulary, labelled
from bot.domain.mentors.words import normalise
from bot.domain.step import Step
from bot.guidelines.aliases import AliasRules
from bot.store import mentors, people
from bot.store.mentors import Entry
from bot.store.people import Wishes
from bot.store.profiles import ProfileState


@dataclass(frozen=True)
class Index:
    """One programme's directory as search uses it; frozen, so that a search never sees half a change."""

    vocabulary: Vocabulary
    entries: Mapping[str, Entry]
    """Everyone who may be named, by person id; only those whose profile is open are in ``holders``."""
    holders: Mapping[str, tuple[str, ...]]
    """Term → the offered mentors who hold it."""
    terms_of: Mapping[str, tuple[str, ...]]
    """Mentor → their terms, as compared, in the order they wrote them."""
    named: Mapping[str, tuple[str, ...]]
    """One word of a name → who bears it."""
    apart: Mapping[str, frozenset[str]]
    """Person → whom they or who avoid them: never offered to each other, and nobody is told."""

    def bearing(self, need: str) -> tuple[str, ...]:
        """Return whose name holds every word of a normalised need; none for a need that is no name."""
        words = need.split()
        if not words or len(need) < 3:  # noqa: PLR2004 - one or two letters name nobody
            return ()
        first, *rest = (set(self.named.get(word, ())) for word in words)
        return tuple(sorted(first.intersection(*rest)))

    def label(self, key: str) -> str:
        """Return how people write a term; empty for something that is no term."""
        term = self.vocabulary.terms.get(key)
        return term.label if term else ""


def build(
    rows: Collection[Entry],
    aliases: AliasRules,
    ordinary: Collection[str] = (),
    apart: Iterable[tuple[str, str]] = (),
) -> Index:
    """Return the index of these mentors; ``apart`` are pairs of whom one avoids the other."""
    avoided: dict[str, set[str]] = defaultdict(set)
    for one, other in apart:
        avoided[one].add(other)
        avoided[other].add(one)
    holders: dict[str, list[str]] = defaultdict(list)
    labels: dict[str, list[str]] = defaultdict(list)
    named: dict[str, list[str]] = defaultdict(list)
    terms_of: dict[str, tuple[str, ...]] = {}
    for entry in rows:
        for word in set(normalise(entry.name).split()):
            named[word].append(entry.person_id)
        if entry.state is not ProfileState.OPEN:
            continue
        written = {normalise(label): label for label in reversed(entry.labels)}
        written.pop("", None)
        terms_of[entry.person_id] = tuple(reversed(written))
        for key, label in written.items():
            holders[key].append(entry.person_id)
            labels[key].append(label)
    shown = labelled(labels)
    return Index(
        vocabulary=Vocabulary(
            (Term(key, shown[key], len(held)) for key, held in holders.items()),
            (alias.names for alias in aliases.alias),
            ordinary,
        ),
        entries={entry.person_id: entry for entry in rows},
        holders={key: tuple(held) for key, held in holders.items()},
        terms_of=terms_of,
        named={word: tuple(bearers) for word, bearers in named.items()},
        apart={person_id: frozenset(others) for person_id, others in avoided.items()},
    )


def index_of(step: Step) -> Index:
    """Return the index of the step's programme: two queries, and three more when the directory changed."""
    session = step.session
    made_at = (*mentors.version(session), step.rules.version)
    memory: dict[object, object] = session.info.get("memory", {})
    place = ("mentors", step.workspace_id, step.programme_id)
    kept = cast("tuple[object, Index] | None", memory.get(place))
    if kept is not None and kept[0] == made_at:
        return kept[1]
    index = build(mentors.entries(session), step.rules.aliases, step.rules.ordinary_words, _avoidances(step))
    if not session.info.get("directory_changed"):  # a change that is rolled back must not be remembered
        memory[place] = (made_at, index)
    return index


def _avoidances(step: Step) -> list[tuple[str, str]]:
    return [
        (wish.person_id, other)
        for wish in people.wishes(step.session, with_avoids=True)
        for other in step.unseal(Wishes.avoids, wish).split()
    ]


def changed(step: Step) -> None:
    """Say that the directory changed in this step: every process makes its index anew at its next search."""
    step.session.info["directory_changed"] = True
    mentors.count_change(
        step.session,
        row_id=step.ids(),
        workspace_id=step.workspace_id,
        programme_id=step.programme_id,
    )
