"""All rules in the order in which they are tried: what has been taken by one is not seen by the next."""

from __future__ import annotations

from regwatch.classify.rules.appraisal import HTA
from regwatch.classify.rules.blocked import BLOCKED
from regwatch.classify.rules.decisions import DECIDED
from regwatch.classify.rules.evidence import EVIDENCE
from regwatch.classify.rules.french import FRENCH
from regwatch.classify.rules.german import GERMAN
from regwatch.classify.rules.grammar import Rule
from regwatch.classify.rules.letters import LETTERS
from regwatch.classify.rules.opinions import OPINIONS
from regwatch.classify.rules.reviews import REVIEWS

RULES: tuple[Rule, ...] = (*LETTERS, *BLOCKED, *HTA[:-1], *OPINIONS, *REVIEWS, *EVIDENCE, *DECIDED, HTA[-1])
FOREIGN_RULES: tuple[Rule, ...] = (*FRENCH, *GERMAN)
"""Rules of other languages; each is tried in texts of its own language only."""
