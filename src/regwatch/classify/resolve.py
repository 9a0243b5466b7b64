"""Which milestone an action is, given who acts: the same "backs" is an opinion from one body and guidance from another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.classify.actions import Action
from regwatch.classify.authority import FINAL_ONLY, HTA, HTA_OF_PLACE, PANEL, PLACE
from regwatch.classify.rules.grammar import DECISION, NEGATIVE, POSITIVE, RECOMMENDED
from regwatch.classify.segment import Sentence
from regwatch.classify.text import Text
from regwatch.vocabulary import Milestone as M

_CONDITIONAL = re.compile(
    r"\bconditional(?:ly)?\b(?! on)|\bprovisional(?:ly)?\b|\bwith conditions\b|\bnoc/c\b"
    r"|\binterim (?:authori|approv|order|basis)"
)
_ACCELERATED = re.compile(r"\baccelerated (?:approval|basis|pathway)|\bunder accelerated|\baccelerated\b")
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
_LICENSING_WEAK = re.compile(
    r"clear|sanction|endors|pass|regist|said yes|says yes|waves? through|waved|got through|gets through"
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


def resolve(
    text: Text, sentence: Sentence, action: Action, code: str, body: str, words: str, document: str
) -> Resolved | None:
    """None if the words, from that body, mean no milestone. `document` is the text that tells drafts from final words."""
    rule = action.rule
    around = text.low[max(sentence.start, action.head - 130) : min(sentence.end, action.end + 330)]
    if rule.authority == "hta" or "hta_only" in rule.tags:
        code = (
            code
            if code in HTA
            else HTA_OF_PLACE.get(code, "")
            if _MONEY.search(around) or _MONEY.search(document[:600])
            else ""
        )
        if not code:
            return None
    if body == PLACE and code in HTA_OF_PLACE and rule.act in {POSITIVE, NEGATIVE} and _MONEY.search(around):
        code = HTA_OF_PLACE[code]
    if isinstance(rule.act, M):
        if body == PLACE and rule.act in {M.OPINION_NEGATIVE, M.ADVISORY_POSITIVE}:
            return None
        if code in HTA and rule.act is M.OPINION_POSITIVE:
            return _hta(RECOMMENDED, code, text, sentence, action, document)
        if code in HTA and rule.act is M.OPINION_NEGATIVE:
            return None if "keeping" in rule.tags else _hta(NEGATIVE, code, text, sentence, action, document)
        return _fixed(rule.act, code, around, rule.tags)
    if rule.id == "approved.noun" and (
        _UNDONE_BEFORE.search(text.low[max(sentence.start, action.head - 90) : action.head])
        or _UNDONE_AFTER.search(text.low[action.end : action.end + 70])
    ):
        return None
    near = text.low[max(sentence.start, action.head - 60) : min(sentence.end, action.end + 60)]
    if rule.act == NEGATIVE and _OBJECT_NOT_DRUG.search(near):
        return None
    if code in HTA:
        return _hta(rule.act, code, text, sentence, action, document)
    if code == "EC" and rule.act == POSITIVE and text.low[action.head : action.end].startswith(("back", "endors")):
        return Resolved(M.OPINION_POSITIVE, "EMA")
    if rule.act == DECISION:
        return Resolved(M.OPINION_POSITIVE if code == "EMA" else M.APPROVED, code) if code and body != PANEL else None
    if body == PANEL:
        milestone = M.ADVISORY_NEGATIVE if rule.act == NEGATIVE else M.ADVISORY_POSITIVE
        return Resolved(milestone, code)
    if body == PLACE and rule.act == RECOMMENDED and code != "EC":
        return None
    if code == "EMA":
        return _ema(rule.act, rule.weak, words, text.low[action.head : action.end])
    return _licensing(
        rule.act,
        code,
        rule.tags,
        rule.weak,
        text.low[action.head : action.end],
        around,
        text.low[max(sentence.start, action.start - 12) : action.stop],
    )


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


def _licensing(
    act: str | M, code: str, tags: frozenset[str], weak: bool, head: str, around: str, said: str
) -> Resolved | None:
    if act == RECOMMENDED:
        if "hta_only" in tags or code == "FDA":
            return None
        if code in {"EC", ""}:
            return Resolved(M.OPINION_POSITIVE, "EMA")
        return Resolved(M.ADVISORY_POSITIVE, code)
    if not code:
        return None
    if act == NEGATIVE:
        if "not" in tags and _STANDING_NOT.search(said):
            return None
        if (
            "recommend" in head
            or "cost" in head
            or "reimburs" in head
            or "fund" in head
            or "accept" in head
            or "renew" in head
        ):
            return None
        if "advice" in tags:
            return (
                Resolved(M.ADVISORY_NEGATIVE, code)
                if code == "FDA"
                else Resolved(M.OPINION_NEGATIVE, "EMA")
                if code == "EC"
                else None
            )
        return Resolved(M.COMPLETE_RESPONSE if code == "FDA" else M.REFUSED, code)
    if (
        weak
        and not _LICENSING_WEAK.search(head)
        and not re.search(r"expand|exten|broad|wid|convert|updat|upgrad", head)
    ):
        if not (head.startswith("back") and code == "EC"):
            return None
    if code == "PMDA":
        return Resolved(M.APPROVED, "MHLW", "the PMDA reviews; the ministry approves")
    if code == "FDA":
        if _FULL.search(around):
            return Resolved(M.APPROVED, code)
        return Resolved(M.ACCELERATED_APPROVED if _ACCELERATED.search(around) else M.APPROVED, code)
    conditional = _CONDITIONAL.search(around) and not _FULL.search(around)
    return Resolved(M.CONDITIONALLY_APPROVED if conditional else M.APPROVED, code)
