"""Reading a document sentence by sentence: from actions to frames, with what was named before kept in mind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from regwatch.classify.actions import Action, find_actions
from regwatch.classify.actors import decide_actor, is_habit
from regwatch.classify.authority import AGENCY, PANEL, Body, find_authorities
from regwatch.classify.dates import Mention, find_dates
from regwatch.classify.details import disease_of, set_cues, set_date
from regwatch.classify.frames import Frame, clause_start, products_of
from regwatch.classify.indication import find_indication
from regwatch.classify.mode import Stance, stance_of
from regwatch.classify.products import UNNAMED, Named
from regwatch.classify.resolve import resolve
from regwatch.classify.rules.table import RULES
from regwatch.classify.segment import Sentence, Zone
from regwatch.classify.setting import Setting
from regwatch.vocabulary import Milestone

_ORBIS = re.compile(
    r"(?:reviews?|evaluations?|assessments?) (?:are |is |remain )?(?:currently |still )?(?:ongoing"
    r"|in progress|under way|underway|continu\w+)\b[^.;]{0,30}?(?:at|by|with|in) the other"
)
_ORBIS_RULE = next(rule for rule in RULES if rule.id == "review.accepted")
_PLAIN_NEWS = re.compile(r"\b(?:new|first|a|this|the) (?:medicine|drug|treatment|therapy|pill)\b(?! application)")
_RIVAL_ACTS = re.compile(r"\b(?:rivals?|competitors?|peer)\b")
_RIVAL_MEANT = re.compile(r"(?:\w+ ){0,2}(?:a|an|the|its) (?:rival|competing|different|similar|competitor)")
_PASSIVE = re.compile(r"\b(?:was|were|been|is|are|be)\s(?:\w+\s)?$")


_TOLD_AT_THE_TOP = frozenset({"company_press_release", "trade_news"})
"""Kinds whose later sentences matter only where they name a watched medicine."""
MOST_FRAMES = 300
"""What a text tells after this many acts, far down, is no news and not kept."""


@dataclass
class Memory:
    """What the sentences before have named: an authority, a medicine, a decision that may head a list."""

    context: Body | None = None
    last: Named | None = None
    head: Frame | None = None


@dataclass(frozen=True)
class Clause:
    """One sentence with all that is named in it."""

    s: Sentence
    actions: list[Action]
    bodies: list[Body]
    named: list[Named]
    dates: list[Mention]

    @property
    def heads(self) -> list[int]:
        """Where its actions stand."""
        return [action.head for action in self.actions]


def read_frames(setting: Setting) -> list[Frame]:
    """All frames of all sentences, in order."""
    memory = Memory()
    frames: list[Frame] = []
    top = setting.announcement.kind in _TOLD_AT_THE_TOP
    for s in setting.layout.sentences:
        if len(frames) >= MOST_FRAMES and s.zone is Zone.LATER:
            break
        named = setting.named_in(s)
        made = _told(setting, _clause(setting, s, named), memory) if named or not (top and s.zone is Zone.LATER) else []
        made += _under_orbis(setting, s)
        frames += made
        memory.head = made[-1] if made else memory.head
    return frames


def _told(setting: Setting, clause: Clause, memory: Memory) -> list[Frame]:
    """The frames of one sentence; what it names is remembered for the next."""
    made = [frame for action in clause.actions for frame in _frames_of(setting, clause, action, memory)]
    if not made and memory.head is not None and not memory.head.named and _is_list(setting, clause.named):
        made = _listed(setting, clause, memory.head)
    memory.context = next((b for b in clause.bodies if b.body in {AGENCY, PANEL}), memory.context)
    memory.last = next((n for n in reversed(clause.named) if n.role == "main"), memory.last)
    return made


def _clause(setting: Setting, s: Sentence, named: list[Named]) -> Clause:
    found = find_actions(setting.text, s.start, s.end, setting.stems, tongue=setting.tongue)
    actions = [action for action in found if not setting.in_quotation(action.head)]
    bodies = find_authorities(setting.text, s.start, s.end) if actions or s.zone <= Zone.LEDE else []
    dates = find_dates(setting.text, s.start, s.end) if actions else []
    return Clause(s, actions, bodies, named, dates)


def _frames_of(setting: Setting, clause: Clause, action: Action, memory: Memory) -> list[Frame]:
    """The frames of one action: one for each medicine that it decides on."""
    s, text = clause.s, setting.text
    if _about_another(setting, clause, action) or _is_question(setting, s, action):
        return []
    groups = products_of(text, action, clause.named, clause.heads)
    inherited = not groups
    if inherited:
        borrowed = _borrow(setting, clause, memory.last)
        groups = [[borrowed]] if borrowed else []
    acting = decide_actor(setting, s, action, clause.bodies, clause.heads, memory.context) if groups else None
    resolved = acting and resolve(text, s, action, acting.code, acting.kind, acting.words, setting.document)
    if not acting or not resolved:
        return []
    stance = stance_of(text, s, action, clause_start(text, s, action.head))
    plain = s.zone is not Zone.TITLE and not s.heading
    if inherited and stance.sense == "done" and plain and is_habit(setting, action, stance):
        return []
    frames = []
    for group in groups:
        who = "+".join(dict.fromkeys(n.treatment for n in group))
        frame = Frame(
            action, s, stance, resolved.milestone, resolved.code, acting.explicit, who, group[0].brand, not inherited
        )
        frame.place, frame.notes = acting.loose, [doubt for doubt in (resolved.doubt, stance.doubt) if doubt]
        set_date(setting, frame, clause.dates)
        place = action.end if inherited else group[0].end
        alone = group[0].treatment if len(groups) == 1 else ""
        frame.indication, frame.own_words = disease_of(setting, s, action, place, alone)
        set_cues(setting, frame, acting.body)
        frames.append(frame)
    return frames


def _is_question(setting: Setting, s: Sentence, action: Action) -> bool:
    """Whether the sentence asks; a consultation page's own question is an invitation."""
    return action.rule.form != "consult" and setting.text.low[s.start : s.end].rstrip().endswith("?")


def _about_another(setting: Setting, clause: Clause, action: Action) -> bool:
    """Whether the act is on a medicine that is not watched ("approved a rival drug, ...")."""
    s, low = clause.s, setting.text.low
    if action.rule.form not in {"verb", "noun", "said"}:
        return False
    if not clause.named and _RIVAL_ACTS.search(low, max(s.start, action.head - 40), action.head):
        return True
    stop = min([action.end + 90, s.end, *(n.start for n in clause.named if n.start >= action.end)])
    if stop <= action.end or ";" in low[action.end : stop]:
        return False
    if _RIVAL_MEANT.match(low[action.end : stop].lstrip()):
        return True
    passive = _PASSIVE.search(low, max(s.start, action.head - 24), action.head)
    return not passive and setting.names_foreign(action.end, stop)


def _borrow(setting: Setting, clause: Clause, last: Named | None) -> Named | None:
    """The medicine that a sentence without a watched name is about, unless it names another medicine."""
    s = clause.s
    if setting.names_unwatched(s) or setting.names_foreign(s.start, s.end):
        return None
    if last or setting.focus:
        return last or setting.focus
    plain = setting.announcement.kind != "company_press_release" and _PLAIN_NEWS.search(
        setting.text.low, s.start, s.end
    )
    return Named(UNNAMED, "", s.start, s.start, "main") if plain else None


def _is_list(setting: Setting, named: list[Named]) -> bool:
    """Whether a sentence strings medicines together with semicolons."""
    mains = [n for n in named if n.role == "main"]
    return any(a.treatment != b.treatment and ";" in setting.text.low[a.end : b.start] for a, b in pairwise(mains))


def _listed(setting: Setting, clause: Clause, head: Frame) -> list[Frame]:
    """The items of a list that the sentence before has introduced ("the consortium took five: A in ...; B in ...")."""
    frames = []
    for number, n in enumerate(clause.named):
        if n.role != "main" or any(n.treatment == o.treatment for o in clause.named[:number]):
            continue
        later = [o.start for o in clause.named if o.start > n.start and o.treatment != n.treatment]
        phrase, _ = find_indication(setting.text, n.start, later[0] if later else clause.s.end, n.end)
        frame = Frame(
            head.action, clause.s, head.stance, head.milestone, head.code, head.explicit, n.treatment, n.brand, True
        )
        frame.indication, frame.own_words, frame.date = phrase, bool(phrase), head.date
        frame.place, frame.cues = head.place, list(head.cues)
        frames.append(frame)
    return frames


def _under_orbis(setting: Setting, s: Sentence) -> list[Frame]:
    """The agencies of the sentence before, at which a review still runs "at the other agencies"."""
    if setting.focus is None or s.number == 0 or setting.text.low.find("the other", s.start, s.end) < 0:
        return []
    m = _ORBIS.search(setting.text.low, s.start, s.end)
    if m is None:
        return []
    last = setting.layout.sentences[s.number - 1]
    before = find_authorities(setting.text, last.start, last.end)
    action = Action(_ORBIS_RULE, m.start(), m.end(), m.start(), m.end())
    codes = dict.fromkeys(b.code for b in before if b.body == AGENCY and b.code != "FDA")
    stance, who = Stance("state", m[0], m.start()), setting.focus
    frames = [
        Frame(action, s, stance, Milestone.ACCEPTED_FOR_REVIEW, code, True, who.treatment, who.brand, True)
        for code in codes
    ]
    for frame in frames:
        set_cues(setting, frame, None)
    return frames
