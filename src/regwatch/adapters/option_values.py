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


def names(value: str) -> str:
    """Words between commas, of which each names something."""
    if any(not re.search(r"\w", part) for part in value.split(",")):
        raise ValueError(f"must be words, with a comma between several, not {value!r}")
    return value


def dotted_path(value: str) -> str:
    """A path into an answer, such as `result.items`; `.` is the whole of it."""
    if not _is_path(value):
        raise ValueError(f"must be a path such as result.items, not {value!r}")
    return value


def dotted_paths(value: str) -> str:
    """Several such paths, with commas between."""
    if not all(_is_path(part.strip()) for part in value.split(",")):
        raise ValueError(f"must be paths such as status, procedure.number, not {value!r}")
    return value


def _is_path(value: str) -> bool:
    return value == "." or all(re.search(r"\w", part) for part in value.split("."))


def like(pattern: str, what: str) -> Check:
    """What the whole of a pattern matches, in words: `must be {what}`."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value.strip()):
            raise ValueError(f"must be {what}, not {value!r}")
        return value

    return check


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
    "issuer": names,
})  # fmt: skip
"""Options that mean the same in every adapter that has them."""
