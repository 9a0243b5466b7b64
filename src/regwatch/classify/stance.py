"""How a clause speaks of its action: as done, as foreseen, as long past, or not at all.

A verb is judged by the auxiliaries before it, a noun by what governs it ("receives approval", "pending approval").
Words inside the name of the population ("who have progressed", "not eligible for") stand after the action and are
never looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from regwatch.classify.cues import CUES
from regwatch.classify.denied import claimed, denied
from regwatch.classify.extract import Action
from regwatch.classify.lexicon import words
from regwatch.classify.segment import Sentence, Zone
from regwatch.classify.stance_elsewhere import told_elsewhere
from regwatch.classify.text import Text
from regwatch.vocabulary import Milestone

FUTURE, UNREAL, PAST = words("future"), words("unreal"), words("past")
MONTHS_FOLLOW = words("before_a_month")

DECIDED_BY_COMPANY = frozenset(
    {Milestone.TRIAL_STOPPED, Milestone.AUTHORISATION_WITHDRAWN, Milestone.INDICATION_WITHDRAWN}
)
"""Acts of a company: what it says it will do is decided."""
HEADLINE_SUBJECT = 40
"""Characters before the "to" of a headline that names who will act."""
IMAGINED_REACH = 110
"""Characters before an act in which it may be called imagined."""


@dataclass(frozen=True)
class Stance:
    """`sense` is done, foreseen, past, state, unreal or negated; `words` are the cue, at `place`."""

    sense: str
    words: str = ""
    place: int = 0
    doubt: str = ""
    """Why the words are not to be trusted, though they tell of the act."""
    how: str = ""
    """In another language: "perfect" for what has been done, "given" for what was given or received."""


def stance_of(text: Text, sentence: Sentence, action: Action, clause: int) -> Stance:
    """How the clause that begins at `clause` speaks of the action."""
    if action.rule.language == "en" and (words := denied(text, sentence, action)):
        return Stance("negated", words, action.head)
    before = text.low[max(sentence.start, action.head - IMAGINED_REACH) : action.head]
    after = CUES["stance.imagined_after"].match(text.low, action.end, sentence.end)
    if imagined := CUES["stance.imagined"].search(before) or after:
        return Stance("unreal", imagined[0].split()[0], action.head)
    if asked := CUES["stance.called_for"].search(
        text.low, max(sentence.start, action.head - IMAGINED_REACH), action.head
    ):
        return Stance("unreal", asked[0].split()[0], asked.start())
    stance = _told(text, sentence, action, clause)
    return replace(stance, doubt="told as what others claim") if claimed(text, sentence, action) else stance


def _told(text: Text, sentence: Sentence, action: Action, clause: int) -> Stance:
    form = action.rule.syntax
    if elsewhere := told_elsewhere(text, sentence, action, clause):
        return Stance(elsewhere.sense, elsewhere.words, elsewhere.place, how=elsewhere.how)
    if had := CUES["stance.had_it"].match(text.low, sentence.start, action.head):
        return Stance("unreal", had[0].split()[0], sentence.start)
    if past := CUES["stance.long_ago"].match(text.low, clause, action.head):
        return Stance("past", past[0].strip(), clause)
    condition = CUES["stance.condition"].search(text.low, max(clause, action.head - 140), action.head)
    if condition and not (condition[0].startswith(("should", "were", "whether")) and form != "said"):
        return Stance("unreal", condition[0].split()[0], condition.start())
    if re.match(r"propos|plan|intend|to be\b", text.low[action.head : action.head + 8]):
        return Stance("foreseen", text.low[action.head : action.end], action.head)
    if form in {"said", "label", "state", "consult"}:
        opened = CUES["stance.leading_condition"].match(text.low, sentence.start, action.head)
        return Stance("unreal", opened[0].split()[0], sentence.start) if opened else _said(text, action, clause)
    if form == "noun":
        return _noun(text, sentence, action, clause)
    return _verb(text, sentence, action, clause)


def _said(text: Text, action: Action, clause: int) -> Stance:
    left = text.low[max(clause, action.start - 40) : action.start]
    if m := re.search(r"\b(?:would|could|may|might|if|had|not)\s(?:\w+\s){0,2}$", left):
        return Stance("unreal", m[0].strip(), max(clause, action.start - 40) + m.start())
    return Stance("done")


@dataclass(frozen=True)
class _Verb:
    """A verb with the auxiliaries and adverbs before it, nearest last."""

    head: str
    near: tuple[str, ...]
    place: int

    def has(self, *words: str) -> bool:
        return any(word in self.near for word in words)

    def stance(self, sense: str) -> Stance:
        return Stance(sense, " ".join(self.near), self.place)


_BE = ("is", "are", "was", "were")


def _verb(text: Text, sentence: Sentence, action: Action, clause: int) -> Stance:
    at = action.start if "not" in action.rule.tags else action.head
    m = CUES["stance.aux"].search(text.low, max(clause, at - 80), at)
    near = _without_may(m[0].replace(",", " ").split())[-6:] if m else ()
    verb = _Verb(text.low[action.head : action.end], near, m.start() if m else at)
    if stance := _hedged(text, action, clause, verb) or _in_time(text, action, clause, verb):
        return stance
    return _by_shape(text, sentence, action, clause, verb)


def _without_may(near: list[str]) -> tuple[str, ...]:
    """The words without the month of May, which is no "may"."""
    return tuple(word for i, word in enumerate(near) if word != "may" or not i or near[i - 1] not in MONTHS_FOLLOW)


def _hedged(text: Text, action: Action, clause: int, verb: _Verb) -> Stance | None:
    """Denied, hypothetical or still to come, by the auxiliaries."""
    if (verb.has("not", "never", "n't") and "not only" not in " ".join(verb.near)) or (
        verb.has("yet") and verb.has("to")
    ):
        return verb.stance("negated")
    if verb.has("would") and action.rule.means is Milestone.TRIAL_STOPPED and _decided(text, action, clause):
        return verb.stance("done")
    if verb.has(*UNREAL):
        return verb.stance("unreal")
    if verb.has("to") and CUES["stance.resolved"].search(text.low, max(clause, action.head - 50), action.head):
        return Stance("done", "decided to", verb.place)
    if verb.near == ("to",) and CUES["stance.brought_to"].search(text.low, max(clause, action.head - 70), action.head):
        return Stance("done", "brought to", verb.place)
    if action.rule.means in DECIDED_BY_COMPANY and _is_resolved(text, action, clause, verb):
        return verb.stance("done")  # a company that says it will end a trial or a licence has decided
    future = set(verb.near) & FUTURE
    if future and not (future == {"expected"} and verb.has("as")):
        return verb.stance("foreseen")
    if verb.has("be") and not verb.has("was", "were"):
        return verb.stance("foreseen")
    return Stance("unreal", "being", verb.place) if verb.has("being") else None


def _is_resolved(text: Text, action: Action, clause: int, verb: _Verb) -> bool:
    """Whether a company says that it will do something, or a headline says "Norvane to withdraw ..."."""
    if CUES["stance.condition_after"].match(text.low, action.end):
        return False
    if verb.near == ("to",):
        before = text.low[clause : verb.place]
        return len(before) < HEADLINE_SUBJECT and not CUES["stance.effort"].search(before)
    return verb.near[-1:] == ("will",) and not verb.has("be")


def _decided(text: Text, action: Action, clause: int) -> bool:
    """Whether a company says what it would do: it has decided."""
    return bool(CUES["stance.said_would"].search(text.low, max(clause - 60, 0), action.head))


def _in_time(text: Text, action: Action, clause: int, verb: _Verb) -> Stance | None:
    """Past before the news, under way, or standing."""
    if verb.has("had") and not CUES["stance.said_had"].search(text.low, clause, action.head):
        return Stance("past", "had", verb.place)
    if (
        verb.has("having")
        and not verb.has("now", "today", "just")
        and CUES["stance.act_after"].match(text.low, action.end)
    ):
        return Stance("past", "having", verb.place)
    if verb.has(*PAST):
        return verb.stance("past")
    if re.match(r"\w+ing\b", verb.head) and verb.has(*_BE):
        return verb.stance("done")
    if verb.has("is", "are") and not verb.has("now", "today"):
        return verb.stance("state")
    return None


def _by_shape(text: Text, sentence: Sentence, action: Action, clause: int, verb: _Verb) -> Stance:
    """By the form of the word itself, where no auxiliary tells."""
    head, bare = verb.head, not verb.near
    if head == "launch" and not (verb.near and verb.near[-1] in {"to", "will"}):
        named = CUES["stance.a_launch"].search(text.low, max(clause, action.head - 30), action.head)
        return _noun(text, sentence, action, clause) if named else Stance("unreal", head, action.head)
    if (
        bare
        and sentence.zone is not Zone.TITLE
        and action.rule.tags & {"submit"}
        and CUES["stance.base_form"].match(head)
    ):
        return Stance("unreal", head, action.head)
    noun_like = re.fullmatch(r"\w+ing", head) or ((bare or verb.near[0] == "on") and head.endswith(_NOUN_ENDS))
    if (
        bare
        and re.fullmatch(r"\w+ing", head.split(" ")[0])
        and CUES["stance.with_subject"].search(text.low, max(clause, action.head - 60), action.head)
    ):
        return Stance("done", "with", action.head)
    if noun_like and "not" not in action.rule.tags:
        return _noun(text, sentence, action, clause)
    if bare and sentence.zone > Zone.TITLE and head.endswith("ed") and _reduced(text, action, clause):
        return Stance("state", head, action.head)
    if bare and CUES["stance.bare_end"].fullmatch(head):
        return Stance("unreal", head, action.head)
    if bare and action.rule.weak and not CUES["stance.finite"].search(head.split()[0]):
        return Stance("unreal", head, action.head)
    return verb.stance("done")


_NOUN_ENDS = ("al", "ion", "ance", "ssion", "ment", "ility")


def _reduced(text: Text, action: Action, clause: int) -> bool:
    """Whether a participle hangs on a noun ("the only drug approved for") instead of having a subject that acts."""
    return bool(CUES["stance.hangs_on"].search(text.low, max(clause, action.head - 14), action.head))


def _noun(text: Text, sentence: Sentence, action: Action, clause: int) -> Stance:
    first = max(clause, action.head - 130)
    governor = _governor(text, action, first)
    real = governor is not None and bool(governor["real"])
    after = text.low[action.end : action.end + 70]
    if before := CUES["stance.past_after"].match(after):
        return Stance("past", before[0].strip(), action.end)
    hangs = CUES["stance.of_another_noun"].search(text.low, first, action.start)
    if not hangs and (follow := CUES["stance.given_after"].match(after)):
        return Stance("past" if re.search("previously|already", follow[0]) else "done", follow[0].strip(), action.end)
    if not real and CUES["stance.open_after"].match(after):
        return Stance(
            "past" if CUES["stance.stood_after"].match(after) else "foreseen", after.split(",")[0][:30], action.end
        )
    if governor is None:
        far = None if hangs else CUES["stance.given_far"].match(text.low, action.end, sentence.end)
        if far:
            return Stance("done", far[0].strip()[-60:], action.end)
        headline = sentence.zone in {Zone.TITLE, Zone.SUBHEAD} or sentence.heading
        return Stance("done" if headline else "bare", "", action.head)
    if real:
        return _governed(text, sentence, action, clause, governor)
    if governor["unreal"]:
        return Stance(
            "foreseen" if CUES["stance.ahead"].match(governor[0]) else "unreal", governor[0], governor.start()
        )
    near = governor[0] == "after" and sentence.zone is Zone.TITLE
    if near and CUES["stance.nearing"].search(text.low, sentence.start, governor.start()):
        return Stance("done", "after", governor.start())
    return Stance("negated" if governor["negated"] else "past", governor[0], governor.start())


def _governor(text: Text, action: Action, first: int) -> re.Match[str] | None:
    """The nearest word before a noun that says whether it is had, sought, denied or past."""
    last: re.Match[str] | None = None
    for m in CUES["stance.governor"].finditer(text.low, first, action.head):
        if m["real"] and m[0] in {"with", "on", "has", "have", "had", "made"} and action.head - m.end() > 45:
            continue
        if m[0] in {"with", "on"} and not action.rule.tags & {"priority", "designation"}:
            continue
        if last is not None and m["unreal"] and m[0].startswith("for") and last["real"]:
            continue
        last = m
    return last


def _governed(text: Text, sentence: Sentence, action: Action, clause: int, governor: re.Match[str]) -> Stance:
    """The sense of a noun under a verb of giving or getting: by that verb's own auxiliaries."""
    word, place = governor[0], governor.start()
    before = text.low[max(clause, action.head - 130, place - 30) : place]
    if word in {"had", "has", "have", "holds"} and CUES["stance.until_now"].search(
        text.low, action.head, min(sentence.end, action.head + 120)
    ):
        return Stance("past", "until now", place)
    first = CUES["stance.first_to"].search(text.low, max(sentence.start, place - 160), place)
    if first and not first["hedge"]:
        return Stance("done" if first["new"] else "past", first[0].strip(), first.start())
    if modal := CUES["stance.modal_before"].search(before):
        hedge = modal[0].split()[0]
        sense = "negated" if hedge == "not" else "unreal" if hedge in UNREAL else "foreseen"
        return Stance(sense, modal[0].strip(), place)
    had = CUES["stance.had_before"].search(before)
    if had and not (had[0].startswith("had") and CUES["stance.said_had"].search(text.low, clause, action.head)):
        return Stance("past", had[0].strip(), place)
    between = text.low[governor.end() : action.head]
    if CUES["stance.earlier"].search(between):
        return Stance("past", between.strip(), governor.end())
    weak = word == "on" or (word == "with" and sentence.zone > Zone.LEDE and action.rule.weak)
    return Stance("bare" if weak else "done", word, place)
