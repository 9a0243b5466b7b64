"""What a change tells of a medicine and moves no status: trials, congresses, guidelines, designations, another use.

A text that may tell of a decision for a topic is never its background, whether the decision is in the ledger, waits for
a person or was not understood: nobody is to read "this changes no status" above an approval.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from regwatch.classify.topics import names_indication, names_treatment
from regwatch.model import Change, Finding, Record, Topic
from regwatch.vocabulary import DEADLINES, EVIDENCE, GOAL_DATES, Confidence, Milestone, Mode, is_status

M = Milestone


class BackgroundKind(StrEnum):
    """What an item of the background is about."""

    TRIAL = "trial"
    CONGRESS = "congress"
    GUIDELINE = "guideline"
    DESIGNATION = "designation"
    SUPPLY = "supply"
    OTHER_USE = "other_use"


@dataclass(frozen=True)
class BackgroundFound:
    """One item for one topic. `quote` are the words of the page, "" where its title says it all."""

    topic: str
    kind: BackgroundKind
    quote: str = ""


_KINDS = {
    M.TRIAL_POSITIVE: BackgroundKind.TRIAL,
    M.TRIAL_NEGATIVE: BackgroundKind.TRIAL,
    M.TRIAL_STOPPED: BackgroundKind.TRIAL,
    M.ORPHAN_DESIGNATION: BackgroundKind.DESIGNATION,
    M.BREAKTHROUGH_DESIGNATION: BackgroundKind.DESIGNATION,
    M.LAUNCHED: BackgroundKind.SUPPLY,
}
_LEAD = 2
"""Paragraphs below the title that say what a text is about; below them companies repeat all that they make."""
_LONGEST_LEAD = 2_000
_REGISTRY = "study"
"""The kind of a trial registry's records."""
_REGISTERED = ("status", "why stopped", "results")
_GUIDELINE = re.compile(
    r"\b(?:clinical practice|treatment|nccn|esmo|enets|nanets|asco|eau|easl)\b[^.\n]{0,80}\bguidelines?\b",
    re.IGNORECASE,
)
_CONGRESS = re.compile(
    r"\b(?:ESMO|ASCO(?: GI| GU)?|ENETS|NANETS|AACR|ESMO GI|WCLC|SABCS|[Cc]ongress|[Aa]nnual [Mm]eeting|[Ss]ymposium"
    r"|[Oo]ral presentation|[Ll]ate-breaking|[Pp]oster)\b"
)
_TRIAL = re.compile(r"\b(?:phase (?:[1-4]|i{1,3}v?|iv)\b|clinical trial|trial|study)\b", re.IGNORECASE)
_RESULT = re.compile(
    r"\b(?:results?|data|read-?out|endpoints?|analys[ie]s|survival|enrol\w{0,6}|first patient|recruit\w{0,5}"
    r"|initiat\w{0,4})\b",
    re.IGNORECASE,
)
_DECISION = re.compile(
    r"\b(?:approv|authoris|authoriz|licen[cs]|recommend|opinion|refus|reject|grants?\b|granted|accept|submi|withdraw|clear"
    r"|suspend|revo|reimburs|guidance|appraisal|decision)",
    re.IGNORECASE,
)


def background_of(change: Change, findings: Sequence[Finding], topics: Sequence[Topic]) -> list[BackgroundFound]:
    """The background that a change brings to these topics. `findings` are those of the change, whatever their topic."""
    record = change.after
    if record is None:
        return []
    if record.kind == _REGISTRY:
        return _registered(change, record, topics)
    if record.prose:
        return [] if change.before is not None else list(_told(record, findings, topics))
    return list(_stated(record, findings, topics))


def _registered(change: Change, record: Record, topics: Sequence[Topic]) -> list[BackgroundFound]:
    """A trial whose registered state moved: from what to what."""
    if change.before is None:
        return []
    was, now = dict(change.before.fields), dict(record.fields)
    moved = [f"{name}: {now.get(name, '')}, was: {was.get(name) or 'not given'}"
             for name in _REGISTERED if now.get(name) and now.get(name) != was.get(name)]  # fmt: skip
    return [BackgroundFound(topic.id, BackgroundKind.TRIAL, "; ".join(moved)) for topic in topics] if moved else []


def _stated(record: Record, findings: Sequence[Finding], topics: Sequence[Topic]) -> Iterator[BackgroundFound]:
    """What a page states in its own vocabulary, as far as it is sure."""
    sure = [one for one in findings if one.confidence is Confidence.HIGH and not one.retracts]
    for topic in topics:
        own = [one for one in findings if one.topic == topic.id]
        kinds = [one for one in sure if one.topic == topic.id and one.milestone in EVIDENCE]
        other = [one for one in sure if not one.topic and _moves(one) and _is_of(one, record, topic)]
        if any(map(_moves, own)):
            continue
        for one in kinds[:1]:
            yield BackgroundFound(topic.id, _KINDS[one.milestone], one.quote)
        if other and not kinds and not names_indication(other[0].quote, topic.indication):
            yield BackgroundFound(topic.id, BackgroundKind.OTHER_USE, other[0].quote)


def _told(record: Record, findings: Sequence[Finding], topics: Sequence[Topic]) -> Iterator[BackgroundFound]:
    """What an announcement is about, by its title and first paragraphs."""
    lead = "\n".join((record.title, *record.blocks[:_LEAD]))[:_LONGEST_LEAD]
    for topic in topics:
        if not names_treatment(lead, topic.treatment):
            continue
        here = names_indication(lead, topic.indication)
        moves = [one for one in findings if _moves(one) and one.topic in (("", topic.id) if here else (topic.id,))]
        kind = _kind(lead, findings, topic)
        if moves or (here and kind is not BackgroundKind.GUIDELINE and _DECISION.search(record.title)):
            continue
        if here and kind:
            yield BackgroundFound(topic.id, kind)
        elif not here and not names_indication(record.title, topic.indication):
            elsewhere = any(not one.topic and _moves(one) and _is_of(one, record, topic) for one in findings)
            if kind or elsewhere:
                yield BackgroundFound(topic.id, BackgroundKind.OTHER_USE)


def _kind(lead: str, findings: Sequence[Finding], topic: Topic) -> BackgroundKind | None:
    if _GUIDELINE.search(lead):
        return BackgroundKind.GUIDELINE
    if _CONGRESS.search(lead):
        return BackgroundKind.CONGRESS
    if _TRIAL.search(lead) and _RESULT.search(lead):
        return BackgroundKind.TRIAL
    told = (one.milestone for one in findings if one.topic == topic.id and one.mode is Mode.ANNOUNCED)
    return next((_KINDS[milestone] for milestone in told if milestone in EVIDENCE), None)


def _moves(one: Finding) -> bool:
    """Whether the finding says that a status moved or will."""
    tells = is_status(one.milestone) or one.milestone in GOAL_DATES | DEADLINES
    return tells and one.mode is not Mode.BACKGROUND


def _is_of(one: Finding, record: Record, topic: Topic) -> bool:
    named = one.treatment or record.title
    return names_treatment(named, topic.treatment) or names_treatment(one.brand, topic.treatment)
