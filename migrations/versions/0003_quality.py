"""The quality of each imported file: what its checks counted.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("column", sa.String(), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=True),
        sa.Column("of", sa.BigInteger(), nullable=True),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("notable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quality"),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_quality_batch_id"),
    )
    op.create_index("ix_quality_batch_id", "quality", ["batch_id"])


def downgrade() -> None:
    op.drop_table("quality")
