"""no index of polls and changes by source, which nobody asks for: a twentieth of what a version of a page costs."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_poll_source", table_name="poll")
    op.drop_index("ix_change_source", table_name="change")


def downgrade() -> None:
    op.create_index("ix_change_source", "change", ["source"], unique=False)
    op.create_index("ix_poll_source", "poll", ["source"], unique=False)
