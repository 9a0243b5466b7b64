"""What a use adds to those that were known before: nothing, a new disease, a wider use of a known one, or a doubt.

A text that was lost and comes back, that is told in other words, split, glued or cut adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from regwatch.uses.ages import Spans, joined, within
from regwatch.uses.comparing import (
    OPEN_WHERE_UNSAID,
    Comparison,
    Order,
    Relation,
    added_diseases,
    compared_uses,
    is_disease_of,
)
from regwatch.uses.fragments import is_put_together, only_completes
from regwatch.uses.lexicon import HEADS, is_naming
from regwatch.uses.use import Use, Values, read_use
from regwatch.uses.words import introduced, lay, respelt, squash, without_other_names


class Addition(StrEnum):
    """What a use adds to the known ones. `doubt`: it differs, and whether it is wider cannot be told."""

    NOTHING = "nothing"
    NEW = "new"
    WIDENED = "widened"
    DOUBT = "doubt"


@dataclass(frozen=True)
class Growth:
    """What a use adds, in which dimensions, and beside which known use."""

    addition: Addition
    dimensions: frozenset[str] = frozenset()
    beside: str = ""

    @property
    def only_adds_diseases(self) -> bool:
        """Whether it is the use beside it, and further diseases."""
        return bool(self.beside) and self.dimensions == {"disease"} and self.addition is Addition.NEW

    @property
    def may_add_a_disease(self) -> bool:
        """Whether it is the use beside it, and a word more that nobody knows: a disease, or another name of one."""
        return bool(self.beside) and self.dimensions == {"disease"} and self.addition is Addition.DOUBT


STANDING = 0.6
"""Part of the letters of a known use that must still be there for it to stand."""
_TORN = re.compile(
    r"\b(?:aged?|ages|least|over|above|under|below|than|weighing)"
    r" (?:(?:years?|months?|weeks?|kg)\b|(?:and|or) (?:older|more|above)\b)",
    re.IGNORECASE,
)
"""A figure that was lost: for whom the text is cannot be told."""
_NOTHING = Growth(Addition.NOTHING)
_FIRM = frozenset(
    {"age", "weight", "line", "severity", "course", "setting", "partners", "purpose", "sex", "stage", "without"}
)
"""Dimensions whose values are told in fixed words: a value that was not granted before makes a use wider."""


def growth(
    text: str,
    known: Sequence[str],
    standing: Iterable[str] = (),
    names: Iterable[str] = (),
    shown: Iterable[Sequence[str]] = (),
) -> Growth:
    """What the use that `text` grants adds to the `known` ones, those `standing` among them being granted still.

    `shown` is all that earlier states showed, each as its sentences in order, those that grant no use among them. A
    wider use in a text that takes the place of an older one is sure only where it says something that the older one did
    not: words that are merely gone may be lost.
    """
    names, standing, shown = tuple(names), tuple(standing), tuple(shown)
    grown = _growth(text, known, standing, names, shown)
    alike = (_growth(one, known, standing, names, shown) for one in without_other_names(text))
    return next((one for one in alike if one.addition is Addition.NOTHING), grown)


def _growth(
    text: str, known: Sequence[str], standing: Sequence[str], names: Sequence[str], shown: Sequence[Sequence[str]]
) -> Growth:
    if not known:
        return Growth(Addition.NEW)
    kept = [squash(one) for one in standing]
    if only_completes(text, known):
        return _NOTHING
    if is_put_together(text, [squash(one) for one in known], shown, kept):
        return _NOTHING
    spelt = respelt(text, " ".join(known))
    use, *uses = _read_together((spelt, *(respelt(one, spelt) for one in known)), names)
    if not (use.diseases or use.ages or use.weights or use.lines):
        return _NOTHING
    pairs = [_Pair(told, one, compared_uses(use, one)) for told, one in zip(known, uses, strict=True)]
    covering = [pair for pair in pairs if pair.covers and _may_be_near(use, pair.use)]
    if covering or _covered_together(use, pairs) or _covered_apart(use, pairs):
        if covering and all(_is_left_behind(pair, use, pairs, text, kept) for pair in covering):
            return Growth(Addition.DOUBT, frozenset({"repaired"}))
        return Growth(Addition.DOUBT, frozenset({"variant"})) if _is_another_variant(text, known, names) else _NOTHING
    if not text.rstrip().endswith(".") and any(one.order[: len(use.order)] == use.order for one in uses):
        return _NOTHING
    if not any(one.diseases for one in uses) or _only_lost(use, pairs, kept):
        return Growth(Addition.DOUBT, frozenset({"disease"}))
    near = [one for one in pairs if _may_be_near(use, one.use) and one.comparison.relation is not Relation.OTHER]
    if not near:
        sure = _is_named_newly(use.diseases, uses) or all(_stands(squash(one), kept) for one in known)
        return Growth(Addition.NEW if sure else Addition.DOUBT, frozenset({"disease"}))
    return Growth(Addition.DOUBT) if _TORN.search(text) else _beyond(use, near, kept)


@dataclass(frozen=True)
class _Pair:
    """A known use, and how the one that is looked at relates to it."""

    text: str
    use: Use
    comparison: Comparison

    @property
    def covers(self) -> bool:
        return self.comparison.relation in (Relation.SAME, Relation.NARROWER)


def _read_together(texts: Sequence[str], names: Iterable[str]) -> list[Use]:
    """Texts as uses, each with the abbreviations that any of them introduces."""
    table: dict[str, str] = {}
    for text in reversed(texts):
        table.update(introduced(text))
    named = tuple(names)
    return [read_use(text, named, table) for text in texts]


def names_another_disease(text: str, texts: Sequence[str], names: Iterable[str] = ()) -> bool:
    """Whether a text names a disease with words none of which any of the other texts has."""
    named = tuple(names)
    said = frozenset(word for one in texts for word in read_use(one, named).order)
    use = read_use(respelt(lay(text), " ".join(texts)), named)
    return any(not (item - HEADS) & said and any(map(is_naming, item - HEADS)) for item in use.diseases)


def named_before(text: str, texts: Sequence[str], names: Iterable[str] = ()) -> bool:
    """Whether other texts, such as an overview for patients, named every disease of a use, for patients as young."""
    use, *others = _read_together([lay(text), *(respelt(lay(one), text) for one in texts)], names)
    diseases = [item for item in use.diseases if any(map(is_naming, item))] or use.diseases
    near = [one for one in others if any(is_disease_of(item, use, one) for item in diseases)]
    if not diseases or not all(any(is_disease_of(item, use, one) for one in near) for item in diseases):
        return False
    return _within_all(use.ages, [one.ages for one in near]) and _within_all(use.weights, [one.weights for one in near])


def only_older(text: str, uses: Sequence[str], names: Iterable[str] = ()) -> bool:
    """Whether a text tells of no patients younger or lighter than uses grant, together, or one that says of none."""
    mine, *others = _read_together((lay(text), *uses), names)
    return _within_all(mine.ages, [one.ages for one in others]) and _within_all(
        mine.weights, [one.weights for one in others]
    )


def _within_all(mine: Spans | None, theirs: Sequence[Spans | None]) -> bool:
    """Whether ages or weights lie in those of the others together, if all say for whom."""
    spans = [span for one in theirs for span in one or ()]
    return mine is None or not all(theirs) or within(mine, joined(spans))


def says_as_much(text: str, known: Sequence[str], names: Iterable[str] = ()) -> bool:
    """Whether a text leaves out nothing, of who may be treated, that a known one it is no more than says.

    What a text does not say may be lost: beside a known one it proves nothing.
    """
    use, *uses = _read_together((text, *known), names)
    alike = [one for one in uses if compared_uses(use, one).relation in (Relation.SAME, Relation.NARROWER)]
    return not alike or any(not _unsaid(use, one) for one in alike)


def _unsaid(use: Use, other: Use) -> frozenset[str]:
    """The dimensions that a use is silent about, where silence is taken for what the other one says."""
    silent = {name for name in OPEN_WHERE_UNSAID if other.sets[name] and not use.sets[name]}
    silent |= {"age"} if other.ages and not use.ages else set()
    return frozenset(silent | ({"disease"} if other.diseases and not use.diseases else set()))


def _is_left_behind(pair: _Pair, use: Use, pairs: Sequence[_Pair], text: str, kept: Sequence[str]) -> bool:
    """Whether a known use that covers another one stands no more, and a later one said less, which this one exceeds.

    The first may have lost a restriction when it was read, or been narrowed since.
    """
    if pair.comparison.relation is Relation.SAME and not _unsaid(pair.use, use):
        return False
    if _stands(squash(pair.text), [one for one in kept if one not in squash(text) and squash(text) not in one]):
        return False
    later = pairs[pairs.index(pair) + 1 :]
    return any(
        not one.covers
        and one.comparison.relation is Relation.WIDER
        and compared_uses(one.use, pair.use).relation in (Relation.SAME, Relation.NARROWER)
        for one in later
    )


def _is_another_variant(text: str, known: Sequence[str], names: Iterable[str]) -> bool:
    """Whether the text is about a variant of the medicine that no known text names, such as a vaccine's next strain."""
    rows = "|".join(re.escape(name) for name in names if len(name) > 2)
    if not rows:
        return False
    found = re.search(rf"\b(?i:{rows}) (?P<code>[A-Z]{{2,4}}(?:\.\d+){{0,3}})\b(?=.{{0,80}}\bindicated\b)", text)
    return found is not None and not any(found["code"] in one for one in known)


def _may_be_near(use: Use, known: Use) -> bool:
    """Whether both name a disease, or none does: a text without any says nothing of one with."""
    return bool(known.diseases) or not use.diseases


def _covered_together(use: Use, pairs: Sequence[_Pair]) -> bool:
    """Whether several known uses that differ from this one in age alone cover it together."""
    alike = [
        pair.use.ages
        for pair in pairs
        if pair.use.ages
        and _may_be_near(use, pair.use)
        and all(order is Order.LESS for name, order in pair.comparison.orders.items() if name != "age")
    ]
    return bool(use.ages and alike) and within(use.ages or (), joined(span for spans in alike for span in spans))


def _covered_apart(use: Use, pairs: Sequence[_Pair]) -> bool:
    """Whether a text names several diseases, and each is one for which a known use grants as much."""
    if len(use.diseases) < 2:
        return False
    return all(
        any(
            is_disease_of(item, use, pair.use)
            and all(order is Order.LESS for name, order in pair.comparison.orders.items() if name != "disease")
            for pair in pairs
        )
        for item in use.diseases
    )


def _beyond(use: Use, near: Sequence[_Pair], kept: Sequence[str]) -> Growth:
    """What a use that no known one covers adds to those of the same disease."""
    best = max(near, key=lambda one: _likeness(use, one))
    text, nearest, comparison = best.text, best.use, best.comparison
    grown = comparison.grown
    if _is_named_newly(added_diseases(use, nearest), [one.use for one in near]):
        return Growth(Addition.NEW, grown | {"disease"}, text)
    if all(_stands(squash(one.text), kept) for one in near):
        return Growth(Addition.NEW if _is_strange(comparison) else Addition.WIDENED, grown, text)
    firm = {name for name in grown & _FIRM if comparison.orders[name] in (Order.MORE, Order.BESIDE)}
    doubtful = any(comparison.orders[name] is not Order.DROPPED for name in grown - firm) or _is_strange(comparison)
    if firm & {"age", "weight", "line"} or (firm and not doubtful):
        return Growth(Addition.WIDENED, frozenset(firm), text)
    return Growth(Addition.DOUBT, grown, text)


def _is_named_newly(diseases: Iterable[Values], known: Sequence[Use]) -> bool:
    """Whether one of the diseases is named by a word that stands in no known text."""
    said = frozenset(word for use in known for word in use.order)
    return any(is_naming(word) and word not in said for item in diseases for word in item)


def _stands(known: str, kept: Sequence[str]) -> bool:
    """Whether a known use is granted still, be it under another heading."""
    return any(known in one or (one in known and len(one) >= STANDING * len(known)) for one in kept)


def _is_strange(comparison: Comparison) -> bool:
    """Whether the diseases have something in common and are not the same."""
    return comparison.orders.get("disease") in (Order.NEAR, Order.BESIDE, Order.ADDED)


def _likeness(use: Use, pair: _Pair) -> tuple[float, int]:
    mine, theirs = set(use.order), set(pair.use.order)
    return len(mine & theirs) / (len(mine | theirs) or 1), -len(pair.comparison.orders)


def _only_lost(use: Use, pairs: Sequence[_Pair], kept: Sequence[str]) -> bool:
    """Whether the text is an older one that stands no more, or two neighbours glued, with words left out."""
    known = [(pair.use.order, _stands(squash(pair.text), kept)) for pair in pairs]
    runs = [order for order, stands in known if not stands]
    runs += [one + other for (one, first), (other, second) in pairwise(known) if not (first and second)]
    return any(_is_left_of(use.order, run) for run in runs)


def _is_left_of(words: Sequence[str], run: Sequence[str]) -> bool:
    rest = iter(run)
    return all(word in rest for word in words)
