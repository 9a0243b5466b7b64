"""A date in a text is that of the act, or only that of its telling."""

from __future__ import annotations

from datetime import date

import pytest

from regwatch.classify.language import classify_text
from regwatch.model import Announcement, Finding, Treatment
from regwatch.vocabulary import Mode

WATCH = [Treatment("norvatinib", ("Norvaxo",))]
MONDAY = date(2025, 9, 22)

OF_THE_ACT = {
    "On 19 September 2025 the MHRA licensed norvatinib for lung cancer, Norvane said on Monday.": "2025-09-19",
    "The FDA approved norvatinib for lung cancer on 19 September 2025, Norvane said today.": "2025-09-19",
    "Norvane announced that on 19 September 2025 the MHRA approved norvatinib for lung cancer.": "2025-09-19",
    "Norvane announced that the MHRA today approved norvatinib for lung cancer.": "2025-09-22",
    "The FDA on Friday approved norvatinib for lung cancer.": "2025-09-19",
    "The FDA said on Friday it has approved norvatinib for lung cancer.": "2025-09-19",
    "The MHRA has today announced that it has approved norvatinib for lung cancer.": "2025-09-22",
    "The European Commission approved norvatinib for lung cancer in September 2025.": "2025-09",
}
OF_THE_TELLING = {
    "LONDON, 22 SEPTEMBER 2025 – Norvane (Euronext: NRV) announced today that the MHRA has granted marketing "
    "authorisation for norvatinib in lung cancer.": "2025-09-22",
    "Norvane, Inc. (Nasdaq: NRVN) today announced that the U.S. Food and Drug Administration (FDA) has accepted the "
    "application for norvatinib in lung cancer.": "2025-09-22",
    "Norvane said on Friday the FDA has approved norvatinib for lung cancer.": "2025-09-19",
    "On 6 August Norvane said that the FDA has accepted norvatinib for review in lung cancer.": "2025-08-06",
    "The FDA has approved norvatinib for lung cancer, Norvane on Friday said.": "2025-09-19",
    "Norvane announced the approval of norvatinib by the FDA for lung cancer today.": "2025-09-22",
    "PARIS, 22 September 2025 – The European Commission has approved norvatinib for lung cancer.": "2025-09-22",
    "In September 2025, Norvane announced that the European Commission has approved norvatinib for lung cancer.":
        "2025-09-22",
}  # fmt: skip


def told(text: str, kind: str = "company_press_release", publisher: str = "Norvane") -> Finding:
    announcement = Announcement("x", kind, publisher, "", MONDAY, f"News of norvatinib\n{text}")
    (found,) = [one for one in classify_text(announcement, WATCH) if one.mode is Mode.ANNOUNCED]
    return found


@pytest.mark.parametrize(("text", "day"), OF_THE_ACT.items())
def test_a_date_beside_the_act_is_its_day(text: str, day: str) -> None:
    found = told(text)
    assert (found.date and found.date.iso, found.announced and found.announced.iso) == (day, "2025-09-22")


@pytest.mark.parametrize(("text", "day"), OF_THE_TELLING.items())
def test_a_date_beside_the_telling_is_no_day_of_the_act(text: str, day: str) -> None:
    found = told(text)
    assert (found.date, found.announced and found.announced.iso) == (None, day)


def test_an_authority_that_announces_its_own_act_gives_its_day() -> None:
    found = told("We announced today that we have approved norvatinib for lung cancer.", "regulator_notice", "MHRA")
    assert (found.authority, found.date and found.date.iso) == ("MHRA", "2025-09-22")
