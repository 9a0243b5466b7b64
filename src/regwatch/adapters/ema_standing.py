"""What a medicine's status states: the same claims whether the report or the medicine's page gives the facts."""

from __future__ import annotations

from dataclasses import dataclass

from regwatch.adapters import ema_uses
from regwatch.adapters.ema_vocabulary import AUTHORISED, OPINION, RE_EXAMINED, WHOLE_PRODUCT, Status, direction_of
from regwatch.dates import PartialDate
from regwatch.errors import MissingPart
from regwatch.model import Claim, Reading
from regwatch.vocabulary import Milestone


@dataclass(frozen=True)
class Standing:
    """Where a medicine stands.

    `date` belongs to the status. `initial` is the day of the authorisation while no later decision can have added a
    use. `sentences` are the indication's; `applied` what the application was for, where there is no indication.
    `conditional` is None where the flag is not understood; `direction` is the opinion's word.
    """

    status: Status
    date: PartialDate | None
    initial: PartialDate | None
    sentences: tuple[str, ...]
    applied: str
    conditional: bool | None
    direction: str


def claims(standing: Standing, reading: Reading) -> tuple[Claim, ...]:
    """One claim per use, or one for the whole product where its authorisation has ended.

    Raises `MissingPart` for an authorised medicine without any use: read from a page that lost its text, every use
    would be new when the text is repaired.
    """
    status, date = standing.status, standing.date
    if status is AUTHORISED:
        return _authorised(standing, reading)
    applied = ema_uses.uses(standing.sentences) or (standing.applied,)
    if status in (OPINION, RE_EXAMINED):
        if not (opinion := direction_of(standing.direction, reading)):
            return ()
        prefix = f"Opinion status: {standing.direction}. Opinion adopted: {date.plain if date else 'not stated'}."
        return ema_uses.claims(applied, status.authority, opinion, "ema.opinion", date=date, prefix=prefix)
    assert status.milestone is not None
    about = ("",) if status.milestone in WHOLE_PRODUCT else applied
    prefix = f"Status: {status.word}." + (f" {status.date_label}: {date.plain}." if date else "")
    return ema_uses.claims(about, status.authority, status.milestone, "ema.status", date=date, prefix=prefix)


def _authorised(standing: Standing, reading: Reading) -> tuple[Claim, ...]:
    uses = ema_uses.uses(standing.sentences)
    if not uses:
        raise MissingPart("indication of an authorised medicine", " ".join(standing.sentences)[:200])
    if standing.conditional is None:
        return ()
    return ema_uses.claims(
        uses,
        standing.status.authority,
        Milestone.CONDITIONALLY_APPROVED if standing.conditional else Milestone.APPROVED,
        "ema.indication",
        date=standing.initial,
        prefix=f"Status: {standing.status.word}.",
    )
