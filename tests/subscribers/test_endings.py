"""Every end of a subscription is counted by one of a few names, however it came about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.house import PACKAGE
from regwatch.store import marks
from regwatch.store.database import Database
from regwatch.subscribers import endings
from regwatch.subscribers.endings import Ending


@pytest.mark.parametrize(("reason", "name"), [
    ("stopped by the subscriber", "stopped"),
    ("the mailbox does not exist (5.1.1)", "hard_bounce"),
    ("marked as spam", "complaint"),
    ("unsubscribed by mail", "by_mail"),
    ("ana@example.org wrote to us", "other"),
])  # fmt: skip
def test_a_reason_is_counted_by_its_name(tmp_path: Path, reason: str, name: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'regwatch.db'}")
    with database.session() as session:
        endings.count(session, reason, 2)
        endings.count(session, reason, 0)
    with database.session() as session:
        assert marks.counts(session, marks.Name.ENDED) == {name: 2}
    database.close()


def test_every_reason_that_the_house_gives_is_known() -> None:
    calls = re.compile(r"(?:people\.)?\b(?:stop|end)\((?:session|[\w.]+), person, [^\n]*?\"([a-z][^\"]+)\"")
    given = [text for path in PACKAGE.rglob("*.py") for text in calls.findall(path.read_text("utf-8"))]
    assert len(given) >= 4
    assert [text for text in given if not text.startswith(tuple(one.value for one in Ending if one.value))] == []
