"""From the changes of one source to findings: the structured vocabulary first, the language rules second.

What a structured page states is compared as a whole, before against after: a row that moved from the schedule to the
timeline, or a template that changed, states nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from regwatch.classify.granted import (
    PASSED,
    UNSTATED,
    History,
    doubted,
    first_granted,
    is_more_than_known,
    is_standing,
    judge,
    shown_of,
    unsure_of_tongue,
    was_passed,
)
from regwatch.classify.hints import is_document, new_signs, overview, reason_of
from regwatch.classify.language import classify_text, prepared
from regwatch.classify.lost import LOST, is_only_lost
from regwatch.classify.products import NAMED_MOST
from regwatch.classify.text import read_text
from regwatch.classify.topics import fold, matching, of_treatment
from regwatch.dates import PartialDate
from regwatch.model import Announcement, Change, Claim, Finding, Oddity, Record, Source, Topic
from regwatch.vocabulary import AUTHORISED, AUTHORITIES, LICENSED, Confidence, Mode, met_by

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
    history: History | None = None,
) -> list[Found]:
    """Everything that the changes of one source say about the topics it serves, in the order of the changes.

    `before` and `after` are all records of the two snapshots; `history` gives those of every kept snapshot, the one
    before included. Findings about other indications of a watched treatment are returned too, with an empty topic.
    """
    mine = [topic for topic in topics if topic.id in source.topics]
    old, new = list(before), list(after)
    shown = cache(history or (lambda: [old] if old else []))
    return [*_structured(changes, old, new, mine, shown), *_announced(changes, source, mine)]


def _structured(
    changes: Sequence[Change],
    before: Sequence[Record],
    after: Sequence[Record],
    topics: Sequence[Topic],
    history: History,
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
            if is_standing(claim):
                findings = _granted(change, claim, new, topics, history())
            elif claim.mode is Mode.ANNOUNCED and was_passed(claim, history()):
                findings = [] if claim.date else doubted(_of_claim(claim, None, topics), PASSED)
            else:
                about = [topic for topic in topics if is_more_than_known(claim, topic)]
                findings = _of_claim(claim, _replaced(claim, gone), about)
            found += [Found(change, unsure_of_tongue(change, one)) for one in findings]
    found += _hinted(changes, topics, history, told_surely=any(map(_is_sure_grant, found)))
    for change in changes:
        for claim in change.before.claims if change.before else ():
            if claim in gone and not any(_same_step(claim, other) for other in new):
                gone.remove(claim)
                back = doubted(_of_claim(claim, None, topics), LOST if is_only_lost(change, after) else "")
                found += [Found(change, replace(finding, retracts=True)) for finding in back]
    return found


def _granted(
    change: Change, claim: Claim, now: Sequence[Claim], topics: Sequence[Topic], history: Sequence[Sequence[Record]]
) -> list[Finding]:
    """What a use in a standing text is for each topic, beside everything that the source has shown before."""
    shown = shown_of(claim, history)
    if not shown.licensed:
        first = first_granted(claim, shown)
        bare = change.before is not None and not (change.before.claims or shown.told or first.date)
        return doubted(_of_claim(first, None, topics), UNSTATED if bare else "")
    about = matching(claim.treatment, claim.indication, topics)
    if not about:
        return _of_claim(replace(claim, date=None), None, [])
    standing = [*(other.indication for other in now if is_standing(other)), *change.record.blocks]
    found: list[Finding] = []
    for topic in about:
        names = (*topic.treatment.names, change.record.title)
        judged = judge(claim, topic, shown, standing, names)
        if judged.claim is not None:
            found += doubted(_of_claim(judged.claim, None, [topic]), judged.reason)
    return found


def _hinted(changes: Sequence[Change], topics: Sequence[Topic], history: History, *, told_surely: bool) -> list[Found]:
    """What a page says beside its statements: a use in its overview alone, a document on a change of the licence.

    The two together are sure. Where the statements themselves tell of a new use, the document is explained.
    """
    found: list[Found] = []
    for change in changes:
        record = change.after
        if record is None or change.before is None or not (record.mentions or record.signs):
            continue
        signs = new_signs(record, history())
        named: list[Finding] = []
        for topic in topics:
            judged = overview(record, history(), topic, (*topic.treatment.names, record.title))
            if judged.claim is not None:
                sure = any(map(is_document, signs)) and judged.claim.milestone in AUTHORISED
                named += doubted(_of_claim(judged.claim, None, [topic]), "" if sure else judged.reason)
        if not named and not told_surely:
            named = [one for sign in signs for one in doubted(_of_claim(sign, None, topics), reason_of(sign))]
        found += [Found(change, one) for one in named]
    return found


def _is_sure_grant(found: Found) -> bool:
    finding = found.finding
    return finding.milestone in LICENSED and finding.confidence is Confidence.HIGH and bool(finding.topic)


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


def left_unread(record: Record, topics: Sequence[Topic]) -> Oddity | None:
    """What a person must know of an announcement too full of names to be read to its end; None for all others."""
    treatments = tuple({topic.treatment.inn: topic.treatment for topic in topics}.values())
    if not record.prose or len(record.text) < NAMED_MOST:
        return None
    named = prepared(treatments).mentions(read_text(record.text))
    if len(named) < NAMED_MOST:
        return None
    what = f"text with more than {NAMED_MOST} names of watched medicines: what follows the last is not read"
    return Oddity(what, record.title or record.text[:200], record.url)


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
