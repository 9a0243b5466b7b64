"""Every text of the corpus says what its case expects."""

from __future__ import annotations

import pytest

from classify.corpus import Case, announced, cases, name_of, split_date
from regwatch.vocabulary import Mode

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_text_says_what_its_case_expects(case: Case) -> None:
    findings = case.findings()
    found = announced(findings)
    if case.announced is not None:
        expected = dict(split_date(event) for event in case.announced)
        assert sorted(found) == sorted(expected), case.why
        for event, day in expected.items():
            assert day is None or day in found[event], case.why
    in_mode = {f"{name_of(f)} {f.mode.value}" for f in findings}
    for event in case.absent:
        assert event not in found, case.why
        assert event not in in_mode, case.why
    told = in_mode | {name_of(f) for f in findings}
    told |= {f"{name_of(f)} {f.mode.value} {f.day.iso}" for f in findings if f.day}
    assert set(case.also) <= told, case.why


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_quote_is_a_verbatim_piece_of_the_text_at_its_offset(case: Case) -> None:
    for finding in case.findings():
        assert finding.quote
        assert case.text[finding.offset : finding.offset + len(finding.quote)] == finding.quote


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_finding_explains_itself(case: Case) -> None:
    for finding in case.findings():
        assert finding.rule
        assert finding.reason
        assert any(cue.role == "action" for cue in finding.cues)
        if finding.date is not None and finding.mode is Mode.ANNOUNCED:
            assert finding.date.last.year > 1980


def test_case_names_are_unique() -> None:
    names = [case.id for case in CASES]
    assert len(names) == len(set(names))


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(CASES) >= 215
    assert sum(case.announced == () for case in CASES) >= 50
