"""Stage five: a reading in words that an operator understands: what was found, why, and what was rejected."""

from __future__ import annotations

from collections.abc import Iterator

from regwatch.classify.language import Understood
from regwatch.classify.mode import is_vetoed
from regwatch.classify.reconcile import BORNE_OUT, WITH_STEP
from regwatch.classify.weights import weights
from regwatch.dates import act_or_announced
from regwatch.model import Finding
from regwatch.reasons import Rival, Weighing
from regwatch.vocabulary import Confidence, Mode

MOST_REJECTED = 20
"""Rejected readings that are listed."""


def explain(understood: Understood) -> Iterator[str]:
    """The lines that explain a document, findings first."""
    for finding in understood.findings:
        yield from _finding(finding)
    if not understood.findings:
        yield "  nothing that any watched treatment is said to have reached"
    yield from _rejected(understood)


def _finding(one: Finding) -> Iterator[str]:
    when = act_or_announced(one.date, one.announced) or one.window or "no date"
    yield f"  {one.mode.value}: {one.authority or '-'} {one.milestone.value}, {when}, {one.confidence.value}"
    weighing = one.weighing
    brand = f" ({one.brand})" if one.brand else ""
    yield f"    treatment   {one.treatment}{brand}{next_best(weighing.medicine if weighing else None)}"
    if one.authority:
        yield f"    authority   {one.authority}{next_best(weighing.authority if weighing else None)}"
    yield f"    indication  {one.indication or 'none found'}"
    yield f"    rule        {one.rule}" + (f" ({one.reason})" if one.reason else "")
    if weighing and weighing.signs:
        yield "    weighed     " + sums(weighing)
    yield "    goes to     " + goes_to(one)
    yield f'    quote       "{one.quote}" at {one.offset}'
    for cue in one.cues:
        yield f"    {cue.role:<11} {cue.text!r} at {cue.offset}"
    if second := one.second:
        reads = f"{second.authority} {second.milestone.value} ({second.mode.value})"
        yield f'    second reader {second.verdict.value}: {reads}, "{second.quote}"'


def next_best(rival: Rival | None) -> str:
    """The runner-up, to be put behind the name that won; "" where none came near."""
    return f"; next best {rival.name}, {rival.margin} characters further" if rival else ""


def sums(weighing: Weighing) -> str:
    """How the signs add up to the probability: points above nought speak for news, those below for history."""
    told = [f"{name} {share:+.2f}" for name, share in weighing.signs]
    total = weighing.start + sum(share for _, share in weighing.signs) + weighing.rest
    parts = [f"every event starts with {weighing.start:+.2f}", *told, f"all other signs {weighing.rest:+.2f}"]
    return "; ".join(parts) + f"; together {total:+.2f}, which is a probability of {weighing.probability:.2f}"


def goes_to(one: Finding) -> str:
    """Who hears of a finding, and why."""
    if one.mode is Mode.BACKGROUND:
        return "nobody: told as history"
    bar = weights().bar(BORNE_OUT in one.reason)
    if one.confidence is not Confidence.HIGH:
        doubts = [part for part in one.reason.split("; ") if part and "probability of news" not in part]
        below = f"less than {bar:.2f} probable" if one.weighing else "not sure enough"
        return f"a person, in regwatch review: {'; '.join(doubts) or below}"
    if one.weighing is None:
        return f"subscribers: {one.reason or 'nothing is in doubt'}"
    if WITH_STEP in one.reason:
        return f"subscribers: {WITH_STEP}, in English, and nothing is in doubt"
    return f"subscribers: at least {bar:.2f} probable, in English, and nothing is in doubt"


def _rejected(understood: Understood) -> Iterator[str]:
    """What looked like an event and came to nothing, and why."""
    text, paper = understood.prose.text, understood.prose.paper
    found = [(r.action, r.why) for r in understood.reading.rejected]
    found += [(one.action, why) for one in understood.reading.candidates if (why := is_vetoed(one, paper))]
    for action, why in sorted(found, key=lambda pair: pair[0].head)[:MOST_REJECTED]:
        words = " ".join(text.plain[action.start : action.stop].split())
        at = text.original_span(action.head, action.head)[0]
        yield f"  rejected: {words[:80]!r} at {at}: {why} [{action.rule.id}]"
