"""Japanese rows reach the topic that names them: there are no spaces between Japanese words."""

from __future__ import annotations

from golden.cases import cases, outcome
from regwatch.classify.topics import matching
from regwatch.model import Indication, Reading, Topic, Treatment

TOPIC = Topic(
    "cabo-net",
    "Cabozantinib in NETs",
    Treatment("cabozantinib", ("Cabometyx",), ("カボザンチニブ", "カボメティクス")),
    Indication("neuroendocrine tumours", ("神経内分泌腫瘍",), ("神経内分泌癌",)),
)


def test_a_japanese_row_is_about_the_topic_whose_words_it_has() -> None:
    (case,) = [case for case in cases() if str(case) == "pmda_approvals/japanese"]
    reading = outcome(case)
    assert isinstance(reading, Reading)
    (claim,) = reading.records[0].claims
    assert matching(claim.treatment, claim.indication, [TOPIC]) == [TOPIC]
    assert matching(claim.treatment, claim.indication.replace("腫瘍", "癌"), [TOPIC]) == []
