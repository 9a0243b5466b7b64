"""Markers of which a patient needs one: HER2-positive or HER2-low. A further one makes a use wider, not narrower."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_STATE = r"positive|negative|(?:ultra)?low|high|mutat\w{0,4}|mutant|rearranged|amplified|deleted|expressing|fusion"
_OR = re.compile(r"(?: ?, ?| ?/ ?)?(?:(?:and ?/ ?)?or )?")
_LEVEL = r"(?: (?:ultra)?low| high)(?!\w| risk| grade)"


def alternatives(plain: str, genes: frozenset[str]) -> frozenset[str]:
    """The markers of a normal text, each with its state, any one of which will do: all that it names, or the only one.

    Empty where it names none, or asks for several at once.
    """
    if not genes:
        return frozenset()
    found = list(_named(genes).finditer(plain))
    joints = [plain[one.end() : other.start()].lstrip() for one, other in pairwise(found)]
    state, named = "", set()
    for one in reversed(found):
        state = one["state"] or state
        named.add(f"{one['gene']} {state}".rstrip())
    either = all(map(_OR.fullmatch, joints)) and any("or" in one.split() for one in joints)
    return frozenset(named) if len(named) == 1 or either else frozenset()


def without_levels(plain: str, genes: frozenset[str]) -> str:
    """The text without how much there must be of a marker, which is no word of a disease."""
    return _leveled(genes).sub(r"\1", plain) if genes else plain


@lru_cache
def _named(genes: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?P<gene>{_rows(genes)})(?!\w)(?: (?P<state>{_STATE})(?!\w))?")


@lru_cache
def _leveled(genes: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({_rows(genes)}){_LEVEL}")


def _rows(genes: frozenset[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(genes, key=lambda one: (-len(one), one)))
