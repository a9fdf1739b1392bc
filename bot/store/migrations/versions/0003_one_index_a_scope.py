"""One index a scope: the unique constraint over a row's workspace, programme and id is one already."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OF_A_PROGRAMME = (
    "acts",
    "agreement_clauses",
    "agreement_signatures",
    "agreement_versions",
    "agreements",
    "checkin_pauses",
    "checkin_rhythms",
    "checkins",
    "concern_notes",
    "concern_openings",
    "concern_parties",
    "concern_readers",
    "concerns",
    "digests",
    "directories",
    "expertise",
    "memberships",
    "mentor_requests",
    "profiles",
    "relationship_members",
    "relationships",
    "wishes",
)
OF_A_WORKSPACE = (
    "installations",
    "leaves",
    "outbox",
    "own_hours",
    "paces",
    "people",
    "programmes",
    "received",
    "slack_accounts",
)


def upgrade() -> None:
    """Apply."""
    for table in OF_A_PROGRAMME:
        op.drop_index(f"ix_{table}_programme_id", table_name=table)
    for table in (*OF_A_PROGRAMME, *OF_A_WORKSPACE):
        op.drop_index(f"ix_{table}_workspace_id", table_name=table)
