"""The golden examples of the adapters that come with regwatch; `regwatch.kit.golden` says what an example is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from regwatch.kit import golden
from regwatch.kit.golden import REQUIRED, Case, as_json, outcome, plain

__all__ = ["HERE", "REQUIRED", "Case", "as_json", "cases", "outcome", "plain"]

HERE = Path(__file__).parent


@cache
def cases() -> tuple[Case, ...]:
    """Every golden example below this folder, sorted by adapter and name. Read once: many tests go through them."""
    return tuple(golden.cases(HERE))
