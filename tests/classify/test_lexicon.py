"""One example per row of the lexicon, what no row may do, and that their order means nothing."""

from __future__ import annotations

import random
import re
from datetime import date

import pytest

from classify.corpus import WATCH, announced, cases
from regwatch.classify import denied
from regwatch.classify.cues import CUES
from regwatch.classify.extract import Lexicon
from regwatch.classify.language import classify_text
from regwatch.classify.lexicon import NOTHING, LexiconRow, rows
from regwatch.classify.lexicon.denials import DENIALS, Denial
from regwatch.classify.text import read_text
from regwatch.model import Announcement
from regwatch.vocabulary import AUTHORITIES

EVERY = rows()


def _told(text: str) -> set[tuple[str, str]]:
    """What is told as news or as history, in either case as done."""
    announcement = Announcement("denial", "trade_news", "", "", date(2026, 11, 20), text)
    return {(f.authority, f.milestone.value) for f in classify_text(announcement, WATCH)}


def _say(rule: LexiconRow) -> tuple[str, list[str], set[str]]:
    text = rule.example.format(drug="Velmora (zelanib)")
    own_page = "NICE" in rule.yields and rule.syntax == "state"
    announcement = Announcement(
        rule.id, "hta_page" if own_page else "trade_news", "NICE" if own_page else "", "", date(2026, 11, 20), text
    )
    findings = classify_text(announcement, WATCH)
    told = {" ".join(word for word in (f.authority, f.milestone.value) if word) for f in findings}
    return text, sorted(announced(findings)), told


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_the_example_of_a_rule_yields_what_the_rule_says(rule: LexiconRow) -> None:
    text, news, told = _say(rule)
    assert rule.compiled.search(read_text(text).low), "the example does not match its own rule"
    if rule.yields:
        assert rule.yields in told
    else:
        assert news == []


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_a_rule_is_reached_through_its_stems(rule: LexiconRow) -> None:
    low = read_text(rule.example.format(drug="velmora")).low
    assert any(stem in low for stem in rule.prefilter)


def test_rule_names_are_unique() -> None:
    names = [rule.id for rule in EVERY]
    assert len(names) == len(set(names))


def test_no_rule_names_a_medicine() -> None:
    brand = re.compile(r"\b(?!ac|ex|con|inter)[a-z]+(?:mab|tinib|nib|ciclib|parib|limus|gliptin|glutide|leucel|cept)\b")
    assert [rule.id for rule in EVERY if brand.search(" ".join(rule.forms))] == []


def test_every_rule_that_fixes_an_authority_names_a_known_one() -> None:
    fixed = {rule.body for rule in EVERY if rule.body not in {"", "hta"}}
    assert fixed <= set(AUTHORITIES)


def test_shadows_are_told_apart_by_their_name() -> None:
    shadows = re.compile(r"(?:none|letter\.answered|(?:fr|de|es|it)\.(?:none|trial))")
    assert all(shadows.match(rule.id) for rule in EVERY if rule.means == NOTHING)


def test_the_order_of_the_lexicon_means_nothing() -> None:
    texts = [read_text(case.text) for case in cases()]
    plain = Lexicon(EVERY)
    for seed in range(3):
        shuffled = list(EVERY)
        random.Random(seed).shuffle(shuffled)
        other = Lexicon(shuffled)
        for text in texts:
            end = len(text.low)
            found = [(a.rule.id, a.start, a.stop, a.head) for a in plain.find(text, 0, end, plain.stems_in(text, end))]
            again = [(a.rule.id, a.start, a.stop, a.head) for a in other.find(text, 0, end, other.stems_in(text, end))]
            assert found == again


def test_every_cue_compiles_and_none_matches_nothing() -> None:
    assert all(not cue.fullmatch("zzz qqq") for cue in CUES.values())


@pytest.mark.parametrize("denial", DENIALS, ids=lambda denial: denial.id)
def test_the_example_of_a_denial_tells_of_no_act_and_would_without_it(
    denial: Denial, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = denial.example.format(drug="Velmora (zelanib)")
    monkeypatch.setattr(denied, "_BY_STEM", denied.by_stem([denial]))
    assert _told(text) == set()
    monkeypatch.setattr(denied, "_BY_STEM", {})
    assert _told(text) != set()


def test_names_of_denials_are_unique() -> None:
    names = [denial.id for denial in DENIALS]
    assert len(names) == len(set(names))
