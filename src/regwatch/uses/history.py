"""What a use adds to those that were known before: nothing, a new disease, a wider use of a known one, or a doubt.

A text that was lost and comes back, that is told in other words, split, glued or cut adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from regwatch.uses.ages import joined, within
from regwatch.uses.comparing import Comparison, Order, Relation, added_diseases, compared_uses
from regwatch.uses.lexicon import is_naming
from regwatch.uses.use import Use, read_use
from regwatch.uses.words import introduced, respelt, squash


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


STANDING = 0.6
"""Part of the letters of a known use that must still be there for it to stand."""
_NOTHING = Growth(Addition.NOTHING)
_FIRM = frozenset(
    {"age", "weight", "line", "severity", "course", "setting", "partners", "purpose", "sex", "stage", "without"}
)
"""Dimensions whose values are told in fixed words: a value that was not granted before makes a use wider."""


def growth(text: str, known: Sequence[str], standing: Iterable[str] = (), names: Iterable[str] = ()) -> Growth:
    """What the use that `text` grants adds to the `known` ones, those `standing` among them being granted still.

    A wider use in a text that takes the place of an older one is sure only where it says something that the older one
    did not: words that are merely gone may be lost.
    """
    if not known:
        return Growth(Addition.NEW)
    if any(squash(text) in squash(one) for one in known):
        return _NOTHING
    named = tuple(names)
    table: dict[str, str] = {}
    for one in (*known, text):
        table.update(introduced(one))
    use = read_use(respelt(text, " ".join(known)), named, table)
    uses = [read_use(one, named, table) for one in known]
    found = [compared_uses(use, one) for one in uses]
    if any(_covers(one, comparison) for one, comparison in zip(uses, found, strict=True)) or _covered(use, uses, found):
        return _NOTHING
    near = [n for n, one in enumerate(found) if one.relation is not Relation.OTHER]
    if not near:
        return Growth(Addition.NEW, frozenset({"disease"}))
    kept = [squash(one) for one in standing]
    return _beyond(use, [(known[n], uses[n], found[n]) for n in near], kept)


def _covers(known: Use, comparison: Comparison) -> bool:
    return bool(known.diseases) and comparison.relation in (Relation.SAME, Relation.NARROWER)


def _covered(use: Use, known: Sequence[Use], found: Sequence[Comparison]) -> bool:
    """Whether several known uses that differ from this one in age alone cover it together."""
    alike = [
        one.ages
        for one, comparison in zip(known, found, strict=True)
        if one.ages and all(order is Order.LESS for name, order in comparison.orders.items() if name != "age")
    ]
    return bool(use.ages and alike) and within(use.ages or (), joined(span for spans in alike for span in spans))


def _beyond(use: Use, near: Sequence[tuple[str, Use, Comparison]], kept: Sequence[str]) -> Growth:
    """What a use that no known one covers adds to those of the same disease."""
    text, nearest, comparison = max(near, key=lambda one: _likeness(use, one[1], one[2]))
    grown = comparison.grown
    if any(is_naming(word) for item in added_diseases(use, nearest) for word in item):
        return Growth(Addition.NEW, frozenset({"disease"}), text)
    if all(_stands(squash(one[0]), kept) for one in near):
        return Growth(Addition.NEW if _is_strange(comparison) else Addition.WIDENED, grown, text)
    if _only_lost(use, nearest):
        return _NOTHING if use.order == nearest.order[: len(use.order)] else Growth(Addition.DOUBT, grown, text)
    firm = {name for name in grown & _FIRM if comparison.orders[name] in (Order.MORE, Order.BESIDE)}
    doubtful = any(comparison.orders[name] is not Order.DROPPED for name in grown - firm) or _is_strange(comparison)
    if firm & {"age", "weight", "line"} or (firm and not doubtful):
        return Growth(Addition.WIDENED, frozenset(firm), text)
    return Growth(Addition.DOUBT, grown, text)


def _stands(known: str, kept: Sequence[str]) -> bool:
    """Whether a known use is granted still, be it under another heading."""
    return any(known in one or (one in known and len(one) >= STANDING * len(known)) for one in kept)


def _is_strange(comparison: Comparison) -> bool:
    """Whether the diseases have something in common and are not the same."""
    return comparison.orders.get("disease") in (Order.NEAR, Order.BESIDE, Order.ADDED)


def _likeness(use: Use, known: Use, comparison: Comparison) -> tuple[float, int]:
    mine, theirs = set(use.order), set(known.order)
    return len(mine & theirs) / (len(mine | theirs) or 1), -len(comparison.orders)


def _only_lost(use: Use, known: Use) -> bool:
    """Whether the text is an older one with words left out."""
    words = iter(known.order)
    return all(word in words for word in use.order)
