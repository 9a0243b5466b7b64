"""What a document announces, out of all that it says: the lede is believed before the headline, both before the body.

Old news is told by its date, its tense and its place; a document whose news is something else (results of a quarter,
an interview, a congress) announces nothing. Ranks and pathways settle what is left: an opinion that is mentioned beside
the decision which followed it is history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.classify.authority import HTA
from regwatch.classify.frames import Frame
from regwatch.classify.indication import is_vague
from regwatch.classify.segment import Layout, Zone
from regwatch.classify.text import Text
from regwatch.dates import PartialDate, Precision, days_between
from regwatch.vocabulary import (
    AUTHORITIES,
    DECISIONS,
    EVIDENCE,
    GOAL_DATES,
    HTA_OUTCOMES,
    RANK,
    Confidence,
    Milestone,
    Mode,
)

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


@dataclass(frozen=True)
class Chosen:
    """A frame with its mode, how sure we are, and why."""

    frame: Frame
    mode: Mode
    confidence: Confidence
    reason: str


def choose(text: Text, layout: Layout, frames: list[Frame], kind: str, house: str) -> list[Chosen]:
    """The frames that stand, each with its mode; repeats and contradictions are settled. `house`: whose page it is."""
    nature = _nature(text, layout, kind)
    chosen = [c for frame in frames if (c := _mode(text, layout, frame, kind, nature, house)) is not None]
    chosen = _settle(chosen, layout)
    return _unique(chosen)


def _nature(text: Text, layout: Layout, kind: str) -> str:
    """What kind of telling the document is: news, results, talk or report (of data)."""
    head = text.low[: layout.title[1] or 200]
    if _RESULTS.search(head):
        return "results"
    if _TALK.search(head) and kind not in {"regulator_status_page"}:
        return "talk"
    return "report" if _REPORT.search(head) else "news"


def _mode(text: Text, layout: Layout, f: Frame, kind: str, nature: str, house: str) -> Chosen | None:
    sense = f.stance.sense
    confidence = _confidence(f, layout)
    if sense in {"negated", "unreal"}:
        return None
    if f.action.rule.act == "decision" or sense == "foreseen":
        return Chosen(f, Mode.EXPECTED, confidence, "a step that the text foresees") if _foreseeable(f) else None
    if why := _history(text, layout, f, kind, nature, house):
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


def _history(text: Text, layout: Layout, f: Frame, kind: str, nature: str, house: str) -> str:
    """Why the frame is no news; "" if it is."""
    zone, sense = f.sentence.zone, f.stance.sense
    official = kind in {"hta_page", "regulator_status_page"}
    if sense == "past":
        return f"told as past ({f.stance.words})" if f.stance.words else "told as past"
    if layout.stale:
        return "an old text shown again"
    if f.sentence.entry > 0:
        return "an older entry of a rolling page"
    if f.milestone in {M.SUSPENDED, M.REVOKED, M.APPROVED, M.CONDITIONALLY_APPROVED} and _COURT.search(
        text.low, 0, 800
    ):
        return "a court holds the decision"
    if sense == "state" and zone <= Zone.TITLE and f.code in HTA:
        return ""
    if sense == "state" and not official and zone is not Zone.TITLE and f.action.rule.form != "state":
        return "told as a standing state"
    if nature == "results" and f.milestone not in EVIDENCE:
        return "a report of results repeats old decisions"
    if nature == "results" and zone > Zone.SUBHEAD:
        return "a report of results repeats old news"
    if nature == "talk":
        return "the document looks back or comments"
    if re.match(r"(?:last|earlier) (?:month|year|this year)|earlier|last year|late last", f.when) or (
        re.search(r"(?:last|this) year$", f.when) and "earlier" in f.when
    ):
        return f"told as past ({f.when})"
    own = kind == "regulator_status_page" and f.named and _pathway(f.code) == _pathway(house)
    if not own and (why := _old(f, layout.anchor)):
        return why
    if f.milestone in EVIDENCE - {M.LAUNCHED, M.ORPHAN_DESIGNATION, M.BREAKTHROUGH_DESIGNATION}:
        own = text.low[
            max(f.sentence.start - 500, layout.starts[f.sentence.entry])
            if f.sentence.entry >= 0
            else f.sentence.start : f.sentence.end
        ]
        if (
            nature == "report"
            or zone > Zone.SUBHEAD
            or re.search(r"subgroup|sub-?analysis|post[- ]hoc|follow-up|published in|real[- ]world", own)
        ):
            return "data that were told before"
    if sense == "bare" and zone not in {Zone.TITLE, Zone.SUBHEAD}:
        return "mentioned as known"
    if zone is Zone.LATER and not f.anchored:
        return "told far down"
    if zone >= Zone.BODY and not official and not f.anchored and not f.sentence.heading:
        said = f.stance.words + " " + text.low[f.action.start : f.action.end]
        perfect = re.search(r"\b(?:has|have)\b", said) or re.match(
            r"(?:receives?|gets?|wins?|has|have)$", f.stance.words
        )
        listed = _ENUMERATED.match(text.low, f.sentence.start, f.sentence.end)
        if f.place or not (
            perfect
            or listed
            or (f.named and f.code in HTA)
            or f.milestone in GOAL_DATES | EVIDENCE
            or f.action.rule.form == "consult"
            or (f.action.rule.form != "verb" and "opinion" in f.action.rule.tags)
        ):
            return "told in the body as a thing of the past"
    if (
        zone is Zone.BODY
        and not f.explicit
        and f.action.rule.form != "consult"
        and not official
        and not (f.named and f.code in HTA)
    ):
        return "told in passing"
    return ""


_ENUMERATED = re.compile(
    r"\W{0,3}(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|also|separately|in addition|additionally"
    r"|meanwhile|at the same time|the same day|by contrast|in contrast|in a (?:separate|parallel"
    r"|second))\b"
)


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


def _confidence(f: Frame, layout: Layout) -> Confidence:
    # Goal dates and foreseen steps with a date stand further down as a rule, in the paragraph on what comes next.
    ahead = f.milestone in GOAL_DATES or f.stance.sense == "foreseen" or f.action.rule.act == "decision"
    far = f.sentence.zone > (Zone.BODY if ahead and f.date is not None else Zone.SUBHEAD)
    missing = (not f.explicit) + (not f.named) + far + f.weak + 2 * bool(f.notes)
    return Confidence.HIGH if missing == 0 else Confidence.MEDIUM if missing <= 2 else Confidence.LOW


def _key(c: Chosen) -> tuple[str, str, Milestone]:
    return (c.frame.treatment, c.frame.code, c.frame.milestone)


def _pathway(code: str) -> str:
    return AUTHORITIES[code].pathway if code in AUTHORITIES else ""


_COURT = re.compile(
    r"\bcourt\b[^.]{0,120}?(?:on hold|suspend|stay|interim)|(?:on hold|suspend|stay)[^.]{0,80}?\bcourt\b"
)


def _settle(chosen: list[Chosen], layout: Layout) -> list[Chosen]:
    """Announced events that a stronger one of the same medicine and pathway makes history, or contradicts."""
    news = [c for c in chosen if c.mode is Mode.ANNOUNCED and not _loose_goal(c, chosen)]
    chosen = [
        Chosen(c.frame, Mode.BACKGROUND, c.confidence, "a date that is no news here")
        if c.mode is Mode.ANNOUNCED and c not in news
        else c
        for c in chosen
    ]
    chosen = [_unsupported(c, news) for c in chosen]
    news = [c for c in chosen if c.mode is Mode.ANNOUNCED]
    out: list[Chosen] = []
    for c in chosen:
        why = ""
        if c.mode is Mode.ANNOUNCED:
            why = next((w for other in news if other is not c and (w := _outranked(c, other))), "") or _dated_elsewhere(
                c, chosen
            )
            if _still_to_come(c, chosen):
                out.append(Chosen(c.frame, Mode.EXPECTED, c.confidence, "the lede tells it as a step to come"))
                continue
        out.append(Chosen(c.frame, Mode.BACKGROUND, c.confidence, why) if why else c)
    return out


def _unsupported(c: Chosen, news: list[Chosen]) -> Chosen:
    """A decision that only a sub-head tells is not this text's news: headline or lede would have it."""
    f = c.frame
    if c.mode is not Mode.ANNOUNCED or f.sentence.zone is not Zone.SUBHEAD or f.milestone in GOAL_DATES | EVIDENCE:
        return c
    if any(
        o.frame.code == f.code and o.frame.sentence.zone <= Zone.TITLE and o.frame.milestone not in EVIDENCE
        for o in news
    ):
        return c
    return Chosen(f, Mode.BACKGROUND, c.confidence, "told in a sub-head only")


def _loose_goal(c: Chosen, chosen: list[Chosen]) -> bool:
    """Whether a goal date far down has no news of the same review beside it."""
    if c.frame.milestone is not M.GOAL_DATE_SET or c.frame.sentence.zone <= Zone.SUBHEAD:
        return False
    review = {M.SUBMITTED, M.ACCEPTED_FOR_REVIEW, M.PRIORITY_REVIEW, M.VALIDATED}
    return not any(
        o.mode is Mode.ANNOUNCED and o.frame.milestone in review and o.frame.sentence.zone <= Zone.SUBHEAD
        for o in chosen
    )


_TRIALS = frozenset({M.TRIAL_POSITIVE, M.TRIAL_NEGATIVE, M.TRIAL_STOPPED})
_ENDS = frozenset({M.REVOKED, M.SUSPENDED, M.INDICATION_WITHDRAWN, M.AUTHORISATION_WITHDRAWN, M.APPLICATION_WITHDRAWN})


def _outranked(c: Chosen, other: Chosen) -> str:
    a, b = c.frame, other.frame
    if not set(a.treatment.split("+")) & set(b.treatment.split("+")):
        return ""
    if a.milestone in _TRIALS:
        if b.milestone not in EVIDENCE and b.sentence.zone <= Zone.SUBHEAD:
            return "the data behind the news"
        if M.TRIAL_STOPPED in {a.milestone, b.milestone} and M.TRIAL_POSITIVE not in {a.milestone, b.milestone}:
            return ""
        if b.milestone in _TRIALS and a.milestone is not b.milestone:
            return "another outcome leads the text" if _place(b) < _place(a) else ""
        return ""
    if b.milestone in EVIDENCE or _pathway(a.code) != _pathway(b.code) or a.milestone is b.milestone:
        return ""
    if why := _less_exact(c, other):
        return why
    if _less_exact(other, c):
        return ""
    if a.milestone in {M.ORPHAN_DESIGNATION, M.BREAKTHROUGH_DESIGNATION}:
        return (
            "a designation told beside a decision" if b.milestone in DECISIONS and a.sentence.zone > Zone.TITLE else ""
        )
    return _before_on_pathway(c, other)


_REVIEW = frozenset(
    {
        M.SUBMITTED,
        M.VALIDATED,
        M.ACCEPTED_FOR_REVIEW,
        M.PRIORITY_REVIEW,
        M.GOAL_DATE_SET,
        M.ADVISORY_POSITIVE,
        M.ADVISORY_NEGATIVE,
    }
)


def _before_on_pathway(c: Chosen, other: Chosen) -> str:
    a, b = c.frame, other.frame
    if a.milestone in GOAL_DATES:
        return (
            "the date of a review that is over"
            if b.milestone in DECISIONS | {M.GOAL_DATE_EXTENDED} and a.milestone is not b.milestone
            else ""
        )
    if a.milestone not in RANK or b.milestone not in RANK:
        return ""
    if a.milestone is M.SUBMITTED and b.milestone is M.APPLICATION_WITHDRAWN:
        return ""
    if a.milestone is M.SUBMITTED and b.milestone in {M.ACCEPTED_FOR_REVIEW, M.VALIDATED, M.PRIORITY_REVIEW}:
        return "a step before the news"
    if (
        a.milestone in {M.HTA_CONSULTATION_OPEN, M.ACCEPTED_FOR_REVIEW, M.PRIORITY_REVIEW}
        and b.milestone not in DECISIONS | HTA_OUTCOMES | _ENDS
    ):
        return ""
    if RANK[a.milestone] < RANK[b.milestone] and _place(b)[0] <= max(Zone.SUBHEAD, _place(a)[0]):
        return "a step before the news"
    same = RANK[a.milestone] == RANK[b.milestone] and a.code == b.code
    overlap = not a.indication or not b.indication or _same_words(a.indication, b.indication)
    if (
        same
        and overlap
        and _place(b) < _place(a)
        and {a.milestone, b.milestone} != {M.APPROVED, M.CONDITIONALLY_APPROVED}
    ):
        return "another outcome leads the text"
    return ""


def _same_words(one: str, two: str) -> bool:
    a, b = set(re.findall(r"[a-z]{4,}", one.lower())), set(re.findall(r"[a-z]{4,}", two.lower()))
    return len(a & b) >= 0.5 * min(len(a), len(b)) if a and b else True


def _dated_elsewhere(c: Chosen, chosen: list[Chosen]) -> str:
    """Why a headline is old: the lede dates the same act long before the document."""
    same = (
        o for o in chosen if o.mode is Mode.BACKGROUND and o.frame.sentence.zone is Zone.LEDE and _key(o) == _key(c)
    )
    return next((o.reason for o in same if o.reason.startswith("dated") and c.frame.sentence.zone is not Zone.LEDE), "")


def _still_to_come(c: Chosen, chosen: list[Chosen]) -> bool:
    """Whether a headline names an act that the lede only foresees."""
    if c.frame.sentence.zone is not Zone.TITLE or c.frame.milestone not in _ENDS:
        return False
    same = [
        o
        for o in chosen
        if _key(o) == _key(c) and o.frame.sentence.zone is Zone.LEDE and o.frame.action.rule.act != "decision"
    ]
    return bool(same) and all(o.mode is Mode.EXPECTED for o in same)


_SPECIFIC = frozenset({M.CONDITIONALLY_APPROVED, M.ACCELERATED_APPROVED})


def _less_exact(c: Chosen, other: Chosen) -> str:
    """Why a looser telling of the same decision yields to the exact one."""
    a, b = c.frame, other.frame
    apart = a.sentence.zone > Zone.TITLE or (a.sentence.zone is Zone.LEDE and b.sentence.zone is Zone.LEDE)
    two = apart and a.indication and b.indication and not _same_words(a.indication, b.indication)
    if (
        a.milestone is M.APPROVED
        and b.milestone in _SPECIFIC
        and a.code == b.code
        and a.sentence.start != b.sentence.start
        and not two
    ):
        return "the exact kind of approval is told elsewhere"
    opinion = {M.OPINION_POSITIVE: {M.APPROVED, M.CONDITIONALLY_APPROVED}, M.OPINION_NEGATIVE: {M.REFUSED}}
    if a.code == "EC" and a.place and a.milestone in opinion.get(b.milestone, ()):
        return "an opinion that the headline calls a decision"
    return ""


def _place(f: Frame) -> tuple[int, int]:
    return (int(f.sentence.zone), f.action.head)


_BEST = {Mode.ANNOUNCED: 0, Mode.BACKGROUND: 1, Mode.EXPECTED: 2}


def _unique(chosen: list[Chosen]) -> list[Chosen]:
    """One event for each decision: the best placed telling, with what the others add (date, indication)."""
    groups: list[list[Chosen]] = []
    for c in sorted(chosen, key=lambda c: (_BEST[c.mode], c.confidence is not Confidence.HIGH, _place(c.frame))):
        twin = next((members for members in groups if _same_event(members[0], c)), None)
        if twin is None:
            groups.append([c])
        else:
            twin.append(c)
    merged = sorted((_merge(members) for members in groups), key=lambda c: c.frame.action.head)
    return [_lent_date(c, merged) for c in merged]


def _lent_date(c: Chosen, others: list[Chosen]) -> Chosen:
    """An extension that gives no date takes the one that the text names as the goal date after it."""
    f = c.frame
    if f.milestone is M.GOAL_DATE_EXTENDED and f.date is None:
        later = [
            o.frame
            for o in others
            if o.frame.milestone is M.GOAL_DATE_SET and o.frame.date and o.frame.action.head > f.action.head
        ]
        f.date = later[-1].date if later else None
    return c


def _same_event(first: Chosen, c: Chosen) -> bool:
    a, b = first.frame, c.frame
    if (a.code, a.milestone) != (b.code, b.milestone) or not set(a.treatment.split("+")) & set(b.treatment.split("+")):
        return False
    return _twin(first, c)


def _twin(first: Chosen, c: Chosen) -> bool:
    a, b = first.frame, c.frame
    if first.mode is not c.mode:
        return (
            first.mode is Mode.ANNOUNCED
            and (b.date is None or b.date == a.date)
            and c.mode is Mode.BACKGROUND
            and _like(a, b)
        )
    if a.milestone in GOAL_DATES and a.date and b.date:
        return a.date == b.date
    if a.date and b.date and a.date != b.date and not (a.date.contains(b.date) or b.date.contains(a.date)):
        return False
    return _like(a, b)


def _like(a: Frame, b: Frame) -> bool:
    apart = a.sentence.start != b.sentence.start and a.sentence.zone > Zone.SUBHEAD < b.sentence.zone
    if apart and a.milestone is M.APPROVED and a.own_words and b.own_words:
        return _same_words(a.indication, b.indication)
    if (
        a.milestone in {M.APPROVED, M.ACCELERATED_APPROVED}
        and a.indication
        and b.indication
        and a.sentence.start == b.sentence.start
    ):
        return _same_words(a.indication, b.indication)
    return True


def _merge(members: list[Chosen]) -> Chosen:
    first = members[0]
    f = first.frame
    for other in (m.frame for m in members[1:]):
        if (
            (other.own_words and not f.own_words and other.indication)
            or not f.indication
            or (
                (is_vague(f.indication) or f.sentence.zone is Zone.TITLE)
                and other.sentence.zone <= Zone.SUBHEAD
                and other.own_words >= f.own_words
                and len(other.indication) > len(f.indication)
            )
        ):
            f.indication, f.own_words = other.indication or f.indication, other.own_words
        f.brand = f.brand or other.brand
        if f.date is None and other.date is not None:
            f.date, f.anchored = other.date, other.anchored
        f.window = f.window or other.window
        if len(other.treatment.split("+")) > len(f.treatment.split("+")):
            f.treatment = other.treatment
    if len(members) > 1 and first.confidence is Confidence.MEDIUM and first.mode is Mode.ANNOUNCED and not f.notes:
        return Chosen(f, first.mode, Confidence.HIGH, first.reason + ", and told again")
    return first
