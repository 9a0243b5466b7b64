"""Words that deny an act which they name: "no application has been approved", "denied reports that ...".

A denial is a pattern over the lower-case words of the sentence before the act, up to it, and sometimes one over the
words after it. In both, points inside the sentence are raised ("u\u00b7s\u00b7"). All gaps are bounded, and they stop
where another statement begins, so that "no patients died and the FDA has approved" denies nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from regwatch.classify.lexicon import filled, read

REACH = 240
"""Characters before an act, and after it, in which it may be denied."""


@dataclass(frozen=True)
class Denial:
    """One way to deny an act, with an example.

    `prefilter` are pieces of words of which one must stand near the act, a cheap gate. `before` ends where the act
    begins; `after` begins where the act ends. Either may be empty.
    """

    id: str
    prefilter: tuple[str, ...]
    example: str
    before: str = ""
    after: str = ""

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern of the words before the act, up to it."""
        return re.compile(rf"(?:{self.before})$")

    @cached_property
    def compiled_after(self) -> re.Pattern[str]:
        """The pattern of the words that follow the act."""
        return re.compile(self.after)


_RAW: dict[str, Any] = read("denials")


def _pattern(forms: list[str]) -> str:
    return filled("|".join(forms), _RAW["classes"])


DENIALS = tuple(
    Denial(
        row["id"],
        tuple(row["prefilter"]),
        row["example"],
        _pattern(row.get("before", [])),
        _pattern(row.get("after", [])),
    )
    for row in sorted(_RAW["denial"], key=lambda row: row["id"])
)
CLAIM_STEMS = tuple(_RAW["claimed"]["prefilter"])
CLAIMED = re.compile(_pattern([_RAW["claimed"]["before"]]))
"""What others claim of an act: neither told nor denied."""
TAKEN_BACK = re.compile(_pattern([_RAW["taken_back"]["after"]]))
"""A sentence that only takes back the one before: "It has not." or "That is false."."""
