"""What a use adds to all that were known before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regwatch.uses import Addition, growth

LIVER = "Liver cancer Exempla as monotherapy is indicated for hepatocellular carcinoma in adults after sorafenib."
THYROID = "Exempla is indicated for the treatment of adults with differentiated thyroid carcinoma (DTC)."
KNOWN = (LIVER, THYROID)


def added(text: str, known: tuple[str, ...] = KNOWN, *, standing: tuple[str, ...] | None = None) -> Addition:
    return growth(text, known, known if standing is None else standing, ["Exempla"]).addition


@pytest.mark.parametrize(
    "text",
    [
        LIVER,
        "Exempla as monotherapy is indicated for hepatocellular carcinoma in adults after sorafenib",
        "hepatocellular carcinoma in adults after sorafenib.",
        "Exempla is indicated for the treatment of adults with differentiated thyroid cancer.",
        "Exempla is indicated for the treatment of adults with differentiated thyroid carcinma (DTC).",
        "Exempla is indicated for the treatment of adults with advanced differentiated thyroid carcinoma (DTC).",
    ],
)
def test_the_same_or_less_in_other_words_adds_nothing(text: str) -> None:
    assert added(text) is Addition.NOTHING
    assert added(text, standing=()) is Addition.NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "Exempla is indicated for the treatment of adults with neuroendocrine tumours.",
        "Exempla is indicated for hepatocellular carcinoma and melanoma in adults after sorafenib.",
    ],
)
def test_a_disease_that_no_text_named_is_new(text: str) -> None:
    assert added(text) is Addition.NEW


@pytest.mark.parametrize(
    "text",
    [
        "Exempla is indicated for the treatment of adults and adolescents aged 12 years and older with DTC.",
        "Exempla in combination with placebex is indicated for hepatocellular carcinoma in adults.",
        "Exempla is indicated for the first-line treatment of adults with hepatocellular carcinoma.",
    ],
)
def test_a_use_that_joins_those_of_its_disease_is_wider(text: str) -> None:
    assert added(text) is Addition.WIDENED


def test_in_the_place_of_an_older_text_only_what_is_said_anew_is_sure() -> None:
    older = "Exempla is indicated for gout in adults aged 50 years and older who are at risk of a flare after surgery."
    assert added(older.replace("50 years", "18 years"), (older,), standing=()) is Addition.WIDENED
    assert added(older.replace(" aged 50 years and older", ""), (older,), standing=()) is not Addition.WIDENED
    assert added(older.replace("who are at risk of a flare ", ""), (older,), standing=()) is Addition.DOUBT
    assert added(older.replace(" after surgery", ""), (older,), standing=()) in (Addition.DOUBT, Addition.NOTHING)


def test_several_known_uses_may_cover_one_together() -> None:
    known = (
        "Exempla is indicated to prevent influenza in children aged 2 to 11 years.",
        "Exempla is indicated to prevent influenza in patients aged 12 years and older.",
    )
    assert (
        added("Exempla is indicated to prevent influenza in patients aged 2 years and older.", known)
        is Addition.NOTHING
    )
    assert (
        added("Exempla is indicated to prevent influenza in patients aged 1 year and older.", known) is Addition.WIDENED
    )


def test_the_next_strain_of_a_vaccine_is_for_a_person() -> None:
    known = ("Exempla JN.1 is indicated to prevent influenza in adults.",)
    assert added("Exempla XFG is indicated to prevent influenza in adults.", known) is Addition.DOUBT
    assert added("Exempla JN.1 vaccine is indicated to prevent influenza in adults.", known) is Addition.NOTHING


def test_without_any_known_use_everything_is_new() -> None:
    assert added(LIVER, ()) is Addition.NEW


@given(st.sets(st.integers(0, 14)))
def test_words_that_are_lost_never_make_a_use_new_or_surely_wider(lost: set[int]) -> None:
    words = THYROID.split()
    text = " ".join(word for number, word in enumerate(words) if number not in lost)
    assert added(text or "x", (THYROID,), standing=()) in (Addition.NOTHING, Addition.DOUBT)
