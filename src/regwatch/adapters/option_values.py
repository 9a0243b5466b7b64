"""What an option of a source may be set to. Each check returns the value as adapters expect it, or raises `ValueError`
with one sentence on what to write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from regwatch.addresses import time_zone

Check = Callable[[str], str]
KINDS = ("company_press_release", "regulator_notice", "trade_news", "patient_blog")
"""What a text can be, for the language rules."""
_YES, _NO = ("yes", "true"), ("no", "false")


def one_of(*words: str) -> Check:
    """One of these words."""

    def check(value: str) -> str:
        if value not in words:
            raise ValueError(f"must be {' or '.join(words)}, not {value!r}")
        return value

    return check


def yes_or_no(value: str) -> str:
    """`yes` or `no`; `true` and `false` mean the same."""
    if value in _YES:
        return "yes"
    if value in _NO:
        return "no"
    raise ValueError(f"must be yes or no, not {value!r}")


def language(value: str) -> str:
    """A language as two lower-case letters (ISO 639-1)."""
    if not re.fullmatch(r"[a-z]{2}", value):
        raise ValueError(f"must be a language as two letters, such as en or fr, not {value!r}")
    return value


def anything(value: str) -> str:
    """Any line of text."""
    return value


SHARED: Mapping[str, Check] = MappingProxyType({
    "zone": time_zone,
    "order": one_of("dmy", "mdy"),
    "language": language,
    "follow": yes_or_no,
    "prose": yes_or_no,
    "status": yes_or_no,
    "match": one_of("watched", "all"),
    "record": one_of("page", "block"),
    "empty": one_of("allowed"),
    "kind": one_of(*KINDS),
})  # fmt: skip
"""Options that mean the same in every adapter that has them."""
