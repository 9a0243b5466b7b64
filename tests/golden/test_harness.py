"""The golden harness itself: it must be able to fail."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from golden.cases import plain
from regwatch.dates import PartialDate
from regwatch.model import Claim, Follow, Record, Request
from regwatch.vocabulary import Milestone, Mode


def test_a_difference_fails_and_leaves_the_file(golden, tmp_path: Path) -> None:
    path = tmp_path / "case.expected.json"
    path.write_text("old\n")
    with pytest.raises(pytest.fail.Exception, match=r"(?s)-old.*\+new"):
        type(golden)(write=False).check(path, "new\n")
    assert path.read_text() == "old\n"


def test_writing_fails_too_so_that_a_person_looks(golden, tmp_path: Path) -> None:
    path = tmp_path / "case.expected.json"
    with pytest.raises(pytest.fail.Exception, match="review it"):
        type(golden)(write=True).check(path, "new\n")
    type(golden)(write=False).check(path, "new\n")


def test_values_are_written_plainly_and_defaults_left_out() -> None:
    claim = Claim("NICE", Milestone.HTA_APPEAL, Mode.ANNOUNCED, "q", "r", date=PartialDate.of_quarter(2025, 3))
    assert plain(Record("news", claims=(claim,))) == {
        "kind": "news",
        "claims": [
            {"authority": "NICE", "milestone": "hta_appeal", "mode": "announced", "quote": "q", "rule": "r",
             "date": "2025-Q3"},
        ],
    }  # fmt: skip
    again = plain(Follow(Request("u"), again=timedelta(days=1)))
    assert again == {"request": {"url": "u"}, "again": 86400.0}
