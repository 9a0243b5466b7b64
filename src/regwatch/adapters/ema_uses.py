"""Indications as the Agency and the Register word them: one text for all uses, cut into one statement per use.

The text often lost its line breaks ("...sorafenib.Differentiated thyroid carcinoma (DTC)Cabometyx is indicated..."),
so uses are told apart by sentences; a disease heading stays with the sentence that follows it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from regwatch.dates import PartialDate
from regwatch.model import Claim
from regwatch.reading.html import clean
from regwatch.vocabulary import Milestone, Mode

_LONGEST = 30_000
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_GLUED = re.compile(r"(?<=[a-z)\]][.:;])(?=[A-Z])|(?<=\))(?=[A-Z][a-z])")
_END = re.compile(r"(?<=[A-Za-z0-9)\]%])\.\)?\s+(?=[A-Z0-9\u2022(])")
_SHORT = re.compile(r"(?:\b(?:e\.g|i\.e|cf|vs|approx|spp?|nos?|st|resp)|\b[A-Z])\Z", re.IGNORECASE)
_USE = re.compile(
    r"\b(?:indicated|treat(?:ment|ing|ed)?|prevent(?:ion|ing|s)?|prophyla\w{1,8}|therap(?:y|ies)|diagnos\w{1,6}"
    r"|reduction|reduce|immuni[sz]ation|management|control|relief|suppression|stimulation|imaging"
    r"|use in|used in|used to|for use)\b",
    re.IGNORECASE,
)
_NO_USE = re.compile(
    r"\b(?:(?:is|are|be) not (?:be )?(?:indicated|recommended|intended|authorised|approved|used|established)"
    r"|not (?:indicated|recommended)|no longer (?:indicated|authorised|approved)|(?:should|must|may) not\b"
    r"|should (?:only )?be (?:initiated|prescribed|supervised|administered|given|used|made|based)"
    r"|contra-?indicated|consideration should be given|see sections? |has not been (?:established|shown|demonstrated))",
    re.IGNORECASE,
)
_RESULT = re.compile(r"\b(?:has|have) been (?:shown|studied|demonstrated|observed|reported)\b", re.IGNORECASE)
_POINTER = re.compile(
    r"\((?:please )?(?:see|refer to) [^()]{0,200}\)|,? ?(?:please )?(?:see|refer to) sections? [\d., and]{1,40}",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"[(,]? ?\b(?:with the exception of|with the exclusion of|excluding|except(?: for| in)?|but not|not including)\b"
    r"[^,.;()]{0,300}\)?",
    re.IGNORECASE,
)


def sentences(text: str, name: str = "") -> tuple[str, ...]:
    """The sentences of an indication text, in order, without markup. `name` is the product's, to undo glued words."""
    words = clean(_TAG.sub(" ", html.unescape(html.unescape(text[:_LONGEST]))))
    words = clean(_GLUED.sub(" ", words.replace("\u2022", " \u2022 ")))
    if len(bare := clean(name.partition(" (")[0])) > 3:
        words = re.sub(rf"(?<=[a-z)])(?={re.escape(bare)}\b)", " ", words)
    found, start = [], 0
    for end in _END.finditer(words):
        if not _SHORT.search(words[max(start, end.start() - 8) : end.start()]):
            found.append(words[start : end.end()])
            start = end.end()
    found.append(words[start:])
    return tuple(piece for part in found if (piece := part.strip(" \u2022-")))


def is_use(sentence: str) -> bool:
    """Whether a sentence grants a use, rather than limits one or points to another text."""
    bare = _POINTER.sub("", sentence)
    if _NO_USE.search(bare):
        return False
    return "indicated" in bare.casefold() or (bool(_USE.search(bare)) and not _RESULT.search(bare))


def granted(sentence: str) -> str:
    """The sentence without what it excludes: a disease named in an exception is not a use."""
    return clean(_EXCEPT.sub(" ", sentence)).replace(" .", ".")


def uses(parts: Iterable[str]) -> tuple[str, ...]:
    """Those of the sentences that grant a use, as written, without repetition."""
    return tuple(dict.fromkeys(part for part in parts if is_use(part)))


def claims(
    parts: tuple[str, ...],
    authority: str,
    milestone: Milestone,
    rule: str,
    *,
    date: PartialDate | None = None,
    announced: PartialDate | None = None,
    treatment: str = "",
    prefix: str = "",
) -> tuple[Claim, ...]:
    """One announced claim per use. `prefix` opens the quotes (`Status: Authorised`)."""
    return tuple(
        Claim(
            authority,
            milestone,
            Mode.ANNOUNCED,
            f"{prefix} {part}".strip(),
            rule,
            date=date,
            announced=announced,
            treatment=treatment,
            indication=granted(part),
        )
        for part in parts
    )
