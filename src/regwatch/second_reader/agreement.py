"""The rules and the second reader on one text: what both say is surer, what they say differently is for a person.

The rules come first. What they are sure of stands unless the reader says, with a quote, that it is something else: its
silence proves nothing, and a page could order it. What the reader alone says is never more than a matter for review.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from regwatch.classify.changes import Found
from regwatch.classify.topics import matching, of_treatment
from regwatch.model import Change, Finding, Topic
from regwatch.reasons import SecondReading
from regwatch.second_reader.asking import SecondOpinion
from regwatch.second_reader.question import STATUSES
from regwatch.second_reader.verification import VerifiedStep, stands_in
from regwatch.vocabulary import AUTHORITIES, DECISIVE, GOAL_DATES, Confidence, Mode, Verdict

RULE = "second_reader"
"""The rule of a finding that no rule of ours made."""

ALONE = "only the second reader says so"
OTHERWISE = "the second reader reads it otherwise"


@dataclass(frozen=True)
class Placed:
    """A reading for one topic; "" where topics are not known."""

    reading: VerifiedStep
    topic: str


def reconcile(
    found: Sequence[Found], changes: Sequence[Change], opinions: Mapping[str, SecondOpinion], topics: Sequence[Topic]
) -> list[Found]:
    """What the rules found in the changes of one source, weighed against the opinions of their texts."""
    weighed = list(found)
    for change in changes:
        opinion = opinions.get(change.after.text) if change.after is not None and change.after.prose else None
        if opinion is None:
            continue
        places = [place for place, one in enumerate(weighed) if one.change is change]
        findings = weigh([weighed[place].finding for place in places], _placed(opinion, topics), opinion)
        for place, finding in zip(places, findings, strict=False):
            weighed[place] = Found(change, finding)
        weighed += [Found(change, _published(one, change)) for one in findings[len(places) :] if _is_new(one, change)]
    return weighed


def weigh(findings: Sequence[Finding], placed: Sequence[Placed], opinion: SecondOpinion) -> list[Finding]:
    """The findings of the rules of one text, each as it stands now, and behind them what the reader alone says."""
    agreed = [next((one for one in placed if _agrees(finding, one)), None) for finding in findings]
    open_ones = [one for one in placed if one not in agreed]
    weighed: list[Finding] = []
    for finding, same in zip(findings, agreed, strict=True):
        other = next((one for one in open_ones if same is None and _contradicts(finding, one)), None)
        if same is not None:
            weighed.append(_surer(finding, same.reading, opinion))
        elif other is not None:
            open_ones.remove(other)
            weighed.append(_doubted(finding, other.reading, opinion))
        else:
            weighed.append(finding)
    return weighed + [_alone(one, opinion, findings) for one in open_ones if one.reading.mode is Mode.ANNOUNCED]


def _placed(opinion: SecondOpinion, topics: Sequence[Topic]) -> list[Placed]:
    """Each reading for each topic that it is about. One about another disease is nobody's news here."""
    found = []
    for one in opinion.readings:
        about = (
            matching(one.treatment, one.indication, topics) if one.indication else of_treatment(one.treatment, topics)
        )
        found += [Placed(one, topic.id) for topic in about]
    return found


def _about_the_same(finding: Finding, placed: Placed) -> bool:
    """Whether both speak of the same medicine in the same topic."""
    same_topic = not placed.topic or placed.topic == finding.topic
    return same_topic and bool(set(finding.treatment.split("+")) & set(placed.reading.treatment.split("+")))


def _same_step(finding: Finding, reading: VerifiedStep) -> bool:
    return (finding.authority, finding.milestone) == (reading.authority, reading.milestone)


def _same_mode(finding: Finding, reading: VerifiedStep) -> bool:
    """Whether both take it for news, history or a step to come; a date for a decision is news of what is to come."""
    dated = finding.milestone in GOAL_DATES and Mode.BACKGROUND not in (finding.mode, reading.mode)
    return dated or finding.mode is reading.mode


def _agrees(finding: Finding, placed: Placed) -> bool:
    same = _about_the_same(finding, placed) and _same_step(finding, placed.reading)
    return same and _same_mode(finding, placed.reading) and not finding.retracts


def _contradicts(finding: Finding, placed: Placed) -> bool:
    """Whether what the rules take for news is, by the reader, not so, or another outcome of the same procedure.

    Two steps of an application can both be news; of two outcomes on which people act, one was taken for the other.
    """
    reading = placed.reading
    if finding.mode is Mode.BACKGROUND or finding.milestone not in STATUSES or not _about_the_same(finding, placed):
        return False
    if _same_step(finding, reading):
        return reading.mode is Mode.ANNOUNCED if finding.retracts else True
    if finding.retracts or finding.authority not in AUTHORITIES:
        return False
    one_procedure = AUTHORITIES[finding.authority].pathway == AUTHORITIES[reading.authority].pathway
    outcome = bool(DECISIVE & {finding.milestone, reading.milestone})
    return one_procedure and outcome and finding.mode is reading.mode is Mode.ANNOUNCED


def _surer(finding: Finding, reading: VerifiedStep, opinion: SecondOpinion) -> Finding:
    """One step surer, unless there is a doubt that only a person settles."""
    finding = replace(finding, second=_second(Verdict.AGREES, reading, opinion))
    nearly = finding.confidence is Confidence.MEDIUM and finding.mode is not Mode.BACKGROUND
    rises = nearly and not opinion.discounted and not _has_doubt(finding)
    return replace(finding, confidence=Confidence.HIGH) if rises else finding


def _has_doubt(finding: Finding) -> bool:
    """Whether the rules have a doubt: what stands in the reason after its first clause."""
    return ";" in finding.reason


def _doubted(finding: Finding, reading: VerifiedStep, opinion: SecondOpinion) -> Finding:
    """For review, with both readings; an opinion that is discounted takes nothing from what the rules are sure of."""
    finding = replace(finding, second=_second(Verdict.DIFFERS, reading, opinion))
    if opinion.discounted:
        return finding
    lowered = Confidence.MEDIUM if finding.confidence is Confidence.HIGH else finding.confidence
    return replace(finding, confidence=lowered, reason=_joined(finding.reason, OTHERWISE))


def _alone(placed: Placed, opinion: SecondOpinion, findings: Sequence[Finding]) -> Finding:
    reading = placed.reading
    history = next((one for one in findings if _about_the_same(one, placed) and _same_step(one, reading)), None)
    taken = f"the rules take it for {history.mode.value}: {history.reason}" if history else ""
    return Finding(
        authority=reading.authority,
        milestone=reading.milestone,
        mode=reading.mode,
        treatment=reading.treatment,
        indication=reading.indication,
        quote=reading.quote,
        rule=RULE,
        confidence=Confidence.LOW,
        topic=placed.topic,
        jurisdiction=AUTHORITIES[reading.authority].jurisdiction,
        offset=reading.offset,
        reason=_joined(ALONE, taken, opinion.discounted),
        second=_second(Verdict.ALONE, reading, opinion),
    )


def _is_new(finding: Finding, change: Change) -> bool:
    """Whether the words that the reader quotes were not in the text before."""
    return change.before is None or not change.before.prose or not stands_in(finding.quote, change.before.text)


def _published(finding: Finding, change: Change) -> Finding:
    return replace(finding, announced=change.record.published)


def _second(verdict: Verdict, reading: VerifiedStep, opinion: SecondOpinion) -> SecondReading:
    return SecondReading(verdict, reading.authority, reading.milestone, reading.mode, reading.quote, opinion.model)


def _joined(*clauses: str) -> str:
    return "; ".join(filter(None, clauses))
