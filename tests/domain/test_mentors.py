"""Searching the vocabulary of expertise: what finds whom, and what must find nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mentors.needs import cut_into_needs
from bot.domain.mentors.vocabulary import EvidenceKind, Term, Vocabulary
from bot.domain.mentors.words import normalise

TERMS = (
    "single-cell RNA sequencing",
    "natural language processing",
    "machine learning",
    "statistics",
    "bounded rationality",
    "circuit hardening",
    "health and safety",
    "grant writing",
    "array programming",
    "battery chemistry",
    "B trees",
    "antitrust competition",
    "access control categories",
    "C++",
    "C#",
    "bioinformatics",
    "Python",
    "cloud computing",
    "protein folding",
    "epidemiología",
    "علم الأعصاب",
)
ALIASES = (("single-cell RNA sequencing", "scRNA-seq"), ("science communication", "outreach"))
ORDINARY = frozenset({"bounce", "gardening", "rust", "hard", "trust", "single"})


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """A small directory's terms, with the traps of loose similarity among them."""
    return Vocabulary((Term(normalise(label), label, 1) for label in TERMS), ALIASES, ORDINARY)


def first(vocabulary: Vocabulary, typed: str) -> tuple[str, EvidenceKind] | None:
    """Return the label and kind of the strongest evidence for what was typed as one need."""
    evidence = vocabulary.lookup(normalise(typed)).evidence
    return (evidence[0].term.label, evidence[0].kind) if evidence else None


@pytest.mark.parametrize(
    ("typed", "label", "kind"),
    [
        ("Statistics", "statistics", EvidenceKind.EXACT),
        ("SINGLE CELL rna sequencing", "single-cell RNA sequencing", EvidenceKind.EXACT),
        ("machinelearning", "machine learning", EvidenceKind.EXACT),
        ("epidemiologia", "epidemiología", EvidenceKind.EXACT),
        ("c++", "C++", EvidenceKind.EXACT),
        ("علم الأعصاب", "علم الأعصاب", EvidenceKind.EXACT),
        ("scRNA-seq", "single-cell RNA sequencing", EvidenceKind.ALIAS),
        ("NLP", "natural language processing", EvidenceKind.INITIALS),
        ("ml", "machine learning", EvidenceKind.INITIALS),
        ("statitics", "statistics", EvidenceKind.SPELLING),
        ("machien lerning", "machine learning", EvidenceKind.SPELLING),
        ("pyhton", "Python", EvidenceKind.SPELLING),
        ("single cell rna", "single-cell RNA sequencing", EvidenceKind.WORDS),
        ("singel cell rna", "single-cell RNA sequencing", EvidenceKind.WORDS),
        ("bioinfo", "bioinformatics", EvidenceKind.WORDS),
        ("write grants", "grant writing", EvidenceKind.WORDS),
        ("folded proteins", "protein folding", EvidenceKind.WORDS),
        ("language processing", "natural language processing", EvidenceKind.WORDS),
    ],
)
def test_a_need_finds_its_term_and_says_how(
    vocabulary: Vocabulary, typed: str, label: str, kind: EvidenceKind
) -> None:
    """However a need is written, the term that answers it comes first, with the kind of evidence."""
    assert first(vocabulary, typed) == (label, kind)


@pytest.mark.parametrize(
    "typed", ["r", "go", "rust", "underwater basket weaving", "xyzzy", "hovercraft", "q" * 200]
)
def test_nonsense_finds_nothing(vocabulary: Vocabulary, typed: str) -> None:
    """What nobody holds finds nobody, however much some term looks like it."""
    assert first(vocabulary, typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("bounced rationality", "bounded rationality"), ("circuit gardening", "circuit hardening")],
)
def test_a_valid_word_is_never_corrected_silently(vocabulary: Vocabulary, typed: str, meant: str) -> None:
    """Where a "slip" is a word of its own, the near term is asked about and is no answer."""
    answered = vocabulary.lookup(typed)
    assert [term.label for term in answered.meant] == [meant]
    assert not answered.evidence


@pytest.mark.parametrize(
    ("typed", "needs"),
    [
        ("health and safety", ("health and safety",)),
        ("health and safety and python", ("health and safety", "python")),
        ("NLP with single cell rna", ("nlp", "single cell rna")),
        ("python, statistics; grant writing", ("python", "statistics", "grant writing")),
        ("I need help with grant writing please", ("grant writing",)),
        ("somebody who knows C++ & C#", ("c++", "c#")),
        ("r", ("r",)),
        ("machine learning", ("machine learning",)),
        ("work life balance", ("work life balance",)),
        ("help me please", ()),
        ("🎉🎉 !!! ---", ()),
        ("<!channel>", ("channel",)),
    ],
)
def test_a_sentence_is_cut_into_needs(vocabulary: Vocabulary, typed: str, needs: tuple[str, ...]) -> None:
    """Commas, "and", "with" cut, but never through one term; how the question is put is left out."""
    assert cut_into_needs(vocabulary, typed) == needs


@given(st.text(max_size=400))
def test_normalising_twice_changes_nothing(text: str) -> None:
    """A normalised phrase is its own normal form, so that stored and searched terms always meet."""
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(max_size=400))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    """Whatever somebody types, the search answers, and only with terms of the vocabulary."""
    vocabulary = Vocabulary((Term(normalise(label), label, 1) for label in TERMS), ALIASES, ORDINARY)
    for need in cut_into_needs(vocabulary, text):
        for evidence in vocabulary.lookup(need).evidence:
            assert evidence.term.label in TERMS


@given(st.lists(st.sampled_from("qxzjvk"), min_size=6, max_size=40).map("".join))
def test_letters_nobody_writes_find_nobody(nonsense: str) -> None:
    """Strings of rare letters share nothing with any term, so nobody is shown for them."""
    vocabulary = Vocabulary((Term(normalise(label), label, 1) for label in TERMS), ALIASES, ORDINARY)
    assert vocabulary.lookup(nonsense).evidence == ()
