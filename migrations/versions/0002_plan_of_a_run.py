"""What decided the figures of a run, so that the next one need not measure all of them again.

Revision 0002, after 0001. Runs before it have none: after one of them everything is measured.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("plan", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("run", "plan")
