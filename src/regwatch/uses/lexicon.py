"""The words of `lexicon.toml`, as the other modules of this room ask for them. The table is read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

_TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text("utf-8"))

SPELLING: dict[str, str] = _TABLE["spelling"]
ABBREVIATIONS: dict[str, str] = _TABLE["abbreviations"]
FIGURES: dict[str, str] = {word: str(n) for n, word in enumerate(_TABLE["figures"]["from_one"].split(), 1)}
SYNONYMS: dict[str, str] = _TABLE["synonyms"]
PLAIN = frozenset(_TABLE["plain"]["words"].split())
HEADS = frozenset(_TABLE["plain"]["heads"].split())
MARKERS = frozenset(_TABLE["markers"]["words"].split())
OPENERS: tuple[str, ...] = tuple(_TABLE["conditions"]["openers"])
DIMENSIONS: dict[str, dict[str, tuple[str, ...]]] = {
    name: {value: tuple(phrases) for value, phrases in rows.items()} for name, rows in _TABLE["dimensions"].items()
}
LINES: dict[str, tuple[str, ...]] = {name: tuple(phrases) for name, phrases in _TABLE["line"].items()}
MEANINGFUL = (
    PLAIN
    | HEADS
    | MARKERS.union(
        word
        for rows in (*DIMENSIONS.values(), LINES)
        for row in rows.values()
        for phrase in row
        for word in phrase.replace("*", "").split()
    )
)
"""Every word of the table that says something by itself."""
_NAMING = re.compile(
    "(?:" + "|".join(_TABLE["names"]["endings"].split()) + r")\Z|" + "|".join(_TABLE["names"]["parts"].split())
)


@lru_cache(maxsize=256)
def phrases(rows: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for phrases of the table, the longest first; `*` stands for the rest of a word."""
    ordered = sorted(rows, key=lambda row: (-len(row), row))
    return re.compile(r"(?<!\w)(?:" + "|".join(_phrase(row) for row in ordered) + r")(?!\w)")


def _phrase(row: str) -> str:
    words = re.escape(row).replace(r"\*", r"\w{0,20}").replace(r"\ ", " ")
    return words if row.endswith("*") else words + "s?"


def of_values(rows: dict[str, tuple[str, ...]]) -> Iterable[tuple[str, re.Pattern[str]]]:
    """The values of a dimension with the pattern of each."""
    return ((value, phrases(found)) for value, found in rows.items())


def is_naming(word: str) -> bool:
    """Whether a word names a disease, an organ or a population rather than describes one."""
    return _NAMING.search(word) is not None
