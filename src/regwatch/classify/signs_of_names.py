"""Stage three, the evidence: how an act is tied to its body and its medicine."""

from __future__ import annotations

from collections.abc import Iterator

from regwatch.classify.bearing_out import is_item_of_roundup
from regwatch.classify.candidates import Candidate, treatments
from regwatch.classify.clauses import separators
from regwatch.classify.document import Prose
from regwatch.classify.products import UNNAMED
from regwatch.classify.telling import Telling


def signs_of_names(telling: Telling, f: Candidate) -> Iterator[str]:
    """The names of the signs that hold for a telling."""
    prose = telling.prose
    if f.body_at and f.product_at and not f.place and _one_clause(prose, f):
        yield "body and medicine in the act's own clause"
    yield "body: named" if f.explicit else "body: not named"
    if f.place:
        yield "body: only a country or regulators"
    if f.body_margin < 60:
        yield "body: another one near"
    yield "medicine: named" if f.named else "medicine: named before"
    if f.treatment == UNNAMED:
        yield "medicine: unnamed"
    if f.product_margin < 40:
        yield "medicine: another one near"
    if len(telling.treatments) == 1:
        yield "medicine: the only one"
    if telling.headlined & treatments(f):
        yield "medicine: in the headline"
    elif telling.headlined and not is_item_of_roundup(telling, f):
        yield "medicine: another one in the headline"
    if prose.focus and prose.focus.treatment not in treatments(f) and not is_item_of_roundup(telling, f):
        yield "medicine: not the first one named"
    if f.partner:
        yield "medicine: a partner or comparator"
    if f.notes:
        yield "doubt: " + f.notes[0][:40]


def _one_clause(prose: Prose, f: Candidate) -> bool:
    """Whether no clause ends between the names and the act."""
    places = [f.action.head, *(at[0] for at in (f.body_at, f.product_at) if at)]
    return separators(prose.text, min(places), max(places)) == 0
