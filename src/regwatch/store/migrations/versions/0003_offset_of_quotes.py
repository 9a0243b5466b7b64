"""the place of a finding's quote in its text."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offset", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.alter_column("offset", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_column("offset")
