"""Whole numbers as strangers write them."""

from __future__ import annotations

MOST_DIGITS = 18
"""Of a number that is meant as one: so many fit into 64 bits."""


def whole(text: object) -> int | None:
    """The number that stands there in digits of any script, and nothing else; None for everything else."""
    digits = str(text).strip()
    return int(digits) if digits.isdecimal() and len(digits) <= MOST_DIGITS else None
