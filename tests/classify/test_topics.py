"""Which topic a statement is about."""

from __future__ import annotations

import pytest

from regwatch.classify.topics import matching, names_indication
from regwatch.model import Indication, Topic, Treatment
from regwatch.reading.names import names_any

NET = Indication(
    "neuroendocrine tumours",
    ("NETs", "pNET", "epNET", "neuroendocrine neoplasm"),
    ("medullary thyroid cancer", "small cell neuroendocrine carcinoma"),
)
TOPIC = Topic("cabo-net", "t", Treatment("cabozantinib", ("Cabometyx", "Cabozantinib Ipsen"), ("XL184",)), NET)


@pytest.mark.parametrize("text", [
    "adults with well-differentiated neuroendocrine tumors",
    "Neuroendocrine   Tumours",
    "patients with pNETs",
    "extra-pancreatic (epNET) and pancreatic (pNET) disease",
    "neuroendocrine neoplasms of the gut",
])  # fmt: skip
def test_the_indication_is_known_by_its_terms_in_either_spelling(text: str) -> None:
    assert names_indication(text, NET)


@pytest.mark.parametrize("text", [
    "", "advanced renal cell carcinoma", "net sales", "medullary thyroid cancer", "planets", "cabinets",
    "small-cell neuroendocrine carcinoma",
])  # fmt: skip
def test_another_disease_is_not_ours(text: str) -> None:
    assert not names_indication(text, NET)


def test_a_statement_needs_the_treatment_and_the_indication() -> None:
    assert matching("Cabometyx", "neuroendocrine tumours", [TOPIC]) == [TOPIC]
    assert matching("cabozantinib (Cabometyx, Exelixis)", "pNET", [TOPIC]) == [TOPIC]
    assert matching("zanzalintinib", "neuroendocrine tumours", [TOPIC]) == []
    assert matching("Cabometyx", "renal cell carcinoma", [TOPIC]) == []
    assert matching("Cabometyx", "", [TOPIC]) == []


def test_names_count_as_whole_words_only() -> None:
    assert names_any("News of XL184 today", TOPIC.treatment.names)
    assert not names_any("News of XL1845 today", TOPIC.treatment.names)
    assert not names_any("anything", ())
