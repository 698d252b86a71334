"""Corrections of a cycle's frozen definitions; several rows of evidence may share one stored object."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "definition_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("commodity_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("distribution", sa.String(length=100), nullable=False),
        sa.Column("distribution_version", sa.String(length=40), nullable=False),
        sa.Column("contract_version", sa.String(length=20), nullable=False),
        sa.Column("hooks", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("examples", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("changes", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("changes_sha256", sa.String(length=64), nullable=False),
        sa.Column("touched", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("lent_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(length=1000), nullable=True),
        sa.Column("definition_id", sa.Uuid(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["frozen_definition.id"], name=op.f("fk_definition_correction_base_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_definition_correction_cycle_id")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_definition_correction_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["frozen_definition.id"], name=op.f("fk_definition_correction_definition_id")
        ),
        sa.ForeignKeyConstraint(["lent_by"], ["person.id"], name=op.f("fk_definition_correction_lent_by")),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["person.id"], name=op.f("fk_definition_correction_proposed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_correction")),
    )
    op.create_index(op.f("ix_definition_correction_cycle_id"), "definition_correction", ["cycle_id"])

    with op.batch_alter_table("evidence_file") as batch:
        batch.drop_constraint(batch.f("uq_evidence_file_store_key"), type_="unique")
        batch.create_index(batch.f("ix_evidence_file_store_key"), ["store_key"])


def downgrade() -> None:
    raise RuntimeError("migrations only go forward: restore the backup, or write a new one")
