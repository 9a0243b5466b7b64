"""when a source last answered well."""

import sqlalchemy as sa
from alembic import op

from regwatch.store.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source_state", sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True))
    op.execute(sa.text("UPDATE source_state SET answered_at = read_at"))


def downgrade() -> None:
    with op.batch_alter_table("source_state", schema=None) as batch_op:
        batch_op.drop_column("answered_at")
