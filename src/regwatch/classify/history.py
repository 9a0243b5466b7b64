"""Whether what a sentence tells is news, history or a step to come: by its tense, its date and its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.classify.authority import HTA
from regwatch.classify.frames import Frame
from regwatch.classify.segment import Layout, Zone
from regwatch.classify.text import Text
from regwatch.dates import PartialDate, Precision, days_between
from regwatch.vocabulary import AUTHORITIES, EVIDENCE, GOAL_DATES, Confidence, Milestone, Mode

M = Milestone
DAYS_OF_NEWS = 10
"""An act told this many days after its date is history (a weekly paper is late, a quarterly report later)."""

_RESULTS = re.compile(
    r"\b(?:(?:first|second|third|fourth|1st|2nd|3rd|4th|full|half)[- ](?:quarter|half|year|fiscal)"
    r"|q[1-4]|[1-4]q|h[12])\b[^\n]{0,60}\b(?:results|sales|earnings|reports?|revenues?|update)\b"
    r"|\b(?:quarterly|annual|interim|financial|half-year|full-year|year-end"
    r"|preliminary)\b[^\n]{0,30}\b(?:results|report|activities|sales|update)\b|business (?:update"
    r"|highlights)|corporate (?:update|highlights|progress)|pipeline update"
    r"|recent (?:business|corporate)|earnings (?:call|conference)|conference call|sales figures"
    r"|investor (?:day|conference)|healthcare conference"
)
_TALK = re.compile(
    r"\b(?:interview|q ?& ?a|podcast|perspectives? on|opinion piece|commentary|what [^\n]{0,60} means?"
    r"|means for|reacts? to|reaction to|in reaction|look(?:ing)? back|year in review|retrospective"
    r"|need to know|guide to|faqs?|webinar|timeline|history of|discusses|explains|explained"
    r"|insights?)\b|^\W*(?:types of|how (?:we|the|to)|understanding)\b"
)
_REPORT = re.compile(
    r"\b(?:detailed|updated|long[- ]term|subgroup|sub-?analysis|follow-up|real[- ]world|new data"
    r"|additional (?:data|results)|post[- ]hoc|exploratory|pooled|patient-reported|quality of life"
    r"|published|publication|to present|presents?|presented|presentations?|abstracts?|posters?"
    r"|showcase|congress)\b"
)


_ENUMERATED = re.compile(
    r"\W{0,3}(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|also|separately|in addition|additionally"
    r"|meanwhile|at the same time|the same day|by contrast|in contrast|in a (?:separate|parallel"
    r"|second))\b"
)
_COURT = re.compile(
    r"\bcourt\b[^.]{0,120}?(?:on hold|suspend|stay|interim)|(?:on hold|suspend|stay)[^.]{0,80}?\bcourt\b"
)
_LATELY = re.compile(r"last (?:month|year)|earlier\b|late last")
_TOLD_DATA = re.compile(r"subgroup|sub-?analysis|post[- ]hoc|follow-up|published in|real[- ]world")


@dataclass(frozen=True)
class Chosen:
    """A frame with its mode, how sure we are, and why."""

    frame: Frame
    mode: Mode
    confidence: Confidence
    reason: str


@dataclass(frozen=True)
class Telling:
    """The document that a frame stands in. `house` is the authority whose own page it is, "" for others.

    `sole`: one treatment is all that the document tells of, so that a clause which names none is about it.
    """

    text: Text
    layout: Layout
    kind: str
    house: str
    sole: bool = False

    @property
    def official(self) -> bool:
        """Whether the page shows a state rather than tells news."""
        return self.kind in {"hta_page", "regulator_status_page"}

    @property
    def nature(self) -> str:
        """What kind of telling it is: news, results (of a quarter), talk (about news) or report (of data)."""
        head = self.text.low[: self.layout.title[1] or 200]
        if _RESULTS.search(head):
            return "results"
        if _TALK.search(head) and self.kind != "regulator_status_page":
            return "talk"
        return "report" if _REPORT.search(head) else "news"


def judge(telling: Telling, f: Frame, nature: str) -> Chosen | None:
    """The frame with its mode; None where the clause denies it or makes it depend on something."""
    confidence = _confidence(f, sole=telling.sole and nature == "news")
    if f.stance.sense in {"negated", "unreal"}:
        return None
    if f.action.rule.act == "decision" or f.stance.sense == "foreseen":
        return Chosen(f, Mode.EXPECTED, confidence, "a step that the text foresees") if _foreseeable(f) else None
    if why := _history(telling, f, nature):
        return Chosen(f, Mode.BACKGROUND, confidence, why)
    return Chosen(f, Mode.ANNOUNCED, confidence, f"told as done in the {f.sentence.zone.name.lower()}")


def _foreseeable(f: Frame) -> bool:
    return f.milestone not in {
        M.GOAL_DATE_SET,
        M.GOAL_DATE_EXTENDED,
        M.OPINION_NEGATIVE,
        M.REFUSED,
        M.COMPLETE_RESPONSE,
        M.TRIAL_POSITIVE,
        M.TRIAL_NEGATIVE,
    }


def _history(telling: Telling, f: Frame, nature: str) -> str:
    """Why the frame is no news; "" if it is."""
    if f.stance.sense == "past":
        return f"told as past ({f.stance.words})" if f.stance.words else "told as past"
    if f.stance.sense == "state" and f.sentence.zone <= Zone.TITLE and f.code in HTA:
        return ""
    return _by_document(telling, f, nature) or _by_date(telling, f) or _by_place(telling, f, nature)


def _by_document(telling: Telling, f: Frame, nature: str) -> str:
    """Why the document as a whole makes the frame history."""
    zone = f.sentence.zone
    if telling.layout.stale:
        return "an old text shown again"
    if f.sentence.entry > 0:
        return "an older entry of a rolling page"
    if f.milestone in _HELD and "court" in telling.text.low[:800] and _COURT.search(telling.text.low, 0, 800):
        return "a court holds the decision"
    if f.stance.sense == "state" and not telling.official and zone is not Zone.TITLE and f.action.rule.form != "state":
        return "told as a standing state"
    if nature == "results" and (f.milestone not in EVIDENCE or zone > Zone.SUBHEAD):
        return "a report of results repeats old news"
    return "the document looks back or comments" if nature == "talk" else ""


_HELD = frozenset({M.SUSPENDED, M.REVOKED, M.APPROVED, M.CONDITIONALLY_APPROVED})
_DATA = EVIDENCE - {M.LAUNCHED, M.ORPHAN_DESIGNATION, M.BREAKTHROUGH_DESIGNATION}


def _by_date(telling: Telling, f: Frame) -> str:
    """Why its date makes the frame history. A status page's own state stands however old it is."""
    if _LATELY.match(f.when):
        return f"told as past ({f.when})"
    own = telling.kind == "regulator_status_page" and f.named and pathway(f.code) == pathway(telling.house)
    return "" if own else _old(f, telling.layout.anchor)


def _by_place(telling: Telling, f: Frame, nature: str) -> str:
    """Why its place in the text makes the frame history."""
    zone = f.sentence.zone
    if f.milestone in _DATA and (nature == "report" or zone > Zone.SUBHEAD or _told_before(telling, f)):
        return "data that were told before"
    if f.stance.sense == "bare" and zone not in {Zone.TITLE, Zone.SUBHEAD}:
        return "mentioned as known"
    if zone is Zone.LATER and not f.anchored:
        return "told far down"
    if zone < Zone.BODY or telling.official:
        return ""
    if not f.anchored and not f.sentence.heading and (f.place or not _fresh(telling, f)):
        return "told in the body as a thing of the past"
    in_passing = not f.explicit and f.action.rule.form != "consult" and not (f.named and f.code in HTA)
    return "told in passing" if in_passing else ""


def _told_before(telling: Telling, f: Frame) -> bool:
    """Whether the sentence, or the entry it stands in, is about data of an earlier readout."""
    first = f.sentence.start
    if f.sentence.entry >= 0:
        first = max(first - 500, telling.layout.starts[f.sentence.entry])
    return bool(_TOLD_DATA.search(telling.text.low, first, f.sentence.end))


def _fresh(telling: Telling, f: Frame) -> bool:
    """Whether a sentence of the body tells something new: "has recommended", "also", an item of a list."""
    rule, low = f.action.rule, telling.text.low
    said = f.stance.words + " " + low[f.action.start : f.action.end]
    perfect = re.search(r"\b(?:has|have)\b", said) or re.match(r"(?:receives?|gets?|wins?|has|have)$", f.stance.words)
    listed = _ENUMERATED.match(low, f.sentence.start, f.sentence.end)
    item = (f.named and f.code in HTA) or f.milestone in GOAL_DATES | _DATA or rule.form == "consult"
    return bool(perfect or listed or item or (rule.form != "verb" and "opinion" in rule.tags))


def _old(f: Frame, anchor: PartialDate | None) -> str:
    if f.date is None or f.milestone in GOAL_DATES or f.anchored:
        return ""
    if anchor is None:
        late = f.date.precision is not Precision.DAY and f.sentence.zone not in {Zone.TITLE, Zone.LEDE}
        return "dated, in a text that is not" if late or f.date.precision is Precision.YEAR else ""
    if days_between(f.date.last, anchor.first) > DAYS_OF_NEWS:
        return f"dated {f.date.iso}, long before the document"
    if f.date.precision in {Precision.YEAR, Precision.HALF} and f.sentence.zone > Zone.LEDE:
        return f"dated {f.date.iso} only"
    return ""


def _confidence(f: Frame, *, sole: bool) -> Confidence:
    # Goal dates and foreseen steps with a date stand further down as a rule, in the paragraph on what comes next.
    ahead = f.milestone in GOAL_DATES or f.stance.sense == "foreseen" or f.action.rule.act == "decision"
    far = f.sentence.zone > (Zone.BODY if ahead and f.date is not None else Zone.SUBHEAD)
    named = f.named or (sole and ahead and f.date is not None)
    missing = (not f.explicit) + (not named) + far + f.weak + 2 * bool(f.notes)
    return Confidence.HIGH if missing == 0 else Confidence.MEDIUM if missing <= 2 else Confidence.LOW


def pathway(code: str) -> str:
    """The pathway of an authority, "" for none."""
    return AUTHORITIES[code].pathway if code in AUTHORITIES else ""
