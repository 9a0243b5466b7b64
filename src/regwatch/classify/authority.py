"""Who decided: the table of authorities as texts name them, and where they stand in a text.

`agency` is the body itself, `panel` a committee whose vote binds nobody, `place` a country or its people ("China
approved", "the EU nod"), which stands for the licensing authority unless the words are about reimbursement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from regwatch.classify.text import Text

AGENCY, PANEL, PLACE = "agency", "panel", "place"

# (code, body, pattern over lower-case text). Earlier rows win where two match at the same place.
_LOWER: tuple[tuple[str, str, str], ...] = (
    (
        "FDA",
        PANEL,
        r"oncologic drugs advisory committee|odac\b|(?:fda(?:'s)? |u\.?s\.? |independent |federal "
        r"|outside )*"
        r"(?:advisory (?:committee|panel|board|group)|adcomms?\b|ad comm?\b|panel of (?:outside |independent |fda )?"
        r"(?:experts?|advis[eo]rs)|(?:expert|advisers'|outside) panel|vrbpac\b|fda(?:'s)? (?:outside "
        r"|independent |expert )*"
        r"(?:panel|advis[eo]rs|committee)|u\.?s\.? panel|panel(?:ists| members)?"
        r"|(?:outside |independent )?advis[eo]rs)",
    ),
    (
        "EMA",
        AGENCY,
        r"committee for (?:medicinal products|orphan medicinal products)(?: for human use)?(?: \(chmp\))?"
        r"|chmp\b"
        r"|(?:eu|european|ema|ema's|eu's|eu drug|european medicines agency(?:'s)?"
        r"|agency's) (?:\w+ ){0,3}(?:panel|committee|advis[eo]rs)"
        r"|human medicines committee|eu(?:rope(?:'s|an)?)? (?:drugs?|medicines?) (?:regulator|watchdog|agency)"
        r"|comite des medicaments a usage humain|committee for advanced therapies|prac\b"
        r"|pharmacovigilance risk assessment committee",
    ),
    (
        "EMA",
        AGENCY,
        r"european medicines? (?:agency|authority)|ema\b(?!il)|agence europeenne des medicaments"
        r"|europaischen? arzneimittel-?(?:agentur|behorde)|eu-arzneimittel(?:agentur|behorde)",
    ),
    (
        "EC",
        AGENCY,
        r"european commission|commission europeenne|europaischen? kommission|eu[ -](?:commission|kommission)"
        r"|brussels|the commission(?:'s)?\b(?! on)"
        r"|eu(?:ropean)? (?:union )?regulators?",
    ),
    (
        "FDA",
        AGENCY,
        r"(?:u\.?s\.? )?food (?:and|&) drug administration|(?:us|u\.s\.)?fda\b|cder\b|cber\b"
        r"|us-(?:arzneimittel|gesundheits|zulassungs)?behorde"
        r"|(?:u\.?s\.?|american|federal) (?:health |drug )?regulators?|(?:u\.?s\.?|american) (?:drug"
        r"|health) (?:agency|watchdog)",
    ),
    (
        "MHRA",
        AGENCY,
        r"medicines (?:and|&) healthcare products regulatory agency|mhra\b"
        r"|britischen? (?:arzneimittel|gesundheits|zulassungs)behorde"
        r"|(?:u\.?k\.?|british|britain's)(?:'s)? (?:medicines? |drugs? )*(?:regulators?|watchdog|agency)",
    ),
    (
        "NICE",
        AGENCY,
        r"national institute for health and (?:care|clinical) excellence"
        r"|(?:nhs |england's |u\.?k\.?(?:'s)? |british )(?:health |drugs? |nhs )*(?:cost|spending|price"
        r"|value|cost-effectiveness)(?: |-)(?:effectiveness )?(?:watchdog|body|agency)",
    ),
    (
        "SMC",
        AGENCY,
        r"scottish medicines consortium|smc\b|scotland's (?:drugs? |medicines )*(?:watchdog|body" r"|consortium)",
    ),
    ("AWMSG", AGENCY, r"all wales medicines strategy group|awmsg\b"),
    ("HealthCanada", AGENCY, r"health canada|sante canada|canadian (?:health |drug )*regulators?"),
    (
        "CDA-AMC",
        AGENCY,
        r"canada's drug agency|cda-amc\b|cadth\b|canadian agency for drugs and technologies in health"
        r"|perc\b|pcodr\b"
        r"|pan-canadian oncology drug review",
    ),
    ("INESSS", AGENCY, r"inesss\b"),
    (
        "TGA",
        AGENCY,
        r"therapeutic goods administration|tga\b|artg\b|australian register of therapeutic goods"
        r"|australian? (?:medicines? |drugs? |health )*regulators?",
    ),
    ("PBAC", AGENCY, r"pharmaceutical benefits advisory committee|pbac\b"),
    (
        "Swissmedic",
        AGENCY,
        r"swissmedic\b|swiss (?:medicines? |drugs? |agency for therapeutic products|health )*regulators?"
        r"|swiss agency for therapeutic products",
    ),
    (
        "MHLW",
        AGENCY,
        r"ministry of health,? labou?r,? (?:and|&) welfare|mhlw\b|japan(?:'s"
        r"|ese) (?:health )?ministry(?: of health)?"
        r"|japan(?:'s|ese) (?:\w+ )?regulators?",
    ),
    ("PMDA", AGENCY, r"pharmaceuticals and medical devices agency|pmda\b"),
    (
        "NMPA",
        AGENCY,
        r"national medical products administration|nmpa\b|china food and drug administration|cfda\b"
        r"|(?:china's )?center for drug evaluation|china's (?:\w+ )?(?:regulator|administration)"
        r"|chinese (?:\w+ )?(?:regulators?|authorities)",
    ),
    ("G-BA", AGENCY, r"g-ba\b|federal joint committee|gemeinsamer bundesausschuss"),
    ("HAS", AGENCY, r"haute autorite de sante|french national authority for health"),
    ("HSA", AGENCY, r"health sciences authority"),
    ("ANVISA", AGENCY, r"anvisa\b|brazil(?:'s|ian) (?:\w+ )*regulat\w+(?: agency)?"),
    ("MFDS", AGENCY, r"ministry of food and drug safety|mfds\b|korean? (?:\w+ )?regulators?"),
    ("Medsafe", AGENCY, r"medsafe\b"),
    ("IsraelMOH", AGENCY, r"israel(?:'s|i) ministry of health|ministry of health in israel"),
    ("SMC", PLACE, r"nhs ?scotland|nhs in scotland|scotland|scottish"),
    (
        "EC",
        PLACE,
        r"(?:the )?european union|eu\b|europe\b|european\b(?! society| association| congress| journal"
        r"| organi| hematology| league| academy| alliance| medical| respiratory| foundation)",
    ),
    ("MHRA", PLACE, r"united kingdom|great britain|britain|u\.k\.|uk\b"),
    ("FDA", PLACE, r"united states|u\.s\.a?\.?|usa\b|america\b"),
    ("HealthCanada", PLACE, r"canada\b|canadian\b"),
    ("TGA", PLACE, r"australian?\b"),
    ("Swissmedic", PLACE, r"switzerland\b|swiss\b"),
    ("MHLW", PLACE, r"japan(?:ese)?\b"),
    ("NMPA", PLACE, r"china\b|chinese\b"),
    ("HSA", PLACE, r"singapore\b"),
    ("ANVISA", PLACE, r"brazil(?:ian)?\b"),
    ("MFDS", PLACE, r"(?:south )?korean?\b"),
    ("Medsafe", PLACE, r"new zealand\b"),
    ("IsraelMOH", PLACE, r"israeli?\b"),
)
# Acronyms that are also words: matched in capitals only.
_UPPER: tuple[tuple[str, str, str], ...] = (
    ("NICE", AGENCY, r"NICE\b(?! guideline)"),
    ("NICE", AGENCY, r"Nice\b(?= (?:recommend|reject|back|approv|refus|turn|say|said|has|have|will|draft|guidance))"),
    ("EC", AGENCY, r"EC\b"),
    ("HSA", AGENCY, r"HSA\b"),
    ("HAS", AGENCY, r"HAS\b(?=[ ,)]+(?:rend|a rendu|transparency|avis|opinion))"),
    ("FDA", PLACE, r"US\b"),
)
_NEGATED_PLACE = re.compile(
    r"(?:outside|excluding|except|other than|beyond|ex-)(?: of)?(?: in)?(?: the)?[\s-](?:\w+,? (?:and "
    r")?(?:the )?){0,2}$"
)

HTA = frozenset({"NICE", "SMC", "AWMSG", "CDA-AMC", "INESSS", "PBAC", "G-BA", "HAS"})
FINAL_ONLY = frozenset({"SMC", "AWMSG", "PBAC", "G-BA", "HAS"})
"""Bodies whose published word is final: they show no drafts."""
HTA_OF_PLACE = {"MHRA": "NICE", "SMC": "SMC", "HealthCanada": "CDA-AMC", "TGA": "PBAC"}
"""Who appraises where a place is named beside words of reimbursement."""


@dataclass(frozen=True)
class Body:
    """One naming of an authority in the text."""

    code: str
    body: str
    start: int
    end: int


_LOW = re.compile(r"(?<![\w-])(?:" + "|".join(pattern for _, _, pattern in _LOWER) + r")(?![\w])")
_UP = re.compile(r"(?<![\w-])(?:" + "|".join(pattern for _, _, pattern in _UPPER) + ")")
_EACH = [(code, body, re.compile(pattern)) for code, body, pattern in _LOWER]
_EACH_UPPER = [(code, body, re.compile(pattern.split(r"\b")[0])) for code, body, pattern in _UPPER]


@lru_cache(maxsize=2048)
def _meant(words: str, upper: bool) -> tuple[str, str]:
    """Code and body of the first row that the words fit."""
    rows = _EACH_UPPER if upper else _EACH
    return next(((code, body) for code, body, pattern in rows if pattern.fullmatch(words)), ("", PLACE))


def find_authorities(text: Text, start: int, end: int) -> list[Body]:
    """Every naming of an authority between two offsets, in order, but no place that is excluded ("outside Japan")."""
    found: list[Body] = []
    for upper, matches in ((False, _LOW.finditer(text.low, start, end)), (True, _UP.finditer(text.plain, start, end))):
        for m in matches:
            code, body = _meant(m[0], upper)
            excluded = body == PLACE and _NEGATED_PLACE.search(text.low, max(start, m.start() - 40), m.start())
            if not code or excluded or (upper and any(b.start < m.end() and m.start() < b.end for b in found)):
                continue
            found.append(Body(code, body, m.start(), m.end()))
    return sorted(found, key=lambda b: b.start)
