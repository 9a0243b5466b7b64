"""When a wording is a use of its own, and when it only tells a known use again."""

from __future__ import annotations

import pytest

from regwatch.replay.matters import Matters

KIDNEY = "Exempla is indicated for the treatment of advanced renal cell carcinoma in adults."
LIVER = "Exempla is indicated for the treatment of hepatocellular carcinoma in adults."


def count(*states: tuple[str, ...]) -> int:
    matters = Matters(("Exempla",))
    for uses in states:
        matters.see("", uses)
    return len(matters.found)


@pytest.mark.parametrize(
    "later",
    [
        (KIDNEY, LIVER.replace("hepatocellular", "hepatocelular")),
        (KIDNEY.removesuffix("."), LIVER),
        (KIDNEY,),
        (LIVER, KIDNEY),
        (KIDNEY.replace("advanced ", "advanced or metastatic "), LIVER),
        (KIDNEY, LIVER.replace("adults", "adults who were treated before")),
        (KIDNEY, LIVER, KIDNEY.replace("Exempla is", "Exempla, in combination with nivolumab, is")),
        (KIDNEY, LIVER.replace("adults", "adults and adolescents")),
    ],
)
def test_the_same_uses_in_other_words_or_for_more_patients_are_no_new_ones(later: tuple[str, ...]) -> None:
    assert count((KIDNEY, LIVER), later, (KIDNEY, LIVER)) == 2


@pytest.mark.parametrize(
    "later",
    [
        (KIDNEY, LIVER, "Exempla is indicated for the treatment of neuroendocrine tumours."),
        (KIDNEY.replace("renal cell carcinoma", "renal cell carcinoma or thyroid carcinoma"), LIVER),
    ],
)
def test_a_new_disease_is_a_use_of_its_own(later: tuple[str, ...]) -> None:
    assert count((KIDNEY, LIVER), later) == 3


OVERVIEW = "Exempla is used to treat adults with kidney cancer and neuroendocrine tumours."


def test_a_disease_that_only_an_overview_names_later_is_a_use_of_its_own() -> None:
    matters = Matters(("Exempla",))
    matters.see("", (KIDNEY,))
    matters.mention("", (OVERVIEW.replace(" and neuroendocrine tumours", ""),), first=True)
    matters.mention("", (OVERVIEW,), first=False)
    assert [matter.wordings for matter in matters.found] == [[KIDNEY], [OVERVIEW]]


def test_a_use_that_an_overview_named_from_the_start_goes_by_its_words_too() -> None:
    matters = Matters(("Exempla",))
    matters.see("", (KIDNEY,))
    matters.mention("", (OVERVIEW,), first=True)
    net = "Exempla is indicated for the treatment of neuroendocrine tumours in adults."
    matters.see("", (KIDNEY, net))
    assert matters.found[1].wordings == [net, OVERVIEW]
