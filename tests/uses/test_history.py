"""What a use adds to all that were known before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regwatch.uses import Addition, growth, whole

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


@pytest.mark.parametrize("opening", ["Exempla is indicated in adults.", "Exempla is indicated for the following uses:"])
def test_an_opening_that_names_no_disease_covers_none(opening: str) -> None:
    known = (opening, LIVER)
    assert added("Exempla is indicated for the treatment of psoriasis in adults.", known) is Addition.NEW
    assert (
        added("Exempla as monotherapy is indicated for psoriasis in adults over 60 years of age.", known)
        is Addition.NEW
    )


def test_words_of_the_form_of_a_treatment_make_no_diseases_alike() -> None:
    known = ("Exempla is indicated as add-on therapy to improve asthma control in adults with allergic asthma.",)
    urticaria = "Exempla is indicated as add-on therapy for the treatment of spontaneous urticaria in adults."
    assert added(urticaria, known) is Addition.NEW


STATED = ("Exempla is indicated for gout in adults.", "The use of Exempla should follow official recommendations.")


@pytest.mark.parametrize(
    "text",
    [
        "Exempla is indicated for gout in adults The use of Exempla should follow official recommendations.",
        "The use of Exempla should follow official recommend",
        "The use of Exempla should follow official recommendations. Exempla is indicated for gout in adults.",
    ],
)
def test_sentences_that_were_shown_beside_the_uses_and_run_into_them_add_nothing(text: str) -> None:
    assert growth(text, STATED[:1], (text,), ["Exempla"], [STATED]).addition is Addition.NOTHING


def test_a_use_whose_end_is_gone_may_be_wider_and_one_whose_end_stands_apart_now_is_not() -> None:
    known = "Exempla is indicated for leukaemia in adults previously treated with two or more inhibitors."
    text = "Exempla is indicated for leukaemia in adults."
    assert added(text, (known,), standing=(text,)) is Addition.DOUBT
    glued = "Exempla is indicated for leukaemia in adults Treatment should be started by a specialist."
    apart = (text, "Treatment should be started by a specialist.")
    assert added(text, (glued,), standing=apart) is Addition.NOTHING


def test_without_any_known_use_everything_is_new() -> None:
    assert added(LIVER, ()) is Addition.NEW


@given(st.sets(st.integers(0, 14)))
def test_words_that_are_lost_never_make_a_use_new_or_surely_wider(lost: set[int]) -> None:
    words = THYROID.split()
    text = " ".join(word for number, word in enumerate(words) if number not in lost)
    assert added(text or "x", (THYROID,), standing=()) in (Addition.NOTHING, Addition.DOUBT)


def test_a_text_that_lost_its_end_is_no_use_for_everybody() -> None:
    before = "Exempla is indicated for the treatment of herpes zoster (shingles) in adults."
    cut = "indicated for the treatment of herpes zoster (shingles) in"
    after = before.replace("in adults", "in adults and adolescents aged 12 years and older")
    assert whole([before, cut]) == [before]
    assert whole([cut]) == [cut]
    assert growth(after, whole([before, cut]), [after], ["Exempla"], [[before], [cut]]).addition is Addition.WIDENED


@pytest.mark.parametrize(
    ("known", "text", "due"),
    [
        ("chronic urticaria in adults", "chronic urticaria (hives) in adults", Addition.NOTHING),
        ("urticaria in adults", "hives (urticaria) in adults", Addition.DOUBT),
        ("gout in adults", "gout (psoriasis) in adults", Addition.NEW),
        ("gout in adults", "gout (and psoriasis) in adults", Addition.NEW),
        ("gout in adults", "gout in adults (and adolescents aged 12 years and older)", Addition.WIDENED),
    ],
)
def test_another_name_in_brackets_adds_nothing_and_another_disease_there_does(
    known: str, text: str, due: Addition
) -> None:
    known, text = (f"Exempla is indicated for the treatment of {one}." for one in (known, text))
    assert added(text, (known,), standing=()) is due
