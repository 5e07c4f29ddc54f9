"""What the intervals of means and percentiles need, beside each figure.

Revision 0004, after 0003. Figures before it have none: the next run measures those metrics anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("squares", "lower_95", "upper_95", "lower_80", "upper_80")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("measurement", sa.Column(name, sa.Double(), nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("measurement", name)
