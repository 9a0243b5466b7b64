"""Lists of medicines: items that stand under an act told before them or under a heading, and what is an item at all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from regwatch.classify.authority import AGENCY, OTHER, Body, find_authorities
from regwatch.classify.candidates import Candidate
from regwatch.classify.cues import CUES
from regwatch.classify.date_spans import find_dates
from regwatch.classify.document import Prose
from regwatch.classify.extract import Action
from regwatch.classify.indication import find_indication
from regwatch.classify.meaning import Resolved, resolve
from regwatch.classify.products import Named
from regwatch.classify.segment import Sentence
from regwatch.classify.sentence_spans import Memory, SentenceSpans
from regwatch.classify.slots import set_date
from regwatch.classify.stance import Stance
from regwatch.vocabulary import Milestone

BEGINS = 40
"""Characters from the start of a line, or from the name of a body in it, in which the medicine of an item stands."""


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
    return bool(CUES["lists.before_an_item"].search(prose.text.low[max(0, s.start - 10) : s.start]))


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


def of_list(prose: Prose, spans: SentenceSpans, memory: Memory) -> list[Candidate]:
    """The items of a list whose head stands above it, or that the sentence before has counted.

    The head is kept in mind until another heading comes.
    """
    s = spans.s
    made: list[Candidate] = []
    if memory.list_head and spans.named and (opens_line(prose, s) or takes_up(prose, s)):
        made = under_head(prose, s, spans.named, memory.list_head, memory.context)
    counted = next((a for a in spans.actions if not spans.named and counts(prose, s)), None)
    if spans.heading or counted:
        memory.list_head = spans.heading or counted
    elif s.heading and not made and not is_header(prose, s):
        memory.list_head = None
    return made


def under_head(
    prose: Prose, s: Sentence, named: Sequence[Named], head: Action, context: Body | None
) -> list[Candidate]:
    """What the items of a list have reached whose head says it ("New approvals in May"), one for each medicine.

    The body is named in the item, by the head, or before; a person confirms it.
    """
    text, own = prose.text, find_authorities(prose.text, s.start, s.end)
    above = find_authorities(text, text.low.rfind("\n", 0, head.start) + 1, _end_of_line(text.low, head.end))
    bodies = [b for b in (*own[:1], *above, *([context] if context else [])) if b.code != OTHER]
    code, kind = (bodies[0].code, bodies[0].body) if bodies else (prose.house, AGENCY)
    items = [n for i, n in enumerate(named) if n.role == "main" and n.treatment not in {o.treatment for o in named[:i]}]
    begins = own[0].end if own else s.start
    if not items or (items[0].start - begins > BEGINS and not takes_up(prose, s)):
        return []
    found = []
    for n, end in zip(items, [*(o.start for o in items[1:]), s.end], strict=True):
        if resolved := resolve(prose, s, head, code, kind, "", (n.start, s.end)):
            found.append(_item(prose, s, n, end, head, resolved, bool(own)))
    return found


def _item(prose: Prose, s: Sentence, n: Named, end: int, head: Action, resolved: Resolved, named: bool) -> Candidate:
    """One item of a list, from its medicine to the next. `named`: the item names its body."""
    stance, low = Stance("state", "", s.start), prose.text.low
    one = Candidate(head, s, stance, resolved.milestone, resolved.code, named, n.treatment, n.brand, True)
    one.indication, _ = find_indication(prose.text, n.start, end, n.end)
    one.own_words, one.product_at = bool(one.indication), (n.start, n.end)
    set_date(prose, one, find_dates(prose.text, n.end, end))
    if one.milestone is Milestone.APPROVED and CUES["lists.for_a_time"].search(low, n.start, end):
        one.milestone = Milestone.ACCELERATED_APPROVED if one.code == "FDA" else Milestone.CONDITIONALLY_APPROVED
    one.notes = ["listed under a heading"]
    return one


def takes_up(prose: Prose, s: Sentence) -> bool:
    """Whether a sentence names those that the one before has counted ("the list takes in ...")."""
    return bool(CUES["lists.takes_up"].match(prose.text.low, s.start, s.end))


def counts(prose: Prose, s: Sentence) -> bool:
    """Whether a sentence counts medicines without naming them ("approvals for nine new drugs")."""
    return bool(CUES["lists.counts"].search(prose.text.low, s.start, s.end))


def is_header(prose: Prose, s: Sentence) -> bool:
    """Whether a line only names the columns of a table."""
    return sum(prose.text.low.count(mark, s.start, s.end) for mark in ("|", " / ")) > 1


def _end_of_line(low: str, place: int) -> int:
    end = low.find("\n", place)
    return end if end >= 0 else len(low)
