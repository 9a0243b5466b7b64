"""who has read a mail ahead, and for how long; the mails that are due are found without reading the mails."""

import sqlalchemy as sa
from alembic import op

from regwatch.store.columns import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leased_by", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("leased_until", UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.alter_column("leased_by", server_default=None)
        batch_op.drop_index("ix_message_state")
        batch_op.create_index("ix_message_due", ["state", "kind", "code", "next_at", "leased_until"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_due")
        batch_op.create_index("ix_message_state", ["state"], unique=False)
        batch_op.drop_column("leased_until")
        batch_op.drop_column("leased_by")
