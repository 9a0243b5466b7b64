"""From the changes of one source to findings: the structured vocabulary first, the language rules second.

What a structured page states is compared as a whole, before against after: a row that moved from the schedule to the
timeline, or a template that changed, states nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from regwatch.classify.language import classify_text
from regwatch.classify.topics import fold, matching, of_treatment
from regwatch.dates import PartialDate
from regwatch.model import Announcement, Change, Claim, Finding, Record, Source, Topic
from regwatch.vocabulary import AUTHORISED, AUTHORITIES, Confidence, Mode, met_by

QUOTE_LIMIT = 600
Meaning = tuple[object, ...]


@dataclass(frozen=True)
class Found:
    """A finding and the change that it was found in."""

    change: Change
    finding: Finding


def classify(
    changes: Sequence[Change],
    before: Iterable[Record],
    after: Iterable[Record],
    source: Source,
    topics: Sequence[Topic],
) -> list[Found]:
    """Everything that the changes of one source say about the topics it serves, in the order of the changes.

    `before` and `after` are all records of the two snapshots. Findings about other indications of a watched treatment
    are returned too, with an empty topic.
    """
    mine = [topic for topic in topics if topic.id in source.topics]
    return [*_structured(changes, before, after, mine), *_announced(changes, source, mine)]


def _structured(
    changes: Sequence[Change], before: Iterable[Record], after: Iterable[Record], topics: Sequence[Topic]
) -> list[Found]:
    old = [claim for record in before for claim in record.claims]
    new = [claim for record in after for claim in record.claims]
    known, standing = {_said(claim) for claim in old}, {_said(claim) for claim in new}
    gone = [claim for claim in old if claim.mode is Mode.EXPECTED and _said(claim) not in standing]
    found: list[Found] = []
    told: set[tuple[object, ...]] = set()
    for change in changes:
        if change.after is None:
            continue
        for claim in change.after.claims:
            if _said(claim) in known or _said(claim) in told:
                continue
            told.add(_said(claim))
            replaced = _replaced(claim, gone)
            dated = _without_older_day(claim, change.before)
            found += [Found(change, _unsure_of_tongue(change, one)) for one in _of_claim(dated, replaced, topics)]
    for change in changes:
        for claim in change.before.claims if change.before else ():
            if claim in gone and not any(_same_step(claim, other) for other in new):
                gone.remove(claim)
                found += [Found(change, replace(finding, retracts=True)) for finding in _of_claim(claim, None, topics)]
    return found


def _without_older_day(claim: Claim, before: Record | None) -> Claim:
    """A use that joins others was not authorised on the day that the same record gave for them before.

    A medicine's page shows the day of its first authorisation, whatever is added later.
    """
    older = before.claims if before and claim.date and claim.milestone in AUTHORISED else ()
    joins = any(other.date == claim.date and other.milestone in AUTHORISED for other in older)
    return replace(claim, date=None) if joins else claim


def _said(claim: Claim) -> tuple[object, ...]:
    return (claim.authority, claim.milestone, claim.mode, claim.date, fold(claim.treatment), fold(claim.indication))


def _same_step(one: Claim, other: Claim) -> bool:
    """Whether the other claim tells of the same step: still foreseen, or reached."""
    return (
        one.authority == other.authority
        and other.milestone in met_by(one.milestone)
        and fold(one.indication) == fold(other.indication)
        and (other.mode is Mode.EXPECTED or other.date is None or one.date is None or one.date.first <= other.date.last)
    )


def _unsure_of_tongue(change: Change, finding: Finding) -> Finding:
    """A text that changed its language as a whole names no disease newly as far as anyone can tell: a person looks."""
    before = dict(change.before.fields).get("Language", "") if change.before else ""
    after = dict(change.after.fields).get("Language", "") if change.after else ""
    if not (before and after) or before == after:
        return finding
    return replace(finding, confidence=Confidence.MEDIUM, reason=f"the text changed its language: {before} to {after}")


def _replaced(claim: Claim, gone: Sequence[Claim]) -> PartialDate | None:
    """The date that an expectation had on the same page before, where exactly one such has gone."""
    if claim.mode is not Mode.EXPECTED:
        return None
    dates = [other.date for other in gone if _same_step(other, claim) and other.date]
    return dates[0] if len(dates) == 1 else None


def _of_claim(claim: Claim, was: PartialDate | None, topics: Sequence[Topic]) -> list[Finding]:
    if claim.indication:
        about = matching(claim.treatment, claim.indication, topics)
    else:
        about = of_treatment(claim.treatment, topics) if claim.treatment else list(topics)
    authority = AUTHORITIES.get(claim.authority)
    finding = Finding(
        authority=claim.authority,
        milestone=claim.milestone,
        mode=claim.mode,
        treatment=claim.treatment,
        indication=claim.indication[:QUOTE_LIMIT],
        quote=claim.quote[:QUOTE_LIMIT],
        rule=claim.rule,
        confidence=Confidence.HIGH,
        jurisdiction=authority.jurisdiction if authority else "",
        date=claim.date,
        announced=claim.announced,
        was=was,
    )
    if not about:
        return [replace(finding, reason="another indication or treatment than the topics of this source")]
    return [
        replace(
            finding,
            topic=topic.id,
            treatment=topic.treatment.inn,
            indication=finding.indication or topic.indication.name,
        )
        for topic in about
    ]


def _announced(changes: Sequence[Change], source: Source, topics: Sequence[Topic]) -> list[Found]:
    found: list[Found] = []
    for change in sorted(changes, key=_published):
        if change.after is None or not change.after.prose:
            continue
        now = _read(change.after, source, topics)
        earlier = _read(change.before, source, topics) if change.before and change.before.prose else []
        said = {_meant(finding) for finding in earlier}
        sure = {_meant(finding) for finding in earlier if finding.confidence is Confidence.HIGH}
        still = {_step(finding) for finding in now if finding.mode is not Mode.EXPECTED}
        found += [Found(change, finding) for finding in now if _meant(finding) not in _told(finding, said, sure)]
        found += [
            Found(change, replace(finding, retracts=True))
            for finding in earlier
            if finding.mode is Mode.ANNOUNCED and finding.topic and _step(finding) not in still
        ]
    return found


def _told(finding: Finding, said: set[Meaning], sure: set[Meaning]) -> set[Meaning]:
    """What need not be told again: the English text of a release is sure where its translation was not."""
    return sure if finding.confidence is Confidence.HIGH else said


def _published(change: Change) -> str:
    return change.record.published.iso if change.record.published else ""


def _meant(finding: Finding) -> Meaning:
    return (finding.topic, finding.authority, finding.milestone, finding.mode, finding.date)


def _step(finding: Finding) -> Meaning:
    """The step alone: a text that is corrected in its day, or tells of it as history, takes nothing back."""
    return (finding.topic, finding.authority, finding.milestone)


def announcement_of(record: Record, source: Source) -> Announcement:
    """A record of prose as the language rules are given it."""
    return Announcement(
        id=record.key or record.url,
        kind=source.options.get("kind") or ("regulator_notice" if source.official_for else "company_press_release"),
        publisher=source.publisher,
        url=record.url or source.url,
        published=record.published.first if record.published else None,
        text=record.text,
    )


def _read(record: Record, source: Source, topics: Sequence[Topic]) -> list[Finding]:
    announcement = announcement_of(record, source)
    treatments = list({topic.treatment.inn: topic.treatment for topic in topics}.values())
    indications = [topic.indication for topic in topics]
    found: list[Finding] = []
    for finding in classify_text(announcement, treatments, indications):
        dated = replace(finding, announced=finding.announced or record.published, quote=finding.quote[:QUOTE_LIMIT])
        found += _placed(dated, topics)
    return found


def _placed(finding: Finding, topics: Sequence[Topic]) -> list[Finding]:
    """The finding for each topic it is about; unsure where the text names none that we know."""
    if finding.indication:
        about = matching(finding.treatment, finding.indication, topics)
        return [replace(finding, topic=topic.id) for topic in about] or [replace(finding, topic="")]
    unsure = Confidence.MEDIUM if finding.confidence is Confidence.HIGH else finding.confidence
    reason = "; ".join(filter(None, (finding.reason, "the text names no watched indication")))
    return [
        replace(finding, topic=topic.id, confidence=unsure, reason=reason)
        for topic in of_treatment(finding.treatment, topics)
    ]
