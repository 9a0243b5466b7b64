"""Who acts in a clause: named in it, given away by the application, the page's own authority, or named before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.classify.actions import Action
from regwatch.classify.authority import AGENCY, HTA, PLACE, Body, find_authorities
from regwatch.classify.frames import actor_of, implied_actor, refers_back
from regwatch.classify.mode import Stance
from regwatch.classify.segment import Sentence, Zone
from regwatch.classify.setting import Setting

_HABIT = re.compile(
    r"grants?|gives?|issues?|refus(?:es|e)|approves?|authori[sz]es?|rejects?|clears?|adopts?|recommends?|accepts?"
    r"|revokes?|suspends?|receives?|backs?"
)


@dataclass(frozen=True)
class Acting:
    """The authority of an action. `explicit`: the clause names it; `words` are those that name it."""

    code: str
    body: Body | None
    explicit: bool
    words: str

    @property
    def kind(self) -> str:
        """Agency, panel or place."""
        return self.body.body if self.body else AGENCY

    @property
    def loose(self) -> bool:
        """Whether only a country or "EU regulators" stands for the authority."""
        return self.body is not None and (self.body.body == PLACE or "regulator" in self.words)


def decide_actor(
    setting: Setting, s: Sentence, action: Action, bodies: list[Body], heads: list[int], context: Body | None
) -> Acting | None:
    """Who acts; None where nobody fits."""
    rule, low = action.rule, setting.text.low
    body = actor_of(setting.text, action, bodies, heads)
    explicit = body is not None
    if body is None:
        body = _implied(setting, s, action, context)
    if body is None and rule.language != "en":
        body = Body("EC", AGENCY, action.head, action.head)  # whom such texts mean most; a person confirms it
    code = rule.authority if rule.authority and rule.authority != "hta" else body.code if body else ""
    explicit = explicit or code == rule.authority != ""
    if code in {"", "EMA"} and "opinion" in rule.tags and "opinion" in low[action.start : action.stop]:
        code, explicit = "EMA", True
    if (not code and rule.act in {"positive", "negative"}) or not _fits(setting, action, code, explicit):
        return None
    return Acting(code, body, explicit, low[body.start : body.end] if body else "")


def is_habit(setting: Setting, action: Action, stance: Stance) -> bool:
    """Whether a clause without a medicine states what a body does in general ("the Commission grants or refuses")."""
    governed = action.rule.form == "noun" and stance.words
    word = stance.words.split()[-1] if governed else setting.text.low[action.head : action.end].split()[0]
    return bool(_HABIT.fullmatch(word))


def _fits(setting: Setting, action: Action, code: str, explicit: bool) -> bool:
    """Whether words that mean much only from the right mouth have that mouth."""
    rule, head = action.rule, setting.text.low[action.head : action.end]
    if explicit:
        return True
    if rule.id == "opinion.recommended_approval" and re.match(r"endors|back|favo|urg", head):
        return False
    if code in HTA and rule.id.startswith("approved") and (code == setting.house or rule.form == "noun"):
        return bool(re.match(r"recommend|accept|approved for use", head))
    own_notice = code == setting.house and setting.announcement.kind == "regulator_notice"
    return not rule.weak or code in HTA or own_notice


def _implied(setting: Setting, s: Sentence, action: Action, context: Body | None) -> Body | None:
    """The actor that the sentence does not name."""
    nothing = action.head, action.head
    if code := implied_actor(setting.text, action, s):
        return Body(code, AGENCY, *nothing)
    if setting.house:
        return Body(setting.house, AGENCY, *nothing)
    if s.zone is Zone.TITLE and not action.rule.weak and action.rule.act in {"positive", "negative"}:
        return _told_below(setting)
    if context and (refers_back(setting.text, s) or s.zone <= Zone.SUBHEAD or context.code in HTA):
        return context
    return None


def _told_below(setting: Setting) -> Body | None:
    """The one authority that the lede names, for a headline that names none."""
    lede = [s for s in setting.layout.sentences if s.zone is Zone.LEDE]
    if not lede:
        return None
    bodies = [b for b in find_authorities(setting.text, lede[0].start, lede[-1].end) if b.body != PLACE]
    return bodies[0] if bodies and len({b.code for b in bodies}) == 1 else None
