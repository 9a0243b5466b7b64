"""The road to a decision and away from it: filing, acceptance, goal dates, withdrawals, suspensions, ends."""

from __future__ import annotations

from regwatch.classify.rules.grammar import APPLICATION, DECISION, NOTHING, Rule
from regwatch.vocabulary import Milestone as M

_RD = r"(?:pdufa|prescription drug user fee act|user fee|target action|goal|action|decision|review)"

REVIEWS: tuple[Rule, ...] = (
    Rule(
        "review.date_extended",
        M.GOAL_DATE_EXTENDED,
        rf"(?P<head>extend(?:s|ed)?|extension|push(?:es|ed)?|mov(?:es|ed)|delay(?:s|ed)?|put(?:s)? back"
        rf"|postpon(?:es|ed)|shift(?:s|ed)|prolong(?:s|ed))\b[^.;]{{0,70}}?(?:{_RD}(?: \w+)? (?:date|deadline"
        rf"|period|timeline|clock)|pdufa\b|its review|the review|review (?:of|period|time))"
        rf"|(?:{_RD}[^.;]{{0,60}}?(?:date|deadline|period|timeline)"
        rf"|review(?: period)?)\b[^.;]{{0,60}}?(?P<head2>extend(?:s|ed)|extension|push(?:es|ed)|mov(?:es|ed)"
        rf"|delay(?:s|ed)|postpon(?:es|ed)|put back|prolonged)|{_RD}(?: \w+)? "
        rf"dates?\b[^.;]{{0,30}}?(?P<head4>months? later)|(?:the|new|revised) (?P<head5>date) (?:was |is "
        rf"|has been |now )?(?:moved|moves|shifted)|(?:gets?|got|given|gives?|taken"
        rf"|takes?) [^.;]{{0,40}}?(?P<head3>months? longer|more time|extra time|longer to (?:decide|review))",
        (
            "extend",
            "extension",
            "push",
            "mov",
            "delay",
            "put",
            "postpon",
            "shift",
            "prolong",
            "longer",
            "more time",
            "extra time",
            "later",
        ),
        "The FDA has extended the PDUFA date for {drug} by three months",
        "FDA goal_date_extended",
        authority="FDA",
    ),
    Rule(
        "review.goal_date",
        M.GOAL_DATE_SET,
        r"(?:pdufa|prescription drug user fee act(?: \(pdufa\))?|user fee)(?: "
        r"\(pdufa\))?[\w ,\"()-]{0,30}?(?P<head>(?:target |goal |action )*dates?|goal|target)"
        r"|target (?:pdufa )?action (?P<head2>date)|fda (?:decision|action) (?P<head3>date)"
        r"|goal (?P<head4>date)|(?:fda )?(?:decision|action) goal (?:date )?(?P<head5>set)"
        r"|(?P<head6>pdufa)(?=[,:])|(?P<head7>(?:target )?action date)",
        ("pdufa", "user fee", "action date", "goal", "decision date"),
        "The FDA set a PDUFA target action date of April 3, 2027 for {drug}",
        "FDA goal_date_set",
        form="said",
        authority="FDA",
    ),
    Rule(
        "none.priority_voucher",
        NOTHING,
        r"priority review vouchers?|(?:request\w*|appl(?:y|ies|ied|ying)\b|ask\w*|seek\w*"
        r"|eligible)\b[^.;]{0,40}? priority review|priority review[^.;]{0,30}?(?:is (?:granted|given|reserved"
        r"|intended)|designation (?:is|directs|means))|(?:a|the) priority review (?:designation )?(?:is|means"
        r"|directs)",
        ("priority review",),
        "The company requested priority review for {drug}",
        "",
    ),
    Rule(
        "review.priority",
        M.PRIORITY_REVIEW,
        r"(?P<head>priority review|priority assessment|accelerated assessment)(?! period| voucher)",
        ("priority", "accelerated assessment"),
        "The FDA granted priority review to {drug}",
        "FDA priority_review",
        form="noun",
        tags=frozenset({"priority"}),
    ),
    Rule(
        "none.refuse_to_file",
        NOTHING,
        r"refus\w+[- ]to[- ]file|not (?:accept\w*|file\w*) [^.;]{0,60}?(?:for review|for filing)"
        r"|not (?:be )?sufficiently complete|(?:decid\w+|whether) (?:whether )?to accept|prv\b",
        ("refus", "not", "whether", "prv"),
        "The company received a refusal to file letter for {drug}",
        "",
    ),
    Rule(
        "review.validated",
        M.VALIDATED,
        rf"(?P<head>validat(?:es|ed|ion))\b[^.;]{{0,80}}?{APPLICATION}"
        rf"|{APPLICATION}[^.;]{{0,80}}?\b(?P<head2>validated)|complet\w+ (?:its |the )?(?P<head3>validation)",
        ("validat",),
        "The EMA has validated the marketing authorisation application for {drug}",
        "EMA validated",
        authority="EMA",
    ),
    Rule(
        "review.accepted",
        M.ACCEPTED_FOR_REVIEW,
        rf"(?P<head>accept(?:s|ed|ance|ing)?|takes? in|taken in|took in|receipt and acceptance|acknowledg(?:es"
        rf"|ed))\b(?! for use)(?: of| for)?[^.;]{{0,140}}?(?:{APPLICATION}|for (?:filing|(?:\w+ )?review"
        rf"|assessment|evaluation|registration review))|{APPLICATION}(?:(?!submitt)[^.;]){{0,110}}"
        rf"?\b(?P<head2>accepted|taken in|acceptance|filed by the|under (?:active )?(?:review|evaluation"
        rf"|assessment))|(?P<head6>(?:begun|started|starts|begins|opened|opens) (?:evaluating|reviewing"
        rf"|assessing|(?:its |a |the )?(?:review|evaluation|assessment) of))\b[^.;]{{0,60}}?{APPLICATION}"
        rf"|confirms? acceptance|(?P<head3>fil(?:es|ed)) (?:the|its) [^.;]{{0,40}}?for (?:substantive )?review"
        rf"|filing acceptance|(?P<head4>under (?:regulatory )?(?:review|evaluation|assessment)) (?:by|at|with"
        rf"|in)|reviews? (?:are |is |go(?:es)? )?(?P<head5>on|under way|ongoing|in progress"
        rf"|continu\w+)(?: (?:by|at|in))",
        (
            "accept",
            "take",
            "took",
            "taken",
            "acknowledg",
            "filed",
            "files",
            "filing",
            "under",
            "review",
            "evaluat",
            "assess",
        ),
        "The FDA has accepted the sNDA for {drug}",
        "FDA accepted_for_review",
    ),
    Rule(
        "end.application_withdrawn",
        M.APPLICATION_WITHDRAWN,
        rf"(?P<head>withdr(?:ew|aws?|awn|awing|awal)|pull(?:s|ed)?|retract(?:s|ed)|drop(?:s|ped)|abandon(?:s"
        rf"|ed)|gives? up|giv\w+ up|rescind\w*|takes? back)\b(?: of| on)?(?:(?!approval"
        rf"|from the market)[^.;]){{0,90}}?{APPLICATION}|{APPLICATION}\b(?:(?!approval\b)[^.;]){{0,90}}"
        rf"?\b(?P<head2>withdrawn|withdrew|pulled|withdrawal)",
        ("withdr", "pull", "retract", "drop", "abandon", "giv", "rescind", "take"),
        "The company has withdrawn its marketing authorisation application for {drug}",
        "EMA application_withdrawn",
        tags=frozenset({"application"}),
    ),
    Rule(
        "end.indication_withdrawn",
        M.INDICATION_WITHDRAWN,
        r"(?P<head>withdr(?:ew|aws?|awn|awing|awal)|giv\w+ up|gives? up|remov(?:es|ed|al)|pull(?:s|ed)?"
        r"|drop(?:s|ped)|relinquish\w*|surrender\w*|rescind\w*)\b(?: of)?[^.;]{0,90}?\b(?:indications?"
        r"|accelerated approval)\b|indication\b[^.;]{0,90}?\b(?P<head2>withdrawn|withdrew|removed|withdrawal"
        r"|pulled)|withdrawn for this indication",
        ("withdr", "giv", "remov", "pull", "drop", "relinquish", "surrender", "rescind"),
        "The company is voluntarily withdrawing the US indication of {drug} in bladder cancer",
        "FDA indication_withdrawn",
    ),
    Rule(
        "end.revoked",
        M.REVOKED,
        r"(?P<head>revok(?:es|ed|ing|e)|revocation|rescind(?:s|ed)?|cancel(?:s|led|ed|lation)|annul(?:s|led)"
        r"|strip(?:s|ped))\b[^.;]{0,90}?(?:authori[sz]ation|licen[cs]e|approval|registration)"
        r"|(?:authori[sz]ation|licen[cs]e|approval|registration)\b[^.;]{0,60}?\b(?P<head2>revoked|rescinded"
        r"|cancelled|annulled|revocation|withdrawn by (?:the )?(?:fda|ec|european commission|mhra|tga"
        r"|regulator\w*|agency))|(?:fda|commission|mhra|tga|health canada|cder|swissmedic|regulators?|agency"
        r"|administration)\b(?: \([^)]*\))?(?: has| have| had| on \w+| is| are| will| also| formally"
        r"| officially|, ?[^,.;]{0,30},|\s\w+day)*\s(?P<head3>withdraw(?:s|n|ing)?|withdrew|pull(?:s|ed)?"
        r"|revok\w+|propos\w+ (?:to )?(?:withdraw\w*|tak\w+|revok\w+"
        r"|remov\w+))\b[^.;]{0,90}?(?:authori[sz]ation|licen[cs]e|approval|market|registration)",
        ("revok", "revoc", "rescind", "cancel", "annul", "strip", "withdr", "pull", "propos"),
        "The European Commission has revoked the marketing authorisation of {drug}",
        "EC revoked",
    ),
    Rule(
        "end.suspended",
        M.SUSPENDED,
        r"(?P<head>suspend(?:s|ed|ing)?|suspension|stay(?:s|ed)?|halt(?:s"
        r"|ed))\b(?: of)?[^.;]{0,90}?(?:authori[sz]ations?|licen[cs]es?|approval|registration|sales?|market\w*"
        r"|distribution|supply)|(?:authori[sz]ation|licen[cs]e|approval|registration|sales|medicines?"
        r"|use)\b[^.;]{0,80}?\b(?P<head2>suspended|suspension|halted)",
        ("suspen", "stay", "halt"),
        "The European Commission suspended the marketing authorisation of {drug}",
        "EC suspended",
        tags=frozenset({"suspend"}),
    ),
    Rule(
        "end.given_up",
        M.AUTHORISATION_WITHDRAWN,
        r"(?:marketing authori[sz]ation|licen[cs]e|approval|product|medicine|nda"
        r"|bla)\b[^.;]{0,60}?\b(?P<head>(?:has been |was |been )?(?:voluntarily )?withdrawn"
        r"|withdrew)\b(?: (?:at the request|by (?:its|the) (?:holder|company|manufacturer|sponsor)"
        r"|from the (?:market|eu|european union)))|(?P<head2>withdr(?:ew|aws?|awn|awing|awal)|pull(?:s|ed)?"
        r"|tak(?:es|en|ing)|remov(?:es|ed|al|ing)|discontinu(?:es|ed"
        r"|ing))\b[^.;]{0,70}?(?:from (?:the )?(?:[\w.]+ ){0,3}?market|off the (?:[\w.]+ )?market"
        r"|off (?:the )?shelves|(?:marketing authori[sz]ation|licen[cs]e|approval))",
        ("withdr", "pull", "tak", "remov", "discontinu"),
        "The company has withdrawn {drug} from the US market",
        "FDA authorisation_withdrawn",
    ),
    Rule(
        "end.lapsed",
        M.LAPSED,
        r"(?:authori[sz]ation|licen[cs]e|registration|approval)\b[^.;]{0,60}?\b(?P<head>lapsed|expired"
        r"|ceased to be valid|sunset)|(?P<head2>laps(?:es|ed)|expir(?:es|ed"
        r"|y))\b[^.;]{0,40}?(?:authori[sz]ation|licen[cs]e|registration)",
        ("laps", "expir", "ceased", "sunset"),
        "The marketing authorisation of {drug} in the EU has lapsed",
        "EC lapsed",
    ),
    Rule(
        "review.to_submit",
        M.SUBMITTED,
        rf"(?P<head>resubmi(?:t|ts|tted|ssion)|re-submi\w+|submi(?:t|ts|tted|tting|ssion)|fil(?:e|es|ed|ing)"
        rf"|appl(?:y|ies|ied)|lodg(?:es|ed)|beg(?:in|ins|an|un) (?:a |its |the )?(?:rolling )?(?:fil\w+"
        rf"|submi\w+)|(?:finish|complet|start|initiat|commenc)\w* (?:the |its |a "
        rf"|of )*(?:rolling )?(?:\w+ ){{0,3}}?(?:submi\w+|fil\w+|application)|s(?:eeks?|ought)|went"
        rf"|goes)\b(?: of| for| to| in| with| an?| its| the)*[^.;]{{0,150}}?(?:{APPLICATION}"
        rf"|for (?:\w+ )?(?:approval|authori[sz]ation|registration)|(?:marketing|regulatory"
        rf"|market) (?:approval|authori[sz]ation)|(?:to|with|in(?:to)?|by) (?:the )?(?:u.?s.? )?(?:fda|ema"
        rf"|mhra|tga|health canada|swissmedic|pmda|mhlw|nmpa|smc|nice))"
        rf"|{APPLICATION}[^.;]{{0,90}}?\b(?P<head2>submitted|filed|lodged|went in|made|re-?submitted)\b"
        rf"|filings? for approval|(?P<head3>submission|filing) of [^.;]{{0,100}}?(?:{APPLICATION}"
        rf"|to (?:the )?(?:u.?s.? )?(?:fda|ema))|{APPLICATION} (?P<head4>(?:re)?submission|filing)\b",
        ("resubmi", "submi", "fil", "appl", "lodg", "seek", "sought", "went", "goes", "rolling", "complet", "finish"),
        "The company has submitted a marketing authorisation application for {drug} to the EMA",
        "EMA submitted",
        tags=frozenset({"submit"}),
    ),
    Rule(
        "expect.decision",
        DECISION,
        r"(?P<head>(?:final |regulatory |approval |eu |ec |fda |ema |nice |smc "
        r"|opinion and )*decision)s?\b(?! (?:to|not|against|that|maker|support|was|has been|follows"
        r"|comes after|came)\b)[^.;]{0,90}?(?:\bexpect\w*|\banticipat\w*|\bdue\b|\bpending|\battendu\w*"
        r"|\blikely|\bplanned|\bshould\b|\bwill\b|\bby\b|\bin (?:the )?(?:coming|next|q[1-4]|early|late|mid"
        r"|second|first|third|fourth|20)|\bwithin|\bfollow)|(?:expect\w*|anticipat\w*|await\w*|pending"
        r"|look(?:s|ing)? forward to|receiv\w+)\b[^.;]{0,60}?(?P<head2>decision|last word|ruling)|(?:will|to"
        r"|must|now) (?:now |then |next )?(?:decide|rule|weigh|consider|review|examin\w+|make (?:a"
        r"|its) (?:final )?(?:decision|ruling))(?! (?:to|whether to (?:launch|appeal)))|(?:will"
        r"|to) be (?:now )?(?:reviewed|considered|examined|referred|sent|forwarded) (?:by"
        r"|to) (?:the )?(?:european commission|ec\b)|(?P<head3>last word) "
        r"|once (?:the )?(?:european commission|ec|fda|mhra) (?:\([^)]*\) )?has decided"
        r"|anticipated (?P<head4>marketing authori[sz]ation)|final guidance (?:is )?(?:expected|due)",
        (
            "decision",
            "decid",
            "rule",
            "weigh",
            "consider",
            "review",
            "last word",
            "anticipat",
            "ruling",
            "final guidance",
            "examin",
        ),
        "A decision of the European Commission on {drug} is expected in the third quarter of 2027",
        "EC approved",
        form="said",
    ),
)
