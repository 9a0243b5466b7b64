"""Finding actions: the ordered rules over one sentence, where words that one rule took are gone for the next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.classify.rules.grammar import NOTHING, Rule
from regwatch.classify.rules.table import FRENCH_RULES, RULES
from regwatch.classify.text import Text


@dataclass(frozen=True)
class Action:
    """Words that say what happened. `head` is where the word stands whose tense counts, `end` its end."""

    rule: Rule
    start: int
    stop: int
    head: int
    end: int


_STEMS = sorted({stem for rule in (*RULES, *FRENCH_RULES) for stem in rule.stems}, key=len, reverse=True)
_ANY = re.compile("|".join(re.escape(stem) for stem in _STEMS))


def _by_stem(rules: tuple[Rule, ...]) -> dict[str, list[int]]:
    table: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for stem in rule.stems:
            for other in _STEMS:
                if stem in other and number not in table.setdefault(other, []):
                    table[other].append(number)
    return table


_ENGLISH = _by_stem(RULES)
_FRENCH = _by_stem((*FRENCH_RULES, *RULES))


def find_actions(text: Text, start: int, end: int, *, french: bool = False) -> list[Action]:
    """The actions in a sentence, in the order of the text."""
    piece = text.low[start:end]
    stems = {m[0] for m in _ANY.finditer(piece)}
    if not stems:
        return []
    rules = (*FRENCH_RULES, *RULES) if french else RULES
    table = _FRENCH if french else _ENGLISH
    numbers = sorted({number for stem in stems for number in table.get(stem, ())})
    found: list[Action] = []
    for number in numbers:
        rule = rules[number]
        place = 0
        while m := rule.compiled.search(piece, place):
            head = next((name for name in m.groupdict() if m[name] is not None), None)
            first, last = m.span(head) if head else m.span()
            piece = piece[:first] + "\x00" * (last - first) + piece[last:]
            if rule.act == NOTHING:
                piece = piece[: m.start()] + "\x00" * (m.end() - m.start()) + piece[m.end() :]
            else:
                found.append(Action(rule, start + m.start(), start + m.end(), start + first, start + last))
            place = max(last, m.start() + 1)
    return sorted(found, key=lambda a: a.head)
