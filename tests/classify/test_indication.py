"""Where the words that say for whom a medicine is end: at the verb of their sentence, not after it."""

from __future__ import annotations

import pytest

from regwatch.classify.indication import find_indication
from regwatch.classify.text import read_text


@pytest.mark.parametrize(
    ("sentence", "ends"),
    [
        ("NICE does not recommend X for gastric cancer in draft guidance published today", "gastric cancer"),
        ("NICE has not backed X for gastric cancer in its final draft recommendations", "gastric cancer"),
        ("X for people with Dravet syndrome could soon be offered after NICE published its draft", "Dravet syndrome"),
        ("The trial of X in lupus did not meet its primary endpoint", "lupus"),
        ("X for haemophilia A cannot be granted, the loss of effect not being explained", "haemophilia A"),
        ("The FDA cleared X for breast cancer, and Health Canada followed a week later", "breast cancer"),
        ("X for atopic dermatitis, and it is a yes with a fence around it", "atopic dermatitis"),
        ("The MHRA suspended X for sickle cell disease with immediate effect", "sickle cell disease"),
        ("X for severe asthma, submitted by a company, was discussed", "severe asthma"),
    ],
)
def test_what_the_sentence_says_besides_is_no_part_of_them(sentence: str, ends: str) -> None:
    assert find_indication(read_text(sentence), 0, len(sentence), 0)[0].endswith(ends)


@pytest.mark.parametrize(
    "use",
    [
        "adults with ovarian cancer who have had two or more lines of treatment",
        "patients with cholangiocarcinoma that have progressed after at least one prior line of therapy",
        "acute treatment of migraine in adults in whom triptans are contraindicated",
        "advanced hepatocellular carcinoma in adults only if they have good liver function",
        "hypercholesterolaemia not adequately controlled with statins",
        "non-small-cell lung cancer in adults whose tumours have a KRAS mutation",
    ],
)
def test_a_verb_that_says_who_the_patients_are_is_part_of_them(use: str) -> None:
    sentence = f"It was approved for {use}."
    assert find_indication(read_text(sentence), 0, len(sentence), 0)[0] == use
