"""Who may be treated, by age and weight: the populations that a text grants, as intervals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

Span = tuple[float, float]
Spans = tuple[Span, ...]
"""Intervals in years or kilograms, from (included) and below (excluded), sorted, none touching another."""

FOREVER = 999.0
ADULT = 18.0
_YEARS = {"year": 1.0, "yr": 1.0, "month": 1 / 12, "week": 1 / 52, "day": 1 / 365}
_GROUPS: dict[str, Span] = {
    "adult": (ADULT, FOREVER), "elderly": (65, FOREVER), "adolescent": (12, ADULT), "child": (0, ADULT),
    "pediatric": (0, ADULT), "infant": (0, 1), "toddler": (1, 3), "neonate": (0, 1 / 12), "newborn": (0, 1 / 12),
}  # fmt: skip
_MINORS = frozenset({"adolescent", "child", "pediatric", "infant", "toddler", "neonate", "newborn"})
_GROUP = re.compile(
    r"(?<!\w)(adult|elderly|adolescent|child|pediatric|infant|toddler|neonate|newborn)(?:s|ren)?(?! onset)(?!\w)"
)
_NUMBER = r"(\d{1,3}(?:[.,]\d{1,2})?)"
_UNIT = r"(year|yr|month|week|day)s?"
_OF_AGE = r"(?: old| of age)?"
_BETWEEN = re.compile(
    rf"(?<![\w.]){_NUMBER}(?: {_UNIT})?{_OF_AGE}"
    rf" (?:to|through|until|up to|and)(?: (?:<|less than|under|below))? ?{_NUMBER} {_UNIT}(?!\w)"
)
_FROM = re.compile(
    r"(?P<before>(?:from the age of|from age|from|aged?|ages|aged? at least|aged? from|older than|over|above|≥|>"
    rf"|at least) ?)?(?<![\w.]){_NUMBER} {_UNIT}(?P<age> old| of age)?"
    r"(?P<after>,? ?(?:and|or) (?:older|above|over|up|upwards|more)| onwards)?(?!\w)"
)
_BELOW = re.compile(
    rf"(?:less than|under|below|younger than|<|up to|≤) ?(?:the age of )?{_NUMBER} {_UNIT}{_OF_AGE}(?!\w)"
)
_ALL_AGES = re.compile(
    r"\b(?:of all ages|of any age|regardless of age|irrespective of age|all age groups|from birth|since birth)\b"
)
_AGE_WORD = re.compile(r"\bage[sd]?\b| old\b")
_PEOPLE_BEFORE = re.compile(
    r"(?:adult|adolescent|child|children|infant|patient|individual|person|people|women|men|recipient)s? \(?"
    r"(?:from |between |who are )?\Z"
)
_INCLUDED = re.compile(r"\b(?:less than|under|below)\b|<")
_KG = rf"{_NUMBER} kg(?! ?/)(?! per)"
_WEIGHT_BETWEEN = re.compile(rf"{_NUMBER}(?: kg)? (?:to|through|up to|and)(?: (?:<|less than|under|below))? ?{_KG}")
_WEIGHT_BELOW = re.compile(rf"(?:less than|under|below|<|up to|≤) ?{_KG}")
_WEIGHT_FROM = re.compile(
    rf"(?:at least|≥|>|above|over|more than|from|minimum of) ?{_KG}|{_KG},? (?:and|or) (?:more|above|over)"
)
_NEAR = 60


def ages(text: str) -> Spans | None:
    """The ages that a normal text grants, in years; None where it speaks of none.

    Groups count as what the European Medicines Agency means by them (adolescents are 12 to 17) unless a figure stands
    beside them, and a figure beside children says nothing of adults.
    """
    groups = [(found.start(), found[1]) for found in _GROUP.finditer(text)]
    stated = list(_stated(text))
    if _ALL_AGES.search(text):
        with_adults = any(name == "adult" for _, name in groups) or not groups
        return joined([(0, FOREVER if with_adults else ADULT)])
    owned = [(_owner(place, groups, text), place, low, high) for place, low, high in stated]
    owners = {owner for owner, _, _, _ in owned}
    grown_up = [at for at, name in groups if name == "adult"] if "adult" not in owners else []
    found: list[Span] = []
    for owner, place, low, high in owned:
        with_adults = owner not in _MINORS or any(abs(at - place) <= 2 * _NEAR for at in grown_up)
        least = ADULT if owner == "adult" else 0.0
        found.append((max(low, least), high if high is not None else FOREVER if with_adults else ADULT))
    of_minors = bool(owners & (_MINORS | {""}))
    for name in dict.fromkeys(name for _, name in groups):
        if name not in owners and not (name in _MINORS and of_minors):
            found.append(_GROUPS[name])
    return joined(found) if found else None


def only_by_group(text: str) -> bool:
    """Whether a normal text names children or adolescents without a figure of their ages."""
    told = bool(_ALL_AGES.search(text)) or any(True for _ in _stated(text))
    return not told and any(found[1] in _MINORS for found in _GROUP.finditer(text))


def from_age(spans: Spans, low: float) -> Spans:
    """The intervals without what lies below an age."""
    return joined((max(start, low), end) for start, end in spans if end > low)


def _stated(text: str) -> Iterable[tuple[int, float, float | None]]:
    """Ages told in figures: where, from, and below what (None: no end is given)."""
    taken: list[tuple[int, int]] = []
    for found in _BETWEEN.finditer(text):
        low, unit, high, last = found.groups()
        if not _speaks_of_age(text, found):
            continue
        taken.append(found.span())
        end = _years(high, last)
        yield found.start(), _years(low, unit or last), end if _INCLUDED.search(found[0]) else end + _YEARS[last]
    for found in _BELOW.finditer(text):
        if _outside(found, taken) and _speaks_of_age(text, found):
            taken.append(found.span())
            number, unit = found.groups()
            end = _years(number, unit)
            yield found.start(), 0.0, end + _YEARS[unit] if re.match("up to|≤", found[0]) else end
    for found in _FROM.finditer(text):
        if _outside(found, taken) and _is_lower_bound(text, found):
            yield found.start(), _years(found[2], found[3]), None


def _is_lower_bound(text: str, found: re.Match[str]) -> bool:
    before, after = (found["before"] or "").strip(), (found["after"] or "").strip(" ,")
    if after and not after.endswith("more"):
        return True
    if before.startswith(("age", "older", "from the age", "from age")) or (before == "from" and found[3] == "year"):
        return True
    return bool(before or after or found["age"]) and _speaks_of_age(text, found)


def _speaks_of_age(text: str, found: re.Match[str]) -> bool:
    """Whether a figure with a unit of time is an age and no duration: a word of age near it, or people just before."""
    near = text[max(0, found.start() - 16) : found.end() + 8]
    return bool(_AGE_WORD.search(near) or _PEOPLE_BEFORE.search(text[max(0, found.start() - 40) : found.start()]))


def _outside(found: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    return all(found.end() <= start or found.start() >= end for start, end in taken)


def _owner(place: int, groups: list[tuple[int, str]], text: str) -> str:
    """The group that a figure belongs to: the last one named shortly before it, "" for people in general."""
    before = [(at, name) for at, name in groups if place - _NEAR <= at < place]
    if not before or re.search(r"[.;]", text[before[-1][0] : place]):
        return ""
    return before[-1][1]


def _years(number: str, unit: str) -> float:
    return float(number.replace(",", ".")) * _YEARS[unit]


def weights(text: str) -> Spans | None:
    """The body weights that a normal text grants, in kilograms; None where it speaks of none."""
    found: list[Span] = []
    taken: list[tuple[int, int]] = []
    for match in _WEIGHT_BETWEEN.finditer(text):
        taken.append(match.span())
        found.append((_kilos(match[1]), _kilos(match[2])))
    for match in _WEIGHT_BELOW.finditer(text):
        if _outside(match, taken):
            taken.append(match.span())
            found.append((0, _kilos(match[1])))
    for match in _WEIGHT_FROM.finditer(text):
        if _outside(match, taken):
            found.append((_kilos(match[1] or match[2]), FOREVER))
    return joined(found) if found else None


def _kilos(number: str) -> float:
    return float(number.replace(",", "."))


def joined(spans: Iterable[Span]) -> Spans:
    """Intervals as a sorted set of such, those that touch made one."""
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    assert all(one[1] < other[0] for one, other in pairwise(found))
    return tuple(found)


def within(inner: Spans, outer: Spans) -> bool:
    """Whether every point of the one lies in the other."""
    return all(any(low <= one[0] and one[1] <= high for low, high in outer) for one in inner)
