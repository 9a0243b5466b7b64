"""What a frame is told with: its date or window, its disease, and the words that decided it."""

from __future__ import annotations

from datetime import timedelta

from regwatch.classify.authority import Body
from regwatch.classify.candidates import Candidate
from regwatch.classify.clauses import separators
from regwatch.classify.cues import CUES
from regwatch.classify.date_spans import Mention
from regwatch.classify.document import Prose
from regwatch.classify.extract import Action
from regwatch.classify.indication import find_indication, is_vague
from regwatch.classify.segment import Sentence, Zone
from regwatch.classify.text import Text
from regwatch.dates import Precision
from regwatch.model import Cue
from regwatch.vocabulary import EVIDENCE, GOAL_DATES, Milestone

ENTRY_LEAD = 400
"""An entry's date dates what its first characters tell, this many."""
TOLD_WITHIN = 120
"""Characters within which an act, its date and the verb that tells of it stand together."""


def set_date(prose: Prose, frame: Candidate, dates: list[Mention]) -> None:
    """Bind the date that the clause gives, or the vague words of a window; an entry of a rolling page lends its own."""
    text, s = prose.text, frame.sentence
    goal = frame.milestone in GOAL_DATES
    ahead = goal or frame.stance.sense == "foreseen" or frame.action.rule.means == "decision"
    m = _date_of(prose, frame, dates, ahead)
    if m is not None:
        frame.date = m.resolve(prose.anchor(s), ahead=ahead, us=prose.house == "FDA")
        frame.anchored, frame.when = m.kind in {"today", "weekday"}, m.words
        frame.of_telling = not ahead and _is_of_telling(prose, frame, m)
        if frame.date is not None:
            frame.cues.append(Cue("date", text.plain[m.start : m.end], text.original_span(m.start, m.end)[0]))
    anchor = prose.anchor(s)
    if frame.date and anchor and not goal and anchor.precision is Precision.DAY:
        frame.ahead = frame.ahead or frame.date.first > anchor.last + timedelta(days=1)
    if frame.date is None and ahead and (window := CUES["attribution.window"].search(text.low, s.start, s.end)):
        frame.window = window[0]
    done = frame.stance.sense == "done" and not ahead and frame.date is None
    if done and s.entry >= 0 and s.start - prose.layout.entries[s.entry].start < ENTRY_LEAD:
        frame.date, frame.of_telling = prose.layout.entries[s.entry].day, frame.code != prose.house


def _is_of_telling(prose: Prose, frame: Candidate, m: Mention) -> bool:
    """Whether the date is that of the telling: "announced today that it has granted", "the firm said on Monday".

    Who tells of an act of their own gives its day, as an authority does, or a company that has results of a trial.
    """
    text, s, head = prose.text, frame.sentence, frame.action.head
    if frame.milestone in EVIDENCE or frame.code == prose.house:
        return False
    first, last = max(s.start, min(m.start, head) - TOLD_WITHIN), min(s.end, max(m.end, head) + TOLD_WITHIN)
    for told in CUES["attribution.telling"].finditer(text.low, first, last):
        if _acts_itself(text, frame, told.start()):
            continue
        if told.end() <= m.start:
            beside = CUES["attribution.told_when"].fullmatch(text.low, told.end(), m.start)
            of_noun = m.kind != "explicit" and frame.action.rule.syntax == "noun" and told.end() <= head < m.start
            if beside or (of_noun and "that" not in text.low[told.end() : head].split()):
                return True
        elif m.end <= told.start() and told.start() - m.end < TOLD_WITHIN and not m.end <= head < told.start():
            after = head >= told.end() and not text.low.startswith(",", told.end())
            if after or not text.low[m.end : told.start()].strip():
                return True
    return False


def _acts_itself(text: Text, frame: Candidate, told: int) -> bool:
    """Whether the one who tells is the authority that has acted ("the FDA said on Friday that it has")."""
    if frame.body_at is None or not 0 <= told - frame.body_at[1] < TOLD_WITHIN:
        return False
    return bool(CUES["attribution.tells_itself"].fullmatch(text.low, frame.body_at[1], told))


def _date_of(prose: Prose, frame: Candidate, dates: list[Mention], ahead: bool) -> Mention | None:
    extended = frame.milestone is Milestone.GOAL_DATE_EXTENDED
    usable = [d for d in dates if (d.kind in {"explicit", "relative"} if ahead else not _is_to_come(prose, frame, d))]
    m = bind_date(frame.action, usable, prose.text, last_of_range=extended, goal=ahead)
    if frame.milestone is Milestone.GOAL_DATE_SET:
        later = [d for d in dates if d.kind == "explicit" and d.start >= frame.action.end]
        return later[0] if later else m
    return m


def _is_to_come(prose: Prose, frame: Candidate, date: Mention) -> bool:
    """Whether a date is that of a decision that is awaited, beside an act that is done."""
    first = max(frame.sentence.start, date.start - TOLD_WITHIN)
    return bool(CUES["attribution.date_to_come"].search(prose.text.low, first, date.start))


def disease_of(prose: Prose, s: Sentence, action: Action, place: int, treatment: str) -> tuple[str, bool]:
    """The disease phrase of a frame, and whether its own sentence has it. `treatment` "": one of several."""
    several = not treatment
    phrase, where = find_indication(prose.text, s.start, s.end, max(place, s.start))
    phrase = _before_next_medicine(prose, s, phrase, where)
    if several and 0 <= where < place:
        return "", False
    far = where < place and where < action.head and s.zone is Zone.LATER
    if phrase and not is_vague(phrase) and not far:
        return phrase, True
    if words := _watched_words(prose, s):
        return words, True
    if several:
        return phrase, bool(phrase)
    return prose.indication(treatment) or phrase, False


def _before_next_medicine(prose: Prose, s: Sentence, phrase: str, where: int) -> str:
    """The phrase up to where the sentence turns to another medicine ("lung cancer and | Velmora for breast cancer").

    A medicine that belongs to the use ("after sorafenib", "treated with A or B") stays.
    """
    text, end = prose.text, where + len(phrase)
    for n in prose.named_in(s) if phrase else ():
        if not where < n.start < end:
            continue
        before = text.plain[where : n.start]
        if CUES["attribution.of_the_use"].search(before.lower()):
            return phrase
        turn = CUES["attribution.turns_to"].search(before.lower())
        return " ".join(before[: turn.start() if turn else len(before)].strip(" ,.;:-").split())
    return phrase


def _watched_words(prose: Prose, s: Sentence) -> str:
    """The words of a watched indication that stand in the sentence."""
    for indication in prose.indications:
        for term in indication.terms:
            if (place := prose.text.low.find(term.lower(), s.start, s.end)) >= 0:
                return prose.text.plain[place : place + len(term)]
    return ""


def set_cues(prose: Prose, frame: Candidate, body: Body | None) -> None:
    """Note the words that set action, authority, mode, polarity and indication, each with its place."""
    text, action = prose.text, frame.action

    def note(role: str, start: int, end: int) -> None:
        frame.cues.append(Cue(role, text.plain[start:end], text.original_span(start, max(start, end))[0]))

    note("action", action.head, action.end)
    if body and body.end > body.start:
        note("authority", body.start, body.end)
    if frame.stance.words:
        frame.cues.append(
            Cue("mode", frame.stance.words, text.original_span(frame.stance.place, frame.stance.place)[0])
        )
    if "not" in action.rule.tags or action.rule.means == "negative":
        note("polarity", action.start, action.stop)
    if frame.indication:
        place = text.plain.find(frame.indication, frame.sentence.start, frame.sentence.end)
        place = place if place >= 0 else max(0, text.plain.find(frame.indication))
        frame.cues.append(Cue("indication", frame.indication, text.original_span(place, place)[0]))


def bind_date(action: Action, dates: list[Mention], text: Text, *, last_of_range: bool, goal: bool) -> Mention | None:
    """The date that belongs to the action: beside it, never one that governs a trial, a congress or an earlier act."""
    usable = [
        d
        for d in dates
        if not _foreign_date(text, d)
        and (goal or not (_beyond(text, action, d) or _of_what_came_before(text, action, d)))
        and (goal or not CUES["attribution.goal"].search(text.low[max(0, d.start - 50) : d.start]))
    ]
    if not usable:
        return None
    if last_of_range:
        to = [
            d
            for d in usable
            if d.kind == "explicit" and CUES["attribution.to_date"].search(text.low[max(0, d.start - 9) : d.start])
        ]
        explicit = [d for d in usable if d.kind == "explicit"]
        return (to or [d for d in explicit if d.start >= action.head] or explicit or [None])[0]  # type: ignore[list-item]

    def cost(d: Mention) -> float:
        gap = action.head - d.end if d.end <= action.head else d.start - action.end
        return max(0, gap) + 50 * separators(text, d.start, action.head) + (0 if d.kind == "explicit" else 30)

    best = min(usable, key=cost)
    return best if cost(best) < 320 else None


def _beyond(text: Text, action: Action, d: Mention) -> bool:
    """Whether the date belongs to an earlier act that the clause recalls ("refused, following the opinion in May")."""
    recalled = CUES["attribution.recalls"]
    return d.start > action.end and bool(recalled.search(text.low[action.end : d.start]))


def _of_what_came_before(text: Text, action: Action, d: Mention) -> bool:
    """Whether the date belongs to a clause that leads up to the act ("After a refusal in 2023, the FDA approved")."""
    led = d.end < action.head and "," in text.low[d.end : action.head]
    return led and bool(CUES["attribution.before_it"].search(text.low[max(0, d.start - 200) : d.start]))


def _foreign_date(text: Text, d: Mention) -> bool:
    return d.kind == "explicit" and bool(CUES["attribution.foreign"].search(text.low[max(0, d.start - 50) : d.start]))
