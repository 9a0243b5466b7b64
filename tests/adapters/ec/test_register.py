"""The Union Register: a decision counts only with the watched number, a deciding type and a day."""

from __future__ import annotations

import pytest

from golden.cases import Case, cases, outcome
from regwatch.adapters.ec import register as ec_register
from regwatch.errors import MissingPart, Truncated, WrongType
from regwatch.model import Claim, Reading, Record, Source

CASES: dict[str, Case] = {case.name: case for case in cases() if case.adapter_name == "ec_register"}


def reading(name: str, change: tuple[str, str] | None = None) -> Reading:
    body = CASES[name].page.read_text("utf-8")
    if change:
        assert change[0] in body
        body = body.replace(*change)
    found = outcome(CASES[name], body.encode())
    assert isinstance(found, Reading), found
    return found


def decisions(found: Reading) -> list[Claim]:
    return [claim for record in found.records if record.kind == "procedure" for claim in record.claims]


def test_a_decision_has_the_day_of_the_decision_and_of_its_notification() -> None:
    [claim] = decisions(reading("decided"))
    assert claim.date is not None
    assert claim.announced is not None
    assert (claim.date.iso, claim.announced.iso) == ("2025-07-23", "2025-07-24")
    assert (claim.authority, claim.milestone, claim.indication) == ("EC", "approved", "")


def test_a_procedure_without_a_day_of_decision_approves_nothing() -> None:
    assert decisions(reading("pending")) == []


@pytest.mark.parametrize("kind", ["Centralised - Renewal", "Centralised - Yearly update", "Corrigendum"])
def test_an_administrative_type_approves_nothing_even_under_the_watched_number(kind: str) -> None:
    change = ('"type":"Centralised - Variation","ema_number":"EMEA/H/C/004163/II/0040"',
              f'"type":"{kind}","ema_number":"EMEA/H/C/004163/II/0040"')  # fmt: skip
    found = reading("decided", change)
    assert decisions(found) == []
    assert not found.oddities


def test_another_number_approves_nothing() -> None:
    assert decisions(reading("decided", ("II/0040", "II/0041"))) == []


def test_columns_filled_in_later_and_control_characters_are_no_change() -> None:
    assert reading("decided").records == reading("decided-published").records


def test_the_indication_that_grew_is_the_only_other_new_claim() -> None:
    def standing(name: str) -> list[Claim]:
        return [claim for record in reading(name).records if record.kind == "medicine" for claim in record.claims]

    new = [claim for claim in standing("decided") if claim not in standing("before")]
    assert [(claim.date, "Neuroendocrine" in claim.indication) for claim in new] == [(None, True)]


def test_the_decision_comes_first_so_that_its_day_is_the_transition() -> None:
    records: list[Record] = [record for record in reading("decided").records if record.claims]
    assert [record.kind for record in records] == ["procedure", "medicine"]


@pytest.mark.parametrize(
    ("number", "page"),
    [("EU/1/16/1136", "h1136"), ("EU/1/13/890", "h890"), ("EU/1/95/001", "h001"), ("h1136", "h1136"), ("7", "h007")],
)
def test_the_page_follows_from_the_number(number: str, page: str) -> None:
    source = Source("s", "ec_register", "EC", "", ("t",), ids={"ec_register": number})
    assert ec_register.request(source).url == f"{ec_register.PAGES}{page}.htm"


def test_a_number_of_another_kind_is_refused() -> None:
    with pytest.raises(MissingPart, match="EU/1/16/1136"):
        ec_register.request(Source("s", "ec_register", "EC", "", ("t",), ids={"ec_register": "EMEA/H/C/004163"}))


def test_a_literal_that_ends_early_or_never_is_trouble_and_not_half_a_list() -> None:
    page = CASES["decided"].page.read_text("utf-8")
    early = page.replace("(2016) 5814", "];", 1).encode()
    assert isinstance(outcome(CASES["decided"], early), WrongType)
    assert isinstance(outcome(CASES["decided"], page.replace("];", "]").encode()), Truncated)
