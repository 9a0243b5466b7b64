"""Indications as the Agency and the Register word them: one text for all uses, cut into one statement per use.

Sentences are what `ema.sentences` makes of the text; here they are told apart by what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from regwatch.adapters.ema.sentences import INDICATED as _INDICATED
from regwatch.adapters.ema.sentences import sentences as sentences
from regwatch.dates import PartialDate
from regwatch.model import Claim
from regwatch.reading.html import clean
from regwatch.vocabulary import Milestone, Mode

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
    r"|should (?:also |only |therefore )?(?:be |take |guide |receive |have )"
    r"|has not been (?:established|shown|demonstrated))",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\b(?:has|have|had) (?:not )?been (?:shown|studied|demonstrated|observed|reported|determined|established)\b"
    r"|\bresponse rates?\b|\bsafety and efficacy\b|\befficacy and safety\b|\b(?:limited|no) (?:clinical )?data\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\((?:please )?(?:see|refer to) [^()]{0,200}\)|,? ?(?:please )?(?:see|refer to) sections? [\d., and]{1,40}",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\A(?:please )?(?:see|refer to)\b"
    r"|\A(?:details|further|more|additional|information|regarding|concerning|as (?:to|for|regards)|on|about"
    r"|with (?:regard|respect|reference) to|in relation to"
    r"|for (?!(?:the )?(?:treatment|prevention|prophylaxis|management|relief|use)\b))\b[^.]{0,300}\b(?:see|refer to)\b",
    re.IGNORECASE,
)
"""A sentence that says where in the product information something else stands."""
_EXCEPT = re.compile(
    r"[(,]? ?\b(?:with the exception of|with the exclusion of|excluding|except(?: for| in)?|but not|not including)\b"
    r"[^,.;()]{0,300}\)?"
    r"|(?:[,;]|\b(?:but|and)) ?(?:it |[A-Z]\w{1,30} )?"
    r"(?:(?:is|are) not (?:indicated|recommended|authorised|approved|intended)|(?:should|must) not"
    r"|is contra-?indicated)\b[^.]{0,600}"
)
_SHORTEST = 12


def is_use(sentence: str) -> bool:
    """Whether a sentence grants a use, rather than limits one, reports a result or points to another text.

    What is no sentence at all, such as "Growth failure in children", names a use.
    """
    bare = _POINTER.sub("", sentence)
    if found := _INDICATED.search(bare):
        return not _NO_USE.search(bare[: found.start()])
    if len(bare) < _SHORTEST or _NO_USE.search(bare) or _POINTS.search(sentence):
        return False
    return not _VERB.search(_RELATIVE.split(bare, maxsplit=1)[0]) or (
        bool(_USE.search(bare)) and not _RESULT.search(bare)
    )


def is_sentence(text: str) -> bool:
    """Whether a text is a whole sentence, and no heading or part of one."""
    return text.endswith(".") and bool(_VERB.search(text) or _POINTS.search(text))


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
    first: PartialDate | None = None,
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
            first=first,
        )
        for part in parts
    )
