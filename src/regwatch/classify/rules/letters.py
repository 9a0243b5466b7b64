"""Complete response letters: the FDA's refusals, and mere talk of them."""

from __future__ import annotations

from regwatch.classify.rules.grammar import NOTHING, Rule
from regwatch.vocabulary import Milestone as M

LETTERS: tuple[Rule, ...] = (
    Rule(
        "letter.answered",
        NOTHING,
        r"(?:address\w*|respon(?:ds?|ded|ding|ses? to)\b|resolv\w*|repl(?:y|ies|ied)|resubmi\w+|in response to"
        r"|since|outlined in|identified in|cited in|noted in|raised in|items? in|issues? in|following"
        r"|appeal\w*)\b[^.;]{0,60}?(?:complete response letters?|\bcrls?\b)|(?:class (?:1|2|i|ii) |a |an "
        r"|as a |considered a )(?:\w+, )?(?:class (?:1|2|i|ii) )?complete response(?! letter)(?: to)?",
        ("crl", "complete response"),
        "The resubmission of {drug} addresses the complete response letter",
        "",
    ),
    Rule(
        "letter.complete_response",
        M.COMPLETE_RESPONSE,
        r"complete response(?:s)? (?:letter|action)s?(?: ?\(crl\))?|crls?\b|(?:(?:fda|agency"
        r"|regulator)(?:'s)? (?:\w+ )?)response letter|receiv\w+ (?:a |an )?complete response (?:from|for)"
        r"|not (?:yet )?(?:ready for approval|approvable)|(?:unable to|cannot|can not|could not"
        r"|will not) (?:\w+ )?(?:approve|be approved|grant approval)[^.;]{0,60}?(?:in (?:its|their) (?:current"
        r"|present) form|at this time|now)",
        ("complete response", "crl", "response letter", "not", "unable"),
        "The FDA has issued a complete response letter for {drug}",
        "FDA complete_response",
        form="noun",
        authority="FDA",
    ),
)
