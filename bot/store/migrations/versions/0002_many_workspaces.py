"""many workspaces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "beats",
        sa.Column(
            "kind", sa.Enum("clock", "worker", name="beating", native_enum=False, length=32), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beats")),
    )
    with op.batch_alter_table("beats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_beats_kind"), ["kind"], unique=False)

    op.create_table(
        "computations",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("given", sa.LargeBinary(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("asked", "done", "failed", name="computationstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_computations")),
    )
    with op.batch_alter_table("computations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_computations_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "oauth_states",
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_states")),
    )
    with op.batch_alter_table("oauth_states", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_states_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "tallies",
        sa.Column("teller", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tallies")),
    )
    op.create_table(
        "installations",
        sa.Column("app_id", sa.String(length=255), nullable=False),
        sa.Column("bot_user_id", sa.String(length=255), nullable=False),
        sa.Column("bot_id", sa.String(length=255), nullable=False),
        sa.Column("team_id", sa.String(length=255), nullable=False),
        sa.Column("enterprise_id", sa.String(length=255), nullable=False),
        sa.Column("org_wide", sa.Boolean(), nullable=False),
        sa.Column("installer_user_id", sa.String(length=255), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("teams", sa.JSON(), nullable=False),
        sa.Column("from_setting", sa.Boolean(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("renew_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("renewing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_installations_workspace_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_installations_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_installations_workspace_id")),
    )
    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_installations_renew_at"), ["renew_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_installations_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "paces",
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_paces_workspace_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paces")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_paces_workspace_id_id")),
    )
    with op.batch_alter_table("paces", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paces_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "received",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_received_workspace_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_received_workspace_id_id")),
    )
    with op.batch_alter_table("received", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_received_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_received_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "leaves",
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_leaves_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_leaves_workspace_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_leaves_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id",
            "person_id",
            "first",
            "last",
            name=op.f("uq_leaves_workspace_id_person_id_first_last"),
        ),
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leaves_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "own_hours",
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("holidays", sa.String(length=255), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["people.workspace_id", "people.id"],
            name=op.f("fk_own_hours_workspace_id_person_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_own_hours_workspace_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_hours")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_own_hours_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "person_id", name=op.f("uq_own_hours_workspace_id_person_id")),
    )
    with op.batch_alter_table("own_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_hours_workspace_id"), ["workspace_id"], unique=False)

    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.create_index(
            "ix_agreements_ending",
            ["renewal_noticed", "ends_on"],
            unique=False,
            sqlite_where=sa.text("ends_on IS NOT NULL"),
            postgresql_where=sa.text("ends_on IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_agreements_to_remind",
            ["remind_at"],
            unique=False,
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )

    with op.batch_alter_table("checkin_rhythms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_rhythms_workspace_id_programme_id_next_at"))
        batch_op.create_index(
            "ix_checkin_rhythms_due",
            ["next_at", "workspace_id", "programme_id"],
            unique=False,
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_checkin_rhythms_planned",
            ["workspace_id", "programme_id", "next_at", "id"],
            unique=False,
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_checkin_rhythms_workspace_id_programme_id_person_id_next_at"),
            ["workspace_id", "programme_id", "person_id", "next_at"],
            unique=False,
        )

    with op.batch_alter_table("checkins", schema=None) as batch_op:
        batch_op.create_index(
            "ix_checkins_to_pass",
            ["passes_at", "workspace_id", "programme_id"],
            unique=False,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )
        batch_op.create_index(
            "ix_checkins_to_remind",
            ["remind_at", "workspace_id", "programme_id"],
            unique=False,
            sqlite_where=sa.text("state = 'asked' AND reminded_at IS NULL"),
            postgresql_where=sa.text("state = 'asked' AND reminded_at IS NULL"),
        )

    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.create_index(
            "ix_concerns_handled",
            ["handler_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('filed', 'acknowledged', 'in_progress')"),
            postgresql_where=sa.text("state IN ('filed', 'acknowledged', 'in_progress')"),
        )
        batch_op.create_index(
            "ix_concerns_to_act",
            ["act_by"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('kept', 'acknowledged', 'in_progress') AND act_reminded_at IS NULL"
            ),
            postgresql_where=sa.text(
                "state IN ('kept', 'acknowledged', 'in_progress') AND act_reminded_at IS NULL"
            ),
        )
        batch_op.create_index(
            "ix_concerns_to_ask",
            ["ask_again_at"],
            unique=False,
            sqlite_where=sa.text("ask_again_at IS NOT NULL"),
            postgresql_where=sa.text("ask_again_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_concerns_to_climb",
            ["climbs_at"],
            unique=False,
            sqlite_where=sa.text("state = 'filed'"),
            postgresql_where=sa.text("state = 'filed'"),
        )
        batch_op.create_index(
            "ix_concerns_to_erase",
            ["erase_at"],
            unique=False,
            sqlite_where=sa.text("erased_at IS NULL"),
            postgresql_where=sa.text("erased_at IS NULL"),
        )
        batch_op.create_index(
            "ix_concerns_to_remind",
            ["acknowledge_by"],
            unique=False,
            sqlite_where=sa.text("state = 'filed' AND reminded_at IS NULL AND exhausted_at IS NULL"),
            postgresql_where=sa.text("state = 'filed' AND reminded_at IS NULL AND exhausted_at IS NULL"),
        )

    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_digest_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_memberships_next_digest",
            ["next_digest_at", "workspace_id", "programme_id"],
            unique=False,
            sqlite_where=sa.text("role = 'lead'"),
            postgresql_where=sa.text("role = 'lead'"),
        )

    with op.batch_alter_table("mentor_requests", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mentor_requests_to_lapse",
            ["lapses_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "ix_mentor_requests_to_remind",
            ["remind_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND reminded_at IS NULL"),
            postgresql_where=sa.text("state = 'open' AND reminded_at IS NULL"),
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f("ix_outbox_workspace_id_state_not_before"))
        batch_op.create_index(
            batch_op.f("ix_outbox_state_workspace_id_not_before"),
            ["state", "workspace_id", "not_before"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_workspace_id_recipient_id_counted_at"),
            ["workspace_id", "recipient_id", "counted_at"],
            unique=False,
        )

    with op.batch_alter_table("relationships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_relationships_ended",
            ["ended_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_relationships_to_offer",
            ["workspace_id", "programme_id"],
            unique=False,
            sqlite_where=sa.text("state = 'active' AND basis = 'none' AND offered_at IS NULL"),
            postgresql_where=sa.text("state = 'active' AND basis = 'none' AND offered_at IS NULL"),
        )

    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
        batch_op.drop_column("gone_at")

    with op.batch_alter_table("relationships", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_relationships_to_offer",
            sqlite_where=sa.text("state = 'active' AND basis = 'none' AND offered_at IS NULL"),
            postgresql_where=sa.text("state = 'active' AND basis = 'none' AND offered_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_relationships_ended",
            sqlite_where=sa.text("ended_at IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NOT NULL"),
        )
        batch_op.drop_column("offered_at")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_workspace_id_recipient_id_counted_at"))
        batch_op.drop_index(batch_op.f("ix_outbox_state_workspace_id_not_before"))
        batch_op.create_index(
            batch_op.f("ix_outbox_workspace_id_state_not_before"),
            ["workspace_id", "state", "not_before"],
            unique=False,
        )
        batch_op.drop_column("counted_at")

    with op.batch_alter_table("mentor_requests", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_mentor_requests_to_remind",
            sqlite_where=sa.text("state = 'open' AND reminded_at IS NULL"),
            postgresql_where=sa.text("state = 'open' AND reminded_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_mentor_requests_to_lapse",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_memberships_next_digest",
            sqlite_where=sa.text("role = 'lead'"),
            postgresql_where=sa.text("role = 'lead'"),
        )
        batch_op.drop_column("next_digest_at")

    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_concerns_to_remind",
            sqlite_where=sa.text("state = 'filed' AND reminded_at IS NULL AND exhausted_at IS NULL"),
            postgresql_where=sa.text("state = 'filed' AND reminded_at IS NULL AND exhausted_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_concerns_to_erase",
            sqlite_where=sa.text("erased_at IS NULL"),
            postgresql_where=sa.text("erased_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_concerns_to_climb",
            sqlite_where=sa.text("state = 'filed'"),
            postgresql_where=sa.text("state = 'filed'"),
        )
        batch_op.drop_index(
            "ix_concerns_to_ask",
            sqlite_where=sa.text("ask_again_at IS NOT NULL"),
            postgresql_where=sa.text("ask_again_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_concerns_to_act",
            sqlite_where=sa.text(
                "state IN ('kept', 'acknowledged', 'in_progress') AND act_reminded_at IS NULL"
            ),
            postgresql_where=sa.text(
                "state IN ('kept', 'acknowledged', 'in_progress') AND act_reminded_at IS NULL"
            ),
        )
        batch_op.drop_index(
            "ix_concerns_handled",
            sqlite_where=sa.text("state IN ('filed', 'acknowledged', 'in_progress')"),
            postgresql_where=sa.text("state IN ('filed', 'acknowledged', 'in_progress')"),
        )

    with op.batch_alter_table("checkins", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_checkins_to_remind",
            sqlite_where=sa.text("state = 'asked' AND reminded_at IS NULL"),
            postgresql_where=sa.text("state = 'asked' AND reminded_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_checkins_to_pass",
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    with op.batch_alter_table("checkin_rhythms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_rhythms_workspace_id_programme_id_person_id_next_at"))
        batch_op.drop_index(
            "ix_checkin_rhythms_planned",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_checkin_rhythms_due",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_checkin_rhythms_workspace_id_programme_id_next_at"),
            ["workspace_id", "programme_id", "next_at"],
            unique=False,
        )

    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_agreements_to_remind",
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_agreements_ending",
            sqlite_where=sa.text("ends_on IS NOT NULL"),
            postgresql_where=sa.text("ends_on IS NOT NULL"),
        )

    with op.batch_alter_table("own_hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_own_hours_workspace_id"))

    op.drop_table("own_hours")
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leaves_workspace_id"))

    op.drop_table("leaves")
    with op.batch_alter_table("received", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_received_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_received_at"))

    op.drop_table("received")
    with op.batch_alter_table("paces", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paces_workspace_id"))

    op.drop_table("paces")
    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_installations_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_installations_renew_at"))

    op.drop_table("installations")
    op.drop_table("tallies")
    with op.batch_alter_table("oauth_states", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_states_expires_at"))

    op.drop_table("oauth_states")
    with op.batch_alter_table("computations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_computations_expires_at"))

    op.drop_table("computations")
    with op.batch_alter_table("beats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_beats_kind"))

    op.drop_table("beats")
