"""The normal form of texts about uses, and the abbreviations that they introduce."""

from __future__ import annotations

import pytest

from regwatch.uses import introduced, normal, spelt_out, squash
from regwatch.uses.words import respelt


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("adults with primary ciliary dyskinesia (PCD) that lasts", "PCD", "primary ciliary dyskinesia"),
        ("for chronic spontaneous urticaria (CSU)", "CSU", "chronic spontaneous urticaria"),
        ("neuroendocrine tumours (NETs)", "NETs", "neuroendocrine tumours"),
    ],
)
def test_a_text_introduces_its_abbreviations_in_brackets(text: str, short: str, long: str) -> None:
    assert introduced(text)[short].endswith(long)


def test_a_bracket_that_is_made_of_other_letters_introduces_nothing() -> None:
    assert introduced("a treatment for gout (XYZ)") == {}


def test_abbreviations_are_written_out_and_their_introduction_is_left_out() -> None:
    text = "Primary ciliary dyskinesia (PCD): for adults with PCD or HCC."
    assert normal(spelt_out(text)) == (
        "primary ciliary dyskinesia : for adults with primary ciliary dyskinesia or hepatocellular carcinoma."
    )


def test_a_word_that_looks_like_an_abbreviation_is_left_alone() -> None:
    assert spelt_out("net sales of the NETWORK") == "net sales of the NETWORK"


def test_points_spaces_and_greek_letters_are_no_difference_to_the_squashed_text() -> None:
    assert squash("due to 3?-Hydroxy-?5 , in infants") == squash("due to 3\u03b2-hydroxy-\u03945, ininfants")


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("treatment of rnal cancer", "treatment of renal cancer"),
        ("in post-menopausal woen", "in post-menopausal women"),
        ("forthe treatment of melanoma", "for the treatment of melanoma"),
        ("adults andadolescents with gout", "adults and adolescents with gout"),
        ("kinase inhi bitor therapy", "kinase inhibitor therapy"),
        ("inhibition nd chemotherapy", "inhibition and chemotherapy"),
        ("in ostmenopausal patients", "in postmenopausal patients"),
        ("hepatocellular carcinoma in aduts", "hepatocellular carcinoma in adults"),
    ],
)
def test_a_slip_of_the_pen_or_a_lost_space_is_read_as_the_word_that_stood_there(mistyped: str, meant: str) -> None:
    assert respelt(mistyped, f"Exempla is indicated {meant}.") == meant


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("symptomatic disease", "asymptomatic disease"),
        ("typical syndrome", "atypical syndrome"),
        ("of all ages", "aged 12 years"),
        ("in women", "in men"),
        ("untreated melanoma", "treated melanoma"),
        ("hypotension in adults", "hypertension in adults"),
        ("CLL in adults", "CML in adults"),
        ("with placebex", "without placebex"),
        ("HIV", "HBV"),
    ],
)
def test_words_that_mean_something_else_are_no_slips(text: str, other: str) -> None:
    assert respelt(text, other) == text
