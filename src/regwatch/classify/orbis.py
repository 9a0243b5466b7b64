"""Reviews that several agencies hold together, told as "at the other agencies"."""

from __future__ import annotations

from regwatch.classify.authority import AGENCY, OTHER, find_authorities
from regwatch.classify.candidates import Candidate
from regwatch.classify.cues import CUES
from regwatch.classify.document import Prose
from regwatch.classify.extract import Action
from regwatch.classify.lexicon import rows
from regwatch.classify.segment import Sentence
from regwatch.classify.slots import set_cues
from regwatch.classify.stance import Stance
from regwatch.vocabulary import Milestone

_ORBIS_ROW = next(row for row in rows() if row.id == "review.accepted")


def under_orbis(prose: Prose, s: Sentence) -> list[Candidate]:
    """The agencies of the sentence before, at which a review still runs "at the other agencies"."""
    if prose.focus is None or s.number == 0 or prose.text.low.find("the other", s.start, s.end) < 0:
        return []
    m = CUES["attribution.orbis"].search(prose.text.low, s.start, s.end)
    if m is None:
        return []
    last = prose.layout.sentences[s.number - 1]
    before = find_authorities(prose.text, last.start, last.end)
    action = Action(_ORBIS_ROW, m.start(), m.end(), m.start(), m.end())
    codes = dict.fromkeys(b.code for b in before if b.body == AGENCY and b.code not in {"FDA", OTHER})
    stance, who = Stance("state", m[0], m.start()), prose.focus
    found = [
        Candidate(action, s, stance, Milestone.ACCEPTED_FOR_REVIEW, code, True, who.treatment, who.brand, True)
        for code in codes
    ]
    for one in found:
        set_cues(prose, one, None)
    return found
