"""The fixed words of status pages: state labels, sentences, timeline rows and columns, by authority.

They are the publishers' own vocabularies: NICE project pages, SMC advice, CDA-AMC projects, PBAC outcomes, EMA medicine
pages, the FDA's tables of accelerated approvals.
"""

from __future__ import annotations

from regwatch.vocabulary import Milestone

M = Milestone

STATES: dict[str, tuple[tuple[str, Milestone, str], ...]] = {
    "NICE": (
        (r"(?:in progress|in development)\b", M.HTA_IN_PROGRESS, ""),
        (r"optimi[sz]ed|recommended with restrict", M.HTA_RECOMMENDED_RESTRICTED, ""),
        (r"not recommended$", M.HTA_NOT_RECOMMENDED, ""),
        (
            r"(?:recommended (?:for use )?(?:in|through|via) (?:the )?)?(?:cdf|cancer drugs fund|managed access)$",
            M.HTA_MANAGED_ACCESS,
            "",
        ),
        (r"recommended$", M.HTA_RECOMMENDED, ""),
        (r"suspended|paused|deferred|impacted by covid", M.HTA_SUSPENDED, ""),
        (r"discontinued|terminated|withdrawn", M.HTA_TERMINATED, ""),
        (
            r"awaiting development|proposed|referred|topic (?:selection|prioritisation)|prioritisation|scoping",
            M.HTA_SCOPING,
            "",
        ),
    ),
    "SMC": (
        (r"accepted (?:for use )?on an interim|interim", M.HTA_MANAGED_ACCESS, ""),
        (r"restricted|accepted (?:with|for) restrict", M.HTA_RECOMMENDED_RESTRICTED, ""),
        (r"not recommended|not accepted", M.HTA_NOT_RECOMMENDED, ""),
        (r"accepted", M.HTA_RECOMMENDED, ""),
        (
            r"(?:in|under|being|submission) ?(?:assess\w*|review\w*|received|progress)"
            r"|awaiting (?:assessment|decision|advice)|pending|advice due",
            M.HTA_IN_PROGRESS,
            "",
        ),
        (r"submission withdrawn", M.HTA_TERMINATED, ""),
    ),
    "AWMSG": (
        (r"not (?:recommended|endorsed|supported)|cannot be endorsed|statement of advice", M.HTA_NOT_RECOMMENDED, ""),
        (
            r"(?:recommended|supported|accepted)?[ (-]{0,3}(?:with|for) restrict|restricted"
            r"|recommended[^|\n]{0,12}restrict",
            M.HTA_RECOMMENDED_RESTRICTED,
            "",
        ),
        (r"recommended|supported", M.HTA_RECOMMENDED, ""),
        (
            r"in progress|under (?:appraisal|assessment)|appraisal (?:in progress|under way)|scheduled",
            M.HTA_IN_PROGRESS,
            "",
        ),
        (r"suspended|on hold", M.HTA_SUSPENDED, ""),
        (r"withdrawn|discontinued", M.HTA_TERMINATED, ""),
    ),
    "INESSS": (
        (
            r"refusal|refused|not (?:to be )?(?:listed|added|recogni[sz]ed)|do not|non-listing|unfavou?rable",
            M.HTA_NOT_RECOMMENDED,
            "",
        ),
        (
            r"(?:listing|addition|listed|added|reimburse\w*|registration)[^"
            r"|\n]{0,40}?(?:condition|exception|restrict)|exception(?:al)? (?:drug|medication)",
            M.HTA_RECOMMENDED_RESTRICTED,
            "",
        ),
        (r"listing|listed|addition|added|reimburse|registration|favou?rable", M.HTA_RECOMMENDED, ""),
        (
            r"(?:evaluation |assessment )?in progress|under (?:evaluation|assessment|review)"
            r"|being (?:evaluated|assessed)",
            M.HTA_IN_PROGRESS,
            "",
        ),
        (r"withdrawn|cancelled", M.HTA_TERMINATED, ""),
        (r"suspended|on hold", M.HTA_SUSPENDED, ""),
    ),
    "HAS": (
        (r"insufficient|unfavou?rable", M.HTA_NOT_RECOMMENDED, ""),
        (r"(?:substantial|important|moderate|mild|low|favou?rable)\b", M.HTA_RECOMMENDED, ""),
        (r"in progress|under (?:evaluation|assessment|review)", M.HTA_IN_PROGRESS, ""),
    ),
    "G-BA": (
        (
            r"(?:procedure |assessment )?(?:started|begun|opened|initiated|in progress|ongoing"
            r"|under way)|(?:written )?(?:statement|commenting|hearing)",
            M.HTA_IN_PROGRESS,
            "",
        ),
        (r"(?:procedure )?(?:terminated|discontinued|ended|withdrawn)", M.HTA_TERMINATED, ""),
        (r"suspended", M.HTA_SUSPENDED, ""),
    ),
    "CDA-AMC": (
        (r"do not (?:reimburse|list)[^|\n]{0,20}draft", M.HTA_DRAFT_NOT_RECOMMENDED, ""),
        (r"(?:reimburse|list)[^|\n]{0,60}draft", M.HTA_DRAFT_RECOMMENDED, ""),
        (r"do not (?:reimburse|list)", M.HTA_NOT_RECOMMENDED, ""),
        (r"(?:reimburse|list)\w* with", M.HTA_RECOMMENDED_RESTRICTED, ""),
        (r"time-limited", M.HTA_MANAGED_ACCESS, ""),
        (r"reimburse|list\b|list in a similar", M.HTA_RECOMMENDED, ""),
        (r"withdrawn|cancelled|not filed|discontinued|terminated", M.HTA_TERMINATED, ""),
        (r"suspended|on hold|paused", M.HTA_SUSPENDED, ""),
        (r"active|received|in progress|under review|open for|accepted|initiated|pending", M.HTA_IN_PROGRESS, ""),
    ),
    "PBAC": (
        (r"(?:not recommend|reject|first[- ]time decision not)", M.HTA_NOT_RECOMMENDED, ""),
        (r"recommended", M.HTA_RECOMMENDED, ""),
        (r"deferred|deferral", M.HTA_IN_PROGRESS, ""),
        (r"withdrawn", M.HTA_TERMINATED, ""),
    ),
    "EMA": (
        (r"application withdrawn|withdrawn application|withdrawal of application", M.APPLICATION_WITHDRAWN, "EMA"),
        (r"refused", M.REFUSED, "EC"),
        (r"revoked", M.REVOKED, "EC"),
        (r"suspended", M.SUSPENDED, "EC"),
        (r"withdrawn", M.AUTHORISATION_WITHDRAWN, "EC"),
        (r"lapsed|expired", M.LAPSED, "EC"),
        (r"(?:opinion: |opinion - )?positive(?: opinion)?", M.OPINION_POSITIVE, "EMA"),
        (r"(?:opinion: |opinion - )?negative(?: opinion)?", M.OPINION_NEGATIVE, "EMA"),
        (r"conditional(?:ly)? (?:authori[sz]ed|approv\w+)", M.CONDITIONALLY_APPROVED, "EC"),
        (r"authori[sz]ed", M.APPROVED, "EC"),
    ),
}
"""State words by authority, most specific first, with the authority that owns the milestone if it is another."""

LABELS: dict[str, tuple[str, ...]] = {
    "NICE": (r"status", r"(?:decision|outcome|recommendation|categorisation)"),
    "SMC": (r"(?:status|outcome|smc advice|advice|decision)",),
    "AWMSG": (
        r"(?:awmsg )?(?:status|outcome|advice|decision|recommendation|advice type|appraisal status|appraisal outcome)",
    ),
    "INESSS": (r"(?:recommendation|decision|notice|advice|status|opinion|evaluation status)",),
    "HAS": (
        r"(?:actual (?:clinical |medical )?benefit(?: \(smr\))?|clinical benefit(?: \(smr\))?"
        r"|medical benefit|smr|opinion|conclusion|status)",
    ),
    "G-BA": (r"(?:procedural step|procedure status|status(?: of the procedure)?|current step)",),
    "PBAC": (r"(?:pbac outcome|outcome|recommendation)",),
    "CDA-AMC": (
        r"(?:(?:final|draft) )?(?:reimbursement )?recommendation(?: type)?",
        r"(?:project |review |current )?(?:status|stage)",
    ),
    "EMA": (r"(?:opinion status|authorisation status|medicine status|status|opinion)",),
}
"""The labels of each authority's pages; the first that carries a known state is the page's."""
STEPS: tuple[tuple[str, Milestone], ...] = (
    (r"suspended|paused", M.HTA_SUSPENDED),
    (r"discontinued|terminated", M.HTA_TERMINATED),
    (
        r"consultation on (?:suggested remit|draft (?:scope|remit))|draft scope|scoping|topic selection"
        r"|prioritisation|awaiting development|referral\b|invitation to participate in scop",
        M.HTA_SCOPING,
    ),
    (
        r"(?:appraisal|draft guidance|draft recommendation|public)? ?consultation|draft guidance",
        M.HTA_CONSULTATION_OPEN,
    ),
    (r"(?:appraisal )?committee meeting", M.HTA_COMMITTEE),
    (r"in progress|invitation to participate", M.HTA_IN_PROGRESS),
)
COLUMNS: tuple[tuple[str, Milestone], ...] = (
    (r"accelerated approval date|date of accelerated approval|aa date", M.ACCELERATED_APPROVED),
    (r"(?:traditional|regular|full) approval date|date of (?:traditional|regular) approval|conversion", M.APPROVED),
    (r"withdrawal|withdrawn", M.INDICATION_WITHDRAWN),
    (r"approval date|date of approval|approved on", M.APPROVED),
)


SENTENCES: tuple[tuple[str, Milestone, str], ...] = (
    (r"this medicine is authori[sz]ed for use in the european union", M.APPROVED, "EC"),
    (
        r"this medicine (?:has been|was) refused authori[sz]ation|(?:has been "
        r"|was )refused (?:a )?marketing authori[sz]ation",
        M.REFUSED,
        "EC",
    ),
    (
        r"this medicine is (?:currently )?suspended from use|authori[sz]ation (?:has been|is) suspended",
        M.SUSPENDED,
        "EC",
    ),
    (r"this medicine's authori[sz]ation has been revoked", M.REVOKED, "EC"),
    (r"this medicine's authori[sz]ation has been withdrawn", M.AUTHORISATION_WITHDRAWN, "EC"),
    (r"this medicine's authori[sz]ation has (?:lapsed|expired)", M.LAPSED, "EC"),
    (
        r"application for (?:this medicine|the marketing authori[sz]ation)[^.\n]{0,40}? (?:has been"
        r"|was) withdrawn|the application [^.\n]{0,40}?has been withdrawn",
        M.APPLICATION_WITHDRAWN,
        "EMA",
    ),
)
"""The sentence under the name on an EMA medicine page."""


DATES: dict[Milestone, str] = {
    M.APPLICATION_WITHDRAWN: r"(?:date of withdrawal|withdrawn on|withdrawal date)",
    M.OPINION_POSITIVE: r"(?:date of opinion|opinion adopted(?: on)?|date opinion adopted|decision date)",
    M.OPINION_NEGATIVE: r"(?:date of opinion|opinion adopted|date opinion adopted|decision date)",
    M.REFUSED: r"(?:date of refusal[\w ]*|refused on)",
}

LISTS: tuple[tuple[str, str, str, Milestone, str], ...] = (
    (
        "NICE",
        r"consultation end date|guidance in consultation",
        r"guideline|interventional|scope",
        M.HTA_CONSULTATION_OPEN,
        "",
    ),
    (
        "NICE",
        r"topics? (?:awaiting|in) (?:development|scoping)|draft scopes? (?:in|out for) consultation",
        "",
        M.HTA_SCOPING,
        "",
    ),
    (
        "NICE",
        r"(?:medicines|treatments|topics|drugs|technologies)[^\n]{0,40}? in (?:managed access"
        r"|the cancer drugs fund|the innovative medicines fund)",
        r"routine|left|exited|ended|no longer|not recommended|replac",
        M.HTA_MANAGED_ACCESS,
        "",
    ),
    ("SMC", r"forthcoming submissions?|smc meeting date|advice due", "", M.HTA_IN_PROGRESS, ""),
    (
        "EMA",
        r"applications? for (?:new )?[\w -]{0,40}? ?under evaluation|medicines under evaluation"
        r"|have been validated|applications under evaluation by the committee",
        r"generic|biosimilar",
        M.VALIDATED,
        "",
    ),
    (
        "TGA",
        r"applications (?:that have been )?(?:under evaluation|accepted for evaluation)",
        "",
        M.ACCEPTED_FOR_REVIEW,
        "",
    ),
    ("HealthCanada", r"submissions (?:currently )?under review", r"generic|biosimilar", M.ACCEPTED_FOR_REVIEW, ""),
    ("MHRA", r"cancelled (?:marketing authori[sz]ations|licen[cs]es)", "", M.AUTHORISATION_WITHDRAWN, ""),
    ("PBAC", r"pbac (?:meeting )?agenda|agenda (?:for|of) the [\w ]{0,20}pbac", "", M.HTA_COMMITTEE, ""),
)
"""Lists of medicines under one head: whose page, what its head says, what its rows must not say, what each row means,
and the authority that owns it if it is another."""

OUTCOMES = (
    r"(?:smc |awmsg |pbac |nice |inesss |has |cda-amc |committee |final |appraisal |current )*"
    r"(?:advice|outcome|recommendation(?: type)?|decision|status|opinion|result|conclusion|position)"
)
"""The column of a table that holds one outcome for each medicine."""
