"""Lists of medicines: items that stand under an act told before them, and what is an item at all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from regwatch.classify.candidates import Candidate
from regwatch.classify.cues import CUES
from regwatch.classify.document import Prose
from regwatch.classify.indication import find_indication
from regwatch.classify.products import Named
from regwatch.classify.segment import Sentence


def is_list(prose: Prose, named: list[Named]) -> bool:
    """Whether a sentence strings medicines together with semicolons."""
    mains = [n for n in named if n.role == "main"]
    return any(a.treatment != b.treatment and ";" in prose.text.low[a.end : b.start] for a, b in pairwise(mains))


def is_item(prose: Prose, s: Sentence) -> bool:
    """Whether a sentence is an item of a list."""
    return bool(CUES["attribution.item"].match(prose.text.low, s.start, s.end))


def adds_nothing(prose: Prose, s: Sentence) -> bool:
    """Whether an item only names what its head tells of, and has no word of its own against it."""
    low = prose.text.low
    return not (
        CUES["signs.against"].search(low, s.start, s.end) or CUES["attribution.speaks"].match(low, s.start, s.end)
    )


def opens_line(prose: Prose, s: Sentence) -> bool:
    """Whether a sentence is the first of its line."""
    return prose.text.low[max(0, s.start - 3) : s.start].rstrip(" ").endswith("\n")


def listed(prose: Prose, s: Sentence, named: Sequence[Named], head: Candidate) -> list[Candidate]:
    """The items of a list that the sentence before has introduced ("the consortium took five: A in ...; B in ...")."""
    found = []
    for number, n in enumerate(named):
        if n.role != "main" or any(n.treatment == o.treatment for o in named[:number]):
            continue
        later = [o.start for o in named if o.start > n.start and o.treatment != n.treatment]
        phrase, _ = find_indication(prose.text, n.start, later[0] if later else s.end, n.end)
        one = Candidate(
            head.action, s, head.stance, head.milestone, head.code, head.explicit, n.treatment, n.brand, True
        )
        one.indication, one.own_words, one.date = phrase, bool(phrase), head.date
        one.place, one.cues = head.place, list(head.cues)
        found.append(one)
    return found
