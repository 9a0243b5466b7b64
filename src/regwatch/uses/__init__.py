"""One theory of "the same use": what a text grants, taken apart, and how it relates to what another text grants.

`lexicon.toml` holds the words of diseases, lines, severity and the like; `ages.py` reads populations, `use.py` takes a
text apart, `comparing.py` relates two of them, `history.py` relates one to all that were known before;
`alternatives.py` finds markers of which one will do;
`fragments.py` tells what a text was cut from or put together of; `places.py` finds diseases by where they stand.
"""

from __future__ import annotations

from regwatch.uses.comparing import Comparison, Relation, compare_uses, compared, same_disease, same_use
from regwatch.uses.fragments import completes, whole
from regwatch.uses.history import (
    Addition,
    Growth,
    growth,
    named_before,
    names_another_disease,
    only_older,
    says_as_much,
)
from regwatch.uses.lexicon import ABBREVIATIONS
from regwatch.uses.places import adds_a_disease
from regwatch.uses.use import Use, read_use
from regwatch.uses.words import introduced, normal, spelt_out, squash

__all__ = [
    "ABBREVIATIONS",
    "Addition",
    "Comparison",
    "Growth",
    "Relation",
    "Use",
    "adds_a_disease",
    "compare_uses",
    "compared",
    "completes",
    "growth",
    "introduced",
    "named_before",
    "names_another_disease",
    "normal",
    "only_older",
    "read_use",
    "same_disease",
    "same_use",
    "says_as_much",
    "spelt_out",
    "squash",
    "whole",
]
