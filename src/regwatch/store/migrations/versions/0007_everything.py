"""whether somebody follows topics that are watched later, too."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.add_column(sa.Column("everything", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.alter_column("everything", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.drop_column("everything")
