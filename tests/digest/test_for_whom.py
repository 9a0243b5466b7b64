"""For whom a status is: in whole sentences of a source, and taken apart only where they are plain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digest.story import ANA, NOW, TOPIC, TOPICS, event, evidence, transition
from regwatch.digest.compose import compose
from regwatch.digest.for_whom import ForWhom, for_whom
from regwatch.digest.told_as_data import told_json
from regwatch.digest.transition_view import transition_view
from regwatch.ledger.entries import Transition

WHOLE = "Adult patients with pNET who have progressed following at least one prior systemic therapy other than SSAs."
CUT = "adult patients with pNET who have progressed following at least one prior systemic"


def moved(indication: str, *quotes: str, official: bool = True) -> Transition:
    proof = tuple(evidence(quote, source=f"s{n}", official=official) for n, quote in enumerate(quotes))
    return replace(transition(proof=proof or (evidence(""),)), indication=indication)


def told(indication: str, *quotes: str, official: bool = True) -> ForWhom:
    return for_whom(moved(indication, *quotes, official=official), TOPIC.indication)


def test_a_whole_use_is_shown_and_taken_apart() -> None:
    found = told(WHOLE)
    assert found.words == WHOLE
    assert found.short == "Adults; earlier treatments: at least one (not every kind counts); pNET"


def test_half_a_use_is_made_whole_by_the_sentence_that_it_was_taken_from() -> None:
    assert told(CUT, "Status: In progress", f"The MHRA approved it in {WHOLE[0].lower()}{WHOLE[1:]}").words == WHOLE


@pytest.mark.parametrize("quote", [
    "",
    f"The MHRA approved it in {CUT}",
    f"The MHRA approved it in {CUT} \N{HORIZONTAL ELLIPSIS}",
    "The MHRA approved it in another use that is told as a whole sentence.",
    "x" * 700 + f" {WHOLE[0].lower()}{WHOLE[1:]}" + "x" * 300 + ".",
])  # fmt: skip
def test_half_a_use_is_left_out_where_no_whole_sentence_holds_it(quote: str) -> None:
    assert told(CUT, quote) == ForWhom()


@pytest.mark.parametrize("words", [TOPIC.indication.name, "x" * 901 + ".", "", CUT])
def test_what_says_no_more_than_the_topic_or_is_not_whole_is_left_out(words: str) -> None:
    assert told(words) == ForWhom()
    assert told_json(moved(words), transition_view(moved(words), TOPIC, "UTC"))["for_whom"] is None


def test_where_a_page_names_no_use_the_authoritys_own_sentence_on_patients_is_taken() -> None:
    said = "It should not be used for NETs that have progressed after at least 1 systemic treatment in adults."
    assert told(TOPIC.indication.name, said).words == said
    assert told(TOPIC.indication.name, said).short == "Adults; earlier treatments: at least one"
    assert told(TOPIC.indication.name, said, official=False) == ForWhom()
    assert told(TOPIC.indication.name, "Committee meeting on NETs: 4 June.") == ForWhom()


@pytest.mark.parametrize(("words", "age", "earlier"), [
    ("Adults and children 12 years of age and older with treated NETs.", "12 years and older", ""),
    ("Adults with previously treated NETs.", "adults", "at least one"),
    ("First-line treatment of adults with NETs.", "adults", "none"),
    ("Adults with NETs after at least two prior therapies.", "adults", "at least two"),
    ("NETs that cannot be removed.", "", ""),
    ("Children aged 2 to 11 years with NETs.", "2 to under 12 years", ""),
])  # fmt: skip
def test_age_and_earlier_treatments_are_told_as_far_as_the_words_are_plain(words: str, age: str, earlier: str) -> None:
    found = told(words)
    assert (found.age, found.earlier) == (age, earlier)


def test_what_the_sentence_says_beyond_the_use_is_not_taken_for_it() -> None:
    both = "It was approved for adult patients with pNET and, from 6 years of age, for children with another disease."
    found = told("adult patients with pNET", both)
    assert found.words == "Adult patients with pNET and, from 6 years of age, for children with another disease."
    assert found.age == ""


def test_a_mail_says_for_whom_and_repeats_no_words_that_it_quotes() -> None:
    quoted = moved(WHOLE, f"The Commission approved it: {WHOLE}")
    digest = compose([event(1, moved=quoted)], TOPICS, [], NOW, ANA)
    assert digest is not None
    facts = dict(digest.entries[0].facts)
    assert facts["Whom it concerns"].startswith("Adults; ")
    assert "Whom it concerns, exactly" not in facts
    bare = compose([event(1, moved=moved(WHOLE))], TOPICS, [], NOW, ANA)
    assert bare is not None
    assert dict(bare.entries[0].facts)["Whom it concerns, exactly"] == WHOLE


def test_programs_get_the_same_as_data() -> None:
    one = moved(WHOLE)
    found = told_json(one, transition_view(one, TOPIC, "UTC"))
    assert found["for_whom"] == {
        "words": WHOLE, "age": "adults", "earlier_treatments": "at least one (not every kind counts)",
        "tumour_types": ["pNET"],
    }  # fmt: skip
    assert found["meaning"].startswith("It is licensed for this use in the EU.")
