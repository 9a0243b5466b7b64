"""What a page of a licensed medicine says beside its statements: in its overview, or by a document that appears."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from regwatch.classify.cues import CUES
from regwatch.classify.granted import Judged, is_standing
from regwatch.classify.topics import fold, names_indication
from regwatch.model import Claim, Record, Topic
from regwatch.uses import Addition, growth, only_older
from regwatch.vocabulary import AUTHORISED, Milestone

OVERVIEW = "only the page's overview names this use: the text of the licence does not"
SIGN = "a document on a change of the licence has appeared: the page does not say which use it is about"
SWITCHED = "the page's overview says that the approval is a standard one now, its facts still call it conditional"
_REFERENCE = re.compile(r"\b[A-Z]{2,8}(?:/[A-Z]{2,8})?/\d{2,9}/\d{4}\b")
_GOES_ON = re.compile(r"(?:It|They|This medicine|The medicine|Treatment)\b")
"""How a sentence begins that says more of what the one before it named."""


def overview(record: Record, history: Sequence[Sequence[Record]], topic: Topic, names: Sequence[str]) -> Judged:
    """What only the further texts of a licensed medicine's page say newly of a topic's disease."""
    granted = [claim for claim in record.claims if is_standing(claim)]
    earlier = [one for records in history for one in records if (one.kind, one.key) == (record.kind, record.key)]
    if not granted or not any(one.mentions and any(map(is_standing, one.claims)) for one in earlier):
        return Judged(None)
    before = [text for one in earlier for text in _linked(one.mentions)]
    uses = list(dict.fromkeys(use for one in (*earlier, record) for use in _uses(one)))
    told = [text for text in _linked(record.mentions) if names_indication(text, topic.indication)]
    claim = replace(granted[0], date=None, rule="overview")
    if told and not any(names_indication(text, topic.indication) for text in (*before, *uses)):
        return Judged(replace(claim, quote=told[0], indication=told[0]), OVERVIEW)
    mine = [use for use in uses if names_indication(use, topic.indication)]
    if not told and len(mine) == len(uses) and not any(names_indication(text, topic.indication) for text in before):
        told = _linked(record.mentions)
    wider = [text for text in told if _is_for_more(text, [*before, *uses], mine, names)]
    if not wider:
        return Judged(None)
    named = wider[0] if names_indication(wider[0], topic.indication) else ""
    return Judged(replace(claim, milestone=Milestone.USE_WIDENED, quote=wider[0], indication=named), OVERVIEW)


def _is_for_more(text: str, known: Sequence[str], uses: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a text of the overview has patients younger or lighter than all that was known, and than the licence."""
    if text in known or not uses or only_older(text, uses, names):
        return False
    grown = growth(text, known, (), names)
    return grown.addition in (Addition.WIDENED, Addition.NEW) and bool(grown.dimensions & {"age", "weight"})


def _linked(texts: Sequence[str]) -> list[str]:
    """The texts, each that goes on with what the one before it named behind that."""
    return [
        f"{texts[number - 1]} {text}" if number and _GOES_ON.match(text) else text for number, text in enumerate(texts)
    ]


def _uses(record: Record) -> Iterable[str]:
    return (claim.indication for claim in record.claims if claim.indication)


def new_signs(record: Record, history: Sequence[Sequence[Record]]) -> list[Claim]:
    """The signs of a record that no earlier state had, once the record has been read for them before."""
    earlier = [one for records in history for one in records if (one.kind, one.key) == (record.kind, record.key)]
    if not any(one.mentions or one.signs for one in earlier):
        return []
    known = {_document(sign) for one in earlier for sign in one.signs}
    return [sign for sign in record.signs if _document(sign) not in known]


def is_document(sign: Claim) -> bool:
    """Whether a sign is a document on a change of the licence, which does not say itself which."""
    return sign.milestone not in AUTHORISED


def reason_of(sign: Claim) -> str:
    """Why a person has to look at a sign."""
    return SIGN if is_document(sign) else SWITCHED


def _document(sign: Claim) -> str:
    """The document that a sign is: its reference number, else its title."""
    found = _REFERENCE.search(sign.quote)
    return found[0] if found else fold(sign.quote)


def is_conditional(low: str) -> bool:
    """Whether a medicine's page, in lower case, tells of a conditional licence that was not made a full one since."""
    return "received a conditional marketing authorisation" in low and not CUES["page.made_full"].search(low)
