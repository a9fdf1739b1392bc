"""The chain of hashes that shows whether a written agreement is still what was signed: pure functions.

Each clause is hashed with a random salt that lies sealed beside its words; each version over the version
before it, its clauses' hashes and opaque ids; each signature over its version. So words can be erased
without breaking the chain, and no word can be guessed from a hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

BEGINNING = "0" * 64
"""The hash before the first version."""


def _hash(what: str, *parts: object) -> str:
    # JSON keeps the parts apart: no two different lists of parts become the same bytes.
    return hashlib.sha256(json.dumps([what, *parts], ensure_ascii=True).encode("ascii")).hexdigest()


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def clause_hash(clause_key: str, body: str) -> str:
    """Return the hash of one clause; ``body`` is what is sealed: words and salt."""
    return _hash("clause", clause_key, body)


def version_hash(
    *,
    previous: str,
    agreement_id: str,
    relationship_id: str,
    version_id: str,
    number: int,
    author_id: str,
    written_at: datetime,
    renews: bool,
    clauses: Sequence[tuple[str, str]],
) -> str:
    """Return the hash of one version over the one before it. ``clauses`` are keys and hashes in order."""
    return _hash(
        "version",
        previous,
        agreement_id,
        relationship_id,
        version_id,
        number,
        author_id,
        _instant(written_at),
        renews,
        [list(clause) for clause in clauses],
    )


def signature_hash(*, version: str, version_id: str, person_id: str, signed_at: datetime) -> str:
    """Return the hash of one signature; ``version`` is the hash of the version that was signed."""
    return _hash("signature", version, version_id, person_id, _instant(signed_at))
