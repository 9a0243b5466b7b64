"""the text of a mail in a table of its own, so that a change of its state does not write it again."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_text",
        sa.Column("message", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_message_text")),
    )
    op.execute("INSERT INTO message_text (message, raw) SELECT id, raw FROM message WHERE length(raw) > 0")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("raw")


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("raw", sa.LargeBinary(), nullable=True))
    op.execute("UPDATE message SET raw = (SELECT raw FROM message_text WHERE message_text.message = message.id)")
    op.execute(sa.text("UPDATE message SET raw = :none WHERE raw IS NULL").bindparams(none=b""))
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.alter_column("raw", existing_type=sa.LargeBinary(), nullable=False)
    op.drop_table("message_text")
