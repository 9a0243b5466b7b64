"""Pages that carry labels and values, timelines or tables: what a label says is certain and comes before the language.

A page that shows its state in a label announces that state. The words themselves are in `page_words`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from regwatch.classify.authority import HTA
from regwatch.classify.date_spans import find_dates
from regwatch.classify.hints import is_conditional
from regwatch.classify.page_words import COLUMNS, DATES, LABELS, LISTS, OUTCOMES, SENTENCES, STATES, STEPS
from regwatch.classify.products import UNNAMED, Named
from regwatch.classify.text import Text
from regwatch.dates import PartialDate
from regwatch.model import Cue, Finding
from regwatch.vocabulary import AUTHORITIES, Confidence, Milestone, Mode

M = Milestone

_DAY = r"\d{1,2} [a-z]+ \d{4}"
_ROW = re.compile(rf"^\W{{0,3}}(?P<from>{_DAY})(?: - (?P<to>{_DAY}))?\s?[:|-]\s(?P<what>[^\n]{{3,300}})", re.MULTILINE)
_FORESEEN = re.compile(
    r"(?:^|[.\n]\s*)(?P<label>(?:next )?(?:appraisal )?committee meeting(?: \d)?"
    r"|expected publication(?: date)?|publication date)\s?[:|]\s(?P<value>[^\n.;]{3,60})",
    re.MULTILINE,
)

_NARROWED = re.compile(r"\bonly\b|\brestrict|\bcriteri(?:a|on)\b|\bsubgroup|\blimited to\b")
_ROWS = re.compile(r"[^\n]{4,400}")
LIST_HEAD, ROW_BEGINS = 900, 60
"""Characters in which a list says what it holds, and in which a row names its medicine."""


@dataclass(frozen=True)
class Page:
    """What the reader of labels needs of a document."""

    text: Text
    named: list[Named]
    focus: Named | None
    house: str
    anchor: PartialDate | None
    indication: str


def read_page(page: Page, findings: list[Finding]) -> list[Finding]:
    """The findings of the language rules, or in their place those of the labels where the page is made of them."""
    if table := _table(page) or _outcomes(page):
        return table
    if listed := _list(page):
        return listed + [f for f in findings if f.mode is not Mode.ANNOUNCED]
    labelled = _labels(page)
    if page.house == "EMA" and (standing := _sentence(page)):
        return [_conditional(page, _lend_date(f, findings)) for f in standing] + [
            f for f in findings if f.authority not in {"EMA", "EC"} or f.mode is not Mode.ANNOUNCED
        ]
    if not labelled:
        return [_dated(page, f) for f in findings] if page.house == "EMA" else findings
    if page.house == "NICE":
        return labelled
    labelled = [_dated(page, f) for f in labelled]
    owners = {(f.authority, f.milestone) for f in labelled}
    bodies = {f.authority for f in labelled} | ({"EMA", "EC"} if page.house == "EMA" else set())
    return labelled + [
        f
        for f in findings
        if (f.authority, f.milestone) not in owners and (f.authority not in bodies or f.mode is not Mode.ANNOUNCED)
    ]


def _sentence(page: Page) -> list[Finding]:
    for words, milestone, code in SENTENCES:
        if m := re.compile(words).search(page.text.low, 0, 1500):
            return [_dated(page, page_finding(page, milestone, Mode.ANNOUNCED, m.span(), "page.sentence", code=code))]
    return []


def _lend_date(finding: Finding, others: list[Finding]) -> Finding:
    dates = [f.date for f in others if f.milestone is finding.milestone and f.date]
    return replace(finding, date=dates[0]) if dates and finding.date is None else finding


def _conditional(page: Page, finding: Finding) -> Finding:
    bound = finding.milestone is M.APPROVED and is_conditional(page.text.low)
    return replace(finding, milestone=M.CONDITIONALLY_APPROVED) if bound else finding


def _dated(page: Page, finding: Finding) -> Finding:
    """A finding without a date takes that of the page's own label."""
    label = DATES.get(finding.milestone)
    if finding.date or not label or finding.mode is not Mode.ANNOUNCED:
        return finding
    m = re.search(rf"{label}\s?:?\s(?=\d)", page.text.low)
    dates = find_dates(page.text, m.end(), m.end() + 30) if m else []
    return replace(finding, date=dates[0].resolve(None)) if dates else finding


def page_finding(
    page: Page,
    milestone: Milestone,
    mode: Mode,
    span: tuple[int, int],
    rule: str,
    *,
    code: str = "",
    when: PartialDate | None = None,
    named: Named | None = None,
    indication: str = "",
) -> Finding:
    """A finding that the page's own fixed words tell."""
    quote, offset = page.text.quote(*span)
    code = code or ("MHLW" if page.house == "PMDA" else page.house)
    who = named or page.focus
    return Finding(
        authority=code,
        milestone=milestone,
        mode=mode,
        treatment=who.treatment if who else UNNAMED,
        indication=indication or page.indication,
        quote=quote,
        rule=rule,
        confidence=(Confidence.MEDIUM if rule == "page.list" else Confidence.HIGH) if who else Confidence.LOW,
        brand=who.brand if who else "",
        jurisdiction=AUTHORITIES[code].jurisdiction,
        date=when,
        offset=offset,
        cues=(Cue("action", quote[:80], offset),),
        reason="the page's own label says so",
    )


def _labels(page: Page) -> list[Finding]:
    if page.house not in STATES:
        return []
    if (stated := next((told for label in LABELS[page.house] if (told := _state(page, label))), None)) is None:
        return []
    m, row = stated
    start = m.start() + len(m[0]) - len(m[0].lstrip(".;| \n"))
    steps = _timeline(page) if page.house == "NICE" else []
    when = next(
        (f.date for f in steps if f.milestone is row[0] and row[0] in {M.HTA_SUSPENDED, M.HTA_TERMINATED}), None
    )
    state = page_finding(page, row[0], Mode.ANNOUNCED, (start, m.end()), "page.status", code=row[1], when=when)
    if row[0] is M.HTA_RECOMMENDED_RESTRICTED and not _NARROWED.search(page.text.low):  # perhaps by its price alone
        state = replace(state, confidence=Confidence.MEDIUM)
    return [state, *(f for f in steps if f.milestone is not row[0]), *_foreseen(page)]


def _state(page: Page, label: str) -> tuple[re.Match[str], tuple[Milestone, str]] | None:
    """The first such label whose value is a known state, and what it means; a label may call it a draft."""
    labelled = re.compile(rf"(?:^|[.;|]\s*){label}\s?[:|]\s?(?P<value>[^.;|\n]{{2,80}})", re.MULTILINE)
    for m in labelled.finditer(page.text.low):
        value = m["value"].strip()
        value = f"{value[:18]} draft" if "draft" in m[0][: m.start("value") - m.start()] else value
        row = next(((milestone, code) for words, milestone, code in STATES[page.house] if re.match(words, value)), None)
        if row or page.house not in HTA:
            return (m, row) if row else None
    return None


def _timeline(page: Page) -> list[Finding]:
    found = []
    for m in _ROW.finditer(page.text.low):
        step = next((milestone for words, milestone in STEPS if re.match(words, m["what"])), None)
        if step:
            when = find_dates(page.text, m.start("from"), m.end("from"))
            found.append(
                page_finding(
                    page,
                    step,
                    Mode.BACKGROUND,
                    (m.start("from"), min(m.end(), m.start() + 200)),
                    "page.timeline",
                    when=when[0].resolve(None) if when else None,
                )
            )
    return found


def _foreseen(page: Page) -> list[Finding]:
    found = []
    for m in _FORESEEN.finditer(page.text.low):
        dates = find_dates(page.text, m.start("value"), m.end())
        when = dates[0].resolve(page.anchor, ahead=True) if dates else None
        milestone = M.HTA_COMMITTEE if "committee" in m["label"] else M.HTA_RECOMMENDED
        if when or "tbc" in m["value"] or "confirmed" in m["value"]:
            found.append(
                page_finding(page, milestone, Mode.EXPECTED, (m.start("label"), m.end()), "page.schedule", when=when)
            )
    return found


def _table(page: Page) -> list[Finding]:
    """Rows under a heading of columns with dates of approval; the latest state of a row is its news."""
    if not page.house or page.text.low.count("|") < 3:
        return []
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", page.text.low) if "|" in m[0]]
    header, columns = _header(page, lines) if len(lines) > 1 else ([], {})
    if not columns:
        return []
    disease = next((i for i, cell in enumerate(header) if "indication" in cell), -1)
    return [one for line in lines for one in _table_row(page, *line, columns, disease)]


def _header(page: Page, lines: list[tuple[int, int]]) -> tuple[list[str], dict[int, Milestone | None]]:
    """The cells of the first line above the rows that names a column of dates, and what each column means."""
    for line in lines[:6]:
        if any(line[0] <= n.start < line[1] for n in page.named):
            break
        cells = [cell.strip() for cell in page.text.low[slice(*line)].split("|")]
        columns = {
            i: next((milestone for words, milestone in COLUMNS if re.search(words, cell)), None)
            for i, cell in enumerate(cells)
        }
        if len(cells) > 2 and any(columns.values()):
            return cells, columns
    return [], {}


def _table_row(page: Page, start: int, end: int, columns: dict[int, Milestone | None], disease: int) -> list[Finding]:
    if (named := next((n for n in page.named if start <= n.start < end), None)) is None:
        return []
    cells: list[tuple[int, int]] = []
    place = start
    for cell in page.text.low[start:end].split("|"):
        cells.append((place, place + len(cell)))
        place += len(cell) + 1
    indication = " ".join(page.text.plain[slice(*cells[disease])].split()) if 0 <= disease < len(cells) else ""
    events: list[tuple[Milestone, PartialDate | None]] = []
    for number, (first, last) in enumerate(cells):
        words = page.text.low[first:last]
        milestone = columns.get(number)
        if milestone is None and re.search(r"(?:traditional|regular|full) approval", words):
            milestone = M.APPROVED
        if milestone is None and "withdrawn" in words:
            milestone = M.INDICATION_WITHDRAWN
        dates = find_dates(page.text, first, last)
        if milestone and dates and (when := dates[0].resolve(page.anchor, us=page.house == "FDA")):
            events.append((milestone, when))
    return [
        page_finding(
            page,
            milestone,
            Mode.ANNOUNCED if i == len(events) - 1 else Mode.BACKGROUND,
            (start, end),
            "page.table",
            when=when,
            named=named,
            indication=indication,
        )
        for i, (milestone, when) in enumerate(events)
    ]


def _list(page: Page) -> list[Finding]:
    """The medicines of a list whose head says what stands in it; one of each."""
    head = page.text.low[:LIST_HEAD]
    found: dict[str, Finding] = {}
    for house, words, without, milestone, code in LISTS:
        if house != page.house or not (m := re.search(words, head)):
            continue
        for line in _ROWS.finditer(page.text.low, m.start()):
            row = _row_of(page, *line.span())
            if row is None or row.treatment in found or (without and re.search(without, line[0])):
                continue
            found[row.treatment] = page_finding(
                page, milestone, Mode.ANNOUNCED, line.span(), "page.list", code=code, named=row
            )
    return list(found.values())


def _row_of(page: Page, start: int, end: int) -> Named | None:
    """The medicine that a row is about: the first that it names, near its beginning."""
    first = next((n for n in page.named if start <= n.start < end), None)
    return first if first and first.role != "other" and first.start - start <= ROW_BEGINS else None


def _outcomes(page: Page) -> list[Finding]:
    """Tables with one outcome a row, in the words of the page's authority."""
    if page.house not in STATES or page.text.low.count("|") < 3:
        return []
    lines = [m.span() for m in re.finditer(r"[^\n]*\|[^\n]*", page.text.low)]
    header = [cell.strip() for cell in page.text.low[slice(*lines[0])].split("|")]
    column = next((i for i, cell in enumerate(header) if re.fullmatch(OUTCOMES, cell)), -1)
    if column < 0 or len(header) < 3:
        return []
    found = []
    for start, end in lines[1:]:
        cells = page.text.low[start:end].split("|")
        value = cells[column].strip() if column < len(cells) else ""
        row = next(((m, code) for words, m, code in STATES[page.house] if re.match(words, value)), None)
        named = _row_of(page, start, end)
        if row and named:
            found.append(
                page_finding(page, row[0], Mode.ANNOUNCED, (start, end), "page.outcome", code=row[1], named=named)
            )
    return found
