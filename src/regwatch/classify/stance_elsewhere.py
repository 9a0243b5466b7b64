"""How a clause in another language than English speaks of its action; the words are in `lexicon/tongues.toml`.

A verb is judged by the auxiliaries before it, and in German after it; a noun by what governs it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from regwatch.classify.extract import Action
from regwatch.classify.lexicon import NEGATIVE, read
from regwatch.classify.segment import Sentence, Zone
from regwatch.classify.text import Text
from regwatch.vocabulary import GOAL_DATES, Milestone

BEFORE, AFTER = 130, 110
"""Characters before an act, and after it, in which words may set its tense."""
DENIED_WITHIN = 60
"""Characters between a "not" and the act that it denies."""
OPENS = 14
"""A noun that stands so near the start of its sentence is told like a headline."""
_ORDER = ("negated", "past", "foreseen", "unreal", "sought", "led", "given", "done", "state")
_OF_NOUNS, _OF_VERBS = frozenset({"sought", "led", "given"}), frozenset({"done", "state"})
_SENSES = {"sought": "unreal", "led": "past"}
_PERFECT = re.compile(r"(?:ha|han|hanno|a|ont|hat|haben|e stat[ao]|sono stati) ")
_PRESENT_PASSIVE = re.compile(r"(?:wird|werden) ?$")
_ADVISES = re.compile(r"(?:zur |zum )?(?:empf|erstatt|befurwort)")
_ASKS = re.compile(r"sollicit|solicit(?!ud)|richied|pedid|beantrag|obten|recev|recib|otten|ricev")
_STEPS = frozenset({
    Milestone.PRIORITY_REVIEW, Milestone.ACCEPTED_FOR_REVIEW, Milestone.VALIDATED, Milestone.SUBMITTED,
    Milestone.APPLICATION_WITHDRAWN,
})  # fmt: skip
"""Acts on an application, which stands beside them without being asked for."""


@dataclass(frozen=True)
class ToldElsewhere:
    """The sense of a clause, the words that set it and where they stand; `how` is "perfect" or "given" where it is."""

    sense: str
    words: str = ""
    place: int = 0
    how: str = ""


@dataclass(frozen=True)
class _Tongue:
    noun: re.Pattern[str]
    before_noun: re.Pattern[str]
    before_verb: re.Pattern[str]
    follows: dict[str, re.Pattern[str]]


@cache
def _tongue(code: str) -> _Tongue | None:
    raw = read("tongues").get(code)
    if raw is None:
        return None
    return _Tongue(
        re.compile(raw["noun"]),
        _grouped(raw["before"], _OF_VERBS),
        _grouped(raw["before"], _OF_NOUNS),
        {name: re.compile("|".join(forms)) for name, forms in raw["after"].items()},
    )


def _grouped(table: dict[str, Any], without: frozenset[str]) -> re.Pattern[str]:
    """The words of all kinds but those that say nothing of a noun, or of a verb."""
    names = [name for name in _ORDER if name in table and name not in without]
    return re.compile("|".join(f"(?P<{name}>{'|'.join(table[name])})" for name in names))


def told_elsewhere(text: Text, sentence: Sentence, action: Action, clause: int) -> ToldElsewhere | None:
    """How the clause that begins at `clause` speaks of the action; None for a language without words of its own."""
    tongue = _tongue(action.rule.language)
    if tongue is None:
        return None
    head = text.low[action.head : action.end]
    noun = bool(tongue.noun.match(head))
    against = action.rule.means == NEGATIVE or str(action.rule.means).endswith("negative")
    begins = action.start if against else action.head
    near = _nearest(tongue, text.low, max(clause, begins - BEFORE), begins, noun)
    if near is not None and near.sense == "foreseen" and _PRESENT_PASSIVE.search(near.words) and _ADVISES.match(head):
        near = None
    after = _first_after(tongue, text.low, action.end, min(sentence.end, action.end + AFTER), noun)
    if action.rule.means in GOAL_DATES:  # such a date is to come by its nature
        return (
            near if near is not None and near.sense in {"negated", "past"} else ToldElsewhere("done", "", action.head)
        )
    if near is not None and near.how == "sought" and action.rule.means in _STEPS and not _ASKS.match(near.words):
        near = None  # "the application has been granted priority review"
    if near is not None and near.sense in {"negated", "foreseen", "unreal"}:
        return after if near.how == "sought" and after is not None and after.how == "given" else replace(near, how="")
    if after is not None and after.sense == "negated" and not against:
        return after
    if near is not None and near.how:
        return near
    if near is not None and near.sense in {"past", "state"}:
        return after if after is not None and after.how == "perfect" else near
    if after is not None and not (against and after.sense == "negated"):
        return after
    if _PERFECT.match(head):
        return ToldElsewhere("done", head.split()[0], action.head, "perfect")
    alone = sentence.zone in {Zone.TITLE, Zone.SUBHEAD} or sentence.heading or action.start - sentence.start <= OPENS
    return ToldElsewhere("bare" if noun and not alone else "done", "", action.head)


def _nearest(tongue: _Tongue, low: str, first: int, last: int, noun: bool) -> ToldElsewhere | None:
    """What the nearest word before the act says of it."""
    found: ToldElsewhere | None = None
    for m in (tongue.before_noun if noun else tongue.before_verb).finditer(low, first, last):
        if m.lastgroup == "negated" and last - m.end() > DENIED_WITHIN:
            continue
        found = _told(m.lastgroup or "", m)
    return found


def _first_after(tongue: _Tongue, low: str, first: int, last: int, noun: bool) -> ToldElsewhere | None:
    """What the words after the act say of it: the kinds in their order, each within its own reach."""
    skipped = _OF_VERBS if noun else _OF_NOUNS
    for name in ("negated", "foreseen", "unreal", "past", "given", "done"):
        pattern = tongue.follows.get(name)
        if pattern is not None and name not in skipped and (m := pattern.match(low, first, last)):
            return _told(name, m)
    return None


def _told(name: str, m: re.Match[str]) -> ToldElsewhere:
    how = {"given": "given", "done": "perfect", "sought": "sought"}.get(name, "")
    sense = "done" if how in {"given", "perfect"} else _SENSES.get(name, name)
    return ToldElsewhere(sense, m[0].strip()[-40:], m.start(), how)
