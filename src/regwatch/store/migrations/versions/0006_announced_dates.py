"""a day on which an act was only announced is no day of the act.

What a company or a paper dated with "today", with the day of its own announcement, or in words of telling is not known
to be the day of the act: it becomes `announced`. What an authority's own page or a person said, and a day that a text
names beside the act, stays. The status of a topic, and what has been told of it, stays as it is.
"""

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_FINDING = sa.table(
    "finding",
    *(sa.column(name) for name in ("id", "transition", "mode", "milestone", "date", "announced", "quote", "cues")),
    sa.column("official", sa.Boolean),
    sa.column("review"),
)
_TRANSITION = sa.table("transition", *(sa.column(name) for name in ("id", "date", "announced")))

_FORESEEN = ("goal_date_set", "goal_date_extended")
_NEAR = re.compile(r"\b(?:today|yesterday|aujourd'hui|this (?:morning|afternoon|evening)|\w+day)\b", re.IGNORECASE)
_TELLS = (
    r"(?:announc\w+|said|says|stated|reported|reports|disclosed|confirmed|revealed|told|informed|release|statement)"
)


def upgrade() -> None:
    connection = op.get_bind()
    dated = _FINDING.select().where(
        _FINDING.c.date != "",
        _FINDING.c.official.is_(False),
        _FINDING.c.mode != "expected",
        _FINDING.c.milestone.not_in(_FORESEEN),
        _FINDING.c.review != "correct",
    )
    for row in connection.execute(dated).all():
        if not _is_of_the_act(row):
            _move(connection, _FINDING, row, "")
    of_moves = _FINDING.select().where(_FINDING.c.transition.is_not(None), _FINDING.c.date != "")
    given: dict[int, list[str]] = {}
    for row in connection.execute(of_moves.order_by(_FINDING.c.official.desc(), _FINDING.c.id)).all():
        given.setdefault(row.transition, []).append(row.date)
    for row in connection.execute(_TRANSITION.select().where(_TRANSITION.c.date != "")).all():
        known = given.get(row.id, [])
        if row.date not in known:
            _move(connection, _TRANSITION, row, known[0] if known else "")


def downgrade() -> None:
    """Nothing to undo: an older version shows such a transition as announced, too."""


def _is_of_the_act(row: sa.Row[Any]) -> bool:
    cues = json.loads(row.cues or "[]")
    if not cues:
        return True  # a page's own label, which by its adapter dates the act
    words = next((text for role, text, *_ in cues if role == "date"), "")
    if not words or row.date == row.announced or _NEAR.search(words):
        return False
    between, said = r"[\s,(]{1,3}(?:on|late|early|dated|of|in)?[\s,]{0,3}", re.escape(words)
    beside = rf"\b{_TELLS}\b{between}{said}|{said}[^.;,]{{0,60}}?\b{_TELLS}\b"
    return re.search(beside, row.quote, re.IGNORECASE) is None


def _move(connection: sa.Connection, table: sa.TableClause, row: sa.Row[Any], date: str) -> None:
    """Take the date for that of the announcement, unless an earlier one or a more exact one is known."""
    earlier = not row.announced or (row.date < row.announced and not row.announced.startswith(row.date))
    values = {"date": date, "announced": row.date if earlier else row.announced}
    connection.execute(table.update().where(table.c.id == row.id).values(values))
