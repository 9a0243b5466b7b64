"""What an SMC advice page says of its medicine: the word under Status, held against the sentence of the advice.

The words are those of the pages of 2017 to 2026: Accepted, Restricted, Not recommended, Superseded; and, in the
sentence, interim acceptance. A status and a sentence that differ make no claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from regwatch.dates import PartialDate
from regwatch.model import Claim, Reading
from regwatch.reading.html import label
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

M = Milestone

SUBMISSION_TYPES = frozenset((
    "full", "full submission", "abbreviated", "abbreviated submission", "resubmission", "full resubmission",
    "non submission", "non-submission", "collaboration", "ultra-orphan", "iras",
))  # fmt: skip
NO_SUBMISSION = frozenset(("non submission", "non-submission"))
STATUS = {
    "accepted": M.HTA_RECOMMENDED,
    "accepted for use": M.HTA_RECOMMENDED,
    "restricted": M.HTA_RECOMMENDED_RESTRICTED,
    "accepted with restriction": M.HTA_RECOMMENDED_RESTRICTED,
    "accepted for restricted use": M.HTA_RECOMMENDED_RESTRICTED,
    "interim": M.HTA_MANAGED_ACCESS,
    "interim acceptance": M.HTA_MANAGED_ACCESS,
    "accepted on an interim basis": M.HTA_MANAGED_ACCESS,
    "not recommended": M.HTA_NOT_RECOMMENDED,
}
SUPERSEDED = "superseded"
_SENTENCE = (
    (re.compile(r"\bnot (?:be )?recommended\b", re.IGNORECASE), M.HTA_NOT_RECOMMENDED),
    (
        re.compile(r"\baccepted for use (?:within NHS ?Scotland )?on an interim basis\b", re.IGNORECASE),
        M.HTA_MANAGED_ACCESS,
    ),
    (re.compile(r"\baccepted for restricted use\b", re.IGNORECASE), M.HTA_RECOMMENDED_RESTRICTED),
    (re.compile(r"\baccepted for use\b", re.IGNORECASE), M.HTA_RECOMMENDED),
)  # fmt: skip
_MEANING = re.compile(r"(?:NHS ?Scotland|interim basis|holder of the marketing authori[sz]ation)", re.IGNORECASE)


def sentence_in(lines: Iterable[str], name: str) -> str:
    """The sentence of the advice: the first line that names the page's own medicine and speaks of NHSScotland."""
    substance = name.partition("(")[0]
    return next((line for line in lines if _MEANING.search(line) and names_any(line, (substance,))), "")


def outcome(
    status: str, kind: str, sentence: str, published: PartialDate, name: str, use: str, reading: Reading
) -> tuple[Claim, ...]:
    """The claim of one page: announced, or history where newer advice has taken its place."""
    said = next((milestone for pattern, milestone in _SENTENCE if pattern.search(sentence)), None)
    shown = STATUS.get(label(status))
    mode = Mode.BACKGROUND if label(status) == SUPERSEDED else Mode.ANNOUNCED
    if mode is Mode.BACKGROUND:
        shown = said
    if label(kind) not in SUBMISSION_TYPES:
        reading.odd("SMC submission type", f"{name}: {kind}")
        return ()
    if shown is None or said is None:
        what = "SMC status" if shown is None else "sentence of SMC advice"
        reading.odd(what, f"{name}: {status}; {sentence[:200]}")
        return ()
    if shown is not said and (shown, said) != (M.HTA_RECOMMENDED, M.HTA_MANAGED_ACCESS):
        reading.odd("SMC status and sentence that differ", f"{name}: {status}; {sentence[:200]}")
        return ()
    if label(kind) in NO_SUBMISSION and said is not M.HTA_NOT_RECOMMENDED:
        reading.odd("SMC advice without a submission that is no refusal", f"{name}: {status}; {sentence[:200]}")
        return ()
    quote = f"Status: {status}. {sentence}"
    return (Claim("SMC", said, mode, quote, "smc.status", published, treatment=name, indication=use),)
