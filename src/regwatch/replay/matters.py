"""Which statements of a page over time are about one and the same use of a medicine.

Every use is a matter of its own: a use that enters the text is news, the same use in other words is none. Wordings
are told apart by what they name. A text that is repaired, split, glued or cut says nothing that was not said before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from regwatch.classify.topics import fold

_WORD = re.compile(r"[^\W\d_]{4,40}")
_PLAIN = """
treatment treat treating indicated indication therapy patient adult people person who with have been were their
them they that this these those from after before during following prior previou previously received receiving least
other than more monotherapy alone combination line first second third further later advanced locally metastatic
unresectable inoperable recurrent relapsed refractory resistant persistent progressive progressed progression severe
moderate moderately severely mild active chronic acute early late stage high intermediate poor risk favourable eligible
suitable candidate inadequate adequate response respond responded intolerant intolerance unable tolerate tolerated
contraindication contraindicated conventional standard available option systemic local whose which when where only also
both either each such including include based upon well good history known confirmed documented medicine medicinal
product used using official recommendation accordance disease disorder condition symptom sign improvement reduction
prevention prophylaxis management control maintenance induction cycle course failed failure lack loss surgery surgical
resection radiotherapy chemotherapy treated untreated naive positive negative expressing tumour likely result long short
term within month week year aged older over under intended rare
"""
_MODIFIERS = frozenset(_PLAIN.split())
"""Words that say how far a disease has gone or what was tried before, and name none."""
_NAMES = re.compile(
    r"(?:oma|omas|itis|osis|oses|aemia|emia|opathy|opathie|algia|iasis|plasia|philia|penia|trophy|sclerosis"
    r"|mab|nib|parib|ciclib|tide|gliflozin|lisib|platin|taxel)\Z"
    r"|cancer|carcin|neoplas|dementia|migraine|obes|anaem|haemo|thromb|stroke|hyperten|fibros|ataxia|palsy|schizo|depress"
    r"|bipolar|insomni|contracep|menopaus|osteopor|fractur|acne|alopecia|urticar|cholest|cirrho|kidney|cardi|heart"
    r"|atrial|ulcer|allerg|anaphyl|sepsis|transplant|retin|macular|glaucom|vaccin|immuni[sz]|neutropen|amyloid|acromegal"
    r"|cushing|apnoea|narcolep|addict|nausea|sickle|thalass|gaucher|fabry|pompe|hunting|duchenne|pulmon|skeletal"
    r"|cancer|leuk|lymph|myel|syndrom|dystroph|epilep|diabet|asthma|infect|virus|arthr|psoria|crohn|alzheim|parkinson"
    r"|endocrin|pancrea|hepat|renal|thyroid|prostat|breast|ovar|lung|colorect|gastric|bladder|melan"
    r"|adolesc|child|paediatr|pediatr|infant|neonat|newborn|toddler|elderl|pregnan"
)
"""Words that name a disease, an organ, a medicine or a population."""

SAME_WORD = 0.8
SAME_TEXT = 0.6
RESTATED = 0.8
DESCRIBED = 0.5
"""Parts of the words of a wording that another one must share to be of the same use."""


@dataclass
class Matter:
    """One use in all its wordings, of one treatment as the page names it."""

    treatment: str
    wordings: list[str] = field(default_factory=list)


@dataclass
class Matters:
    """The uses of one page, as its states come by.

    `whole` is for pages about one application at a time, which is described ever anew: what has a name in common is
    then one matter.
    """

    whole: bool = False
    found: list[Matter] = field(default_factory=list)

    def see(self, treatment: str, uses: Iterable[str]) -> None:
        """Take in all uses that one state grants to a treatment."""
        mine = [matter for matter in self.found if matter.treatment == fold(treatment)]
        wordings = list(dict.fromkeys(uses))
        standing = [matter for matter in mine if any(same_text(use, w) for use in wordings for w in matter.wordings)]
        fresh = [use for use in wordings if not any(same_text(use, w) for matter in mine for w in matter.wordings)]
        for use in fresh:
            matter = _described(use, mine) if self.whole else _restated(use, mine, standing)
            if matter is None:
                matter = Matter(fold(treatment))
                self.found.append(matter)
            matter.wordings.append(use)

    def about(self, treatment: str, wording: str) -> list[Matter]:
        """The uses that a wording speaks of: those it names, else all of its treatment (an application as a whole)."""
        mine = [matter for matter in self.found if not treatment or matter.treatment in ("", fold(treatment))]
        near = [matter for matter in mine if any(overlap(wording, w) >= RESTATED for w in matter.wordings)]
        return near or mine


def _restated(use: str, known: list[Matter], standing: list[Matter]) -> Matter | None:
    """The use that a new wording only tells in other words."""
    for matter in known:
        if any(squash(use) in squash(wording) for wording in matter.wordings):
            return matter
    said = {word for matter in known for wording in matter.wordings for word in words(wording)}
    new = words(use) - said
    replaced = [matter for matter in known if not any(matter is one for one in standing)]
    for matter in sorted(replaced, key=lambda matter: -_nearness(use, matter)):
        mistyped = {word for word in new if any(_alike(word, old) for w in matter.wordings for old in words(w))}
        named = {word for word in new - mistyped if _NAMES.search(word) and not _glued(word, said)}
        if not named and _nearness(use, matter) >= SAME_TEXT:
            return matter
    for matter in sorted(known, key=lambda matter: -_nearness(use, matter)):
        if not new and _nearness(use, matter) >= RESTATED:
            return matter
    return None


def _described(use: str, known: list[Matter]) -> Matter | None:
    """The application that a new description is of."""
    nearest = max(known, key=lambda matter: _nearness(use, matter), default=None)
    return nearest if nearest and _nearness(use, nearest) >= DESCRIBED else None


def _nearness(use: str, matter: Matter) -> float:
    return max((max(overlap(use, w), overlap(w, use)) for w in matter.wordings), default=0.0)


def overlap(one: str, other: str) -> float:
    """Which part of what the one wording names the other names too, 0 to 1."""
    mine, theirs = words(one), words(other)
    if not mine:
        return 0.0
    shared = sum(1 for word in mine if word in theirs or any(_alike(word, old) for old in theirs))
    return shared / len(mine)


def words(wording: str) -> set[str]:
    """The words of a wording that say what it is about, without endings of the plural and the usual modifiers."""
    found = {word.removesuffix("s") for word in _WORD.findall(fold(wording))}
    return found - _MODIFIERS


def same_text(one: str, other: str) -> bool:
    """Whether two wordings differ in no letter or figure."""
    return squash(one) == squash(other)


def squash(wording: str) -> str:
    """The letters and figures of a wording alone: what is left of it when spaces and points were lost."""
    return "".join(c for c in fold(wording) if c.isalnum())


def _glued(word: str, said: set[str]) -> bool:
    """Whether an earlier text held the word without the space before or after it."""
    return any(word in old for old in said)


def _alike(word: str, other: str) -> bool:
    """Whether the one may be the other with a slip of the pen."""
    if word == other:
        return True
    if abs(len(word) - len(other)) > 2 or word[:1] != other[:1] or min(len(word), len(other)) < 5:
        return False
    return SequenceMatcher(None, word, other).ratio() >= SAME_WORD
