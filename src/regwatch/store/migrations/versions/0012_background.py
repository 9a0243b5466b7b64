"""the background of a topic, who asked for it, and up to where each has been told."""

import sqlalchemy as sa
from alembic import op

from regwatch.store.columns import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "background",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("published", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background")),
    )
    with op.batch_alter_table("background", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_background_topic"), ["topic"], unique=False)
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.add_column(sa.Column("background", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.alter_column("background", server_default=None)
    with op.batch_alter_table("digest_cursor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("background", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("background_at", UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("digest_cursor", schema=None) as batch_op:
        batch_op.alter_column("background", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("digest_cursor", schema=None) as batch_op:
        batch_op.drop_column("background_at")
        batch_op.drop_column("background")
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.drop_column("background")
    op.drop_table("background")
