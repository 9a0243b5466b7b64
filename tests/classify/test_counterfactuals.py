"""What must change the reading: a "not" gone, an "if" put in, another tense, authority or medicine."""

from __future__ import annotations

from datetime import date

import pytest

from classify.corpus import WATCH, announced, name_of
from regwatch.classify.language import classify_text
from regwatch.model import Announcement, Finding
from regwatch.vocabulary import Confidence, Mode

DAY = date(2026, 11, 20)


def read(text: str, kind: str = "trade_news") -> list[Finding]:
    return classify_text(Announcement("x", kind, "", "", DAY, text), WATCH)


def news(text: str, kind: str = "trade_news") -> list[str]:
    return sorted(announced(read(text, kind)))


TURNS = [
    (
        "The FDA has approved Velmora for lupus.",
        "zelanib FDA approved",
        "The FDA has not approved Velmora for lupus.",
        "",
    ),
    (
        "The FDA has approved Velmora for lupus.",
        "zelanib FDA approved",
        "If the FDA has approved Velmora for lupus, it sells.",
        "",
    ),
    ("The FDA has approved Velmora for lupus.", "zelanib FDA approved", "The FDA will approve Velmora for lupus.", ""),
    ("The FDA has approved Velmora for lupus.", "zelanib FDA approved", "The FDA could approve Velmora for lupus.", ""),
    (
        "The FDA has approved Velmora for lupus.",
        "zelanib FDA approved",
        "The FDA had already approved Velmora for lupus.",
        "",
    ),
    (
        "The FDA has approved Velmora for lupus.",
        "zelanib FDA approved",
        "The FDA approved Velmora for lupus in May 2019.",
        "",
    ),
    ("The FDA has approved Velmora for lupus.", "zelanib FDA approved", "Has the FDA approved Velmora for lupus?", ""),
    (
        "The FDA has approved Velmora for lupus.",
        "zelanib FDA approved",
        "The MHRA has approved Velmora for lupus.",
        "zelanib MHRA approved",
    ),
    (
        "The FDA has approved Velmora for lupus.",
        "zelanib FDA approved",
        "The CHMP has backed Velmora for lupus.",
        "zelanib EMA opinion_positive",
    ),
    (
        "The FDA has approved Velmora for lupus.",
        "zelanib FDA approved",
        "The FDA has approved Lumenta for lupus.",
        "orvatamab FDA approved",
    ),
    (
        "The FDA has approved Velmora for lupus.",
        "zelanib FDA approved",
        "The FDA has approved Gravixa (tolbirsen) for lupus.",
        "",
    ),
    (
        "The FDA has approved Velmora for lupus.",
        "zelanib FDA approved",
        "The FDA has rejected Velmora for lupus.",
        "zelanib FDA complete_response",
    ),
    (
        "The FDA has approved Velmora for lupus.",
        "zelanib FDA approved",
        "The FDA has granted accelerated approval to Velmora for lupus.",
        "zelanib FDA accelerated_approved",
    ),
    (
        "The EC has approved Velmora for lupus.",
        "zelanib EC approved",
        "The EC has conditionally approved Velmora for lupus.",
        "zelanib EC conditionally_approved",
    ),
    (
        "The CHMP adopted a positive opinion on Velmora.",
        "zelanib EMA opinion_positive",
        "The CHMP adopted a negative opinion on Velmora.",
        "zelanib EMA opinion_negative",
    ),
    (
        "The CHMP adopted a positive opinion on Velmora.",
        "zelanib EMA opinion_positive",
        "Norvane hopes for a positive opinion of the CHMP on Velmora.",
        "",
    ),
    (
        "The SMC has accepted Velmora for lupus.",
        "zelanib SMC hta_recommended",
        "The SMC has not accepted Velmora for lupus.",
        "zelanib SMC hta_not_recommended",
    ),
    (
        "NICE has recommended Velmora for lupus.",
        "zelanib NICE hta_recommended",
        "NICE has not recommended Velmora for lupus.",
        "zelanib NICE hta_not_recommended",
    ),
    (
        "NICE has recommended Velmora for lupus.",
        "zelanib NICE hta_recommended",
        "In draft guidance NICE has recommended Velmora for lupus.",
        "zelanib NICE hta_draft_recommended",
    ),
    (
        "NICE has recommended Velmora for lupus.",
        "zelanib NICE hta_recommended",
        "NICE has recommended Velmora for lupus through managed access.",
        "zelanib NICE hta_managed_access",
    ),
    (
        "The panel of the FDA voted 9-1 for Velmora.",
        "zelanib FDA advisory_positive",
        "The panel of the FDA voted 9-1 against Velmora.",
        "zelanib FDA advisory_negative",
    ),
    (
        "Norvane has submitted an NDA for Velmora to the FDA.",
        "zelanib FDA submitted",
        "Norvane plans to submit an NDA for Velmora to the FDA.",
        "",
    ),
    (
        "The FDA has accepted the NDA for Velmora.",
        "zelanib FDA accepted_for_review",
        "The FDA will decide whether to accept the NDA for Velmora.",
        "",
    ),
    (
        "The trial of Velmora met its primary endpoint.",
        "zelanib - trial_positive",
        "The trial of Velmora did not meet its primary endpoint.",
        "zelanib - trial_negative",
    ),
    (
        "The EC has revoked the marketing authorisation of Velmora.",
        "zelanib EC revoked",
        "The EC may revoke the marketing authorisation of Velmora.",
        "",
    ),
    (
        "Norvane has withdrawn its MAA for Velmora.",
        "zelanib EMA application_withdrawn",
        "Norvane may withdraw its MAA for Velmora.",
        "",
    ),
]


@pytest.mark.parametrize(("one", "event", "other", "turned"), TURNS, ids=[turn[2] for turn in TURNS])
def test_a_turn_of_the_clause_turns_the_event(one: str, event: str, other: str, turned: str) -> None:
    assert news("Velmora news\n" + one) == [event]
    assert news("Velmora news\n" + other) == ([turned] if turned else [])


@pytest.mark.parametrize(
    "text",
    [
        "Analysts say the FDA should approve Velmora (zelanib).",
        "Velmora (zelanib) would be approved by the FDA only after another trial.",
        "Norvane is seeking FDA approval of Velmora (zelanib).",
        "Norvane awaits approval of Velmora (zelanib) by the European Commission.",
        "Velmora (zelanib) is pending approval by the MHRA.",
        "Subject to approval by the FDA, Norvane will launch Velmora (zelanib).",
        "Once the European Commission has approved Velmora (zelanib), it can be sold.",
        "The FDA is reviewing Velmora (zelanib).",
        "Velmora (zelanib) has yet to be approved by the FDA.",
    ],
)
def test_what_has_not_happened_is_never_announced(text: str) -> None:
    decided = {"approved", "accelerated_approved", "conditionally_approved", "refused", "complete_response"}
    assert [f for f in read("Velmora\n" + text) if f.mode is Mode.ANNOUNCED and f.milestone.value in decided] == []


def test_a_foreseen_decision_becomes_an_expectation_with_its_window() -> None:
    found = read(
        "Velmora\nA decision of the European Commission on Velmora (zelanib) is expected in the coming months."
    )
    expected = [f for f in found if f.mode is Mode.EXPECTED]
    assert [name_of(f) for f in expected] == ["zelanib EC approved"]
    assert expected[0].window == "in the coming months"
    assert expected[0].date is None


def test_text_in_another_language_is_never_sure() -> None:
    french = (
        "Norvane annonce aujourd'hui que la Commission européenne a approuvé Velmora (zelanib) pour le traitement des"
        " patients adultes atteints de tumeurs gastriques dans les pays de l'Union."
    )
    found = read(french)
    assert [name_of(f) for f in found if f.mode is Mode.ANNOUNCED] == ["zelanib EC approved"]
    assert all(f.confidence is not Confidence.HIGH for f in found)
    assert all("French" in f.reason for f in found)


@pytest.mark.parametrize("body", ["", "\nDas Arzneimittel Velmora (zelanib) ist in der EU zugelassen worden."])
def test_german_text_with_a_decisive_word_is_kept_for_a_person(body: str) -> None:
    found = read("Velmora erhält Zulassung" + body)
    assert [name_of(f) for f in found if f.mode is Mode.ANNOUNCED] == ["zelanib EC approved"]
    assert all(f.confidence is Confidence.LOW and "German" in f.reason for f in found)


@pytest.mark.parametrize(
    "text",
    [
        "Norvane walks back claim\nNorvane walked back a claim that the FDA approved Velmora (zelanib).",
        "Talk of Velmora\nShares rose on a report that the FDA has approved Velmora (zelanib) for lupus.",
    ],
)
def test_what_others_claim_is_never_sure(text: str) -> None:
    found = [f for f in read(text) if f.mode is Mode.ANNOUNCED]
    assert [name_of(f) for f in found] == ["zelanib FDA approved"]
    assert all(f.confidence is not Confidence.HIGH and "others claim" in f.reason for f in found)


def test_a_lede_with_authority_medicine_and_tense_is_sure() -> None:
    found = read("FDA approves Velmora\nThe FDA has approved Velmora (zelanib) for adults with lupus.")
    assert [f.confidence for f in found] == [Confidence.HIGH]
    assert found[0].indication == "adults with lupus"
    assert {cue.role for cue in found[0].cues} >= {"action", "authority", "indication"}


def test_what_the_agency_of_medicines_approves_is_the_commission_s_and_unsure() -> None:
    found = [f for f in read("EMA approves Velmora\nThe EMA has approved Velmora (zelanib).") if f.authority == "EC"]
    assert found
    assert all(f.confidence is not Confidence.HIGH for f in found)
