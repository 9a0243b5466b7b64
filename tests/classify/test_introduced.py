"""Names that a text itself gives a watched medicine."""

from __future__ import annotations

import pytest

from regwatch.classify.products import Watch
from regwatch.classify.text import read_text
from regwatch.model import Treatment

WATCH = Watch([Treatment("zelanib", brands=("Velmora",)), Treatment("orvatamab")])


def brands(text: str) -> list[str]:
    """The brands by which a text names zelanib, in order."""
    return [one.brand for one in WATCH.mentions(read_text(text)) if one.treatment == "zelanib"]


@pytest.mark.parametrize(
    "text",
    [
        "FDA approves Slimvera (zelanib). Slimvera is for adults.",
        "FDA approves Norvane's SLIMVERA® (zelanib) tablets. Slimvera is sold by Norvane.",
        "FDA approves zelanib (Slimvera, Norvane). Slimvera is a tablet.",
        "FDA approves Slimvera. The agency approved Slimvera™ (zelanib).",
    ],
)
def test_a_name_beside_the_inn_in_brackets_is_the_medicine_wherever_it_stands(text: str) -> None:
    assert len([brand for brand in brands(text) if brand.lower() == "slimvera"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "FDA approves Drug (zelanib). The drug is new. A Drug is a drug.",
        "Norvane (zelanib) and Elmo. Norvane's shares rose; Norvane said so.",
        "Twinova (zelanib/orvatamab) is a combination. Twinova is new.",
        "Zelanib with orvatamab (Twinova) is a combination. Twinova is new.",
        "Velmora (zelanib) is known. Other (unknown) is not. Other again.",
        "Kestrel (zelanib) and Airva (orvatamab) fell. Kestrel won approval for another one.",
    ],
)
def test_nouns_companies_and_combinations_are_no_names_of_it(text: str) -> None:
    assert set(brands(text)) <= {"", "Velmora"}


def test_without_a_trade_mark_a_name_means_it_only_from_there_on() -> None:
    assert brands("FDA approves Slimvera. The agency approved Slimvera (zelanib). Slimvera is a tablet.") == [
        "Slimvera", "", "Slimvera",
    ]  # fmt: skip


def test_as_many_brackets_as_one_likes_cost_no_more_than_their_length() -> None:
    text = "".join(f"Name{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}x (zelanib) " for n in range(5000))
    assert len({brand for brand in brands(text) if brand}) <= 20
