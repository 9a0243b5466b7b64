"""Finding actions: the ordered rules over one sentence, where words that one rule took are gone for the next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.classify.rules.grammar import NOTHING, Rule
from regwatch.classify.rules.table import FOREIGN_RULES, RULES
from regwatch.classify.text import Text


@dataclass(frozen=True)
class Action:
    """Words that say what happened. `head` is where the word stands whose tense counts, `end` its end."""

    rule: Rule
    start: int
    stop: int
    head: int
    end: int


_INITIAL = re.compile(r"\.(?<=\b[a-z]\.)(?=[a-z]\b|[\s,)])")
"""The point of an initial or acronym: part of the word."""
_WORDS = re.compile(r"[a-z']{2,}")
_ALL = (*FOREIGN_RULES, *RULES)
_BY_STEM: dict[str, list[int]] = {}
for _number, _rule in enumerate(_ALL):
    for _stem in _rule.stems:
        _BY_STEM.setdefault(_stem, []).append(_number)
_BY_START: dict[str, list[str]] = {}
"""Stems by the first three letters of the word that they open; under "" those that need open none."""
for _stem in _BY_STEM:
    _BY_START.setdefault(_stem[:3] if _stem[:3].isalpha() and len(_stem) > 2 else "", []).append(_stem)


def stems_in(text: Text, end: int) -> tuple[str, ...]:
    """The stems that occur before an offset at all: a cheap gate for every sentence."""
    head = text.low[:end]
    words = set(_WORDS.findall(head))
    once = " ".join(words)
    elided = (word.split("'", 1)[1] for word in words if "'" in word)  # "l'essai"
    starts = {"", *(word[:3] for word in words), *(word[:3] for word in elided)}
    return tuple(
        stem
        for start in _BY_START.keys() & starts
        for stem in _BY_START[start]
        if stem in (once if stem.isalpha() else head)
    )


def find_actions(text: Text, start: int, end: int, stems: tuple[str, ...], *, tongue: str = "en") -> list[Action]:
    """The actions in a sentence of a text in that language, in the order of the text."""
    piece = _INITIAL.sub("_", text.low[start:end]).replace(".", "\u00b7")  # a point inside a sentence ends nothing
    numbers = sorted({number for stem in stems if stem in piece for number in _BY_STEM[stem]})
    found: list[Action] = []
    for number in numbers:
        rule = _ALL[number]
        if rule.language not in {"en", tongue}:
            continue
        place = 0
        while m := rule.compiled.search(piece, place):
            head = next((name for name in m.groupdict() if m[name] is not None), None)
            first, last = m.span(head) if head else m.span()
            piece = piece[: m.start()] + "\x00" * (m.end() - m.start()) + piece[m.end() :]
            if rule.act != NOTHING:
                found.append(Action(rule, start + m.start(), start + m.end(), start + first, start + last))
            place = max(m.end(), m.start() + 1)
    return sorted(found, key=lambda a: a.head)
