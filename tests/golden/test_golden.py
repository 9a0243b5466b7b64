"""Every adapter, on the pages kept beside it: the reviewed reading, the due trouble, and no invention from damage."""

from __future__ import annotations

import json
import os
import re
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golden.cases import REQUIRED, Case, as_json, cases, outcome
from regwatch.adapters import registry
from regwatch.errors import SourceTrouble
from regwatch.model import Reading
from regwatch.vocabulary import Mode

CASES = cases()
GOOD = [case for case in CASES if case.kind == "good"]
BY_NAME = {str(case): case for case in CASES}
_TAG = re.compile(rb"<[^<>]{1,2000}>")
_VALUE = re.compile(rb"\bvalue=")
"""Two tags that each hold a value, exchanged, are another statement and no damage."""
_LINE = re.compile(rb"[^\n]{1,200}\n?")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@cache
def outcome_of(name: str) -> Reading | SourceTrouble:
    """What the adapter makes of the page as it is kept: read once, for each is compared with many damaged copies."""
    return outcome(BY_NAME[name])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_stored_page_reads_as_reviewed(case: Case, golden) -> None:
    found = outcome_of(str(case))
    if isinstance(found, SourceTrouble):
        assert case.trouble.exists(), f"{type(found).__name__}: {found.message}"
        name, _, piece = case.trouble.read_text("utf-8").strip().partition(":")
        assert type(found).__name__ == name
        assert piece.strip() in found.message
    else:
        assert not case.trouble.exists(), "the page read without the trouble that is due"
        golden.check(case.expected, as_json(found))


@pytest.mark.parametrize("name", registry.names())
def test_every_adapter_has_good_and_bad_pages(name: str) -> None:
    kinds = {case.kind for case in CASES if case.adapter_name == name}
    wanted = {*REQUIRED, *(("wrong_identity",) if registry.adapter(name).needs else ())}
    assert wanted <= kinds, f"{name} lacks {sorted(wanted - kinds)}"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_bad_page_is_trouble_and_a_good_one_is_not(case: Case) -> None:
    found = outcome_of(str(case))
    if case.kind == "good":
        assert isinstance(found, Reading)
    elif case.kind != "altered":
        assert isinstance(found, SourceTrouble)
    else:
        assert isinstance(found, SourceTrouble) or found.oddities


def tokens(case: Case, body: bytes) -> list[tuple[int, int]]:
    """Where the tags of a page are (the tokens of a JSON answer, the lines of another file), in bytes."""
    pattern = {".json": _TOKEN, ".html": _TAG, ".xml": _TAG}.get(case.page.suffix, _LINE)
    return [found.span() for found in pattern.finditer(body)]


def damaged(body: bytes, spans: list[tuple[int, int]], data: st.DataObject) -> bytes:
    """The page with one to three tags deleted, swapped or in the other case, or cut off."""
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from(("delete", "swap", "case", "cut")))
        one, two = (spans[data.draw(st.integers(0, len(spans) - 1))] for _ in range(2))
        first, second = min(one, two), max(one, two)
        if way == "cut":
            return body[: first[0]]
        if way == "swap" and first != second and not all(_VALUE.search(body, *span) for span in (first, second)):
            parts = (body[: first[0]], body[slice(*second)], body[first[1] : second[0]], body[slice(*first)])
            return b"".join((*parts, body[second[1] :]))
        tag = body[slice(*first)].swapcase() if way == "case" else b" " * (first[1] - first[0])
        body = body[: first[0]] + tag + body[first[1] :]
    return body


def told(reading: Reading, *modes: Mode) -> set[tuple[str, str]]:
    """What a reading states in these modes, as authority and milestone."""
    claims = (claim for record in reading.records for claim in record.claims)
    return {(claim.authority, claim.milestone.value) for claim in claims if claim.mode in modes}


@pytest.mark.parametrize("case", GOOD, ids=str)
@settings(
    max_examples=int(os.environ.get("REGWATCH_MUTATIONS", "50")),
    deadline=None,
    database=None,
    derandomize="REGWATCH_MUTATIONS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_a_damaged_page_never_announces_what_the_whole_one_does_not(case: Case, data: st.DataObject) -> None:
    """History may surface when newer rows are lost; a plan or a new milestone may never turn into an event."""
    body = case.page.read_bytes()
    whole, part = outcome_of(str(case)), outcome(case, damaged(body, tokens(case, body), data))
    if isinstance(part, Reading):
        assert isinstance(whole, Reading)
        assert told(part, Mode.ANNOUNCED) <= told(whole, Mode.ANNOUNCED, Mode.BACKGROUND)


def test_expected_files_are_json_in_the_stored_form() -> None:
    for case in CASES:
        if case.expected.exists():
            stored = case.expected.read_text("utf-8")
            assert json.dumps(json.loads(stored), indent=1, ensure_ascii=False) + "\n" == stored
