"""How right the classifier is on labelled documents: precision, recall, F1, the strict score, false alarms one by one.

Only announced events are scored, on (treatment, authority, status), each counted once a document. The strict score also
asks for the indication (`uses.same_disease`) and, where the label dates the event, that very date.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from regwatch.uses import read_use, same_disease
from regwatch.vocabulary import ADVICE, DECISIVE

Event = Mapping[str, Any]

_PARTS = re.compile(r"\s*(?:\+|,|/|\splus\s|\swith\s|\sand\s)\s*")


@dataclass
class Tally:
    """Counts of one group of documents or one milestone, loose and strict."""

    hit: int = 0
    extra: int = 0
    missed: int = 0
    strict_hit: int = 0
    strict_extra: int = 0
    strict_missed: int = 0
    documents: int = 0

    @property
    def loose(self) -> tuple[float, float, float]:
        """Precision, recall and F1 on treatment, authority and status."""
        return rates(self.hit, self.extra, self.missed)

    @property
    def strict(self) -> tuple[float, float, float]:
        """The same with indication and date."""
        return rates(self.strict_hit, self.strict_extra, self.strict_missed)

    def add(self, other: Tally) -> None:
        """Count another document's tally in."""
        for name in vars(other):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Evaluation:
    """The whole result. `alarms` and `wrong` are (document, kind, what)."""

    total: Tally = field(default_factory=Tally)
    kinds: dict[str, Tally] = field(default_factory=dict)
    milestones: dict[str, Tally] = field(default_factory=dict)
    alarms: list[tuple[str, str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)


def rates(hit: int, extra: int, missed: int) -> tuple[float, float, float]:
    """Precision, recall and F1; 1 where there was nothing to find or nothing was said."""
    precision = hit / (hit + extra) if hit + extra else 1.0
    recall = hit / (hit + missed) if hit + missed else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def evaluate(labels: Sequence[Mapping[str, Any]], events: Mapping[str, Sequence[Event]]) -> Evaluation:
    """Compare what the labels say with what was found, document by document. `events` is keyed by document."""
    names = _names(labels)
    result = Evaluation()
    for label in labels:
        kind = str(label.get("kind") or "")
        truth = [e for e in label["events"] if e["mode"] == "announced"]
        found = [e for e in events.get(label["id"], ()) if e["mode"] == "announced"]
        _document(result, str(label["id"]), kind, truth, found, names)
    return result


def _document(
    result: Evaluation, name: str, kind: str, truth: list[Event], found: list[Event], names: dict[str, str]
) -> None:
    def same(t: Event, p: Event) -> bool:
        return _status(t) == _status(p) and _shares(t, p, names)

    def exact(t: Event, p: Event) -> bool:
        return same(t, p) and _same_disease(t, p) and (not t.get("date") or t.get("date") == p.get("date"))

    wanted, said = _once(truth, names), _once(found, names)
    pairs = _pair(wanted, said, same)
    strict = len(_pair(truth, found, exact))
    missed = [t for i, t in enumerate(wanted) if i not in pairs]
    extra = [p for j, p in enumerate(said) if j not in pairs.values() and not any(same(t, p) for t in wanted)]
    tally = Tally(len(pairs), len(extra), len(missed), strict, len(found) - strict, len(truth) - strict, 1)
    result.total.add(tally)
    result.kinds.setdefault(kind, Tally()).add(tally)
    for i in pairs:
        result.milestones.setdefault(wanted[i]["status"], Tally()).hit += 1
    for t in missed:
        result.milestones.setdefault(t["status"], Tally()).missed += 1
    for p in extra:
        result.milestones.setdefault(p["status"], Tally()).extra += 1
    for p in said:
        if p["status"] in DECISIVE - ADVICE and not any(
            t["status"] == p["status"] and _shares(t, p, names) for t in truth
        ):
            result.alarms.append((name, kind, _show(p)))
    result.wrong += [(name, kind, f"missed {_show(t)}") for t in missed]
    result.wrong += [(name, kind, f"extra {_show(p)}") for p in extra]


def _names(labels: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Brands as the labels give them, to the INN."""
    return {
        str(e["brand"]).lower(): str(e["treatment"]).lower()
        for label in labels
        for e in label["events"]
        if e.get("brand") and "+" not in e["treatment"]
    }


def _status(e: Event) -> tuple[str, str]:
    return re.sub(r"[^a-z]", "", str(e.get("authority") or "").lower()), str(e["status"])


def _medicines(e: Event, names: dict[str, str]) -> frozenset[str]:
    words = str(e.get("treatment") or "").lower()
    return frozenset(names.get(part, part) for part in _PARTS.split(names.get(words, words)) if part)


def _shares(t: Event, p: Event, names: dict[str, str]) -> bool:
    return t["treatment"] == "unnamed" or bool(_medicines(t, names) & _medicines(p, names))


def _same_disease(t: Event, p: Event) -> bool:
    wanted, said = str(t.get("indication") or ""), str(p.get("indication") or "")
    return not wanted or (bool(read_use(said).diseases) and same_disease(wanted, said))


def _once(events: Sequence[Event], names: dict[str, str]) -> list[Event]:
    seen: dict[object, Event] = {}
    for e in events:
        seen.setdefault((_medicines(e, names), _status(e)), e)
    return list(seen.values())


def _pair(truth: Sequence[Event], found: Sequence[Event], same: Callable[[Event, Event], bool]) -> dict[int, int]:
    """The largest one-to-one matching, by augmenting paths."""
    owner: dict[int, int] = {}

    def claim(i: int, visited: set[int]) -> bool:
        for j, p in enumerate(found):
            if j not in visited and same(truth[i], p):
                visited.add(j)
                if j not in owner or claim(owner[j], visited):
                    owner[j] = i
                    return True
        return False

    for i in range(len(truth)):
        claim(i, set())
    return {i: j for j, i in owner.items()}


def _show(e: Event) -> str:
    return f"{e['treatment']} {e.get('authority') or '-'} {e['status']}"


def milestones_in_order(result: Evaluation) -> list[tuple[str, Tally]]:
    """Milestones with their tallies, the most frequent first."""
    return sorted(result.milestones.items(), key=lambda item: (-(item[1].hit + item[1].missed), item[0]))


def totals_by_kind(result: Evaluation) -> list[tuple[str, Tally]]:
    """Kinds of document with their tallies, by name."""
    return sorted(result.kinds.items())


def spread(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and largest, in milliseconds."""
    ordered = sorted(seconds)
    return (ordered[len(ordered) // 2] * 1000, ordered[-1] * 1000) if ordered else (0.0, 0.0)


def counts(result: Evaluation) -> Counter[str]:
    """How many documents are wrong, and how many raised a false alarm."""
    return Counter(
        wrong=len({name for name, _, _ in result.wrong}), alarmed=len({name for name, _, _ in result.alarms})
    )
