"""All rules in the order in which they are tried: what has been taken by one is not seen by the next."""

from __future__ import annotations

from regwatch.classify.rules.appraisal import EVIDENCE, FRENCH, HTA
from regwatch.classify.rules.grammar import Rule
from regwatch.classify.rules.licensing import BLOCKED, DECIDED, LETTERS, OPINIONS
from regwatch.classify.rules.reviews import REVIEWS

RULES: tuple[Rule, ...] = (*LETTERS, *BLOCKED, *HTA[:-1], *OPINIONS, *REVIEWS, *EVIDENCE, *DECIDED, HTA[-1])
FRENCH_RULES: tuple[Rule, ...] = FRENCH
