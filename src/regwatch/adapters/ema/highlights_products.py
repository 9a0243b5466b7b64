"""One watched product on a page of CHMP meeting highlights: what was decided on it, and for which use."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from regwatch.adapters.ema import uses as ema_uses
from regwatch.adapters.ema.highlights_sections import Card, SectionMeaning
from regwatch.adapters.ema.opinion import read_variation
from regwatch.adapters.ema.vocabulary import AGENCY, day_in_words
from regwatch.dates import PartialDate
from regwatch.model import Claim, Document, Follow, Reading, Record, Request
from regwatch.reading.html import label
from regwatch.reading.links import web_link

_LINKS = frozenset({"more information", "news"})
_VARIATION = "/medicines/human/variation/"
_AGAIN = timedelta(days=7)
_LAST_DAY = re.compile(r"(\d{1,2} [A-Z][a-z]{2,8} \d{4})\s*\Z")


def product(card: Card, heading: str, outcome: SectionMeaning | None, meeting: Record, reading: Reading) -> Record:
    """The record of a product under a heading; where only another page tells its use, that is followed.

    An opinion is dated by the last day of the meeting.
    """
    indication = " ".join(text for term, text in card.facts if label(term) in ("therapeutic indication", "indication"))
    uses = ema_uses.uses(ema_uses.sentences(indication, card.name)) or ((indication,) if indication else ())
    claims: tuple[Claim, ...] = ()
    if outcome is None or outcome.milestone is None:
        reading.odd(f"a watched product under {heading!r}", f"{card.name}: {indication}", meeting.url)
    elif not uses and (link := next((one for one in card.links if _VARIATION in one), "")):
        url = web_link(meeting.url, link)
        part = f"variation/{url.partition(_VARIATION)[2].strip('/')}"
        reading.follow(Follow(Request(url, part), meeting.key, card.name, _AGAIN))
    elif not uses:
        reading.odd("an opinion whose indication is not on the page", f"{heading}: {card.name}", meeting.url)
    else:
        claims = ema_uses.claims(
            uses,
            AGENCY,
            outcome.milestone,
            "ema.highlights",
            date=_last_day(meeting.title),
            announced=meeting.published,
            treatment=f"{card.name} ({card.inn})" if card.inn else card.name,
            prefix=f"{heading}: {card.name}.",
        )
    shown = tuple(fact for fact in card.facts if label(fact[0]) not in _LINKS)
    return Record(
        "opinion",
        f"{meeting.key} {heading} {card.name}",
        card.name,
        meeting.url,
        published=meeting.published,
        fields=(("Section", heading), *shown),
        claims=claims,
    )


def variation(document: Document) -> Reading:
    """The page of one variation, its claims with the name of the medicine that its title gives."""
    reading = read_variation(document, "")
    for place, record in enumerate(reading.records):
        name = record.title.partition(" - ")[0]
        claims = tuple(replace(claim, treatment=name) for claim in record.claims)
        reading.records[place] = replace(record, claims=claims)
    return reading


def _last_day(title: str) -> PartialDate | None:
    """The last day of the meeting that a title ends with: `... (CHMP) 20-23 July 2026`."""
    found = _LAST_DAY.search(title)
    return day_in_words(found[1]) if found else None
