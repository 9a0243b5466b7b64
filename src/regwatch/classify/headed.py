"""Lines that name medicines under a heading that tells the act: lists of a meeting's outcomes in other languages.

"Dictamenes negativos" stands alone, and the lines below it begin with one medicine each.
"""

from __future__ import annotations

from dataclasses import replace

from regwatch.classify.candidates import Candidate
from regwatch.classify.cues import CUES
from regwatch.classify.document import Prose
from regwatch.classify.lists import listed
from regwatch.classify.products import UNNAMED, Named
from regwatch.classify.segment import Sentence, Zone

OPENS = 4
"""A medicine that stands so near the start of its line opens it."""
FEWEST = 2
"""So many lines that a medicine opens make a text a list."""


def is_heading_of_list(prose: Prose, s: Sentence, named: list[Named]) -> bool:
    """Whether a sentence without a medicine stands above lines that each begin with one."""
    if prose.tongue == "en" or named or not (s.heading or s.zone <= Zone.SUBHEAD):
        return False
    if not CUES["attribution.several"].search(prose.text.low, s.start, s.end):
        return False
    opening = {n.treatment for o in prose.layout.sentences for n in prose.named_in(o)[:1] if _opens(o, n)}
    return len(opening) >= FEWEST


def unnamed_of(s: Sentence) -> Named:
    """What stands for the medicines of the lines to come."""
    return Named(UNNAMED, "", s.start, s.start, "main")


def under_heading(prose: Prose, s: Sentence, named: list[Named], heading: Candidate | None) -> list[Candidate]:
    """The act of a heading for a line that a medicine opens."""
    if heading is None or heading.stance.sense in {"negated", "unreal"}:
        return []
    mains = [n for n in named if n.role == "main"][:1]
    below = s.line == heading.sentence.line + 1
    if not mains or not (below or _opens(s, mains[0])):
        return []
    return [_placed(one, heading) for one in listed(prose, s, mains, heading)]


def _placed(one: Candidate, heading: Candidate) -> Candidate:
    """A line stands where its heading stands, as far as news goes."""
    one.sentence = replace(one.sentence, zone=min(one.sentence.zone, max(heading.sentence.zone, Zone.SUBHEAD)))
    return one


def _opens(s: Sentence, n: Named) -> bool:
    return n.start - s.start <= OPENS
