"""What a medicine's status states: the same claims whether the report or the medicine's page gives the facts."""

from __future__ import annotations

from dataclasses import dataclass

from regwatch.adapters.ema import uses as ema_uses
from regwatch.adapters.ema.vocabulary import AUTHORISED, OPINION, RE_EXAMINED, WHOLE_PRODUCT, Status, direction_of
from regwatch.dates import PartialDate
from regwatch.errors import MissingPart
from regwatch.model import Claim, Reading
from regwatch.vocabulary import Milestone


@dataclass(frozen=True)
class MedicineState:
    """Where a medicine stands.

    `date` belongs to the status; of an authorised medicine it is that of the first authorisation. `initial` is the same
    day while no later decision can have added a use. `sentences` are the indication's; `applied` what the application
    was for, where there is no indication. `conditional` is None where the flag is not understood; `converted` the
    sentence and the day that tell of its end; `direction` is the opinion's word.
    """

    status: Status
    date: PartialDate | None
    initial: PartialDate | None
    sentences: tuple[str, ...]
    applied: str
    conditional: bool | None
    direction: str
    converted: tuple[str, PartialDate | None] | None = None


def claims(standing: MedicineState, reading: Reading) -> tuple[Claim, ...]:
    """One claim per use, or one for the whole product where its authorisation has ended.

    Raises `MissingPart` for an authorised medicine without any text on its use: the page lost it.
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


def _authorised(standing: MedicineState, reading: Reading) -> tuple[Claim, ...]:
    uses = ema_uses.uses(standing.sentences) or _scope(standing.sentences)
    if not uses:
        raise MissingPart("indication of an authorised medicine", " ".join(standing.sentences)[:200])
    if standing.conditional is None:
        return ()
    sentence, converted = standing.converted or ("", None)
    return ema_uses.claims(
        uses,
        standing.status.authority,
        Milestone.CONDITIONALLY_APPROVED if standing.conditional else Milestone.APPROVED,
        "ema.converted" if sentence else "ema.indication",
        date=converted or (None if sentence else standing.initial),
        first=standing.date,
        prefix=sentence or f"Status: {standing.status.word}.",
    )


def _scope(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """What stands in place of a use, as one: what a precursor is for, which nobody is given, or a pointer to another
    text. A heading whose text was lost is no such sentence.
    """
    told = " ".join(sentences)
    return (told,) if any(ema_uses.is_sentence(one) for one in sentences) else ()
