"""Stage three, the evidence: what speaks for and against a telling's being this document's news.

Every sign is a named feature; the weights are learned (`weights.json`). No sign decides alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from regwatch.classify.bearing_out import (
    DAYS_OF_NEWS,
    ITEM,
    RECOMMENDATION,
    is_item_of_roundup,
    is_recommendation,
    signs_of_agreement,
)
from regwatch.classify.candidates import Candidate, treatments
from regwatch.classify.clauses import clause_start
from regwatch.classify.cues import CUES
from regwatch.classify.document import Prose
from regwatch.classify.segment import Zone
from regwatch.classify.signs_of_names import signs_of_names
from regwatch.classify.telling import AGAINST, DATA, Telling, days_before, family, pathway
from regwatch.dates import Precision, days_between
from regwatch.vocabulary import GOAL_DATES

CROSSED = ("stands in", "told", "page", "the text is", "date", "another act leads", "medicine: ", "the headline tells")
"""Signs that weigh differently for each kind of act."""
NEAR, FAR = 22, 90
"""Characters between names and an act that stand close together, and in one clause."""
DAYS_OF_WEEKS = 60
"""An act told later than of these days is told weeks before up to so many days, and long before beyond them."""
NEAR_WORDS = {
    "already": '"already" or "earlier"',
    "also": '"also"',
    "now": '"now" or "today"',
    "announce": '"announced" or "said"',
    "attribute": "a medicine called approved",
    "cited": "a reference",
    "cites_guidance": "a number of guidance",
    "asks": "somebody asks",
    "ago": '"ago" or "earlier"',
    "hypothesis": '"if", "would" or "may"',
    "comparators": "comparators",
    "comparison": "a comparison",
}
"""Cues that are looked for in the sentence up to a little after the act, with what each is called."""
TOLD = {"done": "as done", "bare": "as a noun without a verb", "state": "as what stands", "past": "as past"}
"""What the sense of a clause is called."""
PLACES = ("the first sentences", "the headline", "a sub-head", "the body", "far down")
"""What each zone is called, in their order."""
NATURES = {"results": "a report on a quarter or a year", "talk": "talk about news", "report": "a report of data"}
"""What a nature of a text is called, where its name does not say it."""


def signs(telling: Telling, f: Candidate) -> dict[str, float]:
    """The features of one telling, by name; found once."""
    if id(f) not in telling.known:
        found = list(_signs(telling, f))
        found += [f"{family(f.milestone)}, {name}" for name in found if name.startswith(CROSSED)]
        telling.known[id(f)] = dict.fromkeys(found, 1.0)
    return telling.known[id(f)]


def _signs(telling: Telling, f: Candidate) -> Iterator[str]:
    yield f"kind of act: {family(f.milestone)}"
    yield f"step: {_plain(f.milestone.value)}"
    yield from _of_words(telling, f)
    yield from _of_clause(telling, f)
    yield from _of_sentence(telling, f)
    yield from _of_distance(f)
    yield from _of_document(telling, f)
    yield from _of_date(telling, f)
    yield from _of_place(telling, f)
    yield from _of_other_tellings(telling, f)
    yield from signs_of_names(telling, f)
    yield from signs_of_agreement(telling, f)


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _of_words(telling: Telling, f: Candidate) -> Iterator[str]:
    yield f"told: {TOLD.get(f.stance.sense, f.stance.sense)}"
    rule, low = f.action.rule, telling.prose.text.low
    said = f.stance.words + " " + low[f.action.start : f.action.end]
    if f.stance.how == "perfect" or CUES["signs.perfect"].search(said):
        yield "told: has or have done"
    head = low[f.action.head : f.action.end].split(" ")[0]
    if rule.syntax == "verb" and f.stance.sense == "done" and head.endswith("s") and not f.stance.words:
        yield "told: in the present"
    if rule.syntax == "verb" and f.stance.sense == "done" and head.endswith("ed") and not f.stance.words:
        yield "told: in the simple past"
    if f.stance.sense == "past" and f.stance.words:
        yield f"past by: {f.stance.words.split()[-1]}"
    if f.stance.how == "given" or (rule.syntax == "noun" and f.stance.sense == "done" and f.stance.words):
        yield "told: as given or received"
    if f.habit:
        yield "says what the body does in general"
    if rule.weak:
        yield "weak word"
    if CUES["signs.plain"].match(head):
        yield "a plain word for the act"
    if rule.syntax == "noun" and f.stance.sense == "done" and not f.stance.words:
        yield "a noun that nothing governs"
    if f.stance.doubt:
        yield "told as what others claim"


def _of_clause(telling: Telling, f: Candidate) -> Iterator[str]:
    """What stands before the act in its sentence, and after it."""
    low = telling.prose.text.low
    around = low[max(f.sentence.start, f.action.start - 60) : f.action.start]
    if CUES["signs.leads_up"].search(around):
        yield "after a word that leads up to it"
    before = low[max(f.sentence.start, f.action.head - 110) : f.action.head]
    if CUES["signs.relative"].search(before):
        yield "in a relative clause"
    if CUES["signs.despite"].search(before):
        yield "after a word of contrast or sequence"
    if CUES["mode.enumerated"].match(low, f.sentence.start, f.sentence.end):
        yield "an item of an enumeration"
    if CUES["signs.opens_with_month"].match(low, f.sentence.start, f.sentence.end):
        yield "the sentence opens with a month or year"
    if CUES["signs.plural"].search(low, f.action.head, f.action.end):
        yield "a plural"
    if CUES["attribution.item"].match(low, f.sentence.start, f.sentence.end):
        yield "an item of a list"
    yield from _of_other_side(low, f)
    clause = clause_start(telling.prose.text, f.sentence, f.action.head)
    for name, plain in NEAR_WORDS.items():
        first = clause if name == "hypothesis" else f.sentence.start
        if CUES[f"signs.{name}"].search(low, first, min(f.sentence.end, f.action.end + 40)):
            yield f"in its sentence: {plain}"
    for name in ("after_following", "indicated"):
        if CUES[f"signs.{name}"].search(low, f.action.end, min(f.sentence.end, f.action.end + 60)):
            yield f"after it: {name.removeprefix('after_')}"


def _of_other_side(low: str, f: Candidate) -> Iterator[str]:
    """Words near the act that speak of the opposite, which a reading of the act alone may have missed."""
    near = max(f.sentence.start, f.action.start - 45), min(f.sentence.end, f.action.stop + 30)
    words = low[near[0] : f.action.start] + " | " + low[f.action.stop : near[1]]
    if f.milestone in AGAINST:
        if CUES["signs.favour"].search(words):
            yield "in its sentence: a word in favour"
    elif CUES["signs.against"].search(words):
        yield "in its sentence: a word against"


def _of_sentence(telling: Telling, f: Candidate) -> Iterator[str]:
    """The other events of the sentence."""
    rivals = [o for o in telling.by_sentence[f.sentence.start] if o.action.head != f.action.head]
    if rivals:
        yield "another event in the sentence"
        if any(o.action.head < f.action.head for o in rivals):
            yield "not the first event of its sentence"
        if any(o.code != f.code for o in rivals):
            yield "another body acts in the sentence"


def _of_distance(f: Candidate) -> Iterator[str]:
    for who, at in (("body", f.body_at), ("medicine", f.product_at)):
        if at is None or not f.sentence.start <= at[0] < f.sentence.end:
            continue
        gap = f.action.head - at[1] if at[1] <= f.action.head else at[0] - f.action.end
        side = "before" if at[1] <= f.action.head else "after"
        yield f"{who}: {'just' if gap <= NEAR else 'well' if gap <= FAR else 'far'} {side} the act"
        if at[0] - f.sentence.start <= 4:
            yield f"{who}: opens the sentence"


def _of_document(telling: Telling, f: Candidate) -> Iterator[str]:
    prose, nature = telling.prose, telling.nature
    yield f"page: {_plain(prose.announcement.kind)}"
    yield f"the text is: {NATURES.get(nature, nature)}"
    if prose.house:
        yield "page: of the body itself" if _own(prose, f) else "page: of another body"
    if f.sentence.entry == 0:
        yield "the newest entry of a rolling page"
    if prose.tongue != "en":
        yield "language: not English"
    if prose.paper:
        yield f"page: {prose.paper}"
    if len(telling.treatments) > 3:
        yield "many medicines"


def _own(prose: Prose, f: Candidate) -> bool:
    return f.code == prose.house or pathway(f.code) == pathway(prose.house)


def _of_date(telling: Telling, f: Candidate) -> Iterator[str]:
    if f.milestone in GOAL_DATES:
        yield "goal date: given" if f.date else "goal date: not given"
        return
    if f.date is None:
        yield "date: none" if telling.prose.layout.anchor else "date: none anywhere"
        return
    if CUES["mode.lately"].match(f.when):
        yield "date: last month or year"
    if f.anchored:
        yield "date: today"
        return
    anchor = telling.prose.layout.anchor
    exact = f.date.precision is Precision.DAY
    if anchor is None:
        yield (
            "date: a day, of a text without one"
            if exact
            else f"date: {f.date.precision.name.lower()}, of a text without one"
        )
        return
    late = days_between(f.date.last, anchor.first)
    yield (
        "date: of these days"
        if late <= DAYS_OF_NEWS
        else "date: weeks before"
        if late <= DAYS_OF_WEEKS
        else "date: long before"
    )
    if not exact:
        yield f"date: {f.date.precision.name.lower()} only"


def _of_place(telling: Telling, f: Candidate) -> Iterator[str]:
    zone, s = f.sentence.zone, f.sentence
    if is_recommendation(telling, f):
        yield RECOMMENDATION
        return
    if is_item_of_roundup(telling, f):
        yield ITEM
        return
    yield f"stands in: {PLACES[zone]}"
    if s.heading:
        yield "a heading"
    if s.number == 1:
        yield "the first sentence after the headline"
    if s.number > 8:
        yield "after the eighth sentence"
    head, names = f.action.head, treatments(f)
    if not any(telling.first_heads[name, None] < head for name in names):
        yield "the first telling of its medicine"
        if len(telling.treatments) > 2:
            yield "the first telling of one of many medicines"
    elif not any(telling.first_heads[name, pathway(f.code)] < head for name in names):
        yield "the first telling of its medicine by this pathway"
    if f.milestone in DATA and CUES["mode.told_data"].search(telling.prose.text.low, s.start, s.end):
        yield "data of an earlier readout"


def _of_other_tellings(telling: Telling, f: Candidate) -> Iterator[str]:
    """Where else the document tells of the event, and what leads it."""
    zone, kin = f.sentence.zone, family(f.milestone)
    others = telling.by_code.get(f.code, ())
    same = [o for o in others if o.milestone is f.milestone and o is not f and treatments(o) & treatments(f)]
    if any(o.sentence.zone is Zone.TITLE for o in same) and zone is not Zone.TITLE:
        yield "told in the headline too"
    if any(o.sentence.zone is Zone.LEDE for o in same) and zone is not Zone.LEDE:
        yield "told in the lede too"
    if any(o.sentence.zone is Zone.LEDE and o.stance.sense == "past" for o in same):
        yield "told as past in the lede"
    if any(days_before(telling, o) > DAYS_OF_NEWS for o in same if o.sentence.zone <= Zone.SUBHEAD):
        yield "dated long before where it is told again"
    if any(o.stance.sense == "foreseen" and o.sentence.zone <= Zone.SUBHEAD for o in same):
        yield "foreseen at the top"
    news = telling.at_the_top
    apart = is_recommendation(telling, f) or is_item_of_roundup(telling, f)
    if zone > Zone.TITLE and news and not same and not apart:
        yield "another act leads the text"
        if any(family(o.milestone) == kin and o.code == f.code for o in news):
            yield "another act of the kind and body leads the text"
