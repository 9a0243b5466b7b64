"""How a clause speaks of its action: as done, as foreseen, as long past, or not at all.

A verb is judged by the auxiliaries before it, a noun by what governs it ("receives approval", "pending approval").
Words inside the name of the population ("who have progressed", "not eligible for") stand after the action and are
never looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.classify.actions import Action
from regwatch.classify.segment import Sentence, Zone
from regwatch.classify.text import Text
from regwatch.vocabulary import Milestone


@dataclass(frozen=True)
class Stance:
    """`sense` is done, foreseen, past, state, unreal or negated; `words` are the cue, at `place`."""

    sense: str
    words: str = ""
    place: int = 0


_AUX = re.compile(
    r"(?:\b(?P<w>will|would|could|may|might|should|shall|must|can|cannot|to|expected|likely|hopes?"
    r"|hoping|plans?|planning|intends?|intending|aims?|anticipates?|expects?|not|never|n't|yet|has"
    r"|have|had|having|been|was|were|is|are|be|being|gets?|got"
    r"|also|now|today|just|recently|already|previously|formally|officially|finally|subsequently"
    r"|voluntarily|successfully|conditionally|provisionally|since|then|first|currently|fully|itself"
    r"|only|both|either|separately|unanimously|narrowly|jointly|recently|initially|originally|later"
    r"|soon|ultimately|eventually|potentially|if|once|when|unless|until|that|which|who|it|they"
    r"|[a-z]+day|on|earlier|last|this|week|month|year|in|the|late|immediately|quickly|did|does|do|so"
    r"|far|long|ever|as|expected)[\s,]+){1,9}$"
)
_FUTURE = frozenset({"will", "to", "shall", "expected", "likely", "plans", "plan", "planning", "intends", "intend", "intending", "aims", "aim", "anticipates", "expects", "hopes", "hope", "hoping"})  # fmt: skip
_UNREAL = frozenset({"would", "could", "may", "might", "should", "can", "if", "once", "unless", "until", "must", "potentially", "eventually"})  # fmt: skip
_PAST = frozenset({"already", "recently", "previously", "originally", "initially", "earlier", "last", "first"})
_CONDITION = re.compile(
    r"\b(?:if|once|unless|until|whether|assuming|provided that|should|in case|as soon as|when it|were)\b[^,;:.]*$"
)
_LONG_AGO = re.compile(r"\W{0,3}(?:earlier|previously|last (?:month|year)|years? ago|originally|already in|back in)\b")
_GOVERNOR = re.compile(
    r"(?P<real>\b(?:receives?|received|receipt of|has received|gains?|gained|wins?|won|secures?"
    r"|secured|obtains?|obtained|gets?|got|earns?|earned|lands?|landed|bags?|bagged|scores?|scored"
    r"|picks? up|picked up|nabs?|nabbed|snags?|snagged|grants?|granted|gives?|gave|given"
    r"|awards?|awarded|issues?|issued|issuing|sending|handed|hands|announces?|announced|confirms?"
    r"|confirmed|hails?|hailed|welcomes?|welcomed|adopts?|adopted|delivers?|delivered|renders?"
    r"|rendered|returns?|returned|has|have|holds|achieves?|achieved|clinches|clinched|celebrates"
    r"|celebrated|reports?|reported|sends?|sent|hit with|slapped with|saddled with|hands down|with"
    r"|offers?|offered|extends?|extended|nets|netted|draws|drew|drawn|accepted and|notified|made"
    r"|comes? with|gives its|had|on)\b)"
    r"|(?P<unreal>\b(?:seek(?:s|ing)?|sought|pending|potential(?:ly)?|possible|possibly|await(?:s"
    r"|ing)?|upon|subject to|hop(?:es?|ing) (?:for|to)|expect(?:s|ed|ing)?|anticipat(?:es?|ed|ing)"
    r"|future|if|would|could|may|might|should|toward(?:s)?|path(?:way)? to|application for|filed for"
    r"|apply(?:ing)? for|applied for|request(?:s|ed|ing)?(?: for)?|ahead of|prior to|before|until"
    r"|timing of|support(?:s|ing)?|eligible for|likelihood of|chances? of|prospects? (?:of|for)|plans?"
    r"|intends?|goal of|sees?|predict(?:s|ed)?|forecasts?|bets? on|eye(?:s|d|ing)?|nears?|nearing"
    r"|in line for|closer to|bid for|push for|race (?:to|for)|consider(?:s|ed|ing)?(?: for)?"
    r"|conditional on|contingent (?:on|upon)|considering|supportive of|for (?:the )?(?:\w+ )?|enabl\w+"
    r"|lead(?:ing)? to|result in|obtaining|gaining|securing|seek)\b)"
    r"|(?P<negated>\b(?:no|not|never|without|lack of|lacks|denied|declin\w+|n't|fails? to|failed to|cannot)\b)"
    r"|(?P<past>\b(?:follow(?:s|ing|ed)|after|since|based on|on the heels of|in addition to|adds? to"
    r"|previous(?:ly)?|earlier|prior|initial|original|existing|current(?:ly)?|already|recently"
    r"|last (?:year|month|week|may|june|july|november|october|december|september|august|january"
    r"|february|march|april)(?:'s)?|its (?:19|20)\d\d|the (?:19|20)\d\d|(?:19|20)\d\d|subsequent to"
    r"|led to|basis (?:for|of)|came before|comes? (?:after|on top of)|(?:january|february|march|april"
    r"|may|june|july|august|september|october|november|december)(?:'s| (?:19|20)\d\d)|(?:marks?|is"
    r"|was) (?:the |its |our )?(?:second|third|fourth|fifth|sixth|\d+th)|reflects|builds on|reversing"
    r"|overturning|requested re-?examination)\b)"
)
_MODAL_BEFORE = re.compile(
    r"\b(?:will|would|could|may|might|to|should|can|must|not|hopes? to|expects? to|plans? to|if|once"
    r"|until|unless)\s(?:\w+\s)?$"
)
_HAD_BEFORE = re.compile(r"\b(?:had|already|previously|earlier)\s(?:\w+\s)?$")
_SAID_HAD = re.compile(r"\b(?:said|says|announced|reported|reports)\b")
_RESOLVED = re.compile(
    r"\b(?:decided|elected|chosen|chose|opted|resolved|agreed|voted|decision) (?:\w+ )?to (?:\w+ )?$"
)
_SUBJECT_GAP = re.compile(r"\b(?:which|that|who)\s$")


def stance_of(text: Text, sentence: Sentence, action: Action, clause: int) -> Stance:
    """How the clause that begins at `clause` speaks of the action."""
    form = action.rule.form
    if past := _LONG_AGO.match(text.low, clause, action.head):
        return Stance("past", past[0].strip(), clause)
    if condition := _CONDITION.search(text.low, max(clause, action.head - 140), action.head):
        if not (condition[0].startswith(("should", "were", "whether")) and form != "said"):
            return Stance("unreal", condition[0].split()[0], condition.start())
    if re.match(r"propos|plan|intend|seek|to be\b", text.low[action.head : action.head + 8]):
        return Stance("foreseen", text.low[action.head : action.end], action.head)
    if form in {"said", "label", "state", "consult"}:
        return _said(text, action, clause)
    if form == "noun":
        return _noun(text, sentence, action, clause)
    return _verb(text, sentence, action, clause)


def _said(text: Text, action: Action, clause: int) -> Stance:
    left = text.low[max(clause, action.start - 40) : action.start]
    if m := re.search(r"\b(?:would|could|may|might|if|had|not)\s(?:\w+\s){0,2}$", left):
        return Stance("unreal", m[0].strip(), max(clause, action.start - 40) + m.start())
    return Stance("done")


def _verb(text: Text, sentence: Sentence, action: Action, clause: int) -> Stance:
    at = action.start if "not" in action.rule.tags else action.head
    left = max(clause, at - 80)
    m = _AUX.search(text.low, left, at)
    words = m[0].replace(",", " ").split() if m else []
    place = m.start() if m else at
    head = text.low[action.head : action.end]
    near = words[-6:]
    if any(w in near for w in ("not", "never", "n't")) or ("yet" in near and "to" in near):
        return Stance("negated", " ".join(near), place)
    if any(w in _UNREAL for w in near):
        return Stance("unreal", " ".join(near), place)
    if "to" in near and _RESOLVED.search(text.low, max(clause, action.head - 50), action.head):
        return Stance("done", "decided to", place)
    if sense_of_stop(action, near):
        return Stance("done", " ".join(near), place)
    if any(w in _FUTURE for w in near) and not ({"expected"} == set(near) & _FUTURE and "as" in near):
        return Stance("foreseen", " ".join(near), place)
    if "be" in near and not {"was", "were"} & set(near):
        return Stance("foreseen", " ".join(near), place)
    if "being" in near:
        return Stance("unreal", "being", place)
    if "had" in near and not _SAID_HAD.search(text.low, clause, action.head):
        return Stance("past", "had", place)
    if any(w in _PAST for w in near):
        return Stance("past", " ".join(near), place)
    if re.match(r"\w+ing\b", head) and {"is", "are", "was", "were"} & set(near):
        return Stance("done", " ".join(near), place)
    if (
        not near
        and action.rule.tags & {"submit"}
        and re.match(r"(?:re-?)?(?:submit|apply|file|seek|begin|go)\b", head)
        and sentence.zone is not Zone.TITLE
    ):
        return Stance("unreal", head, action.head)
    if head == "launch" and (not near or near[-1] not in {"to", "will"}):
        return (
            _noun(text, sentence, action, clause)
            if re.search(
                r"\b(?:a|an|the|its|quick|planned|commercial|full|us|u\.s\.|uk|eu)\s(?:\w+\s)?$",
                text.low[left : action.head],
            )
            else Stance("unreal", head, action.head)
        )
    if near and ({"is", "are"} & set(near)) and "now" not in near and "today" not in near:
        return Stance("state", " ".join(near), place)
    if re.fullmatch(r"\w+ing", head) and not ({"is", "are", "was", "were"} & set(near)):
        return _noun(text, sentence, action, clause)
    if not near and head.endswith(("al", "ion", "ance", "ssion", "ment", "ility")):
        return _noun(text, sentence, action, clause)
    if not near and sentence.zone > Zone.TITLE and head.endswith("ed") and _reduced(text, action, clause):
        return Stance("state", head, action.head)
    if not near and not head.endswith(("ed", "s", "t", "n", "w", "up", "de")) and m is None and action.rule.weak:
        return Stance("unreal", head, action.head)
    return Stance("done", " ".join(near), place)


def sense_of_stop(action: Action, near: list[str]) -> bool:
    """Whether a company says that it will end a trial: the decision is the news."""
    return action.rule.act is Milestone.TRIAL_STOPPED and "will" in near and "be" not in near


def _reduced(text: Text, action: Action, clause: int) -> bool:
    """Whether a participle hangs on a noun ("the only drug approved for") instead of having a subject that acts."""
    return bool(
        re.search(
            r"\b(?:drugs?|therap\w+|treatments?|medicines?|options?|agents?|doses?|products?|use|indications?"
            r"|regimens?|therapeutics?|combinations?|vaccines?)\s$",
            text.low[max(clause, action.head - 14) : action.head],
        )
    )


def _noun(text: Text, sentence: Sentence, action: Action, clause: int) -> Stance:
    last: re.Match[str] | None = None
    first = max(clause, action.head - 130)
    for m in _GOVERNOR.finditer(text.low, first, action.head):
        if m["real"] and m[0] in {"with", "on", "has", "have", "had", "made"} and action.head - m.end() > 45:
            continue
        if m[0] in {"with", "on"} and not action.rule.tags & {"priority", "designation"}:
            continue
        if last is not None and m["unreal"] and m[0].startswith("for") and last["real"]:
            continue
        last = m
    after = text.low[action.end : action.end + 70]
    if follow := re.match(
        r"[^.;,]{0,45}?\b(?:was|were|has been|have been|is|are) (?:also |previously |already "
        r"|now )?(?:granted|given|received|issued|announced|obtained|awarded|won|secured|adopted|came"
        r"|come)\b",
        after,
    ):
        return Stance("past" if re.search("previously|already", follow[0]) else "done", follow[0].strip(), action.end)
    if re.match(
        r"[^.;,]{0,40}?\b(?:would|could|may|might|will|should|is expected|expected|as likely|likely|looms"
        r"|in sight|hopes?|unlikely|by (?:the )?(?:end|mid)|if granted|is (?:not )?based|does not|allows?"
        r"|provides?|means?|stands? already|stood|came before|it has already)\b",
        after,
    ) and (last is None or not last["real"]):
        past = re.match(r"[^.;,]{0,40}?\b(?:stands? already|stood|came|is based|has already|it has already)", after)
        return Stance("past" if past else "foreseen", after.split(",")[0][:30], action.end)
    if last is None:
        if sentence.zone in {Zone.TITLE, Zone.SUBHEAD} or sentence.heading:
            return Stance("done", "", action.head)
        return Stance("bare", "", action.head)
    if last["real"]:
        before = text.low[max(first, last.start() - 30) : last.start()]
        if last[0] in {"had", "has", "have", "holds"} and re.search(
            r"\buntil now|\bso far|\bsince (?:19|20|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\balready\b",
            text.low[action.head : min(sentence.end, action.head + 120)],
        ):
            return Stance("past", "until now", last.start())
        if modal := _MODAL_BEFORE.search(before):
            word = modal[0].split()[0]
            sense = "negated" if word == "not" else "unreal" if word in _UNREAL else "foreseen"
            return Stance(sense, modal[0].strip(), last.start())
        if had := _HAD_BEFORE.search(before):
            if not (had[0].startswith("had") and _SAID_HAD.search(text.low, clause, action.head)):
                return Stance("past", had[0].strip(), last.start())
        between = text.low[last.end() : action.head]
        if re.search(r"\b(?:another|second|third|new|its|the)?\s?(?:previous|earlier|prior|existing)\b", between):
            return Stance("past", between.strip(), last.end())
        if last[0] == "on" or (last[0] == "with" and sentence.zone > Zone.LEDE and action.rule.weak):
            return Stance("bare", last[0], last.start())
        return Stance("done", last[0], last.start())
    if last["unreal"]:
        return Stance(
            "foreseen"
            if re.match("expect|anticip|await|plan|intend|pending|upon|ahead|before|prior|until", last[0])
            else "unreal",
            last[0],
            last.start(),
        )
    return Stance("negated" if last["negated"] else "past", last[0], last.start())
