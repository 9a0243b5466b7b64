"""What an appraising body's own page says in its fixed words: the sentence of its advice, or that it no longer holds.

These bodies put each outcome in one sentence that never changes but for the name ("X is accepted for use within
NHSScotland"). Where a page has it, it comes before what the language rules make of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from regwatch.classify.authority import HTA
from regwatch.classify.cues import CUES
from regwatch.classify.document import Prose
from regwatch.classify.pages import Page, page_finding
from regwatch.classify.products import Named
from regwatch.classify.telling import VERDICTS
from regwatch.model import Finding
from regwatch.vocabulary import Milestone, Mode

M = Milestone
_SCOTLAND, _WALES = r"\bnhs ?scotland", r"\b(?:nhs ?wales|wales)"
FORMULAS: dict[str, tuple[tuple[re.Pattern[str], Milestone], ...]] = {
    "SMC": (
        (re.compile(rf"\bnot recommended for use (?:with)?in {_SCOTLAND}"), M.HTA_NOT_RECOMMENDED),
        (re.compile(rf"\baccepted for restricted use (?:with)?in {_SCOTLAND}"), M.HTA_RECOMMENDED_RESTRICTED),
        (re.compile(rf"\baccepted (?:for use (?:with)?in {_SCOTLAND} )?on an interim basis"), M.HTA_MANAGED_ACCESS),
        (re.compile(rf"\baccepted for use (?:with)?in {_SCOTLAND}"), M.HTA_RECOMMENDED),
    ),
    "AWMSG": (
        (
            re.compile(rf"\b(?:not|cannot be) (?:recommended|endorsed|supported) for use (?:with)?in {_WALES}"),
            M.HTA_NOT_RECOMMENDED,
        ),
        (
            re.compile(rf"\brecommended (?:as an option )?for restricted use (?:with)?in {_WALES}"),
            M.HTA_RECOMMENDED_RESTRICTED,
        ),
        (re.compile(rf"\brecommended (?:as an option )?for use (?:with)?in {_WALES}"), M.HTA_RECOMMENDED),
    ),
}
"""The sentences of each body, the more exact first, and what each means."""
_RESTRICTED = {"SMC": re.compile(r"\bsmc restriction\b"), "AWMSG": re.compile(r"\brestrict(?:ed|ion)s?\b")}
"""Words by which the same page narrows a use that its sentence accepts."""
_NEAR = 120
"""Characters between a name and its verdict."""


def read_formulas(prose: Prose, page: Page, findings: list[Finding]) -> list[Finding]:
    """The findings, with those of the page's own fixed words in place of what was read of the same medicines."""
    if page.house not in HTA:
        return findings
    head = page.text.low[:1500]
    if CUES["page.superseded"].search(head):
        return [_as_history(page, f) for f in findings]
    if page.house == "NICE" and CUES["page.no_medicine"].search(head):
        return [_as_history(page, f) for f in findings if not f.rule.startswith("page.")]
    told = {f.treatment: f for f in _told(prose, page)} if not prose.paper else {}
    kept = [
        f
        for f in findings
        if f.authority != page.house
        or f.mode is not Mode.ANNOUNCED
        or f.milestone not in VERDICTS
        or not any(set(f.treatment.split("+")) & set(name.split("+")) for name in told)
    ]
    return [*(_dated(f, findings) for f in told.values()), *kept]


def _as_history(page: Page, finding: Finding) -> Finding:
    own = finding.authority == page.house and finding.mode is Mode.ANNOUNCED
    reason = "the page no longer holds, or is of another thing"
    return replace(finding, mode=Mode.BACKGROUND, reason=reason) if own else finding


def _dated(finding: Finding, findings: list[Finding]) -> Finding:
    """The finding with the date that the language rules have for the same outcome."""
    same = (f for f in findings if (f.milestone, f.treatment) == (finding.milestone, finding.treatment))
    twin = next((f for f in same if f.mode is Mode.ANNOUNCED), None)
    return replace(finding, date=twin.date, announced=twin.announced, indication=twin.indication) if twin else finding


def _told(prose: Prose, page: Page) -> Iterator[Finding]:
    """One outcome for each medicine: that of the first sentence which names it."""
    seen: set[str] = set()
    for s in prose.layout.sentences:
        for words, milestone in FORMULAS.get(page.house, ()):
            m = words.search(page.text.low, s.start, s.end)
            if not m:
                continue
            who = _of_whom(prose, page, s.start, m.start())
            if who and who.treatment not in seen and not CUES["page.recalled"].search(page.text.low, s.start, s.end):
                seen.add(who.treatment)
                yield page_finding(
                    page, _narrowed(page, milestone), Mode.ANNOUNCED, (s.start, s.end), "page.formula", named=who
                )
            break


def _of_whom(prose: Prose, page: Page, start: int, verdict: int) -> Named | None:
    """The medicine before the verdict in its sentence; where none is named, the only one of the page."""
    named = [n for n in page.named if start <= n.start < verdict and n.role == "main" and verdict - n.end <= _NEAR]
    if named:
        return named[-1]
    alone = len({n.treatment for n in page.named}) == 1 and not prose.names_foreign(start, verdict)
    return page.focus if alone else None


def _narrowed(page: Page, milestone: Milestone) -> Milestone:
    alone = len({n.treatment for n in page.named}) == 1
    narrow = milestone is M.HTA_RECOMMENDED and alone and _RESTRICTED[page.house].search(page.text.low)
    return M.HTA_RECOMMENDED_RESTRICTED if narrow else milestone
