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
from regwatch.uses.comparing import Comparison, Order, Relation, added_diseases, compared_uses, is_disease_of
from regwatch.uses.lexicon import HEADS, is_naming
from regwatch.uses.use import Use, Values, read_use
from regwatch.uses.words import introduced, lay, normal, respelt, squash, words


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


STANDING = 0.6
"""Part of the letters of a known use that must still be there for it to stand."""
LEAST = 30
"""Letters of a text that can stand in an older one by itself: less stands in many a sentence that granted nothing."""
_CUT = re.compile(
    r"(?:[:,]|\b(?:of|for|in|with|without|and|or|the|an?|to|by|from|who|whose|that|which|at|least|than)) *\Z",
    re.IGNORECASE,
)
"""How a text ends that goes on."""
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
    names = tuple(names)
    if not known:
        return Growth(Addition.NEW)
    kept = [squash(one) for one in standing]
    if _completes(text, known):
        return _NOTHING
    if _is_put_together(text, [squash(one) for one in known], shown, kept):
        return _NOTHING
    spelt = respelt(text, " ".join(known))
    use, *uses = _read_together((spelt, *(respelt(one, spelt) for one in known)), names)
    if not (use.diseases or use.ages or use.weights or use.lines):
        return _NOTHING
    pairs = [_Pair(told, one, compared_uses(use, one)) for told, one in zip(known, uses, strict=True)]
    if any(pair.covers and _may_be_near(use, pair.use) for pair in pairs) or _covered_together(use, pairs):
        return Growth(Addition.DOUBT, frozenset({"variant"})) if _is_another_variant(text, known, names) else _NOTHING
    if not text.rstrip().endswith(".") and any(one.order[: len(use.order)] == use.order for one in uses):
        return _NOTHING
    if not any(one.diseases for one in uses) or _only_lost(use, pairs, kept):
        return Growth(Addition.DOUBT, frozenset({"disease"}))
    near = [one for one in pairs if _may_be_near(use, one.use) and one.comparison.relation is not Relation.OTHER]
    if not near:
        sure = _is_named_newly(use.diseases, uses) or all(_stands(squash(one), kept) for one in known)
        return Growth(Addition.NEW if sure else Addition.DOUBT, frozenset({"disease"}))
    return _beyond(use, near, kept)


def whole(known: Sequence[str]) -> list[str]:
    """The known uses without those that were cut off where another of them goes on: a lost end restricted the use."""
    squashed = {one: squash(one) for one in known}
    full = [found for one, found in squashed.items() if not _CUT.search(one)]
    return [one for one in known if not (_CUT.search(one) and any(squashed[one] in other for other in full))]


def completes(text: str, known: Iterable[str]) -> bool:
    """Whether the text goes on where a known one was cut off, in the middle of a sentence."""
    mine = squash(text)
    return any(_CUT.search(one) and mine.startswith(squash(one)) for one in known)


def _completes(text: str, known: Sequence[str]) -> bool:
    """Whether the text completes a known one that was cut off, and names nothing in its end that no text named."""
    if not completes(text, known):
        return False
    said = {word for one in known for word in words(normal(one))}
    return not any(is_naming(word) and word not in said for word in words(normal(text)))


def _is_put_together(text: str, known: Sequence[str], shown: Iterable[Sequence[str]], kept: Sequence[str]) -> bool:
    """Whether a text is made of known ones and of other sentences shown before, or is a part of such in a row.

    A part that ends like a sentence, where the known use went on, may have lost a restriction: that is nothing known.
    """
    mine, states = squash(text), [[squash(one) for one in state] for state in shown]
    if _is_made_of(mine, {*known, *(one for state in states for one in state)}):
        return True
    if text.rstrip().endswith(".") and _lost_an_end(mine, known, "".join(kept)):
        return False
    if mine in "".join(known):
        return True
    longer = (one for state in states for one in state if one.startswith(mine)) if len(mine) < LEAST else ()
    return any(longer) or (len(mine) >= LEAST and any(mine in "".join(state) for state in states))


def _is_made_of(text: str, parts: Iterable[str]) -> bool:
    """Whether a squashed text is nothing but such parts, one after the other."""
    whole = sorted(filter(None, parts), key=len, reverse=True)
    while text:
        part = next((one for one in whole if text.startswith(one)), None)
        if part is None:
            return False
        text = text.removeprefix(part)
    return True


def _lost_an_end(text: str, known: Iterable[str], kept: str) -> bool:
    """Whether a squashed text is the beginning of a known one whose end is nowhere any more."""
    ends = [one.removeprefix(text) for one in known if one.startswith(text)]
    return bool(ends) and all(end not in kept for end in ends)


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


def _within_all(mine: Spans | None, theirs: Sequence[Spans | None]) -> bool:
    """Whether ages or weights lie in those of the others together, if all say for whom."""
    spans = [span for one in theirs for span in one or ()]
    return mine is None or not all(theirs) or within(mine, joined(spans))


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
