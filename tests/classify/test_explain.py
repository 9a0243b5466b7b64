"""An explanation adds up, says who hears of a finding and why, and speaks in plain words."""

from __future__ import annotations

import re

import pytest

from classify.corpus import WATCH, Case, cases
from regwatch.classify.explain import explain, sums
from regwatch.classify.language import prepared, understand
from regwatch.classify.weighing import logistic
from regwatch.classify.weights import weights
from regwatch.model import Announcement

SOME = cases()[::9]


def lines_of(text: str, kind: str = "trade_news") -> list[str]:
    return list(explain(understand(Announcement("a", kind, "", "", None, text), prepared(WATCH), (), None)))


@pytest.mark.parametrize("case", SOME, ids=str)
def test_start_signs_and_rest_give_the_probability(case: Case) -> None:
    for finding in case.findings():
        if (told := finding.weighing) and told.signs:
            total = told.start + sum(share for _, share in told.signs) + told.rest
            assert logistic(total) == pytest.approx(told.probability, abs=0.02)
            assert sums(told).endswith(f"a probability of {told.probability:.2f}")


def test_no_sign_speaks_in_code() -> None:
    learned = weights()
    assert [name for name in (*learned.alone.weights, *learned.beside.weights) if "_" in name] == []


def test_a_sure_finding_says_that_nothing_is_in_doubt() -> None:
    lines = lines_of("FDA approves Velmora\nToday the FDA approved Velmora (zelanib) for adults with lupus.")
    sure = re.compile(r" +goes to +subscribers: at least 0\.\d\d probable, in English, and nothing is in doubt")
    assert any(sure.fullmatch(line) for line in lines)


def test_a_doubt_is_told_as_the_reason_why_a_person_decides() -> None:
    lines = lines_of("FDA opens the door to Velmora\nThe FDA has opened the door to Velmora (zelanib) in lupus.")
    assert "    goes to     a person, in regwatch review: told in a figure of speech" in lines


def test_what_is_told_as_past_goes_to_nobody() -> None:
    lines = lines_of("Norvane names a new chief\nThe FDA had already approved Velmora (zelanib) before that.")
    assert "    goes to     nobody: told as history" in lines
