"""Concerns in full: questions, steps, who is let in, drafts, batches; and what surrounds them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "concern_batches",
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("acknowledged_in_time", sa.Integer(), nullable=False),
        sa.Column("acted_in_time", sa.Integer(), nullable=False),
        sa.Column("median_ack_hours", sa.Integer(), nullable=False),
        sa.Column("median_end_days", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_concern_batches_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_batches")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_concern_batches_workspace_id_programme_id_id")
        ),
    )
    with op.batch_alter_table("concern_batches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_concern_batches_workspace_id_programme_id_closed_at"),
            ["workspace_id", "programme_id", "closed_at"],
            unique=False,
        )

    op.create_table(
        "concern_drafts",
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concern_drafts_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_concern_drafts_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_drafts")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_concern_drafts_workspace_id_programme_id_id")
        ),
    )
    with op.batch_alter_table("concern_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_drafts_kept_until"), ["kept_until"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_concern_drafts_workspace_id_programme_id_person_id"),
            ["workspace_id", "programme_id", "person_id"],
            unique=False,
        )

    op.create_table(
        "findings",
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("owner_id", sa.String(length=255), nullable=False),
        sa.Column("authority", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "done", "not_done", name="findingstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=300), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "made_by"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_findings_workspace_id_made_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "owner_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_findings_workspace_id_owner_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_findings_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_findings_workspace_id_programme_id_id")
        ),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_findings_workspace_id_programme_id_state_due_on"),
            ["workspace_id", "programme_id", "state", "due_on"],
            unique=False,
        )

    op.create_table(
        "guideline_changes",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed", "in_force", "retired", "refused", name="changestate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.String(length=255), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=255), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.String(length=255), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "confirmed_by"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_guideline_changes_workspace_id_confirmed_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_guideline_changes_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "proposed_by"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_guideline_changes_workspace_id_proposed_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guideline_changes")),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "id",
            name=op.f("uq_guideline_changes_workspace_id_programme_id_id"),
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "number",
            name=op.f("uq_guideline_changes_workspace_id_programme_id_number"),
        ),
    )
    op.create_table(
        "one_time_links",
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("export", "erase", name="linkpurpose", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_one_time_links_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_one_time_links_workspace_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_links_token_hash")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_one_time_links_workspace_id_id")),
    )
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_links_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "concern_access",
        sa.Column("concern_id", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("handle", "read", "hold", name="purpose", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "confirmed",
                "refused",
                "objected",
                "begun",
                name="accessstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.String(length=255), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=255), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "confirmed_by"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concern_access_workspace_id_confirmed_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concern_access_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "concern_id"],
            ["concerns.workspace_id", "concerns.programme_id", "concerns.id"],
            name=op.f("fk_concern_access_workspace_id_programme_id_concern_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_concern_access_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "proposed_by"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concern_access_workspace_id_proposed_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_access")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_concern_access_workspace_id_programme_id_id")
        ),
    )
    with op.batch_alter_table("concern_access", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_concern_access_workspace_id_programme_id_concern_id"),
            ["workspace_id", "programme_id", "concern_id"],
            unique=False,
        )

    op.create_table(
        "concern_questions",
        sa.Column("concern_id", sa.String(length=255), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "answered", "dropped", name="questionstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "asked_by"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concern_questions_workspace_id_asked_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "concern_id"],
            ["concerns.workspace_id", "concerns.programme_id", "concerns.id"],
            name=op.f("fk_concern_questions_workspace_id_programme_id_concern_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_concern_questions_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_questions")),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "id",
            name=op.f("uq_concern_questions_workspace_id_programme_id_id"),
        ),
    )
    with op.batch_alter_table("concern_questions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_concern_questions_workspace_id_programme_id_concern_id"),
            ["workspace_id", "programme_id", "concern_id"],
            unique=False,
        )

    op.create_table(
        "concern_steps",
        sa.Column("concern_id", sa.String(length=255), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "talk",
                "ending",
                "ask_others",
                "rhythm",
                "place",
                "other",
                name="stepkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wording", sa.LargeBinary(), nullable=True),
        sa.Column("earliest_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "declined",
                "told",
                "done",
                "dropped",
                name="stepstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.String(length=255), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("obliged_office", sa.LargeBinary(), nullable=True),
        sa.Column("relationship_id", sa.String(length=255), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "concern_id"],
            ["concerns.workspace_id", "concerns.programme_id", "concerns.id"],
            name=op.f("fk_concern_steps_workspace_id_programme_id_concern_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_concern_steps_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "proposed_by"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concern_steps_workspace_id_proposed_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_steps")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_concern_steps_workspace_id_programme_id_id")
        ),
    )
    with op.batch_alter_table("concern_steps", schema=None) as batch_op:
        batch_op.create_index(
            "ix_concern_steps_ready",
            ["earliest_on"],
            unique=False,
            sqlite_where=sa.text("state IN ('agreed', 'told')"),
            postgresql_where=sa.text("state IN ('agreed', 'told')"),
        )
        batch_op.create_index(
            batch_op.f("ix_concern_steps_workspace_id_programme_id_concern_id"),
            ["workspace_id", "programme_id", "concern_id"],
            unique=False,
        )

    with op.batch_alter_table("concern_openings", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "what",
                sa.Enum("words", "log", "export", "answer", name="opened", native_enum=False, length=32),
                nullable=False,
                server_default="words",
            )
        )

    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("approved_version", sa.String(length=255), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("follows_id", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("first_acknowledged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("first_ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("batch_id", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("hold_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("hold_by", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("hold_why", sa.LargeBinary(), nullable=True))
    op.execute("UPDATE concerns SET first_acknowledged_at = acknowledged_at, first_ended_at = ended_at")

    with op.batch_alter_table("relationships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("ends_by", sa.String(length=40), nullable=True))
        batch_op.create_index(
            "ix_relationships_to_end",
            ["ends_on"],
            unique=False,
            sqlite_where=sa.text("ends_on IS NOT NULL AND state <> 'ended'"),
            postgresql_where=sa.text("ends_on IS NOT NULL AND state <> 'ended'"),
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("relationships", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_relationships_to_end",
            sqlite_where=sa.text("ends_on IS NOT NULL AND state <> 'ended'"),
            postgresql_where=sa.text("ends_on IS NOT NULL AND state <> 'ended'"),
        )
        batch_op.drop_column("ends_by")
        batch_op.drop_column("ends_on")

    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.drop_column("hold_why")
        batch_op.drop_column("hold_by")
        batch_op.drop_column("hold_since")
        batch_op.drop_column("batch_id")
        batch_op.drop_column("reopened")
        batch_op.drop_column("first_ended_at")
        batch_op.drop_column("first_acknowledged_at")
        batch_op.drop_column("follows_id")
        batch_op.drop_column("approved_version")

    with op.batch_alter_table("concern_openings", schema=None) as batch_op:
        batch_op.drop_column("what")

    with op.batch_alter_table("concern_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_steps_workspace_id_programme_id_concern_id"))
        batch_op.drop_index(
            "ix_concern_steps_ready",
            sqlite_where=sa.text("state IN ('agreed', 'told')"),
            postgresql_where=sa.text("state IN ('agreed', 'told')"),
        )

    op.drop_table("concern_steps")
    with op.batch_alter_table("concern_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_questions_workspace_id_programme_id_concern_id"))

    op.drop_table("concern_questions")
    with op.batch_alter_table("concern_access", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_access_workspace_id_programme_id_concern_id"))

    op.drop_table("concern_access")
    with op.batch_alter_table("one_time_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_links_expires_at"))

    op.drop_table("one_time_links")
    op.drop_table("guideline_changes")
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_findings_workspace_id_programme_id_state_due_on"))

    op.drop_table("findings")
    with op.batch_alter_table("concern_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_drafts_workspace_id_programme_id_person_id"))
        batch_op.drop_index(batch_op.f("ix_concern_drafts_kept_until"))

    op.drop_table("concern_drafts")
    with op.batch_alter_table("concern_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_batches_workspace_id_programme_id_closed_at"))

    op.drop_table("concern_batches")
