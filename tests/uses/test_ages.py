"""For whom a text speaks, by age and weight."""

from __future__ import annotations

import pytest

from regwatch.uses.ages import FOREVER, Spans, ages, joined, weights, within
from regwatch.uses.words import normal


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("adults", ((18, FOREVER),)),
        ("adults and adolescents aged 12 years and older", ((12, FOREVER),)),
        ("adult and adolescent patients aged 12 to 17 years", ((12, FOREVER),)),
        ("adults, adolescents and children aged 2 years and above", ((2, FOREVER),)),
        ("paediatric patients aged 2 years and older", ((2, 18),)),
        ("children and adolescents from 6 years of age", ((6, 18),)),
        ("children 5 years of age and older, adolescents and adults up to 30 years of age", ((5, 31),)),
        ("paediatric patients (5 years to less than 18 years of age)", ((5, 18),)),
        ("individuals 60 years of age and older", ((60, FOREVER),)),
        ("adults aged 50 through 59 years", ((50, 60),)),
        ("patients \u2265 7 years of age", ((7, FOREVER),)),
        ("infants aged 6 to 12 weeks", ((6 / 52, 13 / 52),)),
        ("adults and children from birth", ((0, FOREVER),)),
        ("children from birth", ((0, 18),)),
        ("patients of all ages", ((0, FOREVER),)),
        ("patients with gout", None),
        ("patients treated for at least 12 months", None),
        ("adults with a relapse within 6 months of surgery", ((18, FOREVER),)),
    ],
)
def test_ages_are_read_from_groups_and_figures(text: str, spans: Spans | None) -> None:
    found = ages(normal(text))
    assert (found is None) is (spans is None)
    for one, other in zip(found or (), spans or (), strict=True):
        assert one == pytest.approx(other)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("weighing at least 25 kg", ((25, FOREVER),)),
        ("with a body weight of 15kg or more", ((15, FOREVER),)),
        ("weighing less than 40 kg", ((0, 40),)),
        ("weighing 10 to 25 kg", ((10, 25),)),
        ("body weight above 60 kg", ((60, FOREVER),)),
        ("a body mass index of at least 30 kg/m2", None),
        ("a dose of 5 mg/kg", None),
    ],
)
def test_weights_are_read_and_doses_are_not(text: str, spans: Spans | None) -> None:
    assert weights(normal(text)) == spans


def test_intervals_that_touch_are_one() -> None:
    assert joined([(12, 18), (18, FOREVER), (2, 5)]) == ((2, 5), (12, FOREVER))
    assert within(((3, 4),), ((2, 5), (12, FOREVER)))
    assert not within(((3, 6),), ((2, 5), (12, FOREVER)))
