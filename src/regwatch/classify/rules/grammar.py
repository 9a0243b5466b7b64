"""What a rule is, and the word classes that the tables share. Patterns see lower-case text with plain quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from regwatch.vocabulary import Milestone

POSITIVE, NEGATIVE, NOTHING, DECISION, RECOMMENDED = "positive", "negative", "nothing", "decision", "recommended"
"""Actions whose milestone depends on who acts. `nothing` takes words away so that no later rule misreads them;
`decision` is a decision that is foreseen, whatever its outcome; `recommended` is advice in favour."""


@dataclass(frozen=True)
class Rule:
    """One action pattern.

    `stems` are pieces of words of which one must occur, a cheap gate. `form` says how tense and hedges are read: a
    verb by its auxiliaries, a noun by what governs it, `said` not at all (the words themselves assert it), `label` in
    a status line. `authority` fixes who acts where the words do. `weak` words count only beside a named authority.
    """

    id: str
    act: str | Milestone
    pattern: str
    stems: tuple[str, ...]
    example: str
    expect: str
    form: str = "verb"
    authority: str = ""
    weak: bool = False
    language: str = "en"
    tags: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, ready. A group named `head` marks the word whose tense counts."""
        return re.compile(rf"(?<![\w-])(?:{self.pattern})(?!\w)")


APPLICATION = (
    r"(?:s?nda\b|s?bla\b|maa\b|snda|sbla|new drug application|biologics? licen[cs]e application"
    r"|marketing authori[sz]ation application"
    r"|(?:marketing|regulatory|supplemental|eu|european|u.?s.?|us|licensing|registration|approval"
    r"|type ii(?: variation)?|variation|label expansion|new indication|extension(?: of indication)?"
    r"|rolling|regulatory approval)\s(?:\w+\s){0,3}?(?:applications?|submissions?|filings?|dossiers?)"
    r"|type ii variation|applications?|submissions?|filings?|dossiers?|variation)"
)
PRODUCT_NOUN = (
    r"(?:treatments?|therap(?:y|ies)|options?|medicines?|drugs?|products?|agents?|medications?|regimens?"
    r"|standards?|biologics?|vaccines?|inhibitors?|class|indications?|uses?|doses?|dosage|dosing|labels?"
    r"|labell?ing|prescribing|cancers?|population|setting|biosimilars?|generics?|combinations?|radio\w+"
    r"|antibod(?:y|ies)|tablets?|presentations?|interchangeable)"
)
HEARSAY = (
    r"(?:(?:the|an?|any|all|these|those|such|some|media|press|news|newspaper|online|social|market|widespread|recent|earlier"
    r"|false|new|published|unconfirmed|many|several|[\w-]+'s) ){0,4}(?:reports?|rumou?rs?|claims?|suggestions?"
    r"|speculation|allegations?|assertions?|stor(?:y|ies)|talk|posts?|articles?|messages?|statements?|announcements?|releases?"
    r"|saying)"
)
"""What others say of an act, without the authority."""
DISPUTED = (
    r"(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|refut(?:es?|ed|ing)|disput(?:es?|ed|ing)"
    r"|rebut(?:s|ted)|quash(?:es|ed)|debunk(?:s|ed)|retract(?:s|ed|ing)?|withdr(?:ew|aws?|awn)|apologi[sz]e[sd]? for)"
)
