"""Every sentence that we write ourselves is short and easy: 25 words at most, and for readers of about twelve years."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.story import ANA, NOW, TOPIC, TOPICS, board, event, expectation, transition, whole_story
from regwatch import wording
from regwatch.dates import from_iso
from regwatch.digest import entry_for_expectation, entry_for_transition, outages, render
from regwatch.digest.compose import Digest, compose
from regwatch.ledger.entries import EventKind, ExpectationState
from regwatch.model import Indication, Topic, Treatment
from regwatch.vocabulary import AUTHORITIES, GOAL_DATES, Kind, Milestone, Standing, is_status
from regwatch.wording_tables import KINDS, MEANING, NAMES, NEXT, PLACES, RESPOND, SERVICES

TEMPLATES = Path(__file__).parents[2] / "templates" / "email"
LONGEST, GRADE = 25, 7.0
"""Words of a sentence; school years after which a text can be read (a reader of twelve is in the seventh)."""

FIXED = [
    wording.NOT_ADVICE,
    *wording.STANDINGS.values(),
    *entry_for_expectation._EXPECTATION_MEANING.values(),
    entry_for_transition._RETRACTED,
    outages._NO_DECISION,
    outages._SILENCE,
    render.DISCREET,
]
EXPLAINED = [*MEANING.values(), *NEXT.values(), *RESPOND.values()]
_NAMES = sorted(
    {
        *(name for names in NAMES.values() for name in names),
        *PLACES.values(),
        *SERVICES.values(),
        "European Commission",
    },
    key=len,
    reverse=True,
)
_TOPIC_WORDS = {"authority", "committee", "company", "decision", "evidence", "medical", "medicine", "consultation"}
"""Words that such a mail cannot do without."""


def filled(text: str) -> str:
    """A sentence with short names in its gaps, so that it is our own words that are weighed."""
    for gap in ("body", "what", "place", "service"):
        text = text.replace(f"{{{gap}}}", "NICE")
    for name in _NAMES:
        text = text.replace(name, "NICE")
    return text


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if re.search(r"\w", part)]


def syllables(word: str) -> int:
    """About how many syllables an English word has."""
    if word.casefold() in _TOPIC_WORDS:
        return 2
    bare = (
        re.sub(r"(?:e|es|ed)\Z", "", word.casefold()) if not re.search(r"(?:[aeiouy]l|t|d)(?:e|ed)\Z", word) else word
    )
    return max(1, len(re.findall(r"[aeiouy]+", bare.casefold())))


def grade(text: str) -> float:
    """The school years of Flesch and Kincaid, over sentences and the clauses that a colon or semicolon parts."""
    parts = [part for part in re.split(r"(?<=[.!?:;])\s+", text) if re.search(r"\w", part)]
    words = re.findall(r"[A-Za-z0-9'’-]+", text)
    return 0.39 * len(words) / len(parts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def of_templates() -> list[str]:
    """The sentences of the templates, with a word in the place of what is filled in."""
    found = []
    for path in sorted(TEMPLATES.glob("*.html.j2")):
        if path.name != "style.html.j2":
            bare = re.sub(r"{%.*?%}", "", path.read_text("utf-8"), flags=re.DOTALL)
            lines = re.sub(r"<[^>]*>", "\n", re.sub(r"{{.*?}}", "X", bare, flags=re.DOTALL)).splitlines()
            found += [sentence for line in lines for sentence in sentences(line)]
    return found


def every_sentence() -> list[str]:
    """What plain makes of every authority and milestone."""
    day, was = from_iso("2025-11-19"), from_iso("2025-09-30")
    found = []
    for code, milestone in product(AUTHORITIES, Milestone):
        about = wording.medicine(TOPIC)
        found += [
            wording.what_changed(code, milestone, TOPIC, day),
            wording.expected(code, milestone, day, about=about),
            wording.expected(code, milestone, None, "in the coming months", about=about),
            wording.moved(code, milestone, was, day, about=about),
            wording.withdrawn(code, milestone, day, about=about),
            wording.overdue(code, milestone, day, NOW, about=about),
            wording.meaning(code, milestone),
            wording.usually_next(code, milestone),
            wording.decided_since(code, milestone, reported=True),
            wording.respond(code),
        ]
    return found


def test_no_sentence_of_ours_is_long() -> None:
    texts = [*FIXED, *EXPLAINED, *KINDS.values(), *of_templates()]
    told = [sentence for text in texts for sentence in sentences(text)]
    assert len(told) > 100
    assert [one for one in told if len(one.split()) > LONGEST] == []


def test_no_sentence_about_any_authority_and_milestone_is_long() -> None:
    told = {sentence for text in every_sentence() for sentence in sentences(text)}
    # The name of the medicine and its use is the operator's: it counts as one word.
    bare = {one.replace(wording.medicine(TOPIC), "it") for one in told}
    assert [one for one in sorted(bare) if len(one.split()) > LONGEST] == []


@pytest.mark.parametrize("text", [text for text in [*FIXED, *EXPLAINED] if len(text.split()) > 7])
def test_what_we_explain_can_be_read_at_twelve(text: str) -> None:
    assert grade(filled(text)) <= GRADE + 2, f"{grade(filled(text)):.1f}"


def test_on_the_whole_it_is_easier_than_that() -> None:
    assert grade(filled(" ".join(EXPLAINED))) <= GRADE - 2


def test_the_measure_tells_hard_from_easy() -> None:
    hard = "Notwithstanding prior authorisation, reimbursement determinations necessitate health-economic evaluation."
    assert grade(hard) > 20
    assert grade("The cat sat on the mat. It was warm.") < 3


TREATMENTS = st.sampled_from(["cabozantinib", "lutetium (177Lu) oxodotreotide + everolimus", "x" * 120, "a b " * 60])
DISEASES = st.sampled_from(
    ["neuroendocrine tumours (NETs)", "cancer", "gastroenteropancreatic tumours of any grade " * 3]
)
KINDS_OF_NEWS = (EventKind.TRANSITION, EventKind.CONFIRMED, EventKind.CORRECTED, EventKind.RETRACTED, EventKind.DATED)
KINDS_OF_DATES = (EventKind.EXPECTED, EventKind.MOVED, EventKind.OVERDUE, EventKind.WITHDRAWN)


def subject_of(treatment: str, disease: str, *news: tuple[EventKind, dict[str, Any]]) -> Digest:
    topic = Topic(TOPIC.id, "x", Treatment(treatment), Indication(disease))
    events = [event(number, kind, **about) for number, (kind, about) in enumerate(news, 1)]
    found = compose(events, {TOPIC.id: topic}, [], NOW, ANA)
    assert found is not None
    return found


@given(st.sampled_from(sorted(AUTHORITIES)), TREATMENTS, DISEASES, st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_a_subject_is_short_and_says_what_and_who_before_a_preview_ends(
    code: str, treatment: str, disease: str, count: int
) -> None:
    for milestone, kind in product(filter(is_status, Milestone), KINDS_OF_NEWS):
        for standing in (Standing.CONFIRMED, Standing.REPORTED):
            news: list[tuple[EventKind, dict[str, Any]]] = [
                (kind, {"moved": transition(n, code, milestone, None, standing=standing)}) for n in range(count)
            ]
            digest = subject_of(treatment, disease, *news)
            tag = digest.entries[0].tag
            assert len(digest.subject) <= 78
            assert digest.subject.startswith(tag)
            assert len(tag.rstrip(")")) <= 40
            is_theirs = milestone.startswith("hta_") is (AUTHORITIES[code].kind is Kind.HTA)
            if kind is EventKind.TRANSITION and standing is Standing.CONFIRMED and count == 1 and is_theirs:
                head, _, rest = digest.subject.partition(":")
                assert len(f"{head}:{rest.partition(',')[0]}") <= 40, digest.subject
    for milestone, kind in product(set(Milestone) - GOAL_DATES, KINDS_OF_DATES):
        foreseen = expectation(1, code, milestone, "2025-09-30", ExpectationState.OPEN, was="2025-09-23")
        digest = subject_of(treatment, disease, (kind, {"foreseen": foreseen}))
        assert len(digest.subject) <= 78
        assert len(digest.entries[0].tag) <= 40


def told(digest: Digest) -> str:
    """Our own words of the text part, without quotes, addresses and the glossary itself."""
    text = render.render(digest, render.Sender("regwatch", "news@charity.example", "hello@charity.example")).text
    above, _, below = text.partition("Words used here")
    own = re.sub(r"“[^”]*”|<[^>]*>|\S+@\S+", " ", above + below.partition("Why am I")[2])
    return " ".join(own.split())


@pytest.mark.parametrize("code", sorted(AUTHORITIES))
def test_every_abbreviation_in_a_digest_is_explained_once(code: str) -> None:
    moves = [transition(n, code, m, None) for n, m in enumerate(filter(is_status, Milestone), 1)]
    date = expectation(99, code, Milestone.HTA_CONSULTATION_CLOSES, "2025-08-30")
    events = [event(n, moved=one) for n, one in enumerate(moves, 1)]
    digest = compose([*events, *whole_story()], TOPICS, board(date, moved=moves[0]), NOW, ANA)
    assert digest is not None
    shown = set(re.findall(r"\b[A-Z][A-Z-]*[A-Z]s?\b", told(digest)))
    text = render.render(digest, render.Sender("regwatch", "a@charity.example", "b@charity.example")).text
    listed = re.findall(r"^- ([^:]+):", text.partition("Words used here")[2], re.MULTILINE)
    assert len(listed) == len(set(listed))
    explained = {*listed, *re.findall(r"\w \(([A-Z-]+s?)\)", told(digest)), "UTC"}
    assert shown - explained == set()
