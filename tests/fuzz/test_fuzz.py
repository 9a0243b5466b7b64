"""A short run of the fuzzing harness: the same inputs every time, other ones by `python tests/fuzz/harness.py`."""

from __future__ import annotations

import pytest

from fuzz.harness import fuzz
from fuzz.targets import TARGETS

_QUICK = frozenset({"dates", "links", "retry-after", "replies", "mail-log", "robots", "reports"})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TARGETS)
def test_nothing_but_declared_errors_comes_out(name: str) -> None:
    most = 2000 if name in _QUICK else 60
    number, finds = fuzz(TARGETS[name], 1, lambda done: done < most)
    assert number == most
    assert [f"input {one.number}: {one.error}: {one.data[:200]!r}" for one in finds] == []
