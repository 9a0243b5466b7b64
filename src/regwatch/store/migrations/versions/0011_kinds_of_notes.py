"""what a note is about, and when its text was put right."""

import sqlalchemy as sa
from alembic import op

from regwatch.store.columns import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="note"))
        batch_op.add_column(sa.Column("corrected_at", UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.alter_column("kind", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_column("corrected_at")
        batch_op.drop_column("kind")
