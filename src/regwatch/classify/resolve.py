"""Which milestone an action is, given who acts: "backs" is an opinion from one body and guidance from another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.classify.actions import Action
from regwatch.classify.authority import FINAL_ONLY, HTA, HTA_OF_PLACE, PANEL, PLACE
from regwatch.classify.rules.grammar import DECISION, HEARSAY, NEGATIVE, POSITIVE, RECOMMENDED, Rule
from regwatch.classify.segment import Sentence
from regwatch.classify.text import Text
from regwatch.vocabulary import Milestone as M

_CONDITIONAL = re.compile(
    r"\bconditional(?:ly)?\b(?! on)|\bprovisional(?:ly)?\b|\bwith conditions\b|\bnoc/c\b"
    r"|\binterim (?:authori|approv|order|basis)"
)
_ACCELERATED = re.compile(r"\baccelerated (?:approval|basis|pathway)|\bunder accelerated|\baccelerated\b")
_UNDER_ACCELERATED = re.compile(r"\bunder (?:an |the )?(?:\w+'s )?accelerated")
_REIMBURSED = re.compile(r"recommend|cost|reimburs|fund|accept|renew")
_FULL = re.compile(
    r"\b(?:full|regular|traditional|standard)(?:,? \w+)? (?:fda |marketing |us |u\.s\. )*(?:approv"
    r"|authori[sz])|convert\w*|into (?:a )?(?:full|standard|regular)|to (?:full|regular|traditional)"
)
_MONEY = re.compile(
    r"\bnhs\b|reimburs|funding|funded|routine (?:use|commission)|cost[- ]effective|health service"
    r"|value for money|price|pbs\b|listing on"
)
_DRAFT = re.compile(
    r"\bdraft\b|preliminary|provisional|consultation document|\bacd\b|minded not"
    r"|initial (?:recommendation|decision|guidance)|not current guidance"
    r"|exists only for the consultation|interim guidance|public consultation|(?:final (?:guidance"
    r"|recommendation|decision)) (?:is )?(?:due|expected|later|will)"
)
_FINAL_DRAFT = re.compile(
    r"final draft|final apprais\w+ (?:document|determination)|\bfads?\b|\bfeds?\b"
    r"|final evaluation (?:document|determination)|\bfdg\b|draft final|until (?:nice )?(?:publishes"
    r"|issues) (?:its )?final|unless (?:someone|anyone|there is an) appeal|subject to (?:any )?appeal"
    r"|final guidance (?:is )?(?:expected|due)|may now appeal|to appeal\b"
)
_OFFICIAL = re.compile(r"\bfinal guidance\b|published guidance|technology appraisal guidance|\bta\d{2,4}\b")
_MANAGED = re.compile(
    r"managed access|cancer drugs fund|\bcdf\b|innovative medicines fund|interim (?:basis|accept\w+)|ultra-?orphan"
)
_NARROW = re.compile(
    r"\bonly (?:if|when|for|in|as|after|where|people|patients|adults)\b|\brestrict(?:ed|ions?)\b"
    r"|\boptimised\b|\bsubgroup\b|\bsubset\b|\bcertain (?:patients|people)\b"
    r"|with (?:clinical )?(?:criteria|conditions)|\blimited to\b|narrower|\bif (?:they|their"
    r"|the (?:disease|cancer|person))\b"
)
_PRICE = re.compile(
    r"(?:only (?:if|when|where) |and |, |; |if )?(?:the )?(?:compan(?:y|ies)|manufacturers?"
    r"|\w+)(?: \w+)? (?:provides?|keeps?|gives?|offers?|makes?|suppl\w+"
    r"|honou?rs?)\b[^.;]{0,90}?(?:arrangement|scheme|discount|price|agreement)s?|(?:only )?(?:if"
    r"|with) (?:a |the )?(?:discount|price reduction|patient access scheme"
    r"|commercial arrangement)[^.;]{0,40}"
)
_OBJECT_NOT_DRUG = re.compile(
    r"\b(?:request|appeals?|petition|meeting|claims?|lawsuit|suit|bid for (?:a )?(?:meeting|review)"
    r"|offer|injunction|stay|motion|complaint|hearing|trial design|plea|refuse[- ]to[- ]file)\b"
)
_STANDING_NOT = re.compile(
    r"\b(?:(?:has|have|had|is|are|was|were|been|be|being) (?:\w+ )?(?:not|never)|(?:is|are|has|have"
    r"|was|were)n't|not (?:yet|been|be|currently)|never|no longer|^\W*not )\b(?! (?:to\b|grant))"
)
"""Standing states ("is not approved", "has never been authorised") are no refusals."""
_CORRECTS = re.compile(
    rf"\b(?:contrary to (?:{HEARSAY}|what|(?:an? |the )?(?:blog|paper|website))|{HEARSAY} to the contrary)\b"
)
"""Who says that an act was not done because others said it was tells of no refusal."""
_LICENSING_WEAK = re.compile(
    r"clear|sanction|endors|pass|regist|said yes|says yes|waves? through|waved|got through"
    r"|gets through|approve|authori|greenlight|say yes|wave|expand|exten|broad|wid|convert|updat|upgrad"
)


@dataclass(frozen=True)
class Resolved:
    """The milestone and the authority that owns it; `doubt` says why it is not certain."""

    milestone: M
    code: str
    doubt: str = ""


_UNDONE_BEFORE = re.compile(
    r"\b(?:refus\w+|reject\w*|revo[kc]\w*|withdr\w+|suspen\w+|laps\w+|expir\w+|cancel\w*|declin\w+"
    r"|denied|denying|lost|loses?|los(?:s|ing) of|without|against|strip\w*|discontinu\w+|surrender\w*"
    r"|relinquish\w*|non-renewal|recommend\w*(?! with)|unless|holders?|ban\w*|variation|terms of"
    r"|chang\w+ (?:to|of|in))\b[^.;,]{0,70}$"
)
_UNDONE_AFTER = re.compile(
    r"^[^.;,]{0,50}?\b(?:has|have|had|was|were|is|are|be)? ?(?:been |now |to be "
    r"|formally )?(?:withdrawn|suspended|revoked|refused|lapsed|expired|cancelled|rejected|denied"
    r"|declined|not granted|discontinued|in doubt|application|applications|holders?)\b"
)
"""A licence that is named as lost, refused or held by somebody is not granted."""


@dataclass(frozen=True)
class _Said:
    """The words about an action that decide what it is."""

    head: str
    close: str
    """Near the head, both sides."""
    around: str
    """The clause and what follows it."""
    whole: str
    """All words of the action."""


def resolve(
    text: Text, sentence: Sentence, action: Action, code: str, body: str, words: str, document: str
) -> Resolved | None:
    """None if the words, from that body, mean no milestone. `document` tells drafts from final words."""
    rule = action.rule
    said = _words_of(text, sentence, action)
    code = _appraiser(action, code, body, said.around, document)
    if not code and (rule.authority == "hta" or "hta_only" in rule.tags):
        return None
    if isinstance(rule.act, M):
        return _of_milestone(rule.act, code, body, text, sentence, action, said, document)
    if rule.id == "approved.noun" and _is_undone(text, sentence, action):
        return None
    if rule.act == NEGATIVE and _OBJECT_NOT_DRUG.search(said.close):
        return None
    if code in HTA:
        return _hta(rule.act, code, text, sentence, action, document)
    if rule.act == DECISION:
        return Resolved(M.OPINION_POSITIVE if code == "EMA" else M.APPROVED, code) if code and body != PANEL else None
    if body == PANEL:
        return Resolved(M.ADVISORY_NEGATIVE if rule.act == NEGATIVE else M.ADVISORY_POSITIVE, code)
    if code == "EC" and rule.act == POSITIVE and said.head.startswith(("back", "endors")):
        return Resolved(M.OPINION_POSITIVE, "EMA")
    if body == PLACE and rule.act == RECOMMENDED and code != "EC":
        return None
    if code == "EMA":
        return _ema(rule.act, rule.weak, words, said.head)
    return _licensing(rule, code, said)


def _words_of(text: Text, sentence: Sentence, action: Action) -> _Said:
    first, last, low = sentence.start, sentence.end, text.low
    return _Said(
        head=low[action.head : action.end],
        close=low[max(first, action.head - 60) : min(last, action.end + 60)],
        around=low[max(first, action.head - 130) : min(last, action.end + 330)],
        whole=low[max(first, action.start - 12) : action.stop],
    )


def _appraiser(action: Action, code: str, body: str, around: str, document: str) -> str:
    """The body that appraises, where the words are about reimbursement; else the code as it was."""
    rule = action.rule
    if rule.authority == "hta" or "hta_only" in rule.tags:
        money = _MONEY.search(around) or _MONEY.search(document[:600])
        return code if code in HTA else HTA_OF_PLACE.get(code, "") if money else ""
    decides = rule.act in {POSITIVE, NEGATIVE}
    return HTA_OF_PLACE[code] if body == PLACE and code in HTA_OF_PLACE and decides and _MONEY.search(around) else code


def _is_undone(text: Text, sentence: Sentence, action: Action) -> bool:
    """Whether the licence is named as lost, refused or held by somebody."""
    before = text.low[max(sentence.start, action.head - 90) : action.head]
    return bool(_UNDONE_BEFORE.search(before) or _UNDONE_AFTER.search(text.low[action.end : action.end + 70]))


def _of_milestone(
    act: M, code: str, body: str, text: Text, sentence: Sentence, action: Action, said: _Said, document: str
) -> Resolved | None:
    if body == PLACE and act in {M.OPINION_NEGATIVE, M.ADVISORY_POSITIVE}:
        return None
    if code in HTA and act in {M.OPINION_POSITIVE, M.OPINION_NEGATIVE}:
        if "keeping" in action.rule.tags:
            return None
        side = RECOMMENDED if act is M.OPINION_POSITIVE else NEGATIVE
        return _hta(side, code, text, sentence, action, document)
    return _fixed(act, code, said.around, action.rule.tags)


def _fixed(milestone: M, code: str, around: str, tags: frozenset[str]) -> Resolved | None:
    if milestone in {M.OPINION_POSITIVE, M.OPINION_NEGATIVE}:
        if "keeping" in tags and code in {"FDA", "MHRA", "TGA"}:
            return Resolved(M.REVOKED, code)
        return (
            Resolved(milestone, "EMA")
            if code in {"EMA", "EC", ""} or ("keeping" not in tags and code not in {"FDA", "MHRA"})
            else None
        )
    if milestone is M.ACCEPTED_FOR_REVIEW and code in {"EMA", "EC"}:
        return Resolved(M.VALIDATED, "EMA")
    if milestone in {M.SUBMITTED, M.APPLICATION_WITHDRAWN, M.VALIDATED} and code == "EC":
        return Resolved(milestone, "EMA")
    if milestone in {M.REVOKED, M.SUSPENDED, M.LAPSED, M.AUTHORISATION_WITHDRAWN} and code == "EMA":
        return Resolved(milestone, "EC")
    if code in HTA and not milestone.startswith("hta"):
        return None
    if milestone in {M.TRIAL_POSITIVE, M.TRIAL_NEGATIVE, M.TRIAL_STOPPED}:
        return Resolved(milestone, "")
    if milestone is M.LAUNCHED:
        return Resolved(milestone, "")
    return Resolved(milestone, code) if code else None


def _hta(act: str | M, code: str, text: Text, sentence: Sentence, action: Action, document: str) -> Resolved | None:
    if act == DECISION:
        return Resolved(M.HTA_RECOMMENDED, code)
    sayings = text.low[sentence.start : sentence.end]
    stage = "final"
    if code not in FINAL_ONLY:
        if _FINAL_DRAFT.search(sayings) or (_FINAL_DRAFT.search(document) and not _OFFICIAL.search(sayings)):
            stage = "final draft"
        elif _DRAFT.search(sayings) or (_DRAFT.search(document) and not _OFFICIAL.search(sayings)):
            stage = "draft"
    if act == NEGATIVE:
        table = {
            "final": M.HTA_NOT_RECOMMENDED,
            "draft": M.HTA_DRAFT_NOT_RECOMMENDED,
            "final draft": M.HTA_FINAL_DRAFT_NOT_RECOMMENDED,
        }
        return Resolved(table[stage], code)
    if _MANAGED.search(text.low, action.head, sentence.end):
        return Resolved(M.HTA_MANAGED_ACCESS, code)
    if stage != "final":
        return Resolved(M.HTA_DRAFT_RECOMMENDED if stage == "draft" else M.HTA_FINAL_DRAFT_RECOMMENDED, code)
    following = _PRICE.sub(
        " ", text.low[max(sentence.start, action.head - 40) : min(len(text.low), sentence.end + 320)]
    )
    narrow = _NARROW.search(following[: max(0, sentence.end - action.head) + 60])
    return Resolved(M.HTA_RECOMMENDED_RESTRICTED if narrow else M.HTA_RECOMMENDED, code)


def _ema(act: str | M, weak: bool, words: str, head: str) -> Resolved | None:
    if act == NEGATIVE:
        return Resolved(M.OPINION_NEGATIVE, "EMA")
    if act == RECOMMENDED or weak:
        return None if head.startswith(("accept", "fund", "regist")) else Resolved(M.OPINION_POSITIVE, "EMA")
    if re.search(r"chmp|committee|comite|panel|advis", words):
        return Resolved(M.OPINION_POSITIVE, "EMA")
    return Resolved(M.APPROVED, "EC", "the European Medicines Agency gives opinions; the Commission approves")


def _licensing(rule: Rule, code: str, said: _Said) -> Resolved | None:
    if rule.act == RECOMMENDED:
        if "hta_only" in rule.tags or code == "FDA":
            return None
        return Resolved(M.OPINION_POSITIVE, "EMA") if code in {"EC", ""} else Resolved(M.ADVISORY_POSITIVE, code)
    if not code:
        return None
    if rule.act == NEGATIVE:
        return _refused(rule, code, said)
    if rule.weak and not _LICENSING_WEAK.search(said.head):
        return None
    if code == "PMDA":
        return Resolved(M.APPROVED, "MHLW", "the PMDA reviews; the ministry approves")
    return Resolved(_kind_of_approval(code, said), code)


def _refused(rule: Rule, code: str, said: _Said) -> Resolved | None:
    if "not" in rule.tags and (_STANDING_NOT.search(said.whole) or _CORRECTS.search(said.around)):
        return None
    if _REIMBURSED.search(said.head):
        return None
    if "advice" in rule.tags:
        advice = {"FDA": (M.ADVISORY_NEGATIVE, "FDA"), "EC": (M.OPINION_NEGATIVE, "EMA")}.get(code)
        return Resolved(*advice) if advice else None
    return Resolved(M.COMPLETE_RESPONSE if code == "FDA" else M.REFUSED, code)


def _kind_of_approval(code: str, said: _Said) -> M:
    """Accelerated in the United States, conditional elsewhere, unless the words call it full."""
    if _FULL.search(said.around):
        return M.APPROVED
    if code == "FDA":
        fast = _ACCELERATED.search(said.close) or _UNDER_ACCELERATED.search(said.around)
        return M.ACCELERATED_APPROVED if fast else M.APPROVED
    return M.CONDITIONALLY_APPROVED if _CONDITIONAL.search(said.around) else M.APPROVED
