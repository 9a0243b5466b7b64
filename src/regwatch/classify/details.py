"""What a frame is told with: its date or window, its disease, and the words that decided it."""

from __future__ import annotations

import re

from regwatch.classify.actions import Action
from regwatch.classify.authority import Body
from regwatch.classify.dates import Mention
from regwatch.classify.frames import Frame, bind_date
from regwatch.classify.indication import find_indication, is_vague
from regwatch.classify.segment import Sentence, Zone
from regwatch.classify.setting import Setting
from regwatch.model import Cue
from regwatch.vocabulary import GOAL_DATES, Milestone

_WINDOW = re.compile(
    r"\b(?:in (?:the )?(?:coming|next) (?:\w+ )?(?:weeks?|months?|quarters?)|within (?:\w+ )?(?:days"
    r"|weeks|months)|(?:later|early|late) (?:this|next) year|by (?:the )?(?:end|middle) of (?:the|this"
    r"|next)? ?(?:year|month|quarter)|in due course|soon|shortly|to be confirmed|tbc"
    r"|d'ici quelques mois|dans les prochains mois)\b"
)
ENTRY_LEAD = 400
"""An entry's date dates what its first characters tell, this many."""


def set_date(setting: Setting, frame: Frame, dates: list[Mention]) -> None:
    """Bind the date that the clause gives, or the vague words of a window; an entry of a rolling page lends its own."""
    text, s = setting.text, frame.sentence
    goal = frame.milestone in GOAL_DATES
    ahead = goal or frame.stance.sense == "foreseen" or frame.action.rule.act == "decision"
    m = _date_of(setting, frame, dates, ahead)
    if m is not None:
        frame.date = m.resolve(setting.anchor(s), ahead=ahead, us=setting.house == "FDA")
        frame.anchored, frame.when = m.kind in {"today", "weekday"}, m.words
        if frame.date is not None:
            frame.cues.append(Cue("date", text.plain[m.start : m.end], text.original_span(m.start, m.end)[0]))
    if frame.date is None and ahead and (window := _WINDOW.search(text.low, s.start, s.end)):
        frame.window = window[0]
    done = frame.stance.sense == "done" and not ahead and frame.date is None
    if done and s.entry >= 0 and s.start - setting.layout.starts[s.entry] < ENTRY_LEAD:
        frame.date = setting.layout.entries[s.entry]


def _date_of(setting: Setting, frame: Frame, dates: list[Mention], ahead: bool) -> Mention | None:
    extended = frame.milestone is Milestone.GOAL_DATE_EXTENDED
    usable = [d for d in dates if not ahead or d.kind in {"explicit", "relative"}]
    m = bind_date(frame.action, usable, setting.text, last_of_range=extended, goal=ahead)
    if frame.milestone is Milestone.GOAL_DATE_SET:
        later = [d for d in dates if d.kind == "explicit" and d.start >= frame.action.end]
        return later[0] if later else m
    return m


def disease_of(setting: Setting, s: Sentence, action: Action, place: int, treatment: str) -> tuple[str, bool]:
    """The disease phrase of a frame, and whether its own sentence has it. `treatment` "": one of several."""
    several = not treatment
    phrase, where = find_indication(setting.text, s.start, s.end, max(place, s.start))
    if several and 0 <= where < place:
        return "", False
    far = where < place and where < action.head and s.zone is Zone.LATER
    if phrase and not is_vague(phrase) and not far:
        return phrase, True
    if words := _watched_words(setting, s):
        return words, True
    if several:
        return phrase, bool(phrase)
    return setting.indication(treatment) or phrase, False


def _watched_words(setting: Setting, s: Sentence) -> str:
    """The words of a watched indication that stand in the sentence."""
    for indication in setting.indications:
        for term in indication.terms:
            if (place := setting.text.low.find(term.lower(), s.start, s.end)) >= 0:
                return setting.text.plain[place : place + len(term)]
    return ""


def set_cues(setting: Setting, frame: Frame, body: Body | None) -> None:
    """Note the words that set action, authority, mode, polarity and indication, each with its place."""
    text, action = setting.text, frame.action

    def note(role: str, start: int, end: int) -> None:
        frame.cues.append(Cue(role, text.plain[start:end], text.original_span(start, max(start, end))[0]))

    note("action", action.head, action.end)
    if body and body.end > body.start:
        note("authority", body.start, body.end)
    if frame.stance.words:
        frame.cues.append(
            Cue("mode", frame.stance.words, text.original_span(frame.stance.place, frame.stance.place)[0])
        )
    if "not" in action.rule.tags or action.rule.act == "negative":
        note("polarity", action.start, action.stop)
    if frame.indication:
        place = text.plain.find(frame.indication, frame.sentence.start, frame.sentence.end)
        place = place if place >= 0 else max(0, text.plain.find(frame.indication))
        frame.cues.append(Cue("indication", frame.indication, text.original_span(place, place)[0]))
