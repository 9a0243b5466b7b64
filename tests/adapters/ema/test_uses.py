"""Indications are cut into uses: each with its disease heading, none out of a limit, a result or an exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regwatch.adapters.ema.uses import claims, granted, is_use, sentences, uses
from regwatch.reading.html import clean
from regwatch.vocabulary import Milestone

GLUED = (
    "Hepatocellular carcinoma (HCC)Exempla is indicated for hepatocellular carcinoma after sorafenib."
    "Neuroendocrine tumours (NET)Exempla is indicated for adult&nbsp;patients with neuroendocrine tumours. "
)


def test_glued_sentences_come_apart_and_keep_their_heading() -> None:
    assert sentences(GLUED, "Exempla") == (
        "Hepatocellular carcinoma (HCC) Exempla is indicated for hepatocellular carcinoma after sorafenib.",
        "Neuroendocrine tumours (NET) Exempla is indicated for adult patients with neuroendocrine tumours.",
    )


def test_a_heading_glued_to_the_name_comes_apart() -> None:
    assert sentences("MelanomaExempla is indicated for melanoma", "Exempla (previously Other)") == (
        "Melanoma Exempla is indicated for melanoma",
    )


LIMIT = "The use of this vaccine should be in accordance with official recommendations"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (f"{LIMIT} Pemphigus vulgaris Exempla is indicated for pemphigus vulgaris.", "Pemphigus vulgaris Exempla"),
        (f"{LIMIT} Exempla is indicated for the treatment of gout.", "Exempla is"),
        ("Exempla is indicated for gout Psoriasis Exempla is used for psoriasis.", "Psoriasis Exempla"),
        ("Exempla is indicated for relapsed CLL.Only few data are known.", "Only"),
        ("Exempla is indicated against gout. \u03b2 thalassaemia Exempla is indicated against it.", "\u03b2"),
    ],
)
def test_a_statement_that_lost_its_point_comes_apart(text: str, cut: str) -> None:
    at = text.index(cut)
    assert sentences(text, "Exempla") == (text[:at].strip(), text[at:])


@pytest.mark.parametrize(
    "text",
    [
        "In patients who have been treated with Exempla it is indicated to go on.",
        "Adults who are naive to treatment and for whom Exempla is indicated should be seen by a specialist.",
        "Adults who were treated with medicines including Exempla plus another are included.",
    ],
)
def test_a_sentence_that_names_the_medicine_in_its_middle_stays_whole(text: str) -> None:
    assert sentences(text, "Exempla") == (text,)


def test_a_name_with_a_point_in_it_is_no_end_of_a_sentence() -> None:
    assert sentences("Exempla Gen.Orph is indicated for gout.", "Exempla Gen.Orph") == (
        "Exempla Gen.Orph is indicated for gout.",
    )


@pytest.mark.parametrize("text", ["Treatment of X (e.g. Y) in adults.", "Active against St. Louis virus, i.e. Z."])
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert sentences(text) == (text,)


def test_markup_and_doubly_escaped_entities_are_gone() -> None:
    assert sentences("&lt;p&gt;Treatment of&amp;nbsp;X&lt;/p&gt;<br/>\u2022 Prevention of Y") == (
        "Treatment of X \u2022 Prevention of Y",
    )


def test_the_same_text_from_a_list_and_from_one_line_is_equal() -> None:
    listed = "<p>Exempla is indicated for X</p><ul><li>in adults,</li><li>in children.</li></ul>"
    assert sentences(listed) == sentences("Exempla is indicated for X in adults,  in children.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Exempla is not indicated for neuroendocrine tumours.",
        "Exempla should not be used in patients with neuroendocrine tumours.",
        "Exempla is no longer authorised for the treatment of neuroendocrine tumours.",
        "Treatment should be initiated by a physician experienced in the treatment of neuroendocrine tumours.",
        "Efficacy in the treatment of neuroendocrine tumours has not been established.",
        "An effect in patients treated for neuroendocrine tumours has been demonstrated.",
        "Exempla is contraindicated for the treatment of children.",
        "The use of this vaccine follows official recommendations.",
        "Patients who have had chemotherapy should be excluded from treatment.",
        "The effect on neuroendocrine tumours is not established.",
        "Exempla is not a substitute for the treatment of neuroendocrine tumours.",
        "The response rate of neuroendocrine tumours to treatment is unknown.",
    ],
)
def test_what_grants_no_use_is_none(sentence: str) -> None:
    assert not is_use(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Exempla is indicated for adults with X (see sections 4.4 and 5.1).",
        "Treatment of X, refractory or not eligible to radioactive iodine.",
        "Prevention of X in adults.",
        "Exempla is indicated for X in adults for whom metformin is contraindicated.",
        "Growth failure in children who have a deficiency.",
        "Oral contraception",
        "Treatment of X in adults for whom effectiveness has been established with a tablet.",
    ],
)
def test_what_grants_a_use_is_one(sentence: str) -> None:
    assert is_use(sentence)


def test_an_exception_is_no_part_of_the_use() -> None:
    text = "Treatment of malignancy (with the exception of neuroendocrine tumours) in adults."
    assert granted(text) == "Treatment of malignancy in adults."
    [claim] = claims((text,), "EC", Milestone.APPROVED, "rule", prefix="Status: Authorised.")
    assert claim.quote == f"Status: Authorised. {text}"


@pytest.mark.parametrize(
    "text",
    [
        "Exempla is indicated for X, but not Y.",
        "Exempla is indicated for X; it is not recommended in patients with Y.",
        "Exempla is indicated for X and is contraindicated in Y.",
    ],
)
def test_what_a_use_denies_in_the_same_breath_is_no_part_of_it(text: str) -> None:
    assert is_use(text)
    assert "Y" not in granted(text)


def test_a_use_told_twice_is_one() -> None:
    assert uses(["Treatment of X.", "Treatment of X.", "It should not be used."]) == ("Treatment of X.",)


@given(st.text(alphabet="abcXYZ .:;()1\u2022", max_size=300))
def test_cutting_a_text_loses_and_adds_no_word(text: str) -> None:
    def letters(words: str) -> str:
        return "".join(c for c in words if c not in " \u2022")

    assert letters("".join(sentences(text))) == letters(clean(text))


@pytest.mark.parametrize("piece", ["a. A", "(", "<a", "not ", "excluding ", "&lt;p", "see section 1, and "])
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    started = time.process_time()
    uses(sentences(piece * 100_000, "Exempla"))
    assert time.process_time() - started < 2
