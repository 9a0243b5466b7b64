"""One use of a medicine as a text grants it, taken apart: disease, patient, line, severity, combination, markers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from regwatch.uses.ages import Spans, ages, only_by_group, weights
from regwatch.uses.alternatives import alternatives, without_levels
from regwatch.uses.lexicon import ABBREVIATIONS, DIMENSIONS, HEADS, LINES, MARKERS, OPENERS, PLAIN, phrases
from regwatch.uses.words import named_alike, normal, spelt_out, words

LONGEST = 6_000
"""Characters of a text that are read as a use."""
MOST_LINES = 3
Values = frozenset[str]
NOTHING: Values = frozenset()

_POINTER = re.compile(
    r"\((?:please )?(?:see|refer to|for (?:details|further|biomarker|selection))[^()]{0,200}\)"
    r"|,? ?(?:for (?!the treatment|treatment)(?:(?!\bindicated\b|\bfor\b)[^.;:,]){0,100}, )?"
    r"(?:please )?(?:see|refer to) (?:also )?sections? ?[\d., and]{1,40}"
    r"|the use of this (?:vaccine|medicine|product) (?:should be|is) in accordance with[^.]{0,80}",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?<![\w-])[A-Z][\w/-]{1,40}(?=,? (?:is |are |may |can |should |as monotherapy|as a single|alone|in combination"
    r"|combined with|co-administered|tablets? |capsules? |solution |concentrate |dispersion |gel |cream )[^.;]{0,200}?"
    r"\b(?:indicated|used|given|intended)\b)"
)
_GENE = re.compile(
    r"(?<![\w-])([A-Z][A-Z0-9]{1,7}[A-Za-z0-9]{0,3}|[A-Z]\d{2,4}[A-Z]?|PD-L?\d)"
    r"(?=[^.;]{0,40}\b(?:mutat|mutant|positive|negative|fusion|rearrang|amplif|delet|express|alterat|aberrat|wild|CPS|TPS)"
    r"|[- ](?:ultra)?(?:low|high)\b(?! risk| grade))"
)
_ASIDE = re.compile(r"\((?![^()]*[a-z]{4})[^()]{1,24}\)")
"""A bracket without a whole word in it: an abbreviation of what stands before it, or a sign."""
_TYPE = re.compile(r"(?<!\w)(type|grade) ([a-z]|\d{1,2}|[iv]{1,3})(?!\w)")
_START = re.compile(
    r"(?<!\w)(?:treat(?:ment|ing)?|prevention|prophylaxis|management|immunization|relief|control|reduction|diagnosis"
    r"|therapy) (?:of|against)(?!\w)|(?<!\w)indicated (?:for|in)(?!\w)"
    r"|(?<!\w)in (?:\w{1,12} ){0,2}(?:patient|adult|children|people|individual|person|women|men)s? with(?!\w)"
)
_BREAK = re.compile(r"[.;\u2022\x01]")
_ITEM = re.compile(r"[,:()/\u00b7]| and | or | - ")
_TIMES = re.compile(
    r"(?<![\w.])\d{1,3}(?:[.,]\d{1,2})? (?:(?:to|through|up to|and|less than|<|≤) ){0,3}(?:\d{1,3} )?"
    r"(?:year|yr|month|week|day|kg)s?(?: (?:old|of age))?(?! ?/)"
)
_LINES = re.compile(
    r"(?:(?P<least>at least|minimum of|≥) ?)?(?<![\w.])(?P<low>\d)(?P<more> or more| or greater)?"
    r"(?: (?:or|to) (?P<high>\d))?"
    r"(?: (?:prior|previous|earlier|different|systemic|additional)){0,3}"
    r" (?:line|therap\w{1,3}|treatment|regimen|chemotherap\w{1,3}|prior|previous|[a-z]{1,12} (?:kinase )?inhibitor)s?"
)
_PARTNER = re.compile(
    r"(?:in combination|combined|coadministered|co administered|concomitantly|together|add on|added|adjunctive)"
    r"(?: therap\w{1,3}| treatment)? (?:with|to) (?P<what>[^.;:()\x01\x02]{2,120}?)"
    r"(?=,? ?(?:[.;:(\x01\x02]|\Z)"
    r"|,? (?:is|are|for|in|who|whose|as|after|followed|then|when|may|can|should|has|have)(?!\w))"
)
_ALONE = re.compile(r"(?<!\w)(?:as (?:a )?monotherapy|monotherapy|as (?:a )?single agent|alone)(?!\w)")
_EITHER = re.compile(r"(?<!\w)with or without (?:concomitant )?(?P<what>\w{2,40}(?: \w{2,40})?)")
_LACKING = re.compile(
    r"(?<!\w)(?:without|with no|have no|has no|no|negative for|free of) (?P<what>\w{3,40}(?: \w{3,40})?)"
)
_HAVING = re.compile(r"(?<!\w)with (?P<what>\w{3,40}(?: \w{3,40})?)")
_STAGE = re.compile(
    r"(?<!\w)(?:stage|class|fc|functional class|phase)(?:e?s)?(?: \(fc\))?"
    r" (?P<what>(?:[ivx]{1,4}|f?\d)[abc]?(?:(?: to | or | and |, ?)(?:[ivx]{1,4}|f?\d)[abc]?){0,6})(?!\w)"
)
_STEP = re.compile(r"(to )?f?([ivx]{1,4}|\d)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}


@dataclass(frozen=True)
class Use:
    """A use taken apart. What a text does not restrict is None or empty.

    `ages` in years, `vague` where those of children are what the word alone means; `weights` in kilograms; `lines` how
    many earlier treatments a patient may have had (3: three or more); `sets` the values granted in the dimensions of
    the lexicon, and in `stage`, `partners`, `markers` and `either` (markers of which one will do); `lacking` and
    `having` what patients must or may be without and with; `diseases` one set of words for each disease named;
    `conditions` further words that describe the patient; `order` all words as they come.
    """

    ages: Spans | None = None
    vague: bool = False
    weights: Spans | None = None
    lines: frozenset[int] = frozenset()
    sets: Mapping[str, Values] = field(default_factory=dict)
    lacking: Values = NOTHING
    having: Values = NOTHING
    diseases: tuple[Values, ...] = ()
    conditions: Values = NOTHING
    order: tuple[str, ...] = ()

    @property
    def disease_words(self) -> Values:
        """All words that name a disease."""
        return NOTHING.union(*self.diseases)


def read_use(text: str, names: Iterable[str] = (), known: Mapping[str, str] | None = None) -> Use:
    """A text as a use. `names` are those of the medicine; `known` abbreviations that other texts introduce."""
    return _read(text[:LONGEST], tuple(sorted(set(names))), tuple(sorted((known or {}).items())))


@lru_cache(maxsize=2048)
def _read(text: str, names: tuple[str, ...], known: tuple[tuple[str, str], ...]) -> Use:
    bare = _SUBJECT.sub(" ", _without(names, _POINTER.sub(" ", text)))
    spelt = spelt_out(bare, {**ABBREVIATIONS, **dict(known)})
    spelt = _ASIDE.sub(" ", spelt)
    genes = frozenset(word for found in _GENE.findall(spelt) for word in words(normal(found)))
    plain = _TYPE.sub(r"\1\2", named_alike(normal(spelt)))
    rest, sets = _dimensions(_parted(without_levels(plain, genes)))
    rest = _without_lines(rest)
    lacking, having = _features(plain)
    markers = frozenset(word for word in words(rest) if word in MARKERS or word in genes)
    diseases, conditions = _described(_TIMES.sub(" ", rest), markers | lacking)
    return Use(
        ages(plain),
        only_by_group(plain),
        weights(plain),
        _lines(plain),
        {**sets, "markers": markers, "either": alternatives(plain, genes)},
        lacking,
        having,
        diseases,
        conditions - having,
        tuple(words(plain)),
    )


def _parted(plain: str) -> str:
    """The text with a sign where the description of a disease begins, and one where that of the patients does."""
    opened = phrases(OPENERS).sub(lambda found: f" \x02 {found[0]}", plain)
    return _START.sub(lambda found: f" \x01 {found[0]}", opened)


def _without(names: tuple[str, ...], text: str) -> str:
    """The text without the names of the medicine itself."""
    rows = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) > 2)
    return re.sub(rf"(?<!\w)(?:{rows})(?!\w)", " ", text, flags=re.IGNORECASE) if rows else text


def _dimensions(plain: str) -> tuple[str, dict[str, Values]]:
    """What the text grants in each dimension, and the text without the words that say so."""
    sets: dict[str, Values] = {"partners": NOTHING}
    partners: set[str] = set()
    if _ALONE.search(plain):
        partners.add("alone")
    for found in _PARTNER.finditer(plain):
        if named := sorted({word for word in words(found["what"]) if word not in PLAIN}):
            partners.add(" ".join(named))
    sets["partners"] = frozenset(partners)
    rest = _ALONE.sub(" ", _PARTNER.sub(" ", plain))
    sets["stage"] = frozenset(str(step) for found in _STAGE.finditer(rest) for step in _steps(found["what"]))
    rest = _STAGE.sub(" ", rest)
    for name, rows in DIMENSIONS.items():
        values = frozenset(value for value, row in rows.items() if phrases(row).search(rest))
        sets[name] = frozenset(rows) - {"any"} if "any" in values else values
        rest = phrases(tuple(phrase for row in rows.values() for phrase in row)).sub(" ", rest)
    return rest, sets


def _steps(text: str) -> set[int]:
    """The stages that a list or range of them names."""
    found: list[int] = []
    for until, step in _STEP.findall(text):
        number = _ROMAN.get(step) or (int(step) if step.isdigit() else 0)
        found += range(found[-1] + 1, number + 1) if until and found else [number]
    return set(found)


def _lines(text: str) -> frozenset[int]:
    """How many earlier treatments a patient may have had."""
    found: set[int] = set()
    if (none := phrases(LINES["none"])).search(text):
        found.add(0)
        text = none.sub(" ", text)
    counted = list(_LINES.finditer(text))
    for match in counted:
        low, high = int(match["low"]), int(match["high"] or match["low"])
        open_end = match["least"] or match["more"]
        found |= {min(number, MOST_LINES) for number in range(low, (MOST_LINES if open_end else high) + 1)}
    for name, low in (("three", 3), ("two", 2), ("some", 1)):
        if phrases(LINES[name]).search(text) and not (found - {0}):
            found |= set(range(low, MOST_LINES + 1))
    return frozenset(found)


def _without_lines(text: str) -> str:
    rest = _LINES.sub(" ", phrases(LINES["none"]).sub(" ", text))
    return phrases(tuple(row for name in ("three", "two", "some") for row in LINES[name])).sub(" ", rest)


def _features(plain: str) -> tuple[Values, Values]:
    """What patients must be without, and what they may have, word by word."""
    either = _content(_EITHER, plain)
    rest = _EITHER.sub(" ", plain)
    lacking = _content(_LACKING, rest)
    return lacking | either, _content(_HAVING, _LACKING.sub(" ", rest)) & (lacking | either) | either


def _content(pattern: re.Pattern[str], text: str) -> Values:
    return frozenset(
        word for found in pattern.finditer(text) for word in words(found["what"]) if word not in PLAIN | HEADS
    )


def _described(rest: str, known: Values) -> tuple[tuple[Values, ...], Values]:
    """The diseases named, each as a set of words, and the words that describe the patient further."""
    diseases: list[Values] = []
    conditions: set[str] = set()
    for sentence in _BREAK.split(rest):
        named, _, described = sentence.partition("\x02")
        conditions |= {word for word in words(described) if word not in PLAIN}
        for item in _ITEM.split(named):
            if found := frozenset(word for word in words(item) if not _says_nothing(word) and word not in known):
                diseases.append(found)
    told = [one for one in dict.fromkeys(diseases) if one - HEADS] or list(dict.fromkeys(diseases))
    whole = tuple(one for one in told if not any(one < other for other in told))
    return whole, frozenset(conditions - known)


def _says_nothing(word: str) -> bool:
    return word in PLAIN or len(word) < 2 or word.isdecimal()
