"""How one use of a medicine relates to another: the same, narrower, wider, another one, or not to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from regwatch.uses.ages import ADULT, Spans, from_age, within
from regwatch.uses.lexicon import DIMENSIONS, HEADS, is_naming
from regwatch.uses.use import Use, Values, read_use
from regwatch.uses.words import introduced, respelt, squash

FREE_WHERE_UNSAID = ("severity", "course", "extent", "grade", "stage", "partners", "markers")
OPEN_WHERE_UNSAID = ("purpose", "sex")
"""A text that does not say for whom may have left it to its heading: it is no narrower and no wider."""


class Relation(StrEnum):
    """What a use is to another one: `wider` has patients that the other has not, and has all of its."""

    SAME = "same"
    NARROWER = "narrower"
    WIDER = "wider"
    OTHER = "other"
    UNKNOWN = "unknown"


class Order(StrEnum):
    """What a use is to another one in one dimension. `dropped`: wider, since a restriction is not told any more."""

    EQUAL = "equal"
    LESS = "less"
    MORE = "more"
    DROPPED = "dropped"
    BESIDE = "beside"
    ADDED = "added"
    NEAR = "near"
    APART = "apart"


_IN = frozenset({Order.EQUAL, Order.LESS})
_UNLIKE = frozenset({Order.APART, Order.NEAR, Order.BESIDE})
_MORE = frozenset({Order.MORE, Order.DROPPED, Order.ADDED})


@dataclass(frozen=True)
class Comparison:
    """How one use relates to another, and what each dimension in which they differ is to that of the other."""

    relation: Relation
    orders: Mapping[str, Order]

    @property
    def grown(self) -> frozenset[str]:
        """The dimensions in which the one has patients that the other has not."""
        return frozenset(name for name, order in self.orders.items() if order in _MORE or order is Order.BESIDE)


def compare_uses(one: str, other: str, names: Iterable[str] = ()) -> Relation:
    """How the use that one text grants relates to that of another. `names` are those of the medicine itself.

    Texts that say the same in other spelling, order or abbreviations are the same use; empty ones are unknown.
    """
    return compared(one, other, names).relation


def same_use(one: str, other: str, names: Iterable[str] = ()) -> bool:
    """Whether two texts grant one and the same use."""
    return compare_uses(one, other, names) is Relation.SAME


def same_disease(one: str, other: str) -> bool:
    """Whether two phrases may speak of one disease, whatever they say of the patients; an empty one may of any."""
    if not one.strip() or not other.strip():
        return True
    known = {**introduced(other), **introduced(one)}
    mine, theirs = read_use(respelt(one, other), known=known), read_use(other, known=known)
    if _of_diseases(mine, theirs) not in _UNLIKE:
        return True
    named, theirs_named = (frozenset(filter(is_naming, use.disease_words - HEADS)) for use in (mine, theirs))
    if named and theirs_named:
        return named <= theirs_named or theirs_named <= named
    shared = mine.disease_words & theirs.disease_words - HEADS
    return 2 * len(shared) >= min(len(mine.disease_words), len(theirs.disease_words))


def compared(one: str, other: str, names: Iterable[str] = ()) -> Comparison:
    """The relation of two uses, with the dimensions that make it."""
    if not one.strip() or not other.strip():
        return Comparison(Relation.UNKNOWN, {})
    if squash(one) == squash(other):
        return Comparison(Relation.SAME, {})
    known = {**introduced(other), **introduced(one)}
    named = tuple(names)
    return compared_uses(read_use(respelt(one, other), named, known), read_use(other, named, known))


def compared_uses(one: Use, other: Use) -> Comparison:
    """The relation of two uses that were read."""
    orders: Mapping[str, Order] = {k: order for k, order in _orders(one, other).items() if order is not Order.EQUAL}
    return Comparison(_relation(orders), orders)


def _relation(orders: Mapping[str, Order]) -> Relation:
    found = frozenset(orders.values())
    if orders.get("disease") is Order.APART:
        return Relation.OTHER
    if not found:
        return Relation.SAME
    if found == {Order.LESS}:
        return Relation.NARROWER
    if found <= _MORE:
        return Relation.WIDER
    return Relation.UNKNOWN


def _orders(one: Use, other: Use) -> dict[str, Order]:
    orders = {
        "disease": _of_diseases(one, other),
        "age": _of_ages(one, other),
        "weight": _of_spans(one.weights, other.weights, unsaid_is_free=True),
        "line": _of_sets(frozenset(map(str, one.lines)), frozenset(map(str, other.lines)), _ALL_LINES),
        "setting": _of_sets(one.sets["setting"] or _NO_SETTING, other.sets["setting"] or _NO_SETTING),
        "without": _of_features(one, other),
        "condition": _of_conditions(one.conditions, other.conditions),
    }
    for name in FREE_WHERE_UNSAID:
        orders[name] = _of_sets(one.sets[name], other.sets[name], _ALL.get(name, frozenset()))
    orders |= _of_markers(one, other)
    for name in OPEN_WHERE_UNSAID:
        said = one.sets[name] and other.sets[name]
        orders[name] = _of_sets(one.sets[name], other.sets[name]) if said else Order.EQUAL
    return orders


def _of_markers(one: Use, other: Use) -> dict[str, Order]:
    """Markers: where both uses name such as one will do of, these as granted; all others as what restricts."""
    mine, theirs = one.sets["either"], other.sets["either"]
    if not (mine and theirs):
        return {"markers": _of_conditions(one.sets["markers"], other.sets["markers"])}
    told = frozenset(word for couple in mine | theirs for word in couple.split())
    return {
        "either": _of_sets(mine, theirs),
        "markers": _of_conditions(one.sets["markers"] - told, other.sets["markers"] - told),
    }


_ALL = {name: frozenset(rows) - {"any"} for name, rows in DIMENSIONS.items()}
_ALL_LINES = frozenset({"0", "1", "2", "3"})
_NO_SETTING = frozenset({"none"})


def _of_sets(one: Values, other: Values, everything: Values = frozenset()) -> Order:
    """Sets of values that are granted; an empty one grants all."""
    mine = frozenset() if everything and one >= everything else one
    theirs = frozenset() if everything and other >= everything else other
    if mine == theirs:
        return Order.EQUAL
    if not mine:
        return Order.MORE if one else Order.DROPPED
    if not theirs or mine < theirs:
        return Order.LESS
    return Order.MORE if mine > theirs else Order.BESIDE


def _of_spans(one: Spans | None, other: Spans | None, *, unsaid_is_free: bool) -> Order:
    if one == other:
        return Order.EQUAL
    if one is None or other is None:
        if not unsaid_is_free:
            return Order.EQUAL
        return Order.DROPPED if one is None else Order.LESS
    inside, outside = within(one, other), within(other, one)
    return Order.LESS if inside else Order.MORE if outside else Order.BESIDE


def _of_ages(one: Use, other: Use) -> Order:
    """Ages; children without a figure may be as old as those of the other text."""
    order = _of_spans(one.ages, other.ages, unsaid_is_free=False)
    if order not in (Order.MORE, Order.BESIDE) or not (one.vague and one.ages and other.ages):
        return order
    youngest = other.ages[0][0]
    alike = _of_spans(from_age(one.ages, youngest), other.ages, unsaid_is_free=False)
    return Order.DROPPED if youngest < ADULT and alike in (Order.EQUAL, Order.LESS) else order


def _of_conditions(one: Values, other: Values) -> Order:
    """Sets of words that each restrict: more of them are narrower, unless they name one more disease."""
    if one == other:
        return Order.EQUAL
    if any(is_naming(word) for word in one ^ other) or not (one > other or one < other):
        return Order.BESIDE
    return Order.LESS if one > other else Order.DROPPED


def _of_features(one: Use, other: Use) -> Order:
    """What patients must be without: a group that was left out and comes in makes a use wider."""
    found: set[Order] = set()
    for word in one.lacking | other.lacking:
        mine, theirs = _polarity(one, word), _polarity(other, word)
        if mine != theirs:
            said = word in one.lacking | one.having
            wider = Order.MORE if said else Order.DROPPED
            found.add(Order.LESS if mine < theirs else wider if mine > theirs else Order.BESIDE)
    if not found:
        return Order.EQUAL
    if len(found) == 1:
        return found.pop()
    return Order.MORE if found <= _MORE else Order.BESIDE


def _polarity(use: Use, word: str) -> frozenset[bool]:
    sides = {side for side, words in ((False, use.lacking), (True, use.having)) if word in words}
    return frozenset(sides or {True, False})


def _of_diseases(one: Use, other: Use) -> Order:
    if not one.diseases or not other.diseases:
        return Order.EQUAL
    there = [_of_item(item, one, other) for item in one.diseases]
    back = [_of_item(item, other, one) for item in other.diseases]
    inside, outside = set(there) <= _IN, set(back) <= _IN
    if inside:
        return Order.EQUAL if outside else Order.LESS
    if outside:
        return Order.ADDED if Order.APART in there else Order.DROPPED
    if {*there, *back} == {Order.APART}:
        return Order.APART
    return Order.BESIDE if Order.APART in there else Order.NEAR


def added_diseases(one: Use, other: Use) -> tuple[Values, ...]:
    """The diseases of the one use that have nothing in common with any of the other."""
    return tuple(item for item in one.diseases if _of_item(item, one, other) is Order.APART)


def is_disease_of(item: Values, mine: Use, other: Use) -> bool:
    """Whether a disease of a use is one of those of the other, or a part of one."""
    return any(
        item == one or _shared_head(item, one, mine) or _of_words(item, one) is Order.LESS for one in other.diseases
    )


def _shared_head(item: Values, one: Values, mine: Use) -> bool:
    """Whether two diseases are one whose last words stand only with its neighbour: breast, in breast or lung cancer."""
    return bool(item - HEADS) and item < one and one - item <= mine.disease_words


def _of_item(item: Values, mine: Use, other: Use) -> Order:
    """One disease of a use against all those of the other."""
    theirs, said = other.diseases, other.disease_words
    if item in theirs or any(_shared_head(item, one, mine) or _shared_head(one, item, other) for one in theirs):
        return Order.EQUAL
    if item <= said and not any(item < one for one in theirs):
        return Order.EQUAL
    orders = {_of_words(item, one) for one in theirs}
    return next((order for order in (Order.LESS, Order.DROPPED, Order.NEAR) if order in orders), Order.APART)


def _of_words(item: Values, one: Values) -> Order:
    shared = item & one
    if shared and one <= item:
        return Order.LESS if any(map(is_naming, shared)) or not any(map(is_naming, item - one)) else Order.APART
    if shared and item <= one:
        return Order.DROPPED
    if shared <= HEADS:
        return Order.APART
    named = any(is_naming(word) for word in shared)
    return Order.NEAR if named or not any(is_naming(word) for word in item ^ one) else Order.APART
