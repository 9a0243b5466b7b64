"""The document that a candidate stands in, and what the whole of it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from regwatch.classify.authority import find_authorities
from regwatch.classify.candidates import Candidate, treatments
from regwatch.classify.cues import CUES
from regwatch.classify.document import Prose
from regwatch.classify.segment import Zone
from regwatch.dates import days_between
from regwatch.vocabulary import ADVICE, AUTHORITIES, DECISIONS, EVIDENCE, GOAL_DATES, HTA_OUTCOMES, OPINIONS, Milestone

M = Milestone
VERDICTS = HTA_OUTCOMES | {
    M.HTA_DRAFT_RECOMMENDED,
    M.HTA_DRAFT_NOT_RECOMMENDED,
    M.HTA_FINAL_DRAFT_RECOMMENDED,
    M.HTA_FINAL_DRAFT_NOT_RECOMMENDED,
}
"""What an appraising body says of a medicine, final or not."""
_REFUSALS = frozenset({M.REFUSED, M.COMPLETE_RESPONSE})
_ENDS = frozenset({
    M.APPLICATION_WITHDRAWN, M.INDICATION_WITHDRAWN, M.SUSPENDED, M.REVOKED, M.AUTHORISATION_WITHDRAWN, M.LAPSED,
})  # fmt: skip
_DESIGNATIONS = frozenset({M.ORPHAN_DESIGNATION, M.BREAKTHROUGH_DESIGNATION})
DATA = EVIDENCE - {M.LAUNCHED, M.ORPHAN_DESIGNATION, M.BREAKTHROUGH_DESIGNATION}
"""Outcomes of trials."""
AGAINST = frozenset({
    M.ADVISORY_NEGATIVE, M.OPINION_NEGATIVE, M.COMPLETE_RESPONSE, M.REFUSED, M.APPLICATION_WITHDRAWN,
    M.INDICATION_WITHDRAWN, M.SUSPENDED, M.REVOKED, M.AUTHORISATION_WITHDRAWN, M.LAPSED, M.HTA_DRAFT_NOT_RECOMMENDED,
    M.HTA_FINAL_DRAFT_NOT_RECOMMENDED, M.HTA_NOT_RECOMMENDED, M.HTA_TERMINATED, M.TRIAL_NEGATIVE, M.TRIAL_STOPPED,
})  # fmt: skip
"""Milestones that go against a medicine."""
MANY = 3
"""So many medicines with a line of their own make a round-up."""
TOLD_AS_NEWS = frozenset({"done", "bare", "state"})
"""How a telling speaks of an act that may be news."""
HELD = frozenset({M.SUSPENDED, M.REVOKED, M.APPROVED, M.CONDITIONALLY_APPROVED})
"""What a court may hold up."""


@dataclass(frozen=True)
class Telling:
    """The document that a frame stands in, and what the whole of it says."""

    prose: Prose
    candidates: tuple[Candidate, ...]
    known: dict[int, dict[str, float]] = field(default_factory=dict)

    @property
    def official(self) -> bool:
        """Whether the page shows a state rather than tells news."""
        return self.prose.announcement.kind in {"hta_page", "regulator_status_page"}

    @cached_property
    def nature(self) -> str:
        """What kind of telling it is: results (of a quarter), talk (about news), report (of data), roundup or news."""
        head = self.prose.text.low[: self.prose.layout.title[1] or 200]
        for nature in ("results", "talk", "report", "roundup"):
            if CUES[f"nature.{nature}"].search(head):
                return nature if nature != "talk" or self.prose.announcement.kind != "regulator_status_page" else "news"
        return "roundup" if self._items >= MANY else "news"

    @cached_property
    def _items(self) -> int:
        """How many medicines have a line of their own, which begins with a sentence on them."""
        if self.prose.announcement.kind not in {"trade_news", "patient_blog", "regulator_notice"}:
            return 0
        lines: dict[int, str] = {}
        for s in self.prose.layout.sentences:
            mains = [n for n in self.prose.named_in(s) if n.role == "main"]
            if s.zone is not Zone.TITLE and s.line not in lines and mains:
                lines[s.line] = mains[0].treatment
        return len(set(lines.values()))

    @cached_property
    def title(self) -> str:
        """The headline, lower case."""
        return self.prose.text.low[slice(*self.prose.layout.title)]

    @cached_property
    def treatments(self) -> frozenset[str]:
        """Those of all candidates."""
        return frozenset(name for f in self.candidates for name in f.treatment.split("+"))

    @cached_property
    def by_code(self) -> dict[str, list[Candidate]]:
        """The candidates that are told of at all, by the authority that acts."""
        found: dict[str, list[Candidate]] = {}
        for one in self.candidates:
            if one.stance.sense not in {"negated", "unreal"}:
                found.setdefault(one.code, []).append(one)
        return found

    @cached_property
    def by_sentence(self) -> dict[int, list[Candidate]]:
        """The candidates by the sentence that they stand in, by its start."""
        found: dict[int, list[Candidate]] = {}
        for one in self.candidates:
            found.setdefault(one.sentence.start, []).append(one)
        return found

    @cached_property
    def first_heads(self) -> dict[tuple[str, str | None], int]:
        """Where each medicine's first act stands, of each pathway and, under None, of all."""
        found: dict[tuple[str, str | None], int] = {}
        for one in self.candidates:
            for key in ((name, way) for name in treatments(one) for way in (None, pathway(one.code))):
                found[key] = min(found.get(key, one.action.head), one.action.head)
        return found

    @cached_property
    def at_the_top(self) -> list[Candidate]:
        """The acts that headline and lede tell as done."""
        return [one for one in self.candidates if one.sentence.zone <= Zone.TITLE and one.stance.sense in TOLD_AS_NEWS]

    @cached_property
    def titled(self) -> list[Candidate]:
        """The acts that the headline names, however it speaks of them."""
        return [one for one in self.candidates if one.sentence.zone is Zone.TITLE]

    @cached_property
    def acting(self) -> frozenset[str]:
        """The codes of the bodies that the text tells of as acting."""
        return frozenset(one.code for one in self.candidates if one.stance.sense in TOLD_AS_NEWS)

    @cached_property
    def headlined(self) -> frozenset[str]:
        """The treatments that the headline names."""
        end = self.prose.layout.title[1]
        return frozenset(n.treatment for n in takewhile(lambda n: n.start < end, self.prose.named))

    @cached_property
    def headed(self) -> frozenset[str]:
        """The codes of the bodies that the headline names."""
        return frozenset(b.code for b in find_authorities(self.prose.text, *self.prose.layout.title))

    @cached_property
    def stayed(self) -> bool:
        """Whether a court holds a decision."""
        head = self.prose.text.low[:800]
        return "court" in head and bool(CUES["mode.court"].search(head))


def family(milestone: Milestone) -> str:
    """The group of a milestone that its signs are weighed for."""
    if milestone in _REFUSALS:
        return "refusal"
    if milestone in _ENDS:
        return "end"
    if milestone in DECISIONS:
        return "decision"
    if milestone in ADVICE | OPINIONS:
        return "advice"
    if milestone in HTA_OUTCOMES:
        return "guidance"
    if milestone in _DESIGNATIONS:
        return "designation"
    if milestone in DATA or milestone is M.LAUNCHED:
        return "launch" if milestone is M.LAUNCHED else "data"
    if milestone in GOAL_DATES:
        return "goal date"
    return "appraisal step" if milestone.startswith("hta_") else "review step"


def pathway(code: str) -> str:
    """The pathway of an authority, "" for none."""
    return AUTHORITIES[code].pathway if code in AUTHORITIES else ""


def days_before(telling: Telling, f: Candidate) -> int:
    """How many days before its document an act is dated; 0 where either has no date, and for goal dates."""
    anchor = telling.prose.layout.anchor
    undated = f.date is None or anchor is None or f.anchored or f.milestone in GOAL_DATES
    return 0 if undated else days_between(f.date.last, anchor.first)  # type: ignore[union-attr]
