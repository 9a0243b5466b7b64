"""What each row of the lexicon and each group of signs is good for: the labelled documents read without it.

usage: .venv/bin/python bench/ablation.py

A row pays if announced events are lost without it or false ones gained; it guards if its own example, or a short case
of tests/classify/cases, reads differently. Rows that do neither are listed at the end. Signs are taken out of the
shipped weights as they are, without learning the others again. The documents are those of bench/train_classifier.py,
the open sets that REGWATCH_EVAL names among them; a row is tried on those documents only in which it takes words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from unittest import mock

from train_classifier import beside, own_sets

from regwatch.classify import denied, document, reader, stance
from regwatch.classify.doubt import in_doubt
from regwatch.classify.evaluation import evaluate
from regwatch.classify.extract import Action, Lexicon
from regwatch.classify.labelled import Labelled
from regwatch.classify.language import classify_prepared, classify_text
from regwatch.classify.lexicon import NOTHING, LexiconRow, rows
from regwatch.classify.lexicon.denials import DENIALS, Denial
from regwatch.classify.reconcile import BORNE_OUT
from regwatch.classify.text import Text
from regwatch.classify.training import TrainingCase, examples_beside, read_case
from regwatch.classify.weighing import BIAS, Model
from regwatch.classify.weights import Weights, weights
from regwatch.model import Announcement, Treatment
from regwatch.vocabulary import Confidence, Mode

WATCH = (Treatment("zelanib", ("Velmora",)),)
"""What stands for the medicine in the examples of the rows."""


@dataclass(frozen=True)
class Score:
    """Announced events of some documents: found, false, and false with high confidence."""

    found: int = 0
    false: int = 0
    high: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.found + other.found, self.false + other.false, self.high + other.high)

    def __sub__(self, other: Score) -> Score:
        return Score(self.found - other.found, self.false - other.false, self.high - other.high)


@dataclass(frozen=True)
class Line:
    """What taking one thing out costs: `gained` counts from the full reading, `found` is below zero for events lost."""

    name: str
    documents: int
    gained: Score
    guarded: tuple[str, ...] = ()

    @property
    def pays(self) -> bool:
        """Whether the reading is worse without it."""
        return self.gained.found < 0 or self.gained.false > 0 or self.gained.high > 0


class Noting(Lexicon):
    """The whole lexicon, noting the rows that take words."""

    def __init__(self, every: Sequence[LexiconRow]) -> None:
        super().__init__(every)
        self.noted: set[str] = set()

    def find(self, text: Text, start: int, end: int, stems: Sequence[str], tongue: str = "en") -> list[Action]:
        """The spans, as ever."""
        found = super().find(text, start, end, stems, tongue)
        self.noted.update(action.rule.id for action in found)
        return found


@dataclass(frozen=True)
class Read:
    """A document as the whole lexicon reads it: its score, the rows that take words in it, whether acts are denied."""

    labelled: Labelled
    score: Score
    rows: frozenset[str]
    denies: bool


@contextmanager
def reading_with(lexicon: Lexicon) -> Iterator[None]:
    """Classify with another lexicon."""
    given = {"return_value": lexicon}
    with mock.patch.object(reader, "lexicon", **given), mock.patch.object(document, "lexicon", **given):
        yield


def score_of(one: Labelled) -> Score:
    """The announced events of a document, as the classifier reads it now."""
    label = {"id": one.announcement.id, "kind": one.announcement.kind, "events": one.events}
    told = [
        {
            "treatment": finding.treatment,
            "brand": finding.brand or None,
            "authority": finding.authority,
            "status": finding.milestone.value,
            "mode": finding.mode.value,
            "indication": finding.indication,
            "date": finding.date.iso if finding.date else None,
            "confidence": finding.confidence,
        }
        for finding in classify_prepared(one.announcement, one.watch, (), one.published)
    ]
    total = _total(label, told)
    high = _total(label, [event for event in told if event["confidence"] is Confidence.HIGH])
    return Score(total.found, total.false, high.false)


def _total(label: dict[str, Any], told: list[dict[str, Any]]) -> Score:
    tally = evaluate([label], {label["id"]: told}).total
    return Score(tally.hit, tally.extra)


def read_whole(documents: Iterable[Labelled]) -> list[Read]:
    """Every document that is sure of its labels, read with everything."""
    found: list[Read] = []
    noting, denials = Noting(rows()), []

    def noted(*about: Any) -> str:
        denials.append(words := denied.denied(*about))
        return words

    with reading_with(noting), mock.patch.object(stance, "denied", noted):
        for one in documents:
            if one.sure:
                noting.noted.clear()
                denials.clear()
                score = score_of(one)
                found.append(Read(one, score, frozenset(noting.noted), any(denials)))
    return found


def told_of(example: str, own_page: bool = False) -> set[tuple[str, str, Mode]]:
    """What an example tells. `own_page`: it stands on a page of NICE, as outcomes do."""
    text = example.format(drug="Velmora (zelanib)")
    kind, publisher = ("hta_page", "NICE") if own_page else ("trade_news", "")
    announcement = Announcement("example", kind, publisher, "", date(2026, 11, 20), text)
    return {(f.authority, f.milestone.value, f.mode) for f in classify_text(announcement, WATCH)}


def line_without(name: str, tried: Sequence[Read], example_differs: bool) -> Line:
    """The line of what is taken out now."""
    gains = [(read, score_of(read.labelled) - read.score) for read in tried]
    guarded = ["example"] if example_differs else []
    guarded += ["case"] if any(gain != Score() for read, gain in gains if read.labelled.set == "cases") else []
    return Line(name, len(tried), sum((gain for _, gain in gains), Score()), tuple(guarded))


def lines_of_rows(documents: Sequence[Read]) -> Iterator[Line]:
    """Every event and shadow taken out in turn."""
    every = rows()
    for row in every:
        own_page = "NICE" in row.yields and row.syntax == "state"
        whole = told_of(row.example, own_page)
        with reading_with(Lexicon([other for other in every if other is not row])):
            tried = [read for read in documents if row.id in read.rows]
            yield line_without(_shown(row), tried, told_of(row.example, own_page) != whole)


def _shown(row: LexiconRow) -> str:
    return f"{row.id} (shadow)" if row.means == NOTHING else row.id


def lines_of_denials(documents: Sequence[Read]) -> Iterator[Line]:
    """Every denial taken out in turn."""
    for denial in DENIALS:
        whole = told_of(denial.example)
        left = denied.by_stem(other for other in DENIALS if other is not denial)
        tried = [read for read in documents if read.denies and _may_stand_in(denial, read.labelled)]
        with mock.patch.object(denied, "_BY_STEM", left):
            yield line_without(denial.id, tried, told_of(denial.example) != whole)


def _may_stand_in(denial: Denial, one: Labelled) -> bool:
    low = one.announcement.text.lower()
    return any(stem in low for stem in denial.prefilter)


def group_of(sign: str) -> str:
    """The group of a sign: the words before its colon, or "crossed"; a sign without a colon is its own."""
    return "crossed" if " & " in sign else sign.split(":")[0]


def lines_of_signs(cases: Sequence[TrainingCase]) -> Iterator[Line]:
    """Every group of signs taken out of the weights in turn."""
    learned = weights()
    groups: dict[str, set[str]] = defaultdict(set)
    for sign in [*learned.alone.weights, *learned.beside.weights]:
        if sign not in {"alone", BIAS}:
            groups[group_of(sign)].add(sign)
    whole = {id(case): judged(case, learned) for case in cases}
    for name, signs in sorted(groups.items()):
        less = replace(learned, alone=_without(learned.alone, signs), beside=_without(learned.beside, signs))
        gains = [(case, judged(case, less) - whole[id(case)]) for case in cases]
        guarded = ("case",) if any(g != Score() for case, g in gains if case.labelled.set == "cases") else ()
        yield Line(
            f"{name} ({len(signs)})" if len(signs) > 1 else name,
            len(cases),
            sum((gain for _, gain in gains), Score()),
            guarded,
        )


def _without(model: Model, signs: set[str]) -> Model:
    return Model({name: weight for name, weight in model.weights.items() if name not in signs})


def judged(case: TrainingCase, learned: Weights) -> Score:
    """The events of a document that these weights call its news, before contradictions settle."""
    score = Score()
    for event, example in examples_beside(case, learned.alone):
        probability = learned.beside.probability(example.features)
        if probability < learned.news:
            continue
        sure = probability >= learned.bar(BORNE_OUT in event.signs) and not in_doubt(case.telling, event.first)
        score += Score(1) if example.truth else Score(0, 1, int(sure))
    return score


def main() -> None:
    """Print a line for everything that can be taken out, and what neither pays nor guards."""
    labelled = [*own_sets(), *beside()]
    documents = read_whole(labelled)
    whole = sum((read.score for read in documents), Score())
    print(f"{len(documents)} documents, {whole.found} announced events found, {whole.false} false ({whole.high} high)")
    idle = show("rows of the lexicon", lines_of_rows(documents))
    idle += show("denials", lines_of_denials(documents))
    idle += show("groups of signs", lines_of_signs([read_case(one) for one in labelled]))
    print("\nneither pays nor guards: " + (", ".join(idle) or "nothing"))


def show(title: str, lines: Iterable[Line]) -> list[str]:
    """A line for each; returns the names of those that neither pay nor guard."""
    print(f"\n{title:48} {'documents':>9} {'lost':>6} {'false':>6} {'high':>6}  guarded by", flush=True)
    known = []
    for line in lines:
        gain = line.gained
        figures = f"{line.documents:9} {-gain.found:6} {gain.false:+6} {gain.high:+6}"
        print(f"{line.name:48} {figures}  {', '.join(line.guarded)}", flush=True)
        known.append(line)
    pay, guard = sum(line.pays for line in known), sum(bool(line.guarded) for line in known)
    idle = [line.name for line in known if not line.pays and not line.guarded]
    print(f"{len(known)} {title}: {pay} pay, {guard} guard, {len(idle)} do neither")
    return idle


if __name__ == "__main__":
    main()
