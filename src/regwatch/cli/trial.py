"""A trial reading as `regwatch source try` prints it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regwatch import wording
from regwatch.cli.output import say
from regwatch.dates import act_or_announced
from regwatch.kit.golden import plain as plainly
from regwatch.kit.trial import Trial
from regwatch.model import Finding, Record, Topic
from regwatch.store.codec import claim_to_json, follow_to_json, record_to_json
from regwatch.vocabulary import Mode

_LONGEST, _MOST_LINES = 160, 12


def as_json(trial: Trial) -> dict[str, Any]:
    """The whole trial as plain JSON values."""
    return {
        "url": trial.document.final_url,
        "part": trial.document.request.part,
        "records": [record_to_json(record) for record in trial.reading.records],
        "oddities": [plainly(oddity) for oddity in trial.reading.oddities],
        "follows": [follow_to_json(follow) for follow in trial.reading.follows],
        "findings": [plainly(finding) for finding in trial.findings],
    }


def tell(trial: Trial, topics: Sequence[Topic]) -> None:
    """Print records, oddities, follows and findings for people."""
    reading = trial.reading
    for record in reading.records:
        _tell_record(record)
    for oddity in reading.oddities:
        say(f"not understood: {oddity.what}: {_short(oddity.text)}")
    for follow in reading.follows:
        say(
            f"leads to {follow.request.part}: {follow.request.url}" + (f" ({follow.version})" if follow.version else "")
        )
        if follow.hint:
            say(f"  {_short(follow.hint)}")
    counts = ((reading.records, "record"), (reading.oddities, "oddity"), (reading.follows, "further page"))
    say(", ".join(_count(len(some), word) for some, word in counts))
    say()
    if not topics:
        say("What a watcher would see: name a topic with --topic")
        return
    say(f"What a watcher of {', '.join(topic.id for topic in topics)} would see, were all of this new:")
    for finding in trial.findings:
        _tell_finding(finding)
    if not trial.findings:
        say("  nothing")


def _count(number: int, word: str) -> str:
    return f"{number} oddities" if word == "oddity" and number != 1 else wording.count(number, word)


def _tell_record(record: Record) -> None:
    day = f" {record.published.iso}" if record.published else ""
    say(f"{record.kind} {record.key or '(by content)'}{day}: {_short(record.title)}")
    for label, value in record.fields:
        say(f"  {label}: {_short(value)}")
    for block in record.blocks[:_MOST_LINES]:
        say(f"  | {_short(block)}")
    if len(record.blocks) > _MOST_LINES:
        say(f"  | ... {len(record.blocks) - _MOST_LINES} more")
    for claim in record.claims:
        told = claim_to_json(claim)
        facts = ", ".join(
            f"{key} {told[key]}" for key in ("date", "announced", "treatment", "indication") if key in told
        )
        say(
            f"  claims {claim.mode.value} {claim.authority} {claim.milestone.value}"
            + (f" ({_short(facts)})" * bool(facts))
        )


def _tell_finding(finding: Finding) -> None:
    announced = finding.announced if finding.mode is Mode.ANNOUNCED else None
    day = f" {act_or_announced(finding.date, announced)}".rstrip()
    about = finding.topic or f"none of the topics ({finding.reason or _short(finding.indication) or 'another use'})"
    sure = "" if finding.confidence.value == "high" else f" [{finding.confidence.value}: for review]"
    say(f"  {finding.mode.value}: {finding.authority or '-'} {finding.milestone.value}{day}: {about}{sure}")
    say(f'    "{_short(finding.quote)}" ({finding.rule})')


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
