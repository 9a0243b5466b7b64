"""the second reader."""

import sqlalchemy as sa
from alembic import op

from regwatch.store.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_reader_answer",
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("question", name=op.f("pk_second_reader_answer")),
    )
    with op.batch_alter_table("second_reader_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_reader_answer_at"), ["at"], unique=False)
    op.create_table(
        "second_reader_day",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_second_reader_day")),
    )
    op.create_table(
        "second_reader_state",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", UtcDateTime(timezone=True), nullable=True),
        sa.Column("until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_second_reader_state")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.alter_column("second", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_column("second")
    op.drop_table("second_reader_state")
    op.drop_table("second_reader_day")
    with op.batch_alter_table("second_reader_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_second_reader_answer_at"))
    op.drop_table("second_reader_answer")
