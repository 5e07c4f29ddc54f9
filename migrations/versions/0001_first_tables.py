"""The first tables: import batches, definitions, runs and measurements.

Revision 0001, after none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moment_given", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_new", sa.BigInteger(), nullable=False),
        sa.Column("rows_changed", sa.BigInteger(), nullable=False),
        sa.Column("rows_unchanged", sa.BigInteger(), nullable=False),
        sa.Column("rows_quarantined", sa.BigInteger(), nullable=False),
        sa.Column("rows_older", sa.BigInteger(), nullable=False),
        sa.Column("contract_fingerprint", sa.String(64), nullable=False),
        sa.Column("landed_version", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_batch"),
    )
    op.create_index(
        "ix_import_batch_source_moment", "import_batch", ["organisation", "source", "moment"]
    )

    op.create_table(
        "definition",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_definition"),
    )

    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_known_at", "run", ["organisation", "known_at"], unique=True)

    op.create_table(
        "measurement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("grain", sa.String(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("numerator", sa.Double(), nullable=True),
        sa.Column("denominator", sa.Double(), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_measurement"),
        sa.ForeignKeyConstraint(
            ["fingerprint"], ["definition.fingerprint"], name="fk_measurement_fingerprint"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_measurement_run_id"),
        sa.ForeignKeyConstraint(["superseded_by"], ["run.id"], name="fk_measurement_superseded_by"),
    )
    op.create_index(
        "ix_measurement_known", "measurement", ["organisation", "metric", "superseded_by"]
    )
    with_department = sa.text("superseded_by IS NULL AND department IS NOT NULL")
    op.create_index(
        "uq_measurement_current_department",
        "measurement",
        ["organisation", "metric", "grain", "period", "department", "scope"],
        unique=True,
        sqlite_where=with_department,
        postgresql_where=with_department,
    )
    whole = sa.text("superseded_by IS NULL AND department IS NULL")
    op.create_index(
        "uq_measurement_current_whole",
        "measurement",
        ["organisation", "metric", "grain", "period", "scope"],
        unique=True,
        sqlite_where=whole,
        postgresql_where=whole,
    )


def downgrade() -> None:
    op.drop_table("measurement")
    op.drop_table("run")
    op.drop_table("definition")
    op.drop_table("import_batch")
