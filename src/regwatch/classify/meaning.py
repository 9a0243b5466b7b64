"""Which milestone an event is, given who acts: "backs" is an opinion from one body and guidance from another."""

from __future__ import annotations

from dataclasses import dataclass

from regwatch.classify.appraisal import doubt_of, guidance_of, managed_access_of
from regwatch.classify.authority import HTA, HTA_OF_PLACE, LICENSES_TOO, PANEL, PLACE, RATES_ONLY
from regwatch.classify.cues import CUES
from regwatch.classify.document import Prose
from regwatch.classify.extract import Action
from regwatch.classify.lexicon import DECISION, NEGATIVE, POSITIVE, RECOMMENDED, LexiconRow
from regwatch.classify.segment import Sentence
from regwatch.classify.text import Text
from regwatch.vocabulary import Milestone as M

ENDS = frozenset({M.REVOKED, M.SUSPENDED, M.LAPSED, M.AUTHORISATION_WITHDRAWN, M.INDICATION_WITHDRAWN})
LATER = 600
"""How far after a sentence its approval may be told to be accelerated or conditional, in characters."""
NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)


@dataclass(frozen=True)
class Resolved:
    """The milestone and the authority that owns it; `doubt` says why it is not certain."""

    milestone: M
    code: str
    doubt: str = ""
    foreseen: bool = False
    """Advice of the safety committee on which the Commission has still to decide."""


@dataclass(frozen=True)
class _Said:
    """The words about an event that decide what it is."""

    head: str
    close: str
    """Near the head, both sides."""
    around: str
    """The clause and what follows it."""
    later: str
    """What the sentences after it say of it."""
    whole: str
    """All words of the event."""


def resolve(
    prose: Prose, sentence: Sentence, action: Action, code: str, body: str, words: str, item: tuple[int, int]
) -> Resolved | None:
    """None if the words, from that body, mean no milestone. `item`: the part of the sentence about the medicine."""
    rule, text = action.rule, prose.text
    said = _words_of(text, sentence, action)
    code = _appraiser(action, code, body, said.around, prose.document)
    if _is_nobodys(rule, code):
        return None
    if "press" in rule.tags and code == prose.house:
        return None
    if isinstance(rule.means, M):
        return _of_milestone(prose, rule.means, code, body, sentence, action, said, item)
    if rule.means == POSITIVE and CUES["meaning.licence"].match(said.head) and _is_undone(text, sentence, action):
        return None
    if rule.means == NEGATIVE and CUES["meaning.object_not_drug"].search(_without_reason(said.close)):
        return None
    if rule.means == NEGATIVE and _is_recalled(text, sentence, action):
        return None
    if code in HTA:
        if words.startswith("appeal"):
            return Resolved(M.HTA_APPEAL, code)
        told = guidance_of(prose, rule.means, code, sentence, action, item)
        return Resolved(told, code, doubt_of(prose, told, code, sentence, item))
    if code == "FDA" and body == PANEL and _of_another_panel(prose):
        return None
    if rule.means == DECISION:
        return Resolved(M.OPINION_POSITIVE if code == "EMA" else M.APPROVED, code) if code and body != PANEL else None
    if body == PANEL or ("panel" in rule.tags and code == "FDA"):
        side = _vote(text, sentence) or rule.means
        return (
            None if side == "tie" else Resolved(M.ADVISORY_NEGATIVE if side == NEGATIVE else M.ADVISORY_POSITIVE, code)
        )
    if code == "EC" and rule.means == POSITIVE and CUES["meaning.backs"].match(said.head):
        return Resolved(M.OPINION_POSITIVE, "EMA")
    if body == PLACE and rule.means == RECOMMENDED and code != "EC":
        return None
    if code == "EMA":
        return _ema(rule.means, rule.weak, words, said.head)
    return _licensing(prose, rule, code, said)


def _without_reason(words: str) -> str:
    """What follows an act up to where its reason begins."""
    return str(CUES["meaning.reason"].split(words, 1)[0])


def _of_another_panel(prose: Prose) -> bool:
    """Whether a text that only speaks of "a panel" is about an appraising body and never about the American agency."""
    foreign = CUES["meaning.appraised"].search(prose.document) and not CUES["meaning.american"].search(prose.document)
    return bool(foreign) and " US " not in prose.text.plain


def _is_nobodys(rule: LexiconRow, code: str) -> bool:
    """Whether words of an appraisal have no body, or those of a verdict one that only rates a benefit."""
    if not code:
        return rule.body == "hta" or "hta_only" in rule.tags
    return code in RATES_ONLY and rule.language != "en" and rule.means in {POSITIVE, NEGATIVE, RECOMMENDED}


def _vote(text: Text, sentence: Sentence) -> str:
    """Which way a vote told in figures went: positive, negative or a tie; "" where none is told."""
    m = CUES["meaning.vote_counts"].search(text.low, sentence.start, sentence.end)
    if m is None:
        return ""
    yes, no = (_number(m[side] or m[f"{side}2"] or m[f"{side}3"]) for side in ("yes", "no"))
    return "tie" if yes == no else POSITIVE if yes > no else NEGATIVE


def _number(word: str) -> int:
    """A number of up to two digits, or its word."""
    return int(word) if word.isdigit() else NUMBERS.index(word if word != "none" else "zero")


def _words_of(text: Text, sentence: Sentence, action: Action) -> _Said:
    first, last, low = sentence.start, sentence.end, text.low
    return _Said(
        head=low[action.head : action.end],
        close=low[max(first, action.head - 60) : min(last, action.end + 60)],
        around=low[max(first, action.head - 130) : min(last, action.end + 330)],
        later=low[last : last + LATER],
        whole=low[max(first, action.start - 12) : action.stop],
    )


def _appraiser(action: Action, code: str, body: str, around: str, document: str) -> str:
    """The body that appraises, where the words are about reimbursement; else the code as it was."""
    rule, money = action.rule, CUES["meaning.money"]
    if rule.body == "hta" or "hta_only" in rule.tags:
        told = money.search(around) or money.search(document[:600])
        return code if code in HTA else HTA_OF_PLACE.get(code, "") if told else ""
    decides = rule.means in {POSITIVE, NEGATIVE}
    return HTA_OF_PLACE[code] if body == PLACE and code in HTA_OF_PLACE and decides and money.search(around) else code


def _is_undone(text: Text, sentence: Sentence, action: Action) -> bool:
    """Whether the licence is named as lost, refused or held by somebody."""
    before = text.low[max(sentence.start, action.head - 90) : action.head]
    after = text.low[action.end : action.end + 70]
    return bool(CUES["meaning.undone_before"].search(before) or CUES["meaning.undone_after"].search(after))


def _is_recalled(text: Text, sentence: Sentence, action: Action) -> bool:
    """Whether a refusal, as a noun, is named as fought, reversed or long past."""
    noun = CUES["meaning.refusal"].match(text.low, action.head, action.end)
    before = text.low[max(sentence.start, action.head - 70) : action.head]
    return bool(noun and CUES["meaning.refusal_recalled"].search(before))


def _of_milestone(
    prose: Prose, act: M, code: str, body: str, sentence: Sentence, action: Action, said: _Said, item: tuple[int, int]
) -> Resolved | None:
    if body == PLACE and act in {M.OPINION_NEGATIVE, M.ADVISORY_POSITIVE} and "keeping" not in action.rule.tags:
        return None
    if code == "FDA" and body == PANEL and act in {M.OPINION_POSITIVE, M.OPINION_NEGATIVE}:
        return Resolved(M.ADVISORY_POSITIVE if act is M.OPINION_POSITIVE else M.ADVISORY_NEGATIVE, code)
    if code in HTA and act in {M.OPINION_POSITIVE, M.OPINION_NEGATIVE}:
        if "keeping" in action.rule.tags:
            return None
        side = RECOMMENDED if act is M.OPINION_POSITIVE else NEGATIVE
        return Resolved(guidance_of(prose, side, code, sentence, action, item), code)
    if act is M.HTA_MANAGED_ACCESS and code in HTA:
        return Resolved(managed_access_of(prose), code)
    if "keeping" in action.rule.tags and (
        CUES["meaning.safety_committee"].search(said.around)
        or CUES["meaning.safety_committee"].search(prose.document[:600])
    ):
        ends = M.SUSPENDED if CUES["meaning.suspends"].search(said.around) else M.REVOKED
        return Resolved(ends, "EC", foreseen=True)
    if (
        act is M.ACCEPTED_FOR_REVIEW
        and "anything" in action.rule.tags
        and CUES["meaning.safety_review"].search(prose.document[:600])
    ):
        return None
    return _fixed(act, code, action.rule.tags, bool(code) or "opinion" in said.whole, said.around)


def _fixed(milestone: M, code: str, tags: frozenset[str], explicit: bool, around: str) -> Resolved | None:
    if milestone in {M.OPINION_POSITIVE, M.OPINION_NEGATIVE}:
        return _opinion(milestone, code, "keeping" in tags, explicit)
    if milestone is M.ACCEPTED_FOR_REVIEW and code in {"EMA", "EC"}:
        return Resolved(M.VALIDATED, "EMA")
    if milestone in {M.SUBMITTED, M.APPLICATION_WITHDRAWN, M.VALIDATED} and code == "EC":
        return Resolved(milestone, "EMA")
    if milestone is M.REVOKED and CUES["meaning.at_request"].search(around):
        milestone = M.AUTHORISATION_WITHDRAWN
    elif milestone is M.AUTHORISATION_WITHDRAWN and CUES["meaning.agency_ends"].search(around):
        milestone = M.REVOKED
    if milestone in ENDS and code == "EMA":
        return Resolved(milestone, "EC")
    if code in HTA and not milestone.startswith("hta") and not (code in LICENSES_TOO and milestone in ENDS):
        return None
    if milestone in {M.TRIAL_POSITIVE, M.TRIAL_NEGATIVE, M.TRIAL_STOPPED, M.LAUNCHED}:
        return Resolved(milestone, "")
    return Resolved(milestone, code) if code else None


def _opinion(milestone: M, code: str, keeping: bool, explicit: bool) -> Resolved | None:
    """Advice of the European committee; elsewhere advice to end a licence is its end."""
    if keeping and code in {"FDA", "MHRA", "TGA"}:
        return Resolved(M.REVOKED, code)
    if not explicit:
        return None
    own = code in {"EMA", "EC", ""} or (not keeping and code not in {"FDA", "MHRA"})
    return Resolved(milestone, "EMA") if own else None


def _ema(act: str | M, weak: bool, words: str, head: str) -> Resolved | None:
    if act == NEGATIVE:
        return Resolved(M.OPINION_NEGATIVE, "EMA")
    if act == RECOMMENDED or weak:
        return None if head.startswith(("accept", "fund", "regist")) else Resolved(M.OPINION_POSITIVE, "EMA")
    if CUES["meaning.committee"].search(words) or CUES["meaning.nod_elsewhere"].match(head):
        return Resolved(M.OPINION_POSITIVE, "EMA")
    return Resolved(M.APPROVED, "EC", "the European Medicines Agency gives opinions; the Commission approves")


def _licensing(prose: Prose, rule: LexiconRow, code: str, said: _Said) -> Resolved | None:
    if rule.means == RECOMMENDED:
        if "hta_only" in rule.tags or code == "FDA":
            return None
        if code == "PMDA":
            return Resolved(M.OPINION_POSITIVE, code)
        return Resolved(M.OPINION_POSITIVE, "EMA") if code in {"EC", ""} else Resolved(M.ADVISORY_POSITIVE, code)
    if not code:
        return None
    if rule.means == NEGATIVE:
        return _refused(rule, code, said)
    if rule.weak and "licensing" not in rule.tags and not CUES["meaning.licensing_weak"].search(said.head):
        return None
    if code == "PMDA":
        plain = CUES["lesser.plain"].match(said.head)
        return Resolved(M.APPROVED, "MHLW", "" if plain else "the PMDA reviews; the ministry approves")
    return Resolved(_kind_of_approval(code, said), code)


def _refused(rule: LexiconRow, code: str, said: _Said) -> Resolved | None:
    standing = CUES["meaning.standing_not"].search(said.whole) or CUES["meaning.corrects"].search(said.around)
    if ("not" in rule.tags and standing) or CUES["meaning.reimbursed"].search(said.head):
        return None
    if "advice" in rule.tags:
        advice = {"FDA": (M.ADVISORY_NEGATIVE, "FDA"), "EC": (M.OPINION_NEGATIVE, "EMA")}.get(code)
        return Resolved(*advice) if advice else None
    return Resolved(M.COMPLETE_RESPONSE if code == "FDA" else M.REFUSED, code)


def _kind_of_approval(code: str, said: _Said) -> M:
    """Accelerated in the United States, conditional elsewhere, unless the words call it full."""
    if CUES["meaning.full"].search(said.around):
        return M.APPROVED
    if code == "FDA":
        fast = CUES["meaning.accelerated"].search(said.close) or CUES["meaning.under_accelerated"].search(said.around)
        return M.ACCELERATED_APPROVED if fast or _told_later(said.later) else M.APPROVED
    bound = CUES["meaning.conditional"].search(said.around) or CUES["meaning.told_later_conditional"].search(said.later)
    return M.CONDITIONALLY_APPROVED if bound else M.APPROVED


def _told_later(later: str) -> bool:
    """Whether the sentences after it call the approval accelerated, and not that the text also recalls."""
    told = CUES["meaning.told_later_accelerated"].search(later)
    return bool(told and not CUES["meaning.recalled_accelerated"].search(later))
