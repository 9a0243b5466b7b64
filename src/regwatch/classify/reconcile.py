"""Stage four: tellings of one event become one, contradictions settle, and a probability decides who hears of it.

Each event is weighed a second time, beside the others of its document: a decision makes the opinion before it history,
an exact telling takes in a loose one. A finding is high, and so for subscribers, only where its probability is over the
threshold that held-out documents gave, nothing is in doubt (`doubt`), and no other authority comes near the one that
acts. Another medicine near is a sign among others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from regwatch.classify.bearing_out import is_borne_out
from regwatch.classify.candidates import Candidate, treatments
from regwatch.classify.doubt import in_doubt
from regwatch.classify.indication import is_vague
from regwatch.classify.mode import is_foreseeable, is_foreseen, is_history, is_open, is_vetoed
from regwatch.classify.precedence import REVIEW, is_more_exact, outranked, place
from regwatch.classify.segment import Zone
from regwatch.classify.signs import signs
from regwatch.classify.telling import Telling, family
from regwatch.classify.weighing import BIAS, Model
from regwatch.classify.weights import Weights
from regwatch.uses import same_disease
from regwatch.vocabulary import GOAL_DATES, RANK, Confidence, Milestone, Mode

M = Milestone
LOOSE_DATE = "a goal date without news of its review"
"""Such a date far down recalls a review under way."""
BORNE_OUT = "borne out elsewhere"
"""The sign of an event that more than one telling speaks for."""
NEWS_LATER = 0.75
"""What only the later part of a text tells, where companies recall, is news from this probability on."""
WITH_STEP = "told with a step of the same review"
LEAST_SHOWN = 0.08
"""A step less probable than this is not taken for the state of a page."""
MOST_TOLD = 5
"""So many signs are kept with a finding."""


@dataclass
class ReconciledEvent:
    """The tellings of one event, the one that is most probably news first."""

    tellings: list[Candidate]
    alone: list[float]
    """The log-odds of each telling by itself."""
    signs: dict[str, float] = field(default_factory=dict)
    absorbed: list[str] = field(default_factory=list)

    @property
    def first(self) -> Candidate:
        """The telling that leads."""
        return self.tellings[0]


@dataclass(frozen=True)
class Judged:
    """An event with its mode, how sure we are and why.

    `told` are the signs that weighed most, with their shares of the log-odds; they begin at `start`, and all other
    signs add `rest`.
    """

    candidate: Candidate
    mode: Mode
    probability: float
    confidence: Confidence
    reason: str
    told: tuple[tuple[str, float], ...] = ()
    start: float = 0.0
    rest: float = 0.0


def judge(telling: Telling, weights: Weights) -> list[Judged]:
    """The events of a document, each with its mode, in the order of the text."""
    real = [one for one in telling.candidates if not is_vetoed(one, telling.prose.paper)]
    done = [one for one in real if is_open(telling, one)]
    ahead = [one for one in real if is_foreseen(one) and is_foreseeable(one)]
    events = gather(telling, done, weights.alone)
    judged = _shown(telling, [_route(telling, event, weights) for event in events])
    judged = _with_their_step(telling, judged)
    judged += [
        Judged(one, Mode.BACKGROUND, 0.0, Confidence.HIGH, why)
        for one in real
        if not is_foreseen(one) and (why := is_history(telling, one))
    ]
    judged += [_expected(telling, one) for one in _once(ahead)]
    return sorted(judged, key=lambda j: j.candidate.action.head)


def _with_their_step(telling: Telling, judged: list[Judged]) -> list[Judged]:
    """What a notice says of a review beside the step that it tells: priority and goal date need no more to be told."""

    def keys(j: Judged) -> set[tuple[str, str]]:
        return {(j.candidate.code, name) for name in treatments(j.candidate)}

    sure = [j for j in judged if j.mode is Mode.ANNOUNCED and j.confidence is Confidence.HIGH]
    steps = {key for j in sure if j.candidate.milestone in REVIEW for key in keys(j)}
    return [
        replace(j, confidence=Confidence.HIGH, reason=f"{j.reason}; {WITH_STEP}")
        if j.mode is Mode.ANNOUNCED
        and j.confidence is Confidence.MEDIUM
        and j.candidate.milestone in REVIEW | {M.GOAL_DATE_SET}
        and j.candidate.stance.sense == "done"
        and j.candidate.sentence.zone <= Zone.LEDE
        and keys(j) & steps
        and not in_doubt(telling, j.candidate)
        else j
        for j in judged
    ]


def _shown(telling: Telling, judged: list[Judged]) -> list[Judged]:
    """A page of states shows the furthest step of its own body: where the weights say otherwise, a person decides."""
    prose = telling.prose
    own = [j for j in judged if prose.house and j.candidate.code == prose.house]
    steps = [j for j in own if j.candidate.milestone in RANK and j.probability >= LEAST_SHOWN]
    if prose.announcement.kind != "regulator_status_page" or not steps:
        return judged
    furthest = max(steps, key=lambda j: (RANK[j.candidate.milestone], j.probability))
    if furthest.mode is Mode.ANNOUNCED:
        return judged
    reason = f"{furthest.reason}; the furthest step of a page that shows one"
    shown = replace(furthest, mode=Mode.ANNOUNCED, confidence=Confidence.LOW, reason=reason)
    earlier = [j for j in own if j.mode is Mode.ANNOUNCED and j.candidate.milestone in RANK]
    past = {
        id(j): replace(j, mode=Mode.BACKGROUND, reason=f"{j.reason}; a step before the page's state") for j in earlier
    }
    return [shown if j is furthest else past.get(id(j), j) for j in judged]


def gather(telling: Telling, done: Sequence[Candidate], alone: Model) -> list[ReconciledEvent]:
    """The events of a document with the signs by which they are weighed beside each other."""
    weighed = sorted(
        ((alone.score(signs(telling, one)), one) for one in done), key=lambda pair: (-pair[0], place(pair[1]))
    )
    events: list[ReconciledEvent] = []
    for score, one in weighed:
        twin = next((event for event in events if _same_event(event.first, one)), None)
        if twin is None:
            events.append(ReconciledEvent([one], [score]))
        else:
            twin.tellings.append(one)
            twin.alone.append(score)
    events = _absorb(events)
    for event in events:
        event.signs = _beside(telling, event, events)
    return events


def _absorb(events: list[ReconciledEvent]) -> list[ReconciledEvent]:
    """An approval told loosely is the accelerated or conditional one that the same text tells exactly."""
    kept: list[ReconciledEvent] = []
    for event in events:
        exact = next(
            (other for other in events if other is not event and is_more_exact(other.first, event.first)), None
        )
        if exact is None:
            kept.append(event)
            continue
        lift = max(event.alone)
        exact.absorbed.append(event.first.milestone.value)
        exact.alone[0] = max(exact.alone[0], lift)
    return kept


def _beside(telling: Telling, event: ReconciledEvent, events: Sequence[ReconciledEvent]) -> dict[str, float]:
    """The signs of an event beside the others of its document."""
    one = event.first
    found = {"alone": event.alone[0], f"a {family(one.milestone)}": 1.0}
    if len(event.tellings) > 1:
        found["told again"] = 1.0
        found["told again as strongly"] = float(event.alone[1] > 0)
    if is_borne_out(signs(telling, one), len(event.tellings)):
        found[BORNE_OUT] = 1.0
    if event.absorbed:
        found["takes in a looser telling"] = 1.0
    rivals = [other for other in events if other is not event and other.alone[0] > 0]
    if (
        one.milestone is M.GOAL_DATE_SET
        and one.sentence.zone > Zone.SUBHEAD
        and not any(other.first.milestone in REVIEW and other.first.code == one.code for other in rivals)
    ):
        found[LOOSE_DATE] = 1.0
    found |= {f"beside: {why}": 1.0 for other in rivals if (why := outranked(one, other.first))}
    near = [other for other in events if other is not event and other.first.code == one.code]
    if any(treatments(other.first) & treatments(one) and other.alone[0] > event.alone[0] for other in near):
        found["another step of the body is likelier"] = 1.0
    if one.sentence.zone is Zone.SUBHEAD and not any(
        other.first.code == one.code and other.first.sentence.zone <= Zone.TITLE for other in rivals
    ):
        found["told in a sub-head only"] = 1.0
    foreseen = [
        o for o in telling.candidates if is_foreseen(o) and o.code == one.code and treatments(o) & treatments(one)
    ]
    if any(o.milestone is one.milestone for o in foreseen):
        found["foreseen elsewhere in the text"] = 1.0
    return found


def _route(telling: Telling, event: ReconciledEvent, weights: Weights) -> Judged:
    one = _merged(event)
    probability = weights.beside.probability(event.signs)
    told, start, rest = _shares(telling, event, weights)
    over = bool(event.signs.keys() & {"beside: the date of a review that is over", LOOSE_DATE})
    least = weights.news if telling.prose.tongue == "en" else weights.news_elsewhere
    if event.first.sentence.zone is Zone.LATER:
        least = max(least, NEWS_LATER)
    news = probability >= least and not over
    doubt = in_doubt(telling, one) if news else ""
    if news:
        sure = probability >= weights.bar(BORNE_OUT in event.signs) and not doubt
        confidence = Confidence.HIGH if sure else Confidence.MEDIUM if probability >= weights.medium else Confidence.LOW
    else:
        confidence = Confidence.HIGH if probability <= weights.history else Confidence.MEDIUM
    where = f"told as {one.stance.sense} in the {one.sentence.zone.name.lower()}"
    where += f" and {BORNE_OUT}" if BORNE_OUT in event.signs else ""
    reason = "; ".join(filter(None, (f"{where}, probability of news {probability:.2f}", doubt)))
    mode = Mode.ANNOUNCED if news else Mode.BACKGROUND
    return Judged(one, mode, probability, confidence, reason, told, start, rest)


def _shares(
    telling: Telling, event: ReconciledEvent, weights: Weights
) -> tuple[tuple[tuple[str, float], ...], float, float]:
    """The signs that weighed most, what every event starts with and what all other signs add: the log-odds in parts.

    The signs of the telling alone count in the second weighing by the weight of the first one's result.
    """
    passed_on = weights.beside.weights.get("alone", 0.0)
    every = [(name, share * passed_on) for name, share in weights.alone.shares(signs(telling, event.first))]
    every += [(name, share) for name, share in weights.beside.shares(event.signs) if name != "alone"]
    told = tuple(sorted(every, key=lambda pair: (-abs(pair[1]), pair[0]))[:MOST_TOLD])
    start = weights.beside.weights.get(BIAS, 0.0) + passed_on * weights.alone.weights.get(BIAS, 0.0)
    return told, start, weights.beside.score(event.signs) - start - sum(share for _, share in told)


def _expected(telling: Telling, one: Candidate) -> Judged:
    """A step that the text foresees: sure where authority, medicine and, far down, its date are named."""
    far = one.sentence.zone > (Zone.BODY if one.date is not None else Zone.SUBHEAD)
    sole = len(telling.treatments) == 1 and telling.nature == "news" and one.date is not None
    anchor = telling.prose.layout.anchor
    over = one.date is not None and anchor is not None and one.date.last < anchor.first
    missing = (not one.explicit) + (not (one.named or sole)) + far + 2 * bool(one.notes) + 3 * over
    confidence = Confidence.HIGH if missing == 0 else Confidence.MEDIUM if missing <= 2 else Confidence.LOW
    return Judged(one, Mode.EXPECTED, 0.0, confidence, "a step that the text foresees")


def _once(ahead: Sequence[Candidate]) -> list[Candidate]:
    """One foreseen step for each event, with what its other tellings add."""
    groups: list[list[Candidate]] = []
    for one in sorted(ahead, key=lambda one: (not one.explicit, not one.named, place(one))):
        twin = next((group for group in groups if _same_event(group[0], one)), None)
        if twin is None:
            groups.append([one])
        else:
            twin.append(one)
    return [_merged(ReconciledEvent(group, [0.0] * len(group))) for group in groups]


def _same_event(a: Candidate, b: Candidate) -> bool:
    if (a.code, a.milestone) != (b.code, b.milestone) or not treatments(a) & treatments(b):
        return False
    if a.milestone in GOAL_DATES and a.date and b.date:
        return a.date == b.date
    if a.date and b.date and a.date != b.date and not (a.date.contains(b.date) or b.date.contains(a.date)):
        return False
    return _like(a, b)


def _like(a: Candidate, b: Candidate) -> bool:
    """Whether two tellings may be of one use."""
    apart = a.sentence.start != b.sentence.start and a.sentence.zone > Zone.SUBHEAD < b.sentence.zone
    if apart and a.milestone is M.APPROVED and a.own_words and b.own_words:
        return same_disease(a.indication, b.indication)
    one_sentence = a.sentence.start == b.sentence.start
    if a.milestone in {M.APPROVED, M.ACCELERATED_APPROVED} and a.indication and b.indication and one_sentence:
        return same_disease(a.indication, b.indication)
    return True


def _merged(event: ReconciledEvent) -> Candidate:
    """The leading telling with what the others add: date, window, disease, brand, partners."""
    f = event.first
    for other in event.tellings[1:]:
        better = (is_vague(f.indication) or f.sentence.zone is Zone.TITLE) and other.sentence.zone <= Zone.SUBHEAD
        longer = other.own_words >= f.own_words and len(other.indication) > len(f.indication)
        own = other.own_words and not f.own_words and other.indication
        if own or not f.indication or (better and longer):
            f.indication, f.own_words = other.indication or f.indication, other.own_words
        f.brand = f.brand or other.brand
        if f.date is None and other.date is not None:
            f.date, f.anchored, f.of_telling = other.date, other.anchored, other.of_telling
        f.window = f.window or other.window
        if len(treatments(other)) > len(treatments(f)):
            f.treatment = other.treatment
    return f
