"""No page, however damaged, brings about more than trouble that is declared: golden examples in many bad copies."""

from __future__ import annotations

import os
from itertools import islice

import pytest

from golden.cases import Case, cases
from golden.mutants import mutants
from regwatch.errors import Crashed, SourceTrouble

CASES = cases()
EVERY = 1 if os.environ.get("REGWATCH_MUTANTS") == "all" else 23
"""Of all the copies of all pages, every so-many-th is read; other ones of each page, so that each kind has its turn."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=str)
def test_a_damaged_page_is_read_or_is_trouble(number: int, case: Case) -> None:
    copies = mutants(case.page.read_bytes(), case.page.suffix, places=1)
    for what, body in islice(copies, number % EVERY, None, EVERY):
        try:
            case.adapter.reading(case.document(body))
        except Crashed as crash:
            pytest.fail(f"{what}: {crash.message}", pytrace=False)
        except SourceTrouble:
            continue
