"""whole records and blobs by hash are no longer kept."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.alter_column("packed", existing_type=sa.LargeBinary(), nullable=False)
        batch_op.drop_column("before")
        batch_op.drop_column("after")
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.alter_column("bodies", existing_type=sa.String(), nullable=False)
    op.drop_table("blob")


def downgrade() -> None:
    raise NotImplementedError("go back to a backup: whole records are not made again out of what differs")
