"""Whether a text names one of the watched treatments: how adapters pick rows out of long lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from regwatch.reading.html import clean


def names_any(text: str, names: Iterable[str]) -> bool:
    """Whether the text has one of the names as whole words, case and hyphens folded. A combination (`a+b`) is named
    where all its parts are.
    """
    folded = _fold(text)
    return any(all(_pattern(part).search(folded) for part in name.split("+")) for name in names if name.strip())


def _fold(text: str) -> str:
    return " ".join(clean(text).casefold().replace("-", " ").split())


@lru_cache(maxsize=1024)
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(_fold(name))}(?!\w)")
