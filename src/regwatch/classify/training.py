"""Learning the weights from labelled documents: deterministic, in plain arithmetic, told in `docs/classifier.md`.

A candidate is true where its medicine, authority and milestone are announced by the labels of its document. Figures are
taken on folds: every document is judged by weights that never saw it, nor another of its publisher.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from regwatch.classify.candidates import Candidate, treatments
from regwatch.classify.doubt import in_doubt
from regwatch.classify.evaluation import evaluate
from regwatch.classify.labelled import Labelled
from regwatch.classify.language import findings, read_prose
from regwatch.classify.mode import is_open
from regwatch.classify.reader import read_candidates
from regwatch.classify.reconcile import BORNE_OUT, ReconciledEvent, gather
from regwatch.classify.segment import Zone
from regwatch.classify.signs import signs
from regwatch.classify.telling import Telling
from regwatch.classify.weighing import Example, Model, fit
from regwatch.classify.weights import Weights
from regwatch.vocabulary import EVIDENCE, Confidence

PENALTY_ALONE, PENALTY_BESIDE = 2.0, 1.0
FOLDS = 5
NEWS = 0.5
"""From this probability on an event is its document's news."""
PRECISION = 0.97
"""Of what subscribers get, so much must have been right on held-out real documents, and on composed ones."""
LEAST_ALONE, LEAST_BORNE_OUT = 0.94, 0.85
"""The thresholds are never lower, whatever the held-out documents say."""
TRAPS = "own traps"
"""A set that an adversary wrote: it teaches the weights a little and sets no threshold, for life has few such texts."""
OF_TRAP = 0.25
"""What an example from a trap counts."""
REAL = frozenset({"dev", "restated", "real passage", "stream"})
"""Sets of real or restated documents: their mix is that of life, the project's own is richer in traps."""


@dataclass
class TrainingCase:
    """A document read once: its telling and what may be announced in it."""

    labelled: Labelled
    telling: Telling
    done: list[Candidate] = field(default_factory=list)


def read_case(labelled: Labelled) -> TrainingCase:
    """The candidates of a document; they do not depend on the weights."""
    prose = read_prose(labelled.announcement, labelled.watch, (), labelled.published)
    telling = Telling(prose, tuple(read_candidates(prose).candidates))
    done = [one for one in telling.candidates if is_open(telling, one)]
    return TrainingCase(labelled, telling, done)


def fold_of(group: str, folds: int = FOLDS) -> int:
    """The fold of a group: by its name alone, the same for ever."""
    return hashlib.sha256(group.encode()).digest()[0] % folds


def _matches(one: Candidate, event: Mapping[str, Any]) -> bool:
    if one.milestone.value != event["status"] or one.code != (event.get("authority") or ""):
        return False
    named = {*str(event["treatment"]).lower().split("+"), str(event.get("brand") or "").lower()} - {""}
    return "unnamed" in named | {one.treatment} or bool((treatments(one) | {one.brand.lower()}) & named)


def truth_of(case: TrainingCase, one: Candidate) -> bool | None:
    """Whether a candidate is its document's news; None where the labels leave it open."""
    events = case.labelled.events
    mine = [event for event in events if _matches(one, event)]
    if any(_matches(one, event) for event in case.labelled.loose):
        return None
    if not any(event["mode"] == "announced" for event in mine):
        return False if case.labelled.sure else None
    others = [event for event in mine if event["mode"] != "announced"]
    news = [event for event in mine if event not in others]
    return not (others and _quoted(case, one, others) and not _quoted(case, one, news))


def _quoted(case: TrainingCase, one: Candidate, events: Iterable[Mapping[str, Any]]) -> bool:
    text = case.telling.prose.text
    source = text.source[slice(*text.original_span(one.sentence.start, one.sentence.end))]
    plain = " ".join(source.split())
    return any(event.get("quote") and " ".join(str(event["quote"]).split()) in plain for event in events)


def examples_alone(cases: Sequence[TrainingCase]) -> list[Example]:
    """Every candidate by itself. Further tellings of a thing that the top tells count little."""
    found: list[Example] = []
    for case in cases:
        top = {
            (one.code, one.milestone) for one in case.done if one.sentence.zone <= Zone.SUBHEAD and truth_of(case, one)
        }
        for one in case.done:
            truth = truth_of(case, one)
            if truth is None:
                continue
            repeated = truth and one.sentence.zone > Zone.SUBHEAD and (one.code, one.milestone) in top
            found.append(Example(signs(case.telling, one), truth, _counts(case) * (0.2 if repeated else 1.0)))
    return found


def _counts(case: TrainingCase) -> float:
    return OF_TRAP if case.labelled.set == TRAPS else 1.0


def examples_beside(case: TrainingCase, alone: Model) -> list[tuple[ReconciledEvent, Example]]:
    """Every event beside the others of its document."""
    found = []
    for event in gather(case.telling, case.done, alone):
        truth = truth_of(case, event.first)
        if truth is not None:
            found.append((event, Example(event.signs, truth, _counts(case))))
    return found


@dataclass(frozen=True)
class TrainingTrial:
    """An event judged by weights that never saw its document."""

    case: TrainingCase
    event: ReconciledEvent
    truth: bool
    probability: float


def fit_models(cases: Sequence[TrainingCase]) -> tuple[Model, Model]:
    """Both models; the second learns from what the first says of documents that it has not seen."""
    alone = fit(examples_alone(cases), PENALTY_ALONE)
    second: list[Example] = []
    for fold in range(FOLDS):
        inner = [case for case in cases if fold_of("inner " + case.labelled.group) != fold]
        first = fit(examples_alone(inner), PENALTY_ALONE)
        for case in cases:
            if fold_of("inner " + case.labelled.group) == fold:
                second += [example for _, example in examples_beside(case, first)]
    return alone, fit(second, PENALTY_BESIDE)


def threshold(
    trials: Sequence[TrainingTrial], precision: float, least: float, beside: Sequence[TrainingTrial] = ()
) -> float:
    """The lowest probability from which on so much of what is told, with what is told `beside` it, is true."""
    ranked = sorted(trials, key=lambda trial: -trial.probability)
    right, best = sum(trial.truth for trial in beside), 1.0
    for told, trial in enumerate(ranked, len(beside) + 1):
        right += trial.truth
        if trial.probability < least:
            break
        if right / told >= precision:
            best = trial.probability
    return best


def is_status(trial: TrainingTrial) -> bool:
    """Whether the event is of a status, not of evidence."""
    return trial.event.first.milestone not in EVIDENCE


def sure_enough(trial: TrainingTrial) -> bool:
    """Whether nothing but the probability stands against telling the event to subscribers."""
    telling = trial.case.telling
    return telling.prose.tongue == "en" and not in_doubt(telling, trial.event.first)


def train(cases: Sequence[TrainingCase]) -> tuple[Weights, dict[str, Weights]]:
    """The weights learnt from all cases, and for each group those that never saw it.

    The thresholds of what subscribers get are the lowest at which held-out documents were right `PRECISION` of the
    time, the real ones by themselves and the composed ones by themselves: first of events that several things bear
    out, then of all that is told with what little speaks for.
    """
    learned: dict[int, Weights] = {}
    trials: list[TrainingTrial] = []
    for fold in range(FOLDS):
        learned[fold] = _learnt([case for case in cases if fold_of(case.labelled.group) != fold])
        for case in cases:
            if fold_of(case.labelled.group) == fold:
                trials += _tried(case, learned[fold])
    told = [trial for trial in trials if is_status(trial) and sure_enough(trial) and trial.case.labelled.sure]
    borne = [trial for trial in told if BORNE_OUT in trial.event.signs]
    borne_out = _high(borne, LEAST_BORNE_OUT)
    beside = [trial for trial in borne if trial.probability >= borne_out]
    alone = _high([trial for trial in told if BORNE_OUT not in trial.event.signs], LEAST_ALONE, beside)

    def limited(weights: Weights) -> Weights:
        return replace(weights, high=alone, high_borne_out=borne_out, medium=round((NEWS + borne_out) / 2, 3))

    held_out = {case.labelled.group: limited(learned[fold_of(case.labelled.group)]) for case in cases}
    return limited(_learnt(cases)), held_out


def _learnt(cases: Sequence[TrainingCase]) -> Weights:
    return Weights(*fit_models(cases), news=NEWS)


def _high(told: Sequence[TrainingTrial], least: float, beside: Sequence[TrainingTrial] = ()) -> float:
    """The threshold that real and composed documents both ask for."""
    found = []
    for kind in (_is_real, _is_composed):
        trials = [trial for trial in told if kind(trial)]
        if trials:
            found.append(threshold(trials, PRECISION, least, [trial for trial in beside if kind(trial)]))
    return round(max(found), 3)


def _is_real(trial: TrainingTrial) -> bool:
    return trial.case.labelled.set in REAL


def _is_composed(trial: TrainingTrial) -> bool:
    return trial.case.labelled.set not in REAL | {"cases", TRAPS}


def _tried(case: TrainingCase, learned: Weights) -> list[TrainingTrial]:
    return [
        TrainingTrial(
            case,
            event,
            example.truth,
            learned.beside.probability(example.features),
        )
        for event, example in examples_beside(case, learned.alone)
    ]


@dataclass(frozen=True)
class Row:
    """How right a set of documents was read: `rates` are precision, recall and F1 of announced events."""

    what: str
    documents: int
    rates: tuple[float, float, float]
    alarms: int


def scored(cases: Sequence[TrainingCase], weights_of: Callable[[TrainingCase], Weights]) -> list[Row]:
    """Every event, and those of high confidence that are no evidence, against the labels of documents that are sure."""
    sure = [case for case in cases if case.labelled.sure]
    said = {case.labelled.announcement.id: _said(case, weights_of(case)) for case in sure}
    rows = []
    for what, keep in (("any", _any), ("high", _high_status)):
        labels = [
            {
                "id": case.labelled.announcement.id,
                "kind": case.labelled.announcement.kind,
                "events": [e for e in case.labelled.events if what == "any" or e["status"] not in EVIDENCE],
            }
            for case in sure
        ]
        result = evaluate(labels, {name: [e for e in events if keep(e)] for name, events in said.items()})
        rows.append(Row(what, len(sure), result.total.loose, len(result.alarms)))
    return rows


def _any(event: Mapping[str, Any]) -> bool:
    return True


def _high_status(event: Mapping[str, Any]) -> bool:
    return event["confidence"] == Confidence.HIGH.value and event["status"] not in EVIDENCE


def _said(case: TrainingCase, weights: Weights) -> list[dict[str, Any]]:
    """The events as an evaluation sees them. The case is read anew: judging merges its tellings."""
    one = case.labelled
    prose = read_prose(one.announcement, one.watch, (), one.published)
    return [
        {
            "treatment": finding.treatment,
            "brand": finding.brand or None,
            "indication": finding.indication,
            "authority": finding.authority,
            "status": finding.milestone.value,
            "mode": finding.mode.value,
            "date": finding.day.iso if finding.day else None,
            "confidence": finding.confidence.value,
        }
        for finding in findings(prose, read_candidates(prose), weights)
    ]
