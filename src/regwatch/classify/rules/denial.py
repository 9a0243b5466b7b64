"""Words that deny an act which they name: "no application has been approved", "denied reports that ...".

A denial is a pattern over the lower-case words of the sentence before the act, up to it, and sometimes one over the
words after it. In both, points inside the sentence are raised ("u·s·"). All gaps are bounded, and they stop where
another statement begins, so that "no patients died and the FDA has approved" denies nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from regwatch.classify.rules.grammar import DISPUTED, HEARSAY

REACH = 240
"""Characters before an act, and after it, in which it may be denied."""


@dataclass(frozen=True)
class Denial:
    """One way to deny an act, with an example.

    `stems` are pieces of words of which one must stand near the act, a cheap gate. `before` ends where the act begins;
    `after` begins where the act ends. Either may be empty.
    """

    id: str
    stems: tuple[str, ...]
    example: str
    before: str = ""
    after: str = ""

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern of the words before the act, up to it."""
        return re.compile(rf"(?:{self.before})$")

    @cached_property
    def compiled_after(self) -> re.Pattern[str]:
        """The pattern of the words that follow the act."""
        return re.compile(self.after)


_VERB = r"(?:has|have|had|is|are|was|were|did|does|do|will|would|can|could|may|might|should|must)"
_TURN = rf"(?:{_VERB}|as|when|until|before|after|but|while|although|though|because|so|then|said|died)\b"
"""A word that begins another statement."""
_GAP = rf"(?:(?!\b{_TURN})[^,;:]){{0,140}}?"
"""More words about a subject."""
_GAP_ALONE = rf"(?:(?!\b(?:and|{_TURN}))[^,;:]){{0,140}}?"
"""The same about nobody in particular, where "and" too begins another statement."""
_ASIDE = r"(?:,[^,;:]{1,80},)?"
_REST = rf"[^,;:]{{0,140}}(?:{_ASIDE}[^,;:]{{0,140}})?"
"""What is told, up to the act: one statement, with one aside at most."""
_CHAIN = (
    r"(?:(?:has|have|had|is|are|was|were|been|being|be|to|gets?|got|yet|ever|even|so far|to date|thus far|as yet"
    r"|this (?:week|month|year)|now|today|currently|formally|officially|actually|finally)(?:,[^,;:]{1,60},)? ){1,7}"
)
"""Auxiliaries and adverbs before a verb."""
_EVER = (
    r"(?:(?:yet|ever|even|before|been|be|so far|to date|as yet|in fact|at any (?:time|point)"
    r"|(?!only|mere|sole|simp)\w+ly) )"
)
_WORDS = r"(?:[\w'·-]+ )"
_A_NO = r"no(?! (?:longer|sooner|fewer|less|more|doubt|surprise|secret|matter|wonder|question|small|mean|delay)\b)"
_NO = (
    r"(?<!\bwith )(?<!\bin )(?<!\bat )(?<!\bunder )(?<!\bof )(?<!\bfor )(?<!\bby )(?<!\bto )(?<!\bdespite )"
    rf"(?<!\bgiven )(?<!\bis )(?<!\bwas )\b(?:{_A_NO}|not (?:one|a single|any)|none of \w+(?: \w+)?|neither(?: of the)?"
    r"|hardly any)"
)
"""No, of a subject; after a preposition it belongs to a circumstance ("with no delay the FDA has approved")."""
_SUBJECT = (
    r"(?:applications?|submissions?|filings?|dossiers?|requests?|medicines?|drugs?|treatments?|therap(?:y|ies)|products?"
    r"|licen[cs]es?|authori[sz]ations?|approvals?|decisions?|opinions?|recommendations?|guidance|indications?|uses?"
    r"|extensions?|variations?|versions?|form|formulations?|presentations?|strengths?|generics?|biosimilars?|pills?"
    r"|regulators?|authorit(?:y|ies)|agenc(?:y|ies)|bod(?:y|ies)|committees?|panels?|countr(?:y|ies)|watchdogs?"
    r"|governments?|ministr(?:y|ies)|member states?|trials?|stud(?:y|ies))"
)
_OF = (
    r"(?: (?:for|in|of|on|at|from|to|by|under|with|within|outside|about|concerning|covering|naming|recommending|that"
    rf"|which|anywhere|else|worldwide|submitted|filed|lodged|made|received|\(){_GAP})?"
)
_SAYING = rf"\b(?: (?:of|about|on)\b{_GAP_ALONE}|(?! (?:of|about|on)\b){_REST})"
"""What a report says, up to the act; what it is "of" is no statement and ends sooner."""
_RUMOUR = r"(?:rumou?rs?|hoax|scam|speculation|hearsay|gossip)"
_UNTRUE = (
    r"(?:false|untrue|wrong|incorrect|inaccurate|not (?:true|correct|accurate|the case)|unfounded|premature|baseless"
    r"|fake|misleading|mistaken|fabricated|exaggerated|disputed|made up|invented|nonsense|a hoax|a lie|a myth"
    r"|without (?:any )?foundation|unconfirmed)"
)
_UNTRUE_STEMS = (
    "false", "true", "wrong", "correct", "accurate", "unfounded", "premature", "baseless", "fake", "misleading",
    "mistaken", "fabricated", "exaggerated", "disputed", "made up", "invented", "nonsense", "hoax",
    "a lie", "myth", "foundation", "unconfirmed", "the case",
)  # fmt: skip
_NOT_STEMS = (
    "not", "n't ", "never", "neither", "by no", "nowhere", "in no", "far from", "anything", "instead", "rather",
    "short of", "hardly", "much less", "still less", "let alone",
)  # fmt: skip
_DISPUTED_STEMS = (
    "den", "reject", "dismiss", "refut", "disput", "rebut", "quash", "debunk", "retract", "withdr", "apolog",
    "contra",
)  # fmt: skip
_FORGED_STEMS = (
    "fake", "false", "bogus", "forged", "fabricated", "hoax", "doctored", "spoof", "counterfeit", "unconfirmed",
    "unverified", "unfounded", "baseless", "erroneous", "scam", "fraudster", "impost", "supposed", "alleged",
    "purported", "rumo", "made-up",
)  # fmt: skip

DENIALS: tuple[Denial, ...] = (
    Denial(
        "no_subject",
        ("no ", "not ", "none", "neither", "hardly"),
        "The MHRA said that no application for {drug} in this use had been approved",
        rf"{_NO} {_WORDS}{{0,3}}?{_SUBJECT}{_OF}{_ASIDE} (?:{_CHAIN})?",
    ),
    Denial(
        "no_other_subject",
        ("no ", "not ", "none", "neither", "hardly"),
        "The FDA said that no tablet called {drug} has been approved",
        rf"(?:^|[:;,\"(-] ?|\b(?:that|said|says|and|but|because|where) ){_NO} "
        rf"(?:(?!(?:the|an?|and)\b|{_TURN})[\w'·()-]+ ){{1,4}}?{_CHAIN}",
    ),
    Denial(
        "nobody",
        ("nothing", "nobody", "no one", "no-one", "none"),
        "Nobody at the FDA has approved {drug}",
        rf"\b(?:nothing|nobody|no one|no-one|none)(?: (?:at|in|of|from|on|like|else)\b{_GAP_ALONE})?{_ASIDE} {_CHAIN}"
        r"|\b(?:none|nothing) ",
    ),
    Denial(
        "no_act",
        ("no ", "not any", "neither", "nor "),
        "No marketing licence for {drug} has been granted by the MHRA",
        rf"\b(?:{_A_NO}|not any|neither|nor) (?:(?!(?:the|an?|and|as)\b)[\w'·-]+ ){{0,3}}",
    ),
    Denial(
        "neither_nor",
        ("neither",),
        "Neither the FDA nor the MHRA has approved {drug}",
        rf"\bneither {_GAP}\bnor\b{_GAP_ALONE}{_ASIDE} {_CHAIN}",
    ),
    Denial(
        "inverted",
        ("nowhere", "nor ", "never", "not once", "at no", "under no", "in no", "by no"),
        "At no time has the FDA approved {drug}",
        r"\b(?:nowhere|nor|never(?! before)|not once|at no (?:time|point|stage)|under no circumstances?"
        rf"|in no (?:way|case|country|market|state)|by no means)(?: [^,;:]{{0,40}})? {_VERB} {_REST} ?",
    ),
    Denial(
        "not_so_far",
        _NOT_STEMS,
        "The FDA has not, despite reports to the contrary, approved {drug}",
        r"(?:\b(?:not|never|neither|by no means|nowhere near|in no way|far from|anything but|instead of|rather than"
        rf"|short of|hardly|(?:much|still) less|let alone)|n't)"
        rf"{_ASIDE} (?:having )?{_EVER}{{0,5}}(?:(?:fda|mhra|ema|ec|eu|uk|us|nice)[ -])?",
    ),
    Denial(
        "never_had",
        ("not ", "n't ", "never"),
        "{drug} has never actually won FDA approval",
        rf"(?:\b(?:not|never)|n't) {_EVER}{{0,4}}(?:got|had|received|won|gained|obtained|secured|earned|been granted)"
        rf" {_WORDS}{{0,4}}",
    ),
    Denial(
        "without",
        ("without",),
        "The clinics sold {drug} without the FDA having approved it",
        rf"\bwithout {_WORDS}{{0,5}}?(?:having|being|ever)(?: ever| been| yet| formally| received| obtained){{0,3}} "
        rf"{_WORDS}{{0,3}}?",
    ),
    Denial(
        "not_one_of",
        ("not",),
        "{drug} was not among the drugs that the FDA approved this week",
        rf"\bnot (?:yet )?(?:among|one of|part of|on the list of) {_REST}"
        rf"|\bnot {_WORDS}{{1,3}}any {_WORDS}{{1,3}}(?:that|which|to) ",
    ),
    Denial(
        "not_this_one",
        (" not ", "n't "),
        "FDA approves three drugs, {drug} not one of them",
        after=r"[^;]{0,140}[;,] [^;,]{0,80}?(?: not|n't) (?:among|one of|part of) (?:them|these|those)\b",
    ),
    Denial(
        "done_to_none",
        ("no", "neither"),
        "The FDA approved neither {drug} nor another drug",
        after=r" (?:neither|nothing|nowhere|none(?! other)|nobody|(?:(?:by|in) )?(?:neither|nobody|none(?! other)"
        r"|no(?! (?:time|less|fewer|more|later|longer|other|small)\b)))\b",
    ),
    Denial(
        "never_came",
        ("never", "not ", "n't ", "ruled out", "question", "off the table"),
        "An FDA approval of {drug} never happened",
        after=r"[^,;:]{0,90}?(?:\bnever (?:happened|came|took place|existed)\b|(?: not|n't) (?:happen(?:ed)?|exist"
        r"|take place)\b|\bruled out\b|\b(?:is|was|been) (?:out of the question|off the table)\b)",
    ),
    Denial(
        "disputed_report",
        _DISPUTED_STEMS,
        "The maker denied reports that {drug} has been approved by the FDA",
        rf"\b(?:{DISPUTED}|contrary to|contradict(?:s|ed)) {HEARSAY}{_SAYING}",
    ),
    Denial(
        "denied",
        ("den",),
        "The FDA denied that it has approved {drug}",
        rf"\bden(?:y|ies|ied|ying) (?:that\b{_REST}|having {_WORDS}{{0,4}}|(?:it|they) (?:has|have|had) (?:\w+ )?)",
    ),
    Denial(
        "untrue",
        _UNTRUE_STEMS,
        "It is not true that {drug} was approved by the FDA",
        rf"\b(?:it|this)(?:'s| is| was| would be) (?:\w+ly )?{_UNTRUE} (?:to \w+ )?(?:that )?{_REST}"
        rf"|\b(?:it|this) (?:is|was)n't (?:true|correct|accurate|the case)\b{_REST}"
        rf"|\b{_UNTRUE} (?:to (?:say|claim|report|suggest|announce|state)|in (?:saying|claiming|stating|reporting)"
        rf"|when (?:he|she|it|they) (?:said|claimed|reported|stated|announced))\b{_REST}",
    ),
    Denial(
        "no_proof",
        ("no ",),
        "Reporters found no evidence that the FDA has approved {drug}",
        rf"\bno (?:truth|evidence|record|proof|confirmation|sign|indication)\b {_REST}",
    ),
    Denial(
        "wrongly_told",
        ("wrongly", "falsely", "incorrectly", "erroneously", "mistakenly", "misleadingly", "version"),
        "A weekly wrongly said that the FDA has approved {drug}",
        rf"\b(?:wrongly|falsely|incorrectly|erroneously|mistakenly|misleadingly) (?:\w+ )?(?:said|says?|stat\w+"
        rf"|claim\w*|report\w*|announc\w+|suggest\w*|impl\w+|told|wrote|assert\w*)\b{_REST}"
        rf"|\b(?:said|reported|claimed|stated|announced), (?:wrongly|falsely|incorrectly|erroneously|mistakenly),"
        rf" {_REST}"
        rf"|\b(?:earlier|previous|original) version of this (?:\w+ )?(?:article|story|report|post|page)\b{_REST}",
    ),
    Denial(
        "false_source",
        _FORGED_STEMS,
        "A fake press release said that the FDA has approved {drug}",
        r"\b(?:fake|false|bogus|forged|fabricated|hoax|doctored|spoof|counterfeit|unconfirmed|unverified|unfounded"
        rf"|baseless|erroneous) (?:\w+ ){{0,2}}?(?:{HEARSAY}|news|letters?|notices?|websites?){_SAYING}"
        rf"|\b(?:scammers?|fraudsters?|hoaxers?|impostors?) (?:\w+ly )?(?:say|said|claim|tell|told)\w*\b{_REST}"
        rf"|\b(?:fake|false|bogus|forged|fabricated|made-up|supposed|alleged|purported|rumou?red) {_WORDS}{{0,3}}",
    ),
    Denial(
        "rumour",
        ("rumo", "speculation", "hearsay", "gossip"),
        "Rumours that the FDA had approved {drug} lifted the shares of its maker",
        rf"\b{_RUMOUR} (?:(?:that|it|saying)\b{_REST}|of (?:an? |the )?{_WORDS}{{0,3}})",
    ),
    Denial(
        "rumour_of_it",
        ("rumo", "hoax", "scam", "speculation", "hearsay", "gossip", "report", "claim", "stor", "tweet", "lie", "myth"),
        "The maker comments on {drug} FDA approval rumours",
        after=rf" (?:(?:reports?|news) (?:is |are |was |were )?{_UNTRUE}|{_RUMOUR}|claims?|stor(?:y|ies)|tweets?"
        r"|(?:is |was )?(?:just |only )?an? (?:hoax|lie|myth|fake|scam))\b",
    ),
    Denial(
        "called_false",
        ("false", "fake", "hoax", "myth", "rumo", "true", "invented", "scam", "satire", "fact"),
        "Hoax: FDA approves {drug}",
        r"^\W*(?:false|fake|hoax|myth|rumou?r|untrue|not true|invented|scam|satire|fact[ -]check)(?: \w+){0,2}"
        r" ?[:?!-].*",
    ),
    Denial(
        "claim_is_false",
        (*_UNTRUE_STEMS, "denied", "dismissed", "refuted", "debunked"),
        "Claims that the FDA has approved {drug} are false",
        rf"\b{HEARSAY}\b[^;]{{0,140}}",
        after=rf"(?:(?!\b(?:and|but|while|says?|said)\b)[^;:]){{0,140}}?\b(?:is|are|was|were|remain|proved|turned out)"
        rf" (?:to be )?(?:\w+ly |all )?(?:{_UNTRUE}|denied|dismissed|refuted|debunked)\b",
    ),
    Denial(
        "told_by_mistake",
        ("mistake", "accident", "error", "erroneous", "too early", "prematurely"),
        "A page that said that the FDA has approved {drug} was published by mistake",
        after=r"[^;:]{0,140}?\b(?:published|posted|sent|released|issued|put (?:out|online)) (?:by (?:mistake|accident)"
        r"|in error|erroneously|mistakenly|too early|prematurely)\b",
    ),
)
CLAIM_STEMS = ("claim", "stor", "tweet", "post", "rumo", "alleg", "suggest", "assert", "report", "article")
CLAIMED = re.compile(
    r"(?<!confirmed )(?<!confirms )\b(?:claims?|stor(?:y|ies)|tweets?|posts?|rumou?rs?|allegations?|suggestions?"
    r"|assertions?|articles?|(?:(?:the|an?|on|to|of|its|these|media|press|news|\w+'s) )reports?)(?:,[^,;:]{1,60},)?"
    r" (?:\w+ ){0,2}?(?:that|saying|announcing|claiming|suggesting) [^;:]{0,140}$"
)
"""What others claim of an act: neither told nor denied."""
TAKEN_BACK = re.compile(
    r"\W*(?:but )?(?:it|they|that|this|the (?:claim|report|story|rumou?r|post)s?|both|none of (?:that|this|it)) "
    rf"(?:(?:has|have|had|did|does|is|was|were|are)(?: not|n't)(?: so| yet)?|(?:is|was|are|were) {_UNTRUE})\s?[.!]"
)
"""A sentence that only takes back the one before: "It has not." or "That is false."."""
