"""When a wording is a use of its own, and when it only tells a known use again."""

from __future__ import annotations

import pytest

from regwatch.replay.matters import Matters

KIDNEY = "Exempla is indicated for the treatment of advanced renal cell carcinoma in adults."
LIVER = "Exempla is indicated for the treatment of hepatocellular carcinoma in adults."


def count(*states: tuple[str, ...]) -> int:
    matters = Matters()
    for uses in states:
        matters.see("", uses)
    return len(matters.found)


@pytest.mark.parametrize(
    "later",
    [
        (KIDNEY, LIVER.replace("hepatocellular", "hepatocelular")),
        (KIDNEY.removesuffix("."), LIVER),
        (f"{KIDNEY}{LIVER}",),
        (KIDNEY,),
        (LIVER, KIDNEY),
        (KIDNEY.replace("advanced ", "advanced or metastatic "), LIVER),
        (KIDNEY, LIVER.replace("adults", "adults who were treated before")),
    ],
)
def test_the_same_uses_in_other_words_are_no_new_ones(later: tuple[str, ...]) -> None:
    assert count((KIDNEY, LIVER), later, (KIDNEY, LIVER)) == 2


@pytest.mark.parametrize(
    "later",
    [
        (KIDNEY, LIVER, "Exempla is indicated for the treatment of neuroendocrine tumours."),
        (KIDNEY, LIVER, KIDNEY.replace("Exempla is", "Exempla, in combination with nivolumab, is")),
        (KIDNEY, LIVER.replace("adults", "adults and adolescents")),
        (KIDNEY.replace("renal cell carcinoma", "renal cell carcinoma or thyroid carcinoma"), LIVER),
    ],
)
def test_a_new_disease_medicine_or_population_is_a_use_of_its_own(later: tuple[str, ...]) -> None:
    assert count((KIDNEY, LIVER), later) == 3
