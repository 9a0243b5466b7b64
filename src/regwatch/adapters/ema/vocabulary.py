"""The words of the European Medicines Agency: statuses of a medicine, opinions, flags, dates and procedure numbers.

An opinion (of the CHMP, a committee of the Agency) recommends; the decision is the European Commission's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, UnknownTerm
from regwatch.model import Reading
from regwatch.reading.html import clean, label
from regwatch.vocabulary import Milestone

PUBLISHER = "European Medicines Agency"
SITE = "https://www.ema.europa.eu"
MEDICINES = f"{SITE}/en/medicines/human/"
REPORTS = f"{SITE}/en/documents/report/"
AGENCY, COMMISSION = "EMA", "EC"


@dataclass(frozen=True)
class Status:
    """What one word of the status vocabulary means.

    `milestone` is None where the word alone does not decide: an opinion needs its direction, an authorisation its uses.
    `date_key` names the date in the medicines report, `date_label` the one on the medicine's page.
    """

    word: str
    authority: str
    milestone: Milestone | None
    date_key: str
    date_label: str
    line: str


_ENDED = "withdrawal_expiry_revocation_lapse_of_marketing_authorisation_date"
_LEFT = "withdrawal_of_application_date"
_OPINION = "opinion_adopted_date"

AUTHORISED = Status(
    "Authorised",
    COMMISSION,
    None,
    "marketing_authorisation_date",
    "Marketing authorisation issued",
    "authorised for use",
)
OPINION = Status("Opinion", AGENCY, None, _OPINION, "Opinion adopted", "has issued an opinion")
RE_EXAMINED = Status(
    "Opinion under re-examination", AGENCY, None, _OPINION, "Opinion adopted", "re-examining this opinion"
)

STATUS: dict[str, Status] = {
    status.word.casefold(): status
    for status in (
        AUTHORISED,
        OPINION,
        RE_EXAMINED,
        Status(
            "Refused", COMMISSION, Milestone.REFUSED, "refusal_of_marketing_authorisation_date",
            "Refusal of marketing authorisation", "has been refused authorisation",
        ),
        Status(
            "Withdrawn", COMMISSION, Milestone.AUTHORISATION_WITHDRAWN, _ENDED,
            "Withdrawal of marketing authorisation", "authorisation has been withdrawn",
        ),
        Status(
            "Application withdrawn", AGENCY, Milestone.APPLICATION_WITHDRAWN, _LEFT,
            "Withdrawal of application", "application for this medicine has been withdrawn",
        ),
        Status(
            "Withdrawn from rolling review", AGENCY, Milestone.APPLICATION_WITHDRAWN, _LEFT,
            "Withdrawal of application", "withdrawn from rolling review",
        ),
        Status("Lapsed", COMMISSION, Milestone.LAPSED, _ENDED, "Lapse of marketing authorisation", "has lapsed"),
        Status("Expired", COMMISSION, Milestone.LAPSED, _ENDED, "Expiry of marketing authorisation", "has expired"),
        Status("Revoked", COMMISSION, Milestone.REVOKED, _ENDED, "Revocation of marketing authorisation", "revoked"),
        Status(
            "Suspended", COMMISSION, Milestone.SUSPENDED, "suspension_of_marketing_authorisation_date",
            "Suspension of marketing authorisation", "currently suspended",
        ),
    )
}  # fmt: skip
"""Every status word seen, by its folded form. Words are matched whole: `Withdrawn` is not `Application withdrawn`."""

WHOLE_PRODUCT = frozenset({Milestone.AUTHORISATION_WITHDRAWN, Milestone.LAPSED, Milestone.REVOKED, Milestone.SUSPENDED})
"""Ends that concern every use of the medicine; the others concern the use that was applied for."""

DIRECTION = {"positive": Milestone.OPINION_POSITIVE, "negative": Milestone.OPINION_NEGATIVE}
_FLAGS = {"yes": True, "no": False, "da": True, "ne": False}
_FOREIGN = frozenset({"da", "ne"})


def status_of(word: str) -> Status:
    """The status that a word stands for. Raises `UnknownTerm` for a word that is not in the vocabulary."""
    found = STATUS.get(label(word))
    if found is None:
        raise UnknownTerm(f"the status {word or '(empty)'!r} is not in the Agency's vocabulary")
    return found


def direction_of(word: str, reading: Reading) -> Milestone | None:
    """Which way an opinion went; None, with an oddity, where the word is missing or unknown."""
    found = DIRECTION.get(label(word))
    if found is None:
        reading.odd("an opinion whose direction is not stated", word or "(empty)")
    return found


def flag(word: str, reading: Reading) -> bool | None:
    """A yes/no flag; None, with an oddity, for an unknown word.

    `Da` and `Ne` were published in 2025 in place of `Yes` and `No`: they are read, and told to the operator.
    """
    found = _FLAGS.get(label(word))
    if found is None or label(word) in _FOREIGN:
        reading.odd("a flag that is neither Yes nor No", word or "(empty)")
    return found


def day_in_words(text: str) -> PartialDate | None:
    """A day as the Agency's prose writes it, `31 December 2025`; None where it is none."""
    try:
        return read_date(text)
    except BadDate:
        return None


def day(text: str) -> PartialDate | None:
    """A date as the Agency writes it, `31/12/2025` or ISO with or without a time; None for "". Raises `BadDate`."""
    words = clean(text)
    if re.match(r"\d{4}-\d{2}-\d{2}T", words):
        words = words[:10]
    return read_date(words, numeric="dmy") if words else None
