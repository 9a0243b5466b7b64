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
_GLUED = re.compile(
    r"(?<=[a-z)\]][.:;])(?=[A-Z])|(?<=\))(?=[A-Z][a-z])"
    r"|(?<=[a-z])(?=(?:Treatment|Prevention|Prophylaxis|Adults?|Adolescents|Children|Paediatric)\b)"
)
_END = re.compile(r"(?<=[A-Za-z0-9)\]%])\.\)?\s+(?=[A-Z0-9\u2022(])")
_SHORT = re.compile(r"(?:\b(?:e\.g|i\.e|cf|vs|approx|spp?|nos?|st|resp)|\b[A-Z])\Z", re.IGNORECASE)
_INDICATED = re.compile(r"(?<!not )(?<!not be )(?<!longer )(?<!contra-)\bindicated\b", re.IGNORECASE)
_USE = re.compile(
    r"\b(?:treat(?:ment|ing|ed)?|prevent(?:ion|ing)?|prophyla\w{1,8}|therap(?:y|ies)|diagnos\w{1,6}"
    r"|reduction|reversal|decrease|immuni[sz]ation|contracepti\w{1,4}|management|control|relief|suppression|stimulation"
    r"|improvement|repair|imaging|intended for|use in|used in|used for|used to|for use)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|should|may|might|can|cannot|must|will|would|does|do|did"
    r"|shows?|reduces|increases|contains|depends|follows?)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:who|whom|whose|which|that|when|where)\b", re.IGNORECASE)
_NO_USE = re.compile(
    r"\b(?:(?:is|are|be) not (?:be )?(?:indicated|recommended|intended|authorised|approved|used|established)"
    r"|not a substitute|(?:is|are) contra-?indicated|careful consideration|see sections? |limitations?"
    r"|not (?:indicated|recommended)|no longer (?:indicated|authorised|approved)|(?:should|must|may|can) ?not\b"
    r"|should (?:also |only |therefore )?(?:be |take |guide |receive )"
    r"|has not been (?:established|shown|demonstrated))",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\b(?:has|have|had) (?:not )?been (?:shown|studied|demonstrated|observed|reported|determined|established)\b"
    r"|\bresponse rates?\b|\bsafety and efficacy\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\((?:please )?(?:see|refer to) [^()]{0,200}\)|,? ?(?:please )?(?:see|refer to) sections? [\d., and]{1,40}",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"[(,]? ?\b(?:with the exception of|with the exclusion of|excluding|except(?: for| in)?|but not|not including)\b"
    r"[^,.;()]{0,300}\)?"
    r"|(?:[,;]|\b(?:but|and)) ?(?:it |[A-Z]\w{1,30} )?"
    r"(?:(?:is|are) not (?:indicated|recommended|authorised|approved|intended)|(?:should|must) not"
    r"|is contra-?indicated)\b[^.]{0,600}"
)
_SHORTEST = 12


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
    """Whether a sentence grants a use, rather than limits one, reports a result or points to another text.

    What is no sentence at all, such as "Growth failure in children", names a use.
    """
    bare = _POINTER.sub("", sentence)
    if found := _INDICATED.search(bare):
        return not _NO_USE.search(bare[: found.start()])
    if len(bare) < _SHORTEST or _NO_USE.search(bare):
        return False
    return not _VERB.search(_RELATIVE.split(bare, maxsplit=1)[0]) or (
        bool(_USE.search(bare)) and not _RESULT.search(bare)
    )


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
