"""Stages one and two over a document: from events to candidates, with what was named before kept in mind."""

from __future__ import annotations

from regwatch.classify.attribution import STRING, Acting, decide_actor, is_habit, joint_actors
from regwatch.classify.authority import AGENCY, OTHER, PANEL, find_authorities
from regwatch.classify.candidates import Candidate, Rejected
from regwatch.classify.clauses import clause_start
from regwatch.classify.cues import CUES
from regwatch.classify.date_spans import Mention, find_dates
from regwatch.classify.document import Prose
from regwatch.classify.extract import LOOSE, Action, lexicon
from regwatch.classify.headed import is_heading_of_list, under_heading, unnamed_of
from regwatch.classify.lexicon import LIST_HEAD, NEGATIVE, NOTHING
from regwatch.classify.lists import adds_nothing, is_item, is_list, listed, of_list, opens_line
from regwatch.classify.meaning import Resolved, resolve
from regwatch.classify.objects import OfProduct, products_of
from regwatch.classify.orbis import under_orbis
from regwatch.classify.products import UNNAMED, Named, other_medicine
from regwatch.classify.segment import Sentence, Zone
from regwatch.classify.sentence_spans import Memory, SentenceSpans, TextReading
from regwatch.classify.slots import disease_of, set_cues, set_date
from regwatch.classify.stance import Stance, stance_of
from regwatch.classify.text import Text

_TOLD_AT_THE_TOP = frozenset({"company_press_release", "trade_news"})
"""Kinds whose later sentences matter only where they name a watched medicine."""
OBJECT_WITHIN = 4
"""Characters after a verb within which another medicine is its object."""
TURNED_WITHIN = 180
"""Characters after a verb within which another verb may have the medicine behind it."""
AT_MOST = 120
"""No text tells of so many events; one that does is no announcement."""
TRIED_MOST = 240
"""Nor are more words for events tried that come to nothing, shadows aside."""


def read_candidates(prose: Prose) -> TextReading:
    """All candidates of all sentences, in order."""
    memory, reading = Memory(), TextReading()
    top = prose.announcement.kind in _TOLD_AT_THE_TOP
    for s in prose.layout.sentences:
        told = len(reading.candidates)
        if told >= AT_MOST or reading.tried >= TRIED_MOST:
            break
        named = prose.named_in(s)
        if named or not (top and s.zone is Zone.LATER):
            made = _told(prose, _spans(prose, s, named, reading), memory, reading)
        else:
            made = []
        made += under_orbis(prose, s)
        reading.candidates += made[: max(0, AT_MOST - len(reading.candidates))]
        memory.head = made[-1] if made else memory.head
    return reading


def _told(prose: Prose, spans: SentenceSpans, memory: Memory, reading: TextReading) -> list[Candidate]:
    """The candidates of one sentence; what it names is remembered for the next."""
    reading.tried += len(spans.actions)
    made = [one for action in spans.actions for one in _of_action(prose, spans, action, memory, reading)]
    if made and made[0].treatment == UNNAMED and is_heading_of_list(prose, spans.s, spans.named):
        memory.heading, made = made[0], []
    made = made or under_heading(prose, spans.s, spans.named, memory.heading)
    if not made and memory.head is not None and not memory.head.named and is_list(prose, spans.named):
        made = listed(prose, spans.s, spans.named, memory.head)
    made = made or of_list(prose, spans, memory)
    if opened := next((one for one in made if one.stance.sense == "done" or one.milestone.startswith("hta")), None):
        memory.opens = opened if prose.text.low[spans.s.start : spans.s.end].rstrip().endswith(":") else None
    elif (
        not made
        and memory.opens is not None
        and spans.named
        and is_item(prose, spans.s)
        and adds_nothing(prose, spans.s)
    ):
        made = listed(prose, spans.s, spans.named, memory.opens)
    elif opens_line(prose, spans.s) and not is_item(prose, spans.s):
        memory.opens = None
    memory.context = next((b for b in spans.bodies if b.body in {AGENCY, PANEL} and b.code != OTHER), memory.context)
    memory.last = next((n for n in reversed(spans.named) if n.role == "main"), memory.last)
    return made


def _spans(prose: Prose, s: Sentence, named: list[Named], reading: TextReading) -> SentenceSpans:
    actions, heading = [], None
    for action in lexicon().find(prose.text, s.start, s.end, prose.stems, prose.tongue, heads=not named):
        if LIST_HEAD in action.rule.tags:
            heading = action
        elif action.rule.means == NOTHING:
            reading.rejected.append(Rejected(action, "only looks like an event"))
        elif prose.in_quotation(action.head):
            reading.rejected.append(Rejected(action, "said in a quotation"))
        else:
            actions.append(action)
    actions = _without_loose(actions, s)
    bodies = find_authorities(prose.text, s.start, s.end) if actions or s.zone <= Zone.SUBHEAD else []
    dates = find_dates(prose.text, s.start, s.end) if actions else []
    return SentenceSpans(s, actions, bodies, named, dates, heading)


def _without_loose(actions: list[Action], s: Sentence) -> list[Action]:
    """The events of a sentence; what only hints at one counts alone, at the top, and against before for."""
    loose = [action for action in actions if LOOSE in action.rule.tags]
    if not loose:
        return actions
    if len(loose) < len(actions) or s.zone > Zone.SUBHEAD:
        return [action for action in actions if action not in loose]
    return ([action for action in loose if action.rule.means == NEGATIVE] or loose)[:1]


def _of_action(
    prose: Prose, spans: SentenceSpans, action: Action, memory: Memory, reading: TextReading
) -> list[Candidate]:
    """The candidates of one event: one for each medicine that it decides on."""

    def reject(why: str) -> list[Candidate]:
        reading.rejected.append(Rejected(action, why))
        return []

    s, text = spans.s, prose.text
    if _about_another(prose, spans, action):
        return reject("about a medicine that is not watched")
    if _is_question(prose, s, action):
        return reject("asked, not told")
    groups = products_of(text, action, spans.named, spans.heads)
    inherited = not groups
    if inherited:
        of_list = is_heading_of_list(prose, s, spans.named)
        borrowed = unnamed_of(s) if of_list else _borrow(prose, spans, memory.last)
        if borrowed is None:
            return reject("names no watched medicine")
        groups = [OfProduct((borrowed,))]
    acting = decide_actor(prose, s, action, spans.bodies, spans.heads, memory.context)
    if acting is None:
        return reject("names no authority that fits the words")
    stance = stance_of(text, s, action, clause_start(text, s, action.head))
    several = len(groups) > 1
    found = []
    for one in (acting, *joint_actors(text, action, acting, spans.bodies)):
        for group in groups:
            item = _item(text, s, group.group[0]) if several else (s.start, s.end)
            resolved = resolve(prose, s, action, one.code, one.kind, one.words, item)
            if resolved is None:
                reject(f"means no milestone from {one.code or 'nobody'}")
            else:
                found.append(_candidate(prose, spans, action, one, resolved, stance, group, inherited, several))
    return found


def _item(text: Text, s: Sentence, n: Named) -> tuple[int, int]:
    """The item of a list that a medicine stands in: between semicolons, and before what narrows the rest."""
    first = text.low.rfind(";", s.start, n.start) + 1 or s.start
    last = text.low.find(";", n.end, s.end)
    last = last if last >= 0 else s.end
    narrowed = CUES["attribution.narrowed_from"].search(text.low, n.end, last)
    return first, narrowed.start() if narrowed else last


def _candidate(
    prose: Prose,
    spans: SentenceSpans,
    action: Action,
    acting: Acting,
    resolved: Resolved,
    stance: Stance,
    product: OfProduct,
    inherited: bool,
    several: bool,
) -> Candidate:
    group = product.group
    one = Candidate(
        action=action,
        sentence=spans.s,
        stance=stance,
        milestone=resolved.milestone,
        code=resolved.code,
        explicit=acting.explicit,
        treatment="+".join(dict.fromkeys(n.treatment for n in group)),
        brand=group[0].brand,
        named=not inherited,
        body_at=(acting.body.start, acting.body.end) if acting.body and acting.body.end > acting.body.start else None,
        product_at=None if inherited else (group[0].start, group[0].end),
        body_runner_up=acting.runner_up,
        body_margin=acting.margin,
        product_runner_up=product.runner_up,
        product_margin=product.margin,
        partner=group[0].role != "main",
        place=acting.loose,
        ahead=resolved.foreseen,
        habit=inherited and stance.sense == "done" and is_habit(prose, action, stance),
        notes=[doubt for doubt in (resolved.doubt, stance.doubt, action.rule.doubt) if doubt],
    )
    set_date(prose, one, _own_dates(prose.text, spans, action))
    place = action.end if inherited else group[0].end
    one.indication, one.own_words = disease_of(prose, spans.s, action, place, "" if several else group[0].treatment)
    set_cues(prose, one, acting.body)
    return one


def _own_dates(text: Text, spans: SentenceSpans, action: Action) -> list[Mention]:
    """The dates of a sentence that may be the act's: none behind another act of another clause.

    It begins at a semicolon or is a relative one ("refused A; the EMA began B, which the FDA approved last year").
    """
    behind = [h for h in spans.heads if h > action.head]
    return [
        d
        for d in spans.dates
        if not any(h < d.start and CUES["attribution.walled"].search(text.low, action.end, h) for h in behind)
    ]


def _is_question(prose: Prose, s: Sentence, action: Action) -> bool:
    """Whether the sentence asks; a consultation page's own question is an invitation."""
    if CUES["attribution.put_to"].match(prose.text.low, s.start, s.end):
        return True
    return action.rule.syntax != "consult" and prose.text.low[s.start : s.end].rstrip().endswith("?")


def _about_another(prose: Prose, spans: SentenceSpans, action: Action) -> bool:
    """Whether the act is on a medicine that is not watched ("approved a rival drug, ...")."""
    s, low = spans.s, prose.text.low
    if action.rule.syntax not in {"verb", "noun", "said"}:
        return False
    if not spans.named and CUES["attribution.rival_acts"].search(low, max(s.start, action.head - 40), action.head):
        return True
    behind = next((n.start for n in spans.named if n.start >= action.end), action.end)
    reached = action.rule.syntax == "verb" and behind - action.end <= TURNED_WITHIN
    if reached and CUES["attribution.turned_away"].search(low[action.end : behind]):
        return True
    stop = min([action.end + 90, s.end, *(n.start for n in spans.named if n.start >= action.end)])
    if stop <= action.end or ";" in low[action.end : stop]:
        return False
    if CUES["attribution.rival_meant"].match(low[action.end : stop].lstrip()):
        return True
    near = min(stop, action.end + OBJECT_WITHIN + 30)
    other = other_medicine(prose.text, action.end, near, spans.named) if action.rule.syntax == "verb" else -1
    if other >= 0 and other - action.end <= OBJECT_WITHIN and not STRING.search(low[other:stop]):
        return True
    passive = CUES["attribution.passive"].search(low, max(s.start, action.head - 24), action.head)
    return not passive and prose.names_foreign(action.end, stop)


def _borrow(prose: Prose, spans: SentenceSpans, last: Named | None) -> Named | None:
    """The medicine that a sentence without a watched name is about, unless it names another medicine."""
    s = spans.s
    if prose.names_unwatched(s) or prose.names_foreign(s.start, s.end):
        return None
    if s.zone is Zone.TITLE and any(n.role == "other" for n in spans.named):
        return None  # a headline that names a watched medicine beside another one's act
    if is_item(prose, s) and len({n.treatment for n in prose.named}) > 1:
        return None
    if last or prose.focus:
        return last or (prose.focus if prose.focus and _leads_to(prose, s, prose.focus) else None)
    first = s.zone <= Zone.LEDE or len(prose.layout.sentences) == 1
    return Named(UNNAMED, "", s.start, s.start, "main") if first or prose.house else None


def _leads_to(prose: Prose, s: Sentence, focus: Named) -> bool:
    """Whether a sentence may be about a medicine that is named only later: where the text has no other."""
    alone = len({n.treatment for n in prose.named}) == 1
    return alone or focus.start < s.end or s.zone is Zone.TITLE
