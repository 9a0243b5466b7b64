"""Two texts about a use of a medicine: the same, narrower, wider, another, or not to be told."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regwatch.uses import Relation, compare_uses, same_disease, same_use

BASE = "Exempla is indicated for the treatment of {severity} plaque psoriasis in {who}."


def use(severity: str = "moderate to severe", who: str = "adults") -> str:
    return BASE.format(severity=severity, who=who)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hepatocellular carcinoma", "HCC"),
        ("advanced pNETs", "advanced pancreatic neuroendocrine tumors"),
        ("differentiated thyroid carcinoma (DTC)", "differentiated thyroid cancer"),
        ("Oesophageal squamous cell carcinoma", "esophageal squamous-cell carcinoma"),
        ("acute myeloid leukaemia in paediatric patients", "Acute myeloid leukemia in pediatric patients"),
        ("non-small cell lung cancer", "non small cell lung cancer (NSCLC)"),
        ("Crohn's disease", "Crohn\u2019s disease"),
        ("patients aged 12\u201317 years with asthma", "patients aged 12 to 17 years with asthma"),
        ("treatment of gout in adults (see sections 4.4 and 5.1)", "treatment of gout in adults (see section 5.2)"),
        (
            "treatment of gout in adults and children weighing at least 40kg",
            "treatment of gout in adults and children weighing at least 40 kg",
        ),
        ("after one prior line of therapy for gout", "after 1 prior line of therapy for gout"),
        (
            "Exempla is indicated in adults for the treatment of gout.",
            "Exempla is indicated for the treatment of gout in adults.",
        ),
        ("prevention of shingles in adults", "prevention of herpes zoster in adults"),
    ],
)
def test_other_spelling_order_or_abbreviation_is_the_same_use(one: str, other: str) -> None:
    assert same_use(one, other)
    assert same_use(other, one)


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (use(who="patients aged 3 years and older"), use(who="patients aged 6 years and older")),
        (use(who="patients aged 6 months and older"), use(who="patients aged 2 years and older")),
        (use(who="adults and adolescents aged 12 years and older"), use(who="adults")),
        (use(who="adults and children from birth"), use(who="adults and children aged 2 years and older")),
        (use(who="patients weighing at least 12 kg"), use(who="patients weighing at least 25 kg")),
        (use(who="adults and paediatric patients (2 years and older)"), use(who="children (2 years and older)")),
        (use(severity="mild to severe"), use(severity="moderate to severe")),
        (use(severity="acute and chronic"), use(severity="chronic")),
        ("HER2-positive or HER2-low breast cancer", "HER2-positive breast cancer"),
        ("HER2-positive, HER2-low or HER2-ultralow breast cancer", "HER2-low or HER2-positive breast cancer"),
        ("BRCA1- or BRCA2-mutated ovarian cancer", "BRCA1-mutated ovarian cancer"),
        ("HER2-negative breast cancer", "HR-positive, HER2-negative breast cancer"),
        (
            use(who="adults who have received at least one prior systemic therapy"),
            use(who="adults who have received two or more prior systemic therapies"),
        ),
        (
            use(who="adults with previously untreated or previously treated disease"),
            use(who="adults with previously treated disease"),
        ),
        (use(who="men and women"), use(who="women")),
        ("pulmonary hypertension of class II, III and IV", "pulmonary hypertension of class II to III"),
        ("as monotherapy or in combination with methotrexate for gout", "in combination with methotrexate for gout"),
        ("haemophilia A with or without inhibitors", "haemophilia A without inhibitors"),
        ("treatment and prevention of influenza", "treatment of influenza"),
        ("breast cancer and melanoma", "melanoma"),
        ("asthma", "severe eosinophilic asthma"),
        ("solid tumours", "solid tumours with an NTRK gene fusion"),
    ],
)  # fmt: skip
def test_a_use_for_more_patients_is_wider_and_the_other_narrower(wide: str, narrow: str) -> None:
    assert compare_uses(wide, narrow) is Relation.WIDER
    assert compare_uses(narrow, wide) is Relation.NARROWER


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("melanoma", "renal cell carcinoma"),
        ("breast cancer", "prostate cancer"),
        ("mantle cell lymphoma", "follicular lymphoma"),
        ("psoriatic arthritis", "rheumatoid arthritis"),
        ("chronic kidney disease", "chronic heart failure"),
        ("acute lymphoblastic leukaemia", "chronic myeloid leukaemia"),
    ],
)
def test_another_disease_is_another_use(one: str, other: str) -> None:
    assert compare_uses(one, other) is Relation.OTHER
    assert compare_uses(other, one) is Relation.OTHER
    assert not same_disease(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (use(who="adults aged 18 to 64 years"), use(who="patients aged 60 years and older")),
        ("pancreatic neuroendocrine tumours", "extra-pancreatic neuroendocrine tumours"),
        (use(who="adults whose skin is thick"), use(who="adults whose nails are affected")),
        ("", "melanoma"),
    ],
)
def test_what_overlaps_or_says_nothing_is_not_told(one: str, other: str) -> None:
    assert compare_uses(one, other) is Relation.UNKNOWN
    assert compare_uses(other, one) is Relation.UNKNOWN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", "melanoma"),
        ("advanced NETs after one therapy", "adults with neuroendocrine tumors"),
        ("biliary tract cancer", "first-line treatment of adults with metastatic biliary tract carcinoma"),
        ("advanced liver cancer", "unresectable hepatocellular carcinoma after sorafenib"),
        ("pNET and epNET", "advanced neuroendocrine tumours (NET) in adults and in children from age 12"),
    ],
)
def test_two_phrases_may_speak_of_one_disease_whoever_the_patients_are(one: str, other: str) -> None:
    assert same_disease(one, other)
    assert same_disease(other, one)


@pytest.mark.parametrize("word", ["hypotension", "lymphoid leukaemia"])
def test_a_slip_of_the_pen_is_forgiven_and_another_word_is_not(word: str) -> None:
    assert same_use("differentiated thyroid carcinma", "differentiated thyroid carcinoma")
    assert not same_use(word, {"hypotension": "hypertension"}.get(word, "myeloid leukaemia"))


DISEASES = ("melanoma", "gout", "asthma", "renal cell carcinoma", "herpes zoster", "cystic fibrosis", "narcolepsy")
GROUPS = ("adults", "adults and adolescents aged 12 years and older", "children aged 2 to 11 years", "patients")
SEVERITIES = ("", "mild", "severe", "moderate to severe", "acute", "chronic")
LINES = ("", " who have received one prior therapy", " who are treatment-naive", " after failure of surgery")
TEXTS = st.builds(
    lambda severity, disease, who, line: f"treatment of {severity} {disease} in {who}{line}".replace("  ", " "),
    st.sampled_from(SEVERITIES),
    st.sampled_from(DISEASES),
    st.sampled_from(GROUPS),
    st.sampled_from(LINES),
)
MIRRORED = {Relation.NARROWER: Relation.WIDER, Relation.WIDER: Relation.NARROWER}


@given(TEXTS)
def test_a_use_is_the_same_as_itself(text: str) -> None:
    assert same_use(text, text)


@given(TEXTS, TEXTS)
def test_seen_from_the_other_side_wider_is_narrower_and_all_else_the_same(one: str, other: str) -> None:
    there, back = compare_uses(one, other), compare_uses(other, one)
    assert back is MIRRORED.get(there, there)
    assert same_disease(one, other) is same_disease(other, one)


@given(st.sampled_from(DISEASES), st.integers(1, 60), st.integers(1, 60))
def test_the_younger_the_age_from_which_the_wider_the_use(disease: str, one: int, other: int) -> None:
    texts = [f"treatment of {disease} in patients aged {age} years and older" for age in (one, other)]
    wanted = Relation.SAME if one == other else Relation.WIDER if one < other else Relation.NARROWER
    assert compare_uses(*texts) is wanted


BRITISH = (
    ("anaemia", "anemia"),
    ("oedema", "edema"),
    ("tumour", "tumor"),
    ("immunised", "immunized"),
    ("diarrhoea", "diarrhea"),
)


@given(st.sampled_from(BRITISH), st.sampled_from(GROUPS))
def test_british_and_american_spelling_are_one(pair: tuple[str, str], who: str) -> None:
    assert same_use(*(f"treatment of {word} of the lung in {who}" for word in pair))


@given(st.text(max_size=400), st.text(max_size=400))
def test_no_text_makes_it_fail(one: str, other: str) -> None:
    assert compare_uses(one, other) in Relation
    assert same_disease(one, other) in (True, False)


HOSTILE = (
    "(" * 50_000, "in combination with " * 3_000, "aged 1 to 2 to 3 years and " * 2_000, "who with no a " * 4_000,
    "1 or 2 prior " * 4_000, "A" * 90_000,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_a_hostile_text_is_read_in_no_time(text: str) -> None:
    started = time.process_time()
    compare_uses(text, text[:-1])
    assert time.process_time() - started < 2
