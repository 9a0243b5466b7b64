"""Which medicine a clause is about: the names of the watch list, the part each plays, and names of other medicines.

A name after "versus", "after" or "refractory to" is a comparator or an earlier therapy and no event's product; names
joined by "with" or "plus" are one combination. A clause that names only other medicines never borrows a watched one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from regwatch.classify.introduced import Spelling, introduced
from regwatch.classify.text import Text, read_text
from regwatch.model import Treatment

_AFTER = re.compile(
    r"(?:\b(?:versus|vs\.?|than|over|besides|after|following|before|failed|failure (?:of|on)"
    r"|refractory to|intoleran(?:t|ce) (?:to|of)|resistant to"
    r"|(?:(?<!be )(?<!being )treated|pretreated|therapy|treatment|experience|progress\w*)(?: \w+){0,2} (?:with|on)"
    r"|(?:naive|exposure|sensitive|previous response) to|(?:beats?|beat|beaten|outperform\w*"
    r"|superior to|better than|topp?(?:s|ed)|bests?)|progress\w+ (?:on|after)|exposed to|other than"
    r"|rivals? (?:to|of|for)|competitors? (?:to|of)|challengers? to|successor to|follow-on to|follow-up to"
    r"|instead of|alternative to|switch\w* from|compared (?:with|to)|comparable to"
    r"|with or without|unlike|like|such as|biosimilar (?:to|of|version of)|referencing"
    r"|reference (?:product|medicine),?|similar to|responds? to|eligible for|unsuit\w+ (?:to|for)"
    r"|(?:patients|people|those|arm|months?|weeks?|%|survival|pfs|progress\w*|treated|maintained"
    r"|stable|started|background|while|mainly|when|already|than|adults|cases|deaths?|arms?) on"
    r"|but not|not for|except(?: for)?|excluding|apart from|exception of"
    r"|receiving|taking|given|including|placebo (?:or|and)|comparators?:?)"
    r"|(?:, |\()?(?:e\.g\.|i\.e\.))(?: (?:the|a|an|either|prior|previous|standard|first-line|oral"
    r"|generic|at least one|one|treatment with|therapy with|\w+'s))*[\s(]*$"
)
_VERSUS = re.compile(r"\b(?:versus|vs\.?|compared (?:with|to))\b[^,]{0,60}$")
_AGAINST = re.compile(
    r"(?P<decides>\b(?:vot(?:es?|ed|ing)(?: (?:by )?[\w-]+ (?:to|v) [\w-]+)?|advis(?:es|ed)|decid(?:es|ed)|rul(?:es|ed)"
    r"|recommend(?:s|ed)|out|down|go(?:es)?|went|lean(?:s|ed)|turn(?:s|ed)|sp(?:ea|o)kes?|argu(?:es|ed)|\d+) )?"
    r"\bagainst (?:the |a )?(?:\w+'s )?$"
)
"""A rival ("against placebo"), unless somebody decides against the medicine."""
_LIST = re.compile(r"(?:[\s,/()+-]|\b(?:and|or|plus|the|both|either)\b)*$")
_JOINED = re.compile(
    r"[\s,)]{0,3}(?:(?:capsules?|tablets?|injection|monotherapy"
    r"|\d+ ?mg)\s)?(?:\([^()]{0,60}\)\s?)?,?\s?(?:[^.;:]{0,40}?)?"
    r"(?:\+|/|plus|(?:(?:in |given in |used in )?(?:combination|combined|together|concert|alongside"
    r"|association)(?: (?:with|of))?)|with(?: (?:a |the )?combination of)?|-)\s?(?:the |and |[\w'-]+'s )?\(?$"
)
_COMBINATION_OF = re.compile(
    r"\b(?:combination|co-administration|co-formulation|doublet) of (?:the )?(?:[\w-]+ ){0,2}$"
)
_STEM = (
    r"mab|tinib|nib|ciclib|parib|lisib|rafenib|metinib|degib|zomib|stat|vastatin|sartan|gliptin"
    r"|gliflozin|glutide|tide|reotide|relin|leucel|autotemcel|parvovec|vec|cept"
    r"|cel|vedotin|deruxtecan|mafodotin|govitecan|ozogamicin|tansine|soravtansine|taxel|platin|rubicin"
    r"|trexed|citabine|zolamide|lutamide|terone|trozole|vir|buvir|tegravir"
    r"|mycin|floxacin|cillin|oxetine|azepam|zolam|piprazole|apine|idone|setron|triptan|gepant|prazole"
    r"|dipine|olol|pril|afil|parin|grel|grelor|xaban|gatran|imod|zumab|kinra|plase|sidase|ase alfa"
    r"|rsen|siran|tocept|netant|orexant|fenacin|begron|caftor|bulin|toclax|domide|imus|steride|sterone"
    r"|nacept|ersen|kinase|dronate|cogene|gene|tecan"
)
_OTHER_INN = re.compile(
    rf"(?<![\w-])(?!(?:patient|kinase|protein|gene|antigen|hygiene|oncogene|increase|decrease|disease"
    rf"|release|phase|base|case|purchase|database|cell|cancel|excel|accept|except|concept|intercept"
    rf"|precept|april|peptide|nucleotide|estate|interstate|devir|guidance|therapy|in-?mab|pril|mab|mid"
    rf"|wide|guide|hide|side)\b)[a-z]{{3,}}(?:{_STEM})(?:-[a-z]{{4}})?\b(?!-)"
)
_OTHER_NAME = re.compile(
    r"[A-Z](?<!\w[A-Z])[A-Za-z]{3,}(?: [A-Z][a-z]+)?\s{0,2}\((?!the |an? |see |sold |also )[a-z0-9][a-z0-9 ,/-]{4,60}\)"
)
_OTHER_MARK = re.compile(r"\b([A-Za-z][A-Za-z]{3,})\s?[®™]")
_OTHER_CODE = re.compile(
    r"\b(?!COVID|NCT|PD-L|HER2|IL-\d|CD\d|TA\d|ID\d|GID|HIV|CAR-T|H\d|CTLA|PD-1|CDK|BRCA|IMPACT|AL-"
    r"|KEYNOTE|GLP|SGLT|CYP|ISO|FY|Q[1-4]|H[12]|F-\d|MET\d|DMR|ICD|VEGF|LAG-"
    r"|TIM-)[A-Z]{2,5}-?\d{3,6}[A-Z]?\b"
)


@dataclass(frozen=True)
class Named:
    """One naming of a watched treatment. `role` is main, partner or other (comparator, earlier therapy, example)."""

    treatment: str
    brand: str
    start: int
    end: int
    role: str


UNNAMED = "unnamed"
"""The treatment of an event that a text tells without naming any medicine."""


OTHERS_MOST = 60
"""Names of other medicines kept for one text."""
NAMED_MOST = 5000
"""Namings of watched medicines read in one text: no announcement has so many."""


class Watch:
    """A watch list made ready to find its names in texts; build it once and use it for many."""

    def __init__(self, treatments: Sequence[Treatment]) -> None:
        self.treatments = tuple(treatments)
        self._by_name: dict[str, tuple[str, str]] = {}
        for treatment in treatments:
            for name in treatment.names:
                key = _key(name)
                if len(key) < 2 or not key.strip("() "):
                    continue
                brand = "" if name == treatment.inn or name not in treatment.brands else name
                self._by_name.setdefault(key, (treatment.inn, brand))
        self._by_letters = {key.replace(" ", ""): named for key, named in self._by_name.items()}
        rest_of: dict[str, list[str]] = {}
        for name in sorted(self._by_name, key=len, reverse=True):
            initial, rest = _spelling(name, varies=not self._by_name[name][1])
            rest_of.setdefault(initial, []).append(rest)
        # By their first letter, and only where a word begins: hundreds of names cost little more than a few.
        body = "|".join(f"{re.escape(initial)}(?:{'|'.join(rests)})" for initial, rests in rest_of.items())
        self._pattern = re.compile(rf"(?<![a-z0-9-])(?:{body})(?![a-z0-9])" if body else r"(?!)")

    def mentions(self, text: Text) -> list[Named]:
        """Every naming of a watched treatment, in order, with its role."""
        watched = [
            Spelling(m.start(), m.end(), *self._lookup(m[0]))
            for m in islice(self._pattern.finditer(text.low), NAMED_MOST)
        ]
        found: list[Named] = []
        for one in sorted([*watched, *introduced(text, watched)], key=lambda one: one.start)[:NAMED_MOST]:
            role = _role(text, found, one.treatment, one.start, one.end)
            found.append(Named(one.treatment, one.brand, one.start, one.end, role))
        return found

    def _lookup(self, words: str) -> tuple[str, str]:
        key = _key(words)
        found = self._by_name.get(key) or self._by_name.get(re.sub(r" [a-z]{4}$", "", key))
        found = found or self._by_letters.get(key.replace(" ", ""))
        return found or next((self._by_name[name] for name in _as_elsewhere(key) if name in self._by_name), ("", ""))


_ENDS = re.compile(r"(?<=[a-z]{6})(?:(?<=[b-df-hj-np-tv-z])e|(?<=[lmnrtxbd]))$")
"""Where an INN ends otherwise in other languages: semaglutide, Semaglutid, semaglutida; ivacaftor, ivacaftore."""


def _as_elsewhere(key: str) -> list[str]:
    """The English names that one in another language may stand for, word by word."""
    words = key.split(" ")
    every = [[word, word + "e", word[:-1], word[:-1] + "e"] for word in words]
    found: list[list[str]] = [[]] if len(words) <= 3 else []
    for some in every:
        found = [[*before, word] for before in found for word in some]
    return [" ".join(name) for name in found]


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9+()]", " ", read_text(name).low).split())


def _spelling(key: str, *, varies: bool = False) -> tuple[str, str]:
    """The first letter of a name, and a pattern for what follows it.

    Spaces, hyphens and brackets between its words may vary; an INN may end as other languages spell it.
    """
    words = [_ENDS.sub("[eao]?", re.escape(word)) if varies else re.escape(word)
             for word in re.findall(r"[a-z0-9+]+", key)]  # fmt: skip
    initial = key.lstrip("() ")[0]
    words[0] = words[0].removeprefix(re.escape(initial))
    return initial, r"[\s()-]{0,3}".join(words) + r"(?:-[a-z]{4}\b)?"


def _role(text: Text, before: list[Named], inn: str, start: int, end: int) -> str:
    left = text.low[max(0, start - 90) : start]
    left = left[max(left.rfind(c) for c in ".;\n") + 1 :]
    if before and before[-1].end > start - 90:
        last = before[-1]
        between = text.low[last.end : start]
        if last.treatment == inn and re.fullmatch(
            r"[\s(\[,]{0,4}(?:also known as |formerly |marketed as |sold as |or )?", between
        ):
            return last.role
        if last.role == "other" and _LIST.fullmatch(between):
            return "other"
        if last.treatment != inn and last.role != "other" and len(between) < 70 and _JOINED.fullmatch(between):
            return "other" if _AFTER.search(between) else "partner"
        listed = _LIST.fullmatch(between) and "and" in between
        if listed and (last.role == "partner" or (last.treatment != inn and _opens_combination(text, before))):
            return "partner"
    against = _AGAINST.search(left)
    if _AFTER.search(left) or _VERSUS.search(left) or (against and not against["decides"]):
        return "other"
    if re.search(r"(?:combination|combined|together|alongside|concomitant\w*)(?: \w+)? with (?:the )?[\s(]*$", left):
        return "partner"
    return "main"


def _opens_combination(text: Text, before: Sequence[Named]) -> bool:
    """Whether the last medicine named is the first of "the combination of A (Brand) and B"."""
    first = before[-1]
    for earlier in reversed(before[:-1]):
        if earlier.treatment != first.treatment or first.start - earlier.end > len(" (("):
            break
        first = earlier
    return bool(_COMBINATION_OF.search(text.low, max(0, first.start - 40), first.start))


def other_medicine(text: Text, start: int, end: int, watched: Sequence[Named]) -> int:
    """Where a medicine that is not on the watch list is named between two offsets; -1 if none is."""
    places = [m.start() for pattern in (_OTHER_NAME, _OTHER_CODE) for m in pattern.finditer(text.plain, start, end)]
    places += [m.start() for m in _OTHER_INN.finditer(text.low, start, end)]
    marks = _OTHER_MARK.finditer(text.source, *text.original_span(start, max(start, end - 1)))
    known = " ".join(text.low[n.start : n.end] for n in watched)
    if any(m[1].lower() not in known for m in marks):
        return start
    for place in sorted(places):
        if not any(n.start - 2 <= place <= n.end + 1 for n in watched):
            return place
    return -1


def other_names(text: Text, end: int, watched: Sequence[Named]) -> tuple[str, ...]:
    """The lower-case names of medicines that are not watched, as the text introduces them ("Gravixa (tolbirsen)")."""
    found: dict[str, None] = {}
    for m in _OTHER_NAME.finditer(text.plain, 0, min(end, 20_000)):
        if any(n.start < m.end() and m.start() < n.end for n in watched):
            continue
        brand, inn = m[0].split("(", 1)
        if _OTHER_INN.search(inn.lower()) or re.fullmatch(r"[a-z]{6,}\)", inn):
            found[brand.strip().lower()] = None
    return tuple(found)[:OTHERS_MOST]
