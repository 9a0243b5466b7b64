"""The normal form in which texts about uses are compared, and the abbreviations that a text introduces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from regwatch.uses.lexicon import ABBREVIATIONS, FIGURES, MEANINGFUL, PLAIN, SPELLING, SYNONYMS, is_naming, phrases

_SIGNS = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-",
    "\u2212": "-", "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\u2060": None, "\ufeff": None,
    "\u00ae": None, "\u2122": None,
})  # fmt: skip
_RANGE = re.compile(r"(?<=\d) ?- ?(?=\d)")
_POSSESSIVE = re.compile(r"(?<=\w)'s(?!\w)")
_UNIT = re.compile(r"(?<=\d)(?=(?:years?|yrs?|months?|weeks?|days?|kgs?|mg|ml)(?!\w))")
_DIPHTHONG = re.compile(r"(?<!\d)[ao]e(?=\w)")
_ISE = re.compile(r"(?<=[a-z]{3})is(?=(?:e[ds]?|ing|ations?)(?!\w))")
_NON = re.compile(r"(?<!\w)non (?=[a-z])")
_SPELLING = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(SPELLING, key=len, reverse=True))) + ")")
_FIGURE = re.compile(r"(?<!\w)(?:" + "|".join(FIGURES) + r")(?!\w)")
MOST_PAIRS = 10_000
"""Pairs of words that are looked at for slips of the pen: texts that differ in more are not the same text mistyped."""
SHORTEST = 4
"""Letters of a word that may be a slip of the pen: shorter ones differ from one another by a letter too often."""
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"\d+(?:[.,]\d+)?|[^\W_]+")
_INTRODUCED = re.compile(r"((?:[\w'/+-]{1,40} ){1,9})\(([A-Za-z][\w+-]{1,11})\)")
_EXPLAINED = re.compile(
    r"\([^()]{0,300}? [^()]{0,300}? [^()]{0,300}? [^()]{0,300}\)"
    r"|, (?:a|an|the|which) (?:rare |serious |long-term |severe |inherited |genetic |common |type of )*"
    r"(?:disease|condition|disorder|type|form|cancer|infection|is|are)\b[^.;]{0,300}"
)
_OTHER_NAME = re.compile(r" ?\((?P<name>[a-z][a-z'-]{3,30}(?: [a-z][a-z'-]{2,30}){0,2})\)")
_SYNONYM = {phrases((row,)): name for row, name in SYNONYMS.items()}


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """A text in the form in which it is compared: folded, one spelling, hyphens as spaces, numbers as figures."""
    folded = unicodedata.normalize("NFKC", text).translate(_SIGNS).casefold()
    folded = _RANGE.sub(" to ", " ".join(folded.split()))
    folded = _POSSESSIVE.sub("", _UNIT.sub(" ", folded)).replace("-", " ")
    folded = _ISE.sub("iz", _DIPHTHONG.sub("e", _NON.sub("non", " ".join(folded.split()))))
    folded = _SPELLING.sub(lambda found: SPELLING[found[0]], folded)
    return _FIGURE.sub(lambda found: FIGURES[found[0]], folded)


def named_alike(text: str) -> str:
    """A normal text with one name for each disease that has two."""
    for pattern, name in _SYNONYM.items():
        text = pattern.sub(name, text)
    return text


def words(text: str) -> list[str]:
    """The words of a normal text in order, without endings of the plural."""
    return [singular(word) for word in _WORD.findall(text)]


def singular(word: str) -> str:
    """A word without the ending of its plural; a rough stem that only has to be the same for both forms."""
    for ending, single in (("oses", "osis"), ("stases", "stasis"), ("ies", "y"), ("omata", "oma")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending) + single
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui" else word


@lru_cache(maxsize=4096)
def squash(text: str) -> str:
    """The plain letters and figures of a text alone: what is left of it when spaces, points and Greek were lost."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", normal(text)) if sign.isascii() and sign.isalnum())


def introduced(text: str) -> dict[str, str]:
    """The abbreviations that a text introduces in brackets, with what each stands for."""
    found: dict[str, str] = {}
    for match in _INTRODUCED.finditer(text):
        short = match[2].removesuffix("s")
        if sum(sign.isupper() for sign in short) >= 2 and (long := _long_form(short, match[1].strip())):
            found.setdefault(match[2], long)
    return found


def _long_form(short: str, before: str) -> str:
    """The words before the bracket that the abbreviation is made of: its letters, from the last to the first, each
    found further left, the first one at the beginning of a word (Schwartz and Hearst, 2003); "" where there are none.
    """
    place = len(before)
    for number, letter in reversed(list(enumerate(sign for sign in short.casefold() if sign.isalnum()))):
        place -= 1
        while place >= 0 and (
            before[place].casefold() != letter or (number == 0 and place > 0 and before[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return ""
    return before[place:]


def spelt_out(text: str, known: Mapping[str, str] = ABBREVIATIONS) -> str:
    """A text with its abbreviations written out, those in brackets behind their long form left out.

    `known` are further abbreviations; what the text itself introduces comes first.
    """
    own = introduced(text)
    table = {**known, **own, **{short.removesuffix("s"): long for short, long in own.items()}}
    pattern = _abbreviations(tuple(sorted(table)))

    def replaced(found: re.Match[str]) -> str:
        if not found["bracket"]:
            return table[found["short"]]
        return " " if found["short"] in own else f", {table[found['short']]}, "

    return pattern.sub(replaced, text) if pattern else text


@lru_cache(maxsize=512)
def _abbreviations(short: tuple[str, ...]) -> re.Pattern[str] | None:
    if not short:
        return None
    rows = "|".join(re.escape(one) for one in sorted(short, key=len, reverse=True))
    return re.compile(rf"(?P<bracket>\()?(?<![\w-])(?P<short>{rows})s?(?![\w-])(?(bracket)\))")


def lay(text: str) -> str:
    """A text for patients without what it explains: long brackets, and what a disease is."""
    return _EXPLAINED.sub(" ", text)


def without_other_names(text: str) -> list[str]:
    """The text without each other name of a thing that stands in brackets behind it: without the bracket, and without
    the word or two before it. Two names of one thing say no more than one of them; a word that is known to name a
    disease may be a further one.
    """
    found: list[str] = []
    for match in _OTHER_NAME.finditer(text):
        name = words(normal(match["name"]))
        if not PLAIN.isdisjoint(name) or any(map(is_naming, name)):
            continue
        before, after = text[: match.start()].rstrip(), text[match.end() :]
        shorter = (before.rsplit(" ", number)[0] for number in (1, 2))
        found += [f"{before}{after}", *(f"{one} {match['name']}{after}" for one in shorter)]
    return found


def respelt(text: str, other: str) -> str:
    """The text with the other one's spelling where a word differs from one there by a slip of the pen or a space."""
    spaced = _respaced(text, other)
    mine, theirs = set(_LETTERS.findall(spaced.casefold())), set(_LETTERS.findall(other.casefold()))
    strange, known = sorted(mine - theirs), sorted(theirs)
    if not strange or len(strange) * len(known) > MOST_PAIRS:
        return spaced
    slips = {word: found for word in strange if (found := next((o for o in known if one_slip(word, o)), ""))}
    if not slips:
        return spaced
    return _LETTERS.sub(lambda found: slips.get(found[0].casefold(), found[0]), spaced)


def _respaced(text: str, other: str) -> str:
    """The text with a space put in or taken out where the other one shows that it was lost or slipped in."""
    mine, theirs = _LETTERS.findall(text.casefold()), _LETTERS.findall(other.casefold())
    known = set(theirs)
    apart = {one + two: f"{one} {two}" for one, two in pairwise(theirs)}
    lost = {word: apart[word] for word in set(mine) - known if word in apart and len(word) >= SHORTEST}
    whole = {
        f"{one} {two}": one + two
        for one, two in pairwise(mine)
        if one + two in known and not (one in known and two in known)
    }
    if lost:
        text = _LETTERS.sub(lambda found: lost.get(found[0].casefold(), found[0]), text)
    if whole:
        rows = "|".join(map(re.escape, sorted(whole, key=len, reverse=True)))
        text = re.sub(rf"\b(?:{rows})\b", lambda found: found[0].replace(" ", ""), text, flags=re.IGNORECASE)
    return text


def one_slip(word: str, other: str) -> bool:
    """Whether two words differ in one letter left out, put in or changed, or in two neighbours that were swapped.

    Two words that both mean something of their own are no slip of one another; neither is one with `a-`, which denies
    it. Short ones are a slip only where a letter is missing in a word that says nothing.
    """
    if abs(len(word) - len(other)) > 1 or word.rstrip("s") == other.rstrip("s"):
        return False
    shorter, longer = sorted((word, other), key=len)
    if all(one in MEANINGFUL or singular(one) in MEANINGFUL for one in (word, other)):
        return False
    if len(shorter) < SHORTEST:
        return longer in PLAIN and len(shorter) < len(longer) and _is_without_a_letter(shorter, longer)
    if word[0] != other[0]:
        return longer[1:] == shorter and longer[0] != "a"
    start = next((n for n, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    a, b = word[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _is_without_a_letter(shorter: str, longer: str) -> bool:
    return any(shorter == longer[:place] + longer[place + 1 :] for place in range(len(longer)))
