"""The normal form of texts about uses, and the abbreviations that they introduce."""

from __future__ import annotations

import pytest

from regwatch.uses import introduced, normal, spelt_out, squash


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
