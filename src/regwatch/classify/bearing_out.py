"""What in the document bears a telling out: signs of stage three, beside those of the telling itself.

An act that the headline tells too, of the only body that acts at all, is rarely misread; one that a single sentence
tells may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regwatch.classify.candidates import Candidate, treatments
from regwatch.classify.cues import CUES
from regwatch.classify.segment import Zone
from regwatch.classify.telling import AGAINST, TOLD_AS_NEWS, Telling, days_before, pathway
from regwatch.dates import days_between
from regwatch.vocabulary import DECISIONS, GOAL_DATES, HTA_OUTCOMES, OPINIONS

TITLED = "the headline tells an act of its side"
PLAIN = "a plain statement at the top"
RECOMMENDATION = "stands in: the paper's own recommendation"
"""Signs that are asked for by name: the last one bears out alone, the others are counted."""
OWN_VERDICT = "on its own page the body gives a name and a verdict"
HEADLINED = "medicine: in the headline"
LISTED = "on its own page the body gives several medicines a verdict"
ITEM = "stands in: an item of a round-up"
SUPPORTS = (
    TITLED,
    PLAIN,
    "page: company press release",
    HEADLINED,
    "body: opens the sentence",
    "told: as given or received",
    "told: has or have done",
)
"""What bears an event out beside its being told twice, and its date being of these days."""
ENOUGH = 3
"""So many supports: with fewer, held-out documents of styles not seen before were read wrong several times as often."""
CLEAR = 60
"""A margin of attribution (characters) that leaves no choice."""
DAYS_OF_NEWS = 10
"""An act told so many days after its date is of these days."""
MONTHS_AHEAD = 100
"""A goal date at least so many days ahead is one that was just set, in most texts."""
NEAR = 40
"""Characters between a name and its verdict."""
_VERDICTS = HTA_OUTCOMES | OPINIONS | DECISIONS
OFTEN = 3
"""So many sentences that tell an act are many."""


def signs_of_agreement(telling: Telling, f: Candidate) -> Iterator[str]:
    """The names of the signs that hold for a telling."""
    yield from _of_headline(telling, f)
    yield from _of_rivals(telling, f)
    yield from _of_plainness(telling, f)
    yield from _of_page(telling, f)
    if f.milestone in GOAL_DATES:
        yield from _of_goal_date(telling, f)
    if _older(telling, f):
        yield "an earlier year in its sentence"


def is_borne_out(found: Mapping[str, float], tellings: int) -> bool:
    """Whether enough bears an event out, by the signs of its first telling and the number of them.

    What little speaks for is misread far more often than what several things bear out, at the same probability.
    """
    if found.keys() & {RECOMMENDATION, LISTED} or (OWN_VERDICT in found and HEADLINED in found):
        return True
    recent = "date: today" in found or "date: of these days" in found
    return sum(name in found for name in SUPPORTS) + (tellings > 1) + recent >= ENOUGH


def _of_headline(telling: Telling, f: Candidate) -> Iterator[str]:
    if f.sentence.zone is Zone.TITLE or is_item_of_roundup(telling, f):
        return
    if not telling.titled:
        yield "the headline tells no act"
    elif any(_same_side(o, f) for o in telling.titled):
        yield TITLED
    else:
        yield "the headline tells other acts"


def _same_side(one: Candidate, other: Candidate) -> bool:
    """Whether two tellings speak of acts of one body that go the same way."""
    return one.code == other.code and (one.milestone in AGAINST) is (other.milestone in AGAINST)


def _of_rivals(telling: Telling, f: Candidate) -> Iterator[str]:
    if telling.acting <= {f.code}:
        yield "no other body acts in the text"
    mine = [o for o in telling.by_code.get(f.code, ()) if treatments(o) & treatments(f)]
    same = {o.sentence.start for o in mine if o.milestone is f.milestone}
    if len(same) >= OFTEN:
        yield "told in three sentences or more"
    if any(o.stance.sense in TOLD_AS_NEWS and not _same_side(o, f) for o in mine):
        yield "the body also acts the other way"


def _of_plainness(telling: Telling, f: Candidate) -> Iterator[str]:
    """Whether the act is told in so many words, of these days, with names that leave no choice, where news stands."""
    if f.sentence.zone > Zone.SUBHEAD or f.stance.sense != "done" or not _is_clear(telling, f):
        return
    low, s, head = telling.prose.text.low, f.sentence, f.action.head
    if CUES["signs.relative"].search(low, max(s.start, head - 110), head) or CUES["signs.leads_up"].search(
        low, max(s.start, f.action.start - 60), f.action.start
    ):
        return
    yield PLAIN
    if f.anchored or (f.date and telling.prose.layout.anchor):
        yield f"{PLAIN}, with its day"
    if telling.headlined & treatments(f):
        yield f"{PLAIN}, of the headline's medicine"


def _is_clear(telling: Telling, f: Candidate) -> bool:
    """Whether names, words and time of an act leave no choice."""
    named = f.explicit and f.named and min(f.body_margin, f.product_margin) >= CLEAR
    loose = f.place or f.partner or f.notes or f.action.rule.weak or f.habit or f.milestone in GOAL_DATES
    late = days_before(telling, f) > DAYS_OF_NEWS or _older(telling, f)
    return (
        named
        and not loose
        and not late
        and telling.prose.tongue == "en"
        and len(telling.by_sentence[f.sentence.start]) == 1
    )


def _of_page(telling: Telling, f: Candidate) -> Iterator[str]:
    prose, low, s = telling.prose, telling.prose.text.low, f.sentence
    if not prose.house or f.code != prose.house:
        return
    if CUES["signs.status_label"].match(low, s.start, s.end):
        yield "a label of the page's status"
    if f.product_at and f.product_at[0] - s.start <= 4 and f.action.head - f.product_at[1] <= NEAR:
        yield OWN_VERDICT
    if _is_listed(telling, f):
        yield LISTED


def _is_listed(telling: Telling, f: Candidate) -> bool:
    """Whether a page of verdicts on several medicines, whose headline names none of them, gives one of them plainly."""
    told = f.named and f.stance.sense == "done" and not f.notes and not f.action.rule.weak and not f.partner
    if not told or telling.headlined or f.milestone not in _VERDICTS or _older(telling, f):
        return False
    several = {name for o in telling.by_code[f.code] if o.milestone in _VERDICTS for name in treatments(o)}
    return len(several) > 1 and days_before(telling, f) <= DAYS_OF_NEWS


def is_recommendation(telling: Telling, f: Candidate) -> bool:
    """Whether a telling is a numbered recommendation of an appraising body's paper on the very medicine."""
    prose, s = telling.prose, f.sentence
    if not prose.house or f.code != prose.house or not f.milestone.startswith("hta_"):
        return False
    numbered = CUES["signs.numbered_recommendation"].match(prose.text.low, s.start, s.end)
    return bool(numbered) and telling.headlined <= treatments(f)


def is_item_of_roundup(telling: Telling, f: Candidate) -> bool:
    """Whether a telling is an item of a round-up: below the headline the first one of its medicine by its pathway.

    There the headline's medicine and the distance from the top say nothing about what is news.
    """
    if telling.nature != "roundup" or f.sentence.zone <= Zone.TITLE or not f.named:
        return False
    way, top = pathway(f.code), telling.prose.layout.title[1]
    return not any(top <= telling.first_heads[name, way] < f.sentence.start for name in treatments(f))


def _of_goal_date(telling: Telling, f: Candidate) -> Iterator[str]:
    low, s, anchor = telling.prose.text.low, f.sentence, telling.prose.layout.anchor
    if CUES["signs.date_is_set"].search(low, s.start, s.end):
        yield "goal date: a verb sets it"
    if f.date and anchor:
        ahead = days_between(anchor.last, f.date.last)
        yield (
            "goal date: months ahead"
            if ahead > MONTHS_AHEAD
            else "goal date: near"
            if ahead >= 0
            else "goal date: past"
        )


def _older(telling: Telling, f: Candidate) -> bool:
    """Whether the sentence names a year before the document's."""
    anchor = telling.prose.layout.anchor
    if anchor is None:
        return False
    found = CUES["signs.older_year"].finditer(telling.prose.text.low, f.sentence.start, f.sentence.end)
    return any(int(m[1]) < anchor.first.year for m in found)
