"""Cue lists of tense and hedge: auxiliaries, conditions, and the words that govern a noun like approval."""

from __future__ import annotations

import re

AUX = re.compile(
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
FUTURE = frozenset(
    {
        "will",
        "to",
        "shall",
        "expected",
        "likely",
        "plans",
        "plan",
        "planning",
        "intends",
        "intend",
        "intending",
        "aims",
        "aim",
        "anticipates",
        "expects",
        "hopes",
        "hope",
        "hoping",
    }
)
UNREAL = frozenset(
    {
        "would",
        "could",
        "may",
        "might",
        "should",
        "can",
        "if",
        "once",
        "unless",
        "until",
        "must",
        "potentially",
        "eventually",
    }
)
PAST = frozenset({"already", "recently", "previously", "originally", "initially", "earlier", "last", "first"})
CONDITION = re.compile(
    r"\b(?:if|once|unless|until|whether|assuming|provided that|should|in case|as soon as|when it|were)\b[^,;:.]*$"
)
LONG_AGO = re.compile(r"\W{0,3}(?:earlier|previously|last (?:month|year)|years? ago|originally|already in|back in)\b")
GOVERNOR = re.compile(
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
MODAL_BEFORE = re.compile(
    r"\b(?:will|would|could|may|might|to|should|can|must|not|hopes? to|expects? to|plans? to|if|once"
    r"|until|unless)\s(?:\w+\s)?$"
)
FIRST_TO = re.compile(
    r"(?P<hedge>\b(?:would|could|may|might|will|should|to|if|likely|potential|potentially|possible|race|hopes?)\b"
    r"[^.;:]{0,30}?)?\b(?P<new>becom(?:es|ing)|(?:has|have) become)?(?: now)?(?: the| a)? ?\b(?:first|only|sole|second"
    r"|third|fourth|fifth|latest|newest)\b[^.;:]{0,110}? to (?:be |have )?$"
)
"""Of a rank that somebody has ("is the first medicine to receive"), or may have one day (`hedge`)."""
HAD_BEFORE = re.compile(r"\b(?:had|already|previously|earlier)\s(?:\w+\s)?$")
SAID_HAD = re.compile(r"\b(?:said|says|announced|reported|reports)\b")
RESOLVED = re.compile(r"\b(?:decided|elected|chosen|chose|opted|resolved|agreed|voted|decision) (?:\w+ )?to (?:\w+ )?$")
