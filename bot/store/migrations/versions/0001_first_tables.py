"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "workspaces",
        sa.Column("slack_team_id", sa.String(length=255), nullable=False),
        sa.Column("slack_enterprise_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum("installed", "gone", name="workspacestate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
        sa.UniqueConstraint(
            "slack_enterprise_id",
            "slack_team_id",
            name=op.f("uq_workspaces_slack_enterprise_id_slack_team_id"),
        ),
    )
    op.create_table(
        "outbox",
        sa.Column("programme_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column(
            "verb", sa.Enum("post", "update", name="verb", native_enum=False, length=32), nullable=False
        ),
        sa.Column(
            "key",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("updates_key", sa.String(length=255), nullable=True),
        sa.Column("recipient_id", sa.String(length=255), nullable=True),
        sa.Column("to_channel", sa.String(length=255), nullable=True),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "claimed",
                "sent",
                "dead",
                "cancelled",
                "unknown",
                name="outboxstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doubt_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("channel", sa.String(length=255), nullable=True),
        sa.Column("ts", sa.String(length=255), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_outbox_workspace_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_outbox_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_outbox_workspace_id_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_state_not_before"), ["state", "not_before"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outbox_workspace_id_state_not_before"),
            ["workspace_id", "state", "not_before"],
            unique=False,
        )

    op.create_table(
        "people",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("time_zone", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=255), nullable=False),
        sa.Column(
            "state", sa.Enum("here", "left", name="personstate", native_enum=False, length=32), nullable=False
        ),
        sa.Column("chosen_programme_id", sa.String(length=255), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_people_workspace_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("workspace_id", "email", name=op.f("uq_people_workspace_id_email")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_people_workspace_id_id")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "programmes",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "preparing", "pilot", "running", "closed", name="programmestate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_programmes_workspace_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_programmes_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_programmes_workspace_id_name")),
    )
    with op.batch_alter_table("programmes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programmes_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "acts",
        sa.Column("what", sa.String(length=255), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("subject_id", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guideline_version", sa.String(length=255), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_acts_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_acts_workspace_id_programme_id_id")
        ),
    )
    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acts_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_acts_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_acts_workspace_id_programme_id_subject_id"),
            ["workspace_id", "programme_id", "subject_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_acts_workspace_id_programme_id_what_at"),
            ["workspace_id", "programme_id", "what", "at"],
            unique=False,
        )

    op.create_table(
        "checkin_pauses",
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_checkin_pauses_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_checkin_pauses_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_pauses")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_checkin_pauses_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "person_id",
            name=op.f("uq_checkin_pauses_workspace_id_programme_id_person_id"),
        ),
    )
    with op.batch_alter_table("checkin_pauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkin_pauses_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkin_pauses_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "concerns",
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "kept",
                "filed",
                "acknowledged",
                "in_progress",
                "resolved",
                "withdrawn",
                name="concernstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.String(length=255), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=True),
        sa.Column("wanted", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("handler_id", sa.String(length=255), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("climbs_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exhausted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act_reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_again", sa.Integer(), nullable=False),
        sa.Column("ask_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guideline_version", sa.String(length=255), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "handler_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concerns_workspace_id_handler_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_concerns_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "reporter_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concerns_workspace_id_reporter_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_concerns_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint("workspace_id", "reference", name=op.f("uq_concerns_workspace_id_reference")),
    )
    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concerns_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concerns_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_concerns_workspace_id_programme_id_state"),
            ["workspace_id", "programme_id", "state"],
            unique=False,
        )

    op.create_table(
        "digests",
        sa.Column("lead_id", sa.String(length=255), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot_version", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "lead_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_digests_workspace_id_lead_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_digests_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_digests_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "lead_id",
            "week",
            name=op.f("uq_digests_workspace_id_programme_id_lead_id_week"),
        ),
    )
    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digests_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_digests_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "directories",
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_directories_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directories")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_directories_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", name=op.f("uq_directories_workspace_id_programme_id")
        ),
    )
    with op.batch_alter_table("directories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_directories_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_directories_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "mentee", "mentor", "lead", "handler", "alternate", name="role", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_memberships_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_memberships_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_memberships_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "person_id",
            "role",
            name=op.f("uq_memberships_workspace_id_programme_id_person_id_role"),
        ),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "mentor_requests",
        sa.Column("mentee_id", sa.String(length=255), nullable=False),
        sa.Column("mentor_id", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                "lapsed",
                "withdrawn",
                "unavailable",
                name="requeststate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("looked_for", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "mentee_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_mentor_requests_workspace_id_mentee_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "mentor_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_mentor_requests_workspace_id_mentor_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_mentor_requests_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_requests")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_mentor_requests_workspace_id_programme_id_id")
        ),
    )
    with op.batch_alter_table("mentor_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mentor_requests_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mentor_requests_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "profiles",
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "paused", "hidden", name="profilestate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("career_stage", sa.String(length=255), nullable=False),
        sa.Column("department", sa.String(length=255), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("mentors_on", sa.String(length=3000), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_profiles_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_profiles_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiles")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_profiles_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "person_id",
            name=op.f("uq_profiles_workspace_id_programme_id_person_id"),
        ),
    )
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profiles_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_profiles_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "relationships",
        sa.Column(
            "kind",
            sa.Enum(
                "mentor",
                "advisor",
                "co-advisor",
                "rotation",
                "committee",
                "peer",
                "group",
                name="kind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "drafting",
                "active",
                "paused",
                "ended",
                name="relationshipstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "basis",
            sa.Enum("here", "paper", "none", name="basis", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("made_from", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_relationships_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationships")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_relationships_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "made_from",
            name=op.f("uq_relationships_workspace_id_programme_id_made_from"),
        ),
    )
    with op.batch_alter_table("relationships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relationships_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationships_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "slack_accounts",
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("team_id", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.String(length=255), nullable=False),
        sa.Column("dm_channel", sa.String(length=255), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_slack_accounts_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_slack_accounts_workspace_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_accounts")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_slack_accounts_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id", "person_id", name=op.f("uq_slack_accounts_workspace_id_person_id")
        ),
        sa.UniqueConstraint(
            "workspace_id", "team_id", "user_id", name=op.f("uq_slack_accounts_workspace_id_team_id_user_id")
        ),
    )
    with op.batch_alter_table("slack_accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slack_accounts_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "wishes",
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("career_stage", sa.String(length=255), nullable=False),
        sa.Column("department", sa.String(length=255), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("needs", sa.LargeBinary(), nullable=True),
        sa.Column("prefers", sa.LargeBinary(), nullable=True),
        sa.Column("avoids", sa.LargeBinary(), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_wishes_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_wishes_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_wishes_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "person_id",
            name=op.f("uq_wishes_workspace_id_programme_id_person_id"),
        ),
    )
    with op.batch_alter_table("wishes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wishes_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wishes_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "agreements",
        sa.Column("relationship_id", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_number", sa.Integer(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("term_began_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("renewal_noticed", sa.Integer(), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "relationship_id"],
            ["relationships.workspace_id", "relationships.programme_id", "relationships.id"],
            name=op.f("fk_agreements_workspace_id_programme_id_relationship_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_agreements_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_agreements_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "relationship_id",
            name=op.f("uq_agreements_workspace_id_programme_id_relationship_id"),
        ),
    )
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreements_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreements_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "checkin_rhythms",
        sa.Column("relationship_id", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("survey", sa.String(length=255), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_checkin_rhythms_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "relationship_id"],
            ["relationships.workspace_id", "relationships.programme_id", "relationships.id"],
            name=op.f("fk_checkin_rhythms_workspace_id_programme_id_relationship_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_checkin_rhythms_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_rhythms")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_checkin_rhythms_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "relationship_id",
            "person_id",
            name=op.f("uq_checkin_rhythms_workspace_id_programme_id_relationship_id_person_id"),
        ),
    )
    with op.batch_alter_table("checkin_rhythms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkin_rhythms_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkin_rhythms_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_checkin_rhythms_workspace_id_programme_id_next_at"),
            ["workspace_id", "programme_id", "next_at"],
            unique=False,
        )

    op.create_table(
        "checkins",
        sa.Column("relationship_id", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("survey", sa.String(length=255), nullable=False),
        sa.Column("survey_version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "answered", "passed", "cancelled", name="checkinstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_in", sa.String(length=40), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_in", sa.String(length=40), nullable=True),
        sa.Column("passes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_form", sa.String(length=40), nullable=True),
        sa.Column("not_met", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("look_in", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("open_line", sa.LargeBinary(), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_checkins_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "relationship_id"],
            ["relationships.workspace_id", "relationships.programme_id", "relationships.id"],
            name=op.f("fk_checkins_workspace_id_programme_id_relationship_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_checkins_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkins")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_checkins_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "relationship_id",
            "person_id",
            "due_on",
            name=op.f("uq_checkins_workspace_id_programme_id_relationship_id_person_id_due_on"),
        ),
    )
    with op.batch_alter_table("checkins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkins_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkins_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_checkins_workspace_id_programme_id_asked_in"),
            ["workspace_id", "programme_id", "asked_in"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_checkins_workspace_id_programme_id_person_id_asked_at"),
            ["workspace_id", "programme_id", "person_id", "asked_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_checkins_workspace_id_programme_id_reminded_in"),
            ["workspace_id", "programme_id", "reminded_in"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_checkins_workspace_id_programme_id_state_passes_at"),
            ["workspace_id", "programme_id", "state", "passes_at"],
            unique=False,
        )

    op.create_table(
        "concern_notes",
        sa.Column("concern_id", sa.String(length=255), nullable=False),
        sa.Column("author_id", sa.String(length=255), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "author_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concern_notes_workspace_id_author_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "concern_id"],
            ["concerns.workspace_id", "concerns.programme_id", "concerns.id"],
            name=op.f("fk_concern_notes_workspace_id_programme_id_concern_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_concern_notes_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_notes")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_concern_notes_workspace_id_programme_id_id")
        ),
    )
    with op.batch_alter_table("concern_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_notes_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concern_notes_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_concern_notes_workspace_id_programme_id_concern_id"),
            ["workspace_id", "programme_id", "concern_id"],
            unique=False,
        )

    op.create_table(
        "concern_openings",
        sa.Column("concern_id", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concern_openings_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "concern_id"],
            ["concerns.workspace_id", "concerns.programme_id", "concerns.id"],
            name=op.f("fk_concern_openings_workspace_id_programme_id_concern_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_concern_openings_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_openings")),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "id",
            name=op.f("uq_concern_openings_workspace_id_programme_id_id"),
        ),
    )
    with op.batch_alter_table("concern_openings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_openings_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concern_openings_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_concern_openings_workspace_id_programme_id_concern_id"),
            ["workspace_id", "programme_id", "concern_id"],
            unique=False,
        )

    op.create_table(
        "concern_parties",
        sa.Column("concern_id", sa.String(length=255), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "concern_id"],
            ["concerns.workspace_id", "concerns.programme_id", "concerns.id"],
            name=op.f("fk_concern_parties_workspace_id_programme_id_concern_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_concern_parties_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_parties")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_concern_parties_workspace_id_programme_id_id")
        ),
    )
    with op.batch_alter_table("concern_parties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_parties_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concern_parties_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_concern_parties_workspace_id_programme_id_concern_id"),
            ["workspace_id", "programme_id", "concern_id"],
            unique=False,
        )

    op.create_table(
        "concern_readers",
        sa.Column("concern_id", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "asked",
                "holds",
                "passed",
                "recused",
                name="readerstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_rung", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_concern_readers_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "concern_id"],
            ["concerns.workspace_id", "concerns.programme_id", "concerns.id"],
            name=op.f("fk_concern_readers_workspace_id_programme_id_concern_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_concern_readers_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_readers")),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "concern_id",
            "person_id",
            name=op.f("uq_concern_readers_workspace_id_programme_id_concern_id_person_id"),
        ),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_concern_readers_workspace_id_programme_id_id")
        ),
    )
    with op.batch_alter_table("concern_readers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_readers_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concern_readers_workspace_id"), ["workspace_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_concern_readers_workspace_id_programme_id_person_id_state"),
            ["workspace_id", "programme_id", "person_id", "state"],
            unique=False,
        )

    op.create_table(
        "expertise",
        sa.Column("profile_id", sa.String(length=255), nullable=False),
        sa.Column("term", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "profile_id"],
            ["profiles.workspace_id", "profiles.programme_id", "profiles.id"],
            name=op.f("fk_expertise_workspace_id_programme_id_profile_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_expertise_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expertise")),
        sa.UniqueConstraint(
            "workspace_id", "programme_id", "id", name=op.f("uq_expertise_workspace_id_programme_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "profile_id",
            "term",
            name=op.f("uq_expertise_workspace_id_programme_id_profile_id_term"),
        ),
    )
    with op.batch_alter_table("expertise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expertise_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_expertise_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "relationship_members",
        sa.Column("relationship_id", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column(
            "role",
            sa.Enum("mentor", "mentee", "peer", name="memberrole", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_relationship_members_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "relationship_id"],
            ["relationships.workspace_id", "relationships.programme_id", "relationships.id"],
            name=op.f("fk_relationship_members_workspace_id_programme_id_relationship_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_relationship_members_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_members")),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "id",
            name=op.f("uq_relationship_members_workspace_id_programme_id_id"),
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "relationship_id",
            "person_id",
            name=op.f("uq_relationship_members_workspace_id_programme_id_relationship_id_person_id"),
        ),
    )
    with op.batch_alter_table("relationship_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_relationship_members_programme_id"), ["programme_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_relationship_members_workspace_id"), ["workspace_id"], unique=False
        )

    op.create_table(
        "agreement_versions",
        sa.Column("agreement_id", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(length=255), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "in_force",
                "superseded",
                "replaced",
                name="versionstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("chain_hash", sa.String(length=64), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "author_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_agreement_versions_workspace_id_author_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "agreement_id"],
            ["agreements.workspace_id", "agreements.programme_id", "agreements.id"],
            name=op.f("fk_agreement_versions_workspace_id_programme_id_agreement_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_agreement_versions_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_versions")),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "agreement_id",
            "number",
            name=op.f("uq_agreement_versions_workspace_id_programme_id_agreement_id_number"),
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "id",
            name=op.f("uq_agreement_versions_workspace_id_programme_id_id"),
        ),
    )
    with op.batch_alter_table("agreement_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreement_versions_programme_id"), ["programme_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_agreement_versions_workspace_id"), ["workspace_id"], unique=False
        )

    op.create_table(
        "agreement_clauses",
        sa.Column("version_id", sa.String(length=255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("clause_key", sa.String(length=255), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("clause_hash", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "version_id"],
            ["agreement_versions.workspace_id", "agreement_versions.programme_id", "agreement_versions.id"],
            name=op.f("fk_agreement_clauses_workspace_id_programme_id_version_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_agreement_clauses_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_clauses")),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "id",
            name=op.f("uq_agreement_clauses_workspace_id_programme_id_id"),
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "version_id",
            "clause_key",
            name=op.f("uq_agreement_clauses_workspace_id_programme_id_version_id_clause_key"),
        ),
    )
    with op.batch_alter_table("agreement_clauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_clauses_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_clauses_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "agreement_signatures",
        sa.Column("version_id", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature_hash", sa.String(length=64), nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_agreement_signatures_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id", "version_id"],
            ["agreement_versions.workspace_id", "agreement_versions.programme_id", "agreement_versions.id"],
            name=op.f("fk_agreement_signatures_workspace_id_programme_id_version_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "programme_id"],
            ["programmes.workspace_id", "programmes.id"],
            name=op.f("fk_agreement_signatures_workspace_id_programme_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_signatures")),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "id",
            name=op.f("uq_agreement_signatures_workspace_id_programme_id_id"),
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "programme_id",
            "version_id",
            "person_id",
            name=op.f("uq_agreement_signatures_workspace_id_programme_id_version_id_person_id"),
        ),
    )
    with op.batch_alter_table("agreement_signatures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreement_signatures_programme_id"), ["programme_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_agreement_signatures_workspace_id"), ["workspace_id"], unique=False
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("agreement_signatures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_signatures_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_signatures_programme_id"))

    op.drop_table("agreement_signatures")
    with op.batch_alter_table("agreement_clauses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_clauses_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_clauses_programme_id"))

    op.drop_table("agreement_clauses")
    with op.batch_alter_table("agreement_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_versions_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_versions_programme_id"))

    op.drop_table("agreement_versions")
    with op.batch_alter_table("relationship_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relationship_members_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_relationship_members_programme_id"))

    op.drop_table("relationship_members")
    with op.batch_alter_table("expertise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expertise_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_expertise_programme_id"))

    op.drop_table("expertise")
    with op.batch_alter_table("concern_readers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_readers_workspace_id_programme_id_person_id_state"))
        batch_op.drop_index(batch_op.f("ix_concern_readers_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_concern_readers_programme_id"))

    op.drop_table("concern_readers")
    with op.batch_alter_table("concern_parties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_parties_workspace_id_programme_id_concern_id"))
        batch_op.drop_index(batch_op.f("ix_concern_parties_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_concern_parties_programme_id"))

    op.drop_table("concern_parties")
    with op.batch_alter_table("concern_openings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_openings_workspace_id_programme_id_concern_id"))
        batch_op.drop_index(batch_op.f("ix_concern_openings_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_concern_openings_programme_id"))

    op.drop_table("concern_openings")
    with op.batch_alter_table("concern_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_notes_workspace_id_programme_id_concern_id"))
        batch_op.drop_index(batch_op.f("ix_concern_notes_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_concern_notes_programme_id"))

    op.drop_table("concern_notes")
    with op.batch_alter_table("checkins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkins_workspace_id_programme_id_state_passes_at"))
        batch_op.drop_index(batch_op.f("ix_checkins_workspace_id_programme_id_reminded_in"))
        batch_op.drop_index(batch_op.f("ix_checkins_workspace_id_programme_id_person_id_asked_at"))
        batch_op.drop_index(batch_op.f("ix_checkins_workspace_id_programme_id_asked_in"))
        batch_op.drop_index(batch_op.f("ix_checkins_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_checkins_programme_id"))

    op.drop_table("checkins")
    with op.batch_alter_table("checkin_rhythms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_rhythms_workspace_id_programme_id_next_at"))
        batch_op.drop_index(batch_op.f("ix_checkin_rhythms_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_checkin_rhythms_programme_id"))

    op.drop_table("checkin_rhythms")
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreements_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_agreements_programme_id"))

    op.drop_table("agreements")
    with op.batch_alter_table("wishes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wishes_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_wishes_programme_id"))

    op.drop_table("wishes")
    with op.batch_alter_table("slack_accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slack_accounts_workspace_id"))

    op.drop_table("slack_accounts")
    with op.batch_alter_table("relationships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relationships_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_relationships_programme_id"))

    op.drop_table("relationships")
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profiles_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_profiles_programme_id"))

    op.drop_table("profiles")
    with op.batch_alter_table("mentor_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mentor_requests_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_mentor_requests_programme_id"))

    op.drop_table("mentor_requests")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_memberships_programme_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("directories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_directories_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_directories_programme_id"))

    op.drop_table("directories")
    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digests_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_digests_programme_id"))

    op.drop_table("digests")
    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concerns_workspace_id_programme_id_state"))
        batch_op.drop_index(batch_op.f("ix_concerns_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_concerns_programme_id"))

    op.drop_table("concerns")
    with op.batch_alter_table("checkin_pauses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_pauses_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_checkin_pauses_programme_id"))

    op.drop_table("checkin_pauses")
    with op.batch_alter_table("acts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acts_workspace_id_programme_id_what_at"))
        batch_op.drop_index(batch_op.f("ix_acts_workspace_id_programme_id_subject_id"))
        batch_op.drop_index(batch_op.f("ix_acts_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_acts_programme_id"))

    op.drop_table("acts")
    with op.batch_alter_table("programmes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programmes_workspace_id"))

    op.drop_table("programmes")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_workspace_id"))

    op.drop_table("people")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_workspace_id_state_not_before"))
        batch_op.drop_index(batch_op.f("ix_outbox_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_state_not_before"))

    op.drop_table("outbox")
    op.drop_table("workspaces")
