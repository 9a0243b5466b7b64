"""What the status and the rows of a NICE project page claim: where it stands, what lies behind, what is foreseen."""

from __future__ import annotations

from collections.abc import Sequence

from regwatch.adapters.nice.steps import HALTED, PUBLICATION, Step
from regwatch.dates import PartialDate
from regwatch.model import Claim
from regwatch.vocabulary import RANK, Milestone, Mode

M = Milestone


def claims(status: str | None, steps: Sequence[Step]) -> tuple[Claim, ...]:
    """One announced claim at most, then the background, then the foreseen.

    The newest row of the timeline tells where a project stands: Status itself moves late, and a new draft can follow a
    final draft that was withdrawn. Only a halt in Status overrides it. With None as status nothing is announced.
    """
    held = [step for step in steps if not step.planned and step.milestone and step.start]
    held.sort(key=_age)
    planned = [step for step in steps if step.planned]
    now = _standing(status, held, planned)
    found = [now] if now else []
    for step in held:
        if step.milestone and not (now and (now.milestone, now.date) == (step.milestone, step.start)):
            found.append(_claim(step.milestone, Mode.BACKGROUND, step))
    for step in planned if status not in HALTED else ():
        if step.start and step.milestone is M.HTA_COMMITTEE:
            found.append(_claim(M.HTA_COMMITTEE, Mode.EXPECTED, step))
        elif step.start and step.term == PUBLICATION:
            found.append(_claim(M.HTA_RECOMMENDED, Mode.EXPECTED, step))
    return tuple(dict.fromkeys(found))


def _age(step: Step) -> tuple[PartialDate, int]:
    assert step.start
    assert step.milestone
    return step.start, RANK[step.milestone]


def _standing(status: str | None, held: Sequence[Step], planned: Sequence[Step]) -> Claim | None:
    if status in HALTED:
        rows = [step for step in held if step.milestone is HALTED[status]]
        return _claim(HALTED[status], Mode.ANNOUNCED, rows[-1]) if rows else _bare(HALTED[status], status)
    if status is None or status == "Topic prioritisation":
        return None
    for step in planned:
        if step.milestone is M.HTA_APPEAL:
            return Claim("NICE", M.HTA_APPEAL, Mode.ANNOUNCED, step.words, "nice.schedule")
    for step in reversed(held):
        if step.milestone and step.milestone not in HALTED.values():
            return _claim(step.milestone, Mode.ANNOUNCED, step)
    return _bare(M.HTA_IN_PROGRESS, status) if status == "In progress" else None


def _bare(milestone: Milestone, status: str) -> Claim:
    return Claim("NICE", milestone, Mode.ANNOUNCED, f"Status: {status}", "nice.status")


def _claim(milestone: Milestone, mode: Mode, step: Step) -> Claim:
    rule = "nice.schedule" if step.planned else "nice.timeline"
    return Claim("NICE", milestone, mode, step.words, rule, date=step.start)
