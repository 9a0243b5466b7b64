"""Words that look like decisions and are none: permissions for trials, devices, company affairs, definitions."""

from __future__ import annotations

from regwatch.classify.rules.grammar import DISPUTED, HEARSAY, NOTHING, PRODUCT_NOUN, Rule

_NEW_SUBJECT = (
    r", (?:(?:and|but|as|when|which|where|today) )*(?:the )?(?:u.?s.? |us |uk |eu )?(?:fda|food and drug|mhra"
    r"|medicines and|ema|european|ec|tga|health canada|nice|smc|swissmedic|agency|regulator|commission)\b"
    r"|, (?!which|that|who)[\w-]+ (?:\([^()]{1,40}\) )?(?:has|have|was|were) (?!the|an?\b)"
    r"|, (?:has|have|was|were) "
)
"""An authority, or a medicine with its verb, begins another statement: what follows is no part of the one before."""

BLOCKED: tuple[Rule, ...] = (
    Rule(
        "none.disputed_report",
        NOTHING,
        rf"{DISPUTED} {HEARSAY}\b|den(?:y|ies|ied|ying) (?:that|having|(?:it|they) ha[ds]|(?:approv|authori[sz]|grant"
        rf"|clear|recommend|reject|refus|accept|receiv)ing|licensing(?! appl| req)|(?:fda|mhra|ema|ec|eu) (?:approv"
        rf"|authori|clear|licen)\w*)\b|denied by (?:the |its )?(?:company|maker|manufacturer|firm)\b"
        rf"|(?:refus|declin)\w+ to (?:comment|say|confirm|discuss|disclose|answer|speculate|elaborate|reply"
        rf"|respond|give)\b",
        (
            "den",
            "reject",
            "dismiss",
            "refut",
            "disput",
            "rebut",
            "quash",
            "debunk",
            "retract",
            "withdr",
            "apolog",
            "refus",
            "declin",
        ),
        "The FDA denied reports about {drug} and declined to comment",
        "",
    ),
    Rule(
        "none.trial_permission",
        NOTHING,
        r"(?:clear\w*|approv\w+|authori[sz]\w+|permission|go-ahead|green light|nod)\b[^.;]{0,90}? (?:for|of"
        r"|to) (?:its|the|an?|their) (?:[\w-]+ ){0,3}?(?:investigational new drug|ind\b"
        r"|clinical trial application|cta\b)|"
        r"(?:clear\w*|approv\w+|authori[sz]\w+|accept\w*|allow\w*|green[- ]light|go-ahead|permission|permit\w*"
        r"|nod)(?: (?!based\b|after\b|follow|support|from\b|by\b|regulator|as\b|with\b|using\b"
        r"|;)[\w'/.-]+){0,6}? (?:ind\b|inds\b|investigational new drug|investigational device|ide\b"
        r"|clinical trials?|trial applications?|cta\b|clinical stud(?:y|ies)|protocols?|phase (?:[0-9]"
        r"|i)[\w/]*(?: \w+){0,2} (?:stud(?:y|ies)|trials?))"
        r"|(?:ind|investigational new drug)\b(?: [\w'()-]+){0,8}? (?:clear\w*|accept\w*|approv\w*|allow\w*"
        r"|effect\w*)|clear\w+ (?:to|for) (?:begin|initiat\w+|proceed|start\w*|conduct|advanc\w+|commenc\w+"
        r"|dos\w+|enrol\w*)",
        ("ind", "investigational", "trial", "protocol", "cta", "stud", "clear"),
        "FDA clears investigational new drug application for {drug} in lupus",
        "",
    ),
    Rule(
        "none.corporate",
        NOTHING,
        r"(?:shareholders?|stockholders?|board|court|antitrust|competition|creditors?|directors?"
        r"|merger)\b[^.;]{0,50}?\bapprov\w+|approv\w+ (?:by|of|from) (?:the |its |our )?(?:shareholders?"
        r"|stockholders?|board|court|directors|merger|acquisition|antitrust|plan|patent)"
        r"|regulatory approvals? (?:and|for the|required) [^.;]{0,30}?(?:clos\w+|transaction|merger"
        r"|acquisition)|approval (?:committee|rating|process(?:es)?|pathways?|procedures?|requirements?"
        r"|standards?)",
        (
            "shareholder",
            "stockholder",
            "board",
            "court",
            "antitrust",
            "merger",
            "director",
            "acquisition",
            "transaction",
            "creditor",
            "patent",
            "approval",
        ),
        "Shareholders approved the merger of the maker of {drug}",
        "",
    ),
    Rule(
        "none.device",
        NOTHING,
        r"510 ?\(?k\)?[^.;]{0,30}?clear\w*|clear\w*[^.;]{0,40}?510 ?\(?k\)?|510 ?\(?k\)?"
        r"|de novo (?:request|classification|clearance|grant\w*)|premarket (?:approval|notification)"
        r"|\b(?:ukca|ce)[- ]mark\w*|(?:clear\w*|approv\w+|authori[sz]\w+)\b[^.;]{0,70}?(?:companion diagnostic"
        r"|diagnostic (?:test|assay|kit)|\bassays?\b|\btest panel|panel for|screening test|introducer|catheter"
        r"|stent\b)",
        ("510", "de novo", "premarket", "mark", "diagnostic", "assay", "panel", "test", "device", "introducer"),
        "The firm received FDA 510(k) clearance for its analyser; {drug} is unrelated",
        "",
    ),
    Rule(
        "none.suspension_form",
        NOTHING,
        r"(?:oral|ophthalmic|injectable|nasal|topical|intravitreal|release|otic|powder for"
        r"|depot)\s(?:\w+\s)?suspension|suspension (?:\d|for (?:injection|infusion|oral))"
        r"|halt\w* (?:in )?trading|trading (?:was |is |has been )?(?:halt\w*|suspen\w*)",
        ("suspension", "trading"),
        "The FDA approved {drug} oral suspension for children",
        "FDA approved",
    ),
    Rule(
        "none.tentative",
        NOTHING,
        r"tentative(?:ly)? approv\w+|approvable|approv\w+ (?:of|for) (?:a |an |the )?(?:generic|site"
        r"|manufacturing|facility|plant|new facility|name|labell?ing supplement)"
        r"|approv\w+[^.;]{0,80}?\b(?:manufactur\w+ (?:facility|site|plant)|production (?:site|facility)"
        r"|commercial manufactur\w+|redemption|reimbursed travel)",
        ("tentative", "approvable", "generic", "site", "facility", "plant", "manufactur"),
        "The FDA granted tentative approval of a generic version of {drug}",
        "",
    ),
    Rule(
        "none.first_of_its_kind",
        NOTHING,
        rf"(?<!not )(?:first|only|sole|one of|latest|newest)\b(?![^.;]{{0,60}}?\b(?:to (?:receive|win|gain|get"
        rf"|obtain|secure)|receives?)\b)(?:(?!{_NEW_SUBJECT})[^.;:]){{0,110}}?\b(?:to be |been |be )?(?:approved"
        rf"|authori[sz]ed|licensed|cleared|registered|recommended|indicated)\b",
        ("first", "only", "sole", "one of", "latest", "newest"),
        "{drug} is the first and only medicine approved by the FDA for this disease",
        "",
    ),
    Rule(
        "none.approved_things",
        NOTHING,
        rf"(?:[\w.]+-)?(?:approved|authori[sz]ed|licensed|registered|recommended)(?: (?!as\b|for\b|by\b|in\b"
        rf"|to\b|that\b|an?\b|the\b|its\b|with\b)[\w-]+){{0,2}}? {PRODUCT_NOUN}(?! (?:by|for use in)\b)"
        rf"|(?:therap\w+|treatments?|drugs?|medicines?|products?|those|options?|agents?) (?:that"
        rf"|which) (?:have|has|had|are|were) (?:[\w-]+ ){{0,2}}?(?:received|been|gained|approved|authori[sz]ed"
        rf"|licensed)[^.;,]{{0,40}}?|(?:fda|ema|mhra|ec|eu|nice)-(?:approved|authori[sz]ed|licensed"
        rf"|recommended)|there (?:is|are) (?:no(?! doubt)|currently|few)\b[^.;,]{{0,60}}?(?:approved|authori[sz]ed"
        rf"|licensed)|adequate, (?:and )?approved",
        ("approved", "authorised", "authorized", "licensed", "registered", "recommended"),
        "There are no FDA-approved treatments for this disease; {drug} is in phase 3",
        "",
    ),
    Rule(
        "none.definition",
        NOTHING,
        r"(?:designation|priority review|accelerated assessment|accelerated approval|fast track|programme?"
        r"|pathway|status|voucher|project orbis|emergency use authori[sz]ation)s?\b(?: \([^)]*\))?(?: "
        r"\w+){0,3}? (?:is|are|aims?|was|were)? ?(?:designed|intended|aims?|meant|reserved|enables?|allows?"
        r"|directs?|provides? for|provides? (?:a|an|more|greater)|expedit\w+|facilitat\w+|means|is an fda"
        r"|created|offers? a framework)\b[^.;]*",
        (
            "designation",
            "priority",
            "assessment",
            "accelerated",
            "fast track",
            "program",
            "pathway",
            "status",
            "voucher",
            "orbis",
            "emergency",
        ),
        "Breakthrough therapy designation is intended to speed the review of medicines such as {drug}",
        "",
    ),
    Rule(
        "none.dose",
        NOTHING,
        r"recommended (?:starting |daily |phase \S+ |oral |adult |initial |maintenance )*(?:dos\w+|schedule"
        r"|regimen|course|intake|amount|limit)|recommend\w* (?:that )?(?:patients|people|doctors|physicians"
        r"|clinicians|women|men|adults|users|monitoring|testing|caution|continu\w+|discontinu\w+|consult\w+)"
        r"|(?:nccn|asco|esmo|guidelines?|guideline panel|idmc|dsmb|dmc|monitoring (?:board|committee)"
        r"|acip)\b[^.;]{0,80}?(?:recommend\w*|list\w*|includ\w*|endorse\w*)|recommended (?:as"
        r"|by)[^.;]{0,40}?(?:nccn|guidelines?)",
        ("recommend", "nccn", "guideline", "dsmb", "idmc", "dmc", "monitoring", "acip", "asco", "esmo"),
        "The recommended dose of {drug} is 60 mg once daily",
        "",
    ),
    Rule(
        "none.data_accepted",
        NOTHING,
        r"(?:abstracts?|papers?|manuscripts?|posters?|data|results|presentations?)\b[^.;]{0,60}?\b(?:accepted"
        r"|submitted|selected|approved)|(?:accepted|submitted|selected) for (?:publication|presentation|oral"
        r"|poster|the \d{4})|accepted into the|widely accepted|generally accepted",
        (
            "abstract",
            "paper",
            "manuscript",
            "poster",
            "data",
            "results",
            "presentation",
            "publication",
            "accepted",
        ),
        "An abstract on {drug} was accepted for presentation at the congress",
        "",
    ),
    Rule(
        "none.access",
        NOTHING,
        r"promising innovative medicine|innovation passport|(?:eams"
        r"|early access)[^.;]{0,60}?(?:positive )?(?:scientific )?opinion"
        r"|(?:positive )?scientific opinion[^.;]{0,50}?(?:eams|early access|article 58|eu-m4all)"
        r"|(?:(?:authori[sz]|approv|allow|clear)\w*(?: [\w-]+){0,4}? )?expanded access|compassionate use"
        r"|early access (?:programme|program|scheme)|provisional determination|emergency supply",
        ("promising", "passport", "access", "compassionate", "determination", "eams", "supply"),
        "The MHRA issued a positive scientific opinion for {drug} under the early access to medicines scheme",
        "",
    ),
    Rule(
        "none.reply",
        NOTHING,
        r"(?:submi\w+|fil\w+|provid\w+|sent|sends)(?: \w+){0,3}? (?:responses?|reply|replies|answers?"
        r"|additional (?:data|information|analyses)|meeting request|type [abc] meeting|information package"
        r"|grant application|(?:\w+ )?(?:fast track|breakthrough|orphan|prime|rmat|expanded access"
        r"|qualification|premarket|de novo)[\w -]{0,30}(?:application|request|plan|protocol)|citizen petition"
        r"|protocol|abstract)\b",
        (
            "respon",
            "repl",
            "answer",
            "additional",
            "meeting",
            "package",
            "fast track",
            "breakthrough",
            "orphan",
            "expanded",
            "qualif",
            "premarket",
            "petition",
            "grant",
            "protocol",
            "abstract",
        ),
        "The company submitted a response to the FDA's questions on {drug}",
        "",
    ),
    Rule(
        "none.trend",
        NOTHING,
        r"negative trend vote|(?:tie|tied|split) (?:vote|evenly)|evenly split|split (?:its|their) vote",
        ("trend", "tie", "split"),
        "Biotech received a negative trend vote from the CHMP on {drug}",
        "",
    ),
    Rule(
        "none.recall",
        NOTHING,
        r"(?:recall\w*|withdr\w+) (?:of |one |two |several |some |a |specific )*(?:lots?|batch(?:es)?)"
        r"|(?:lots?|batch(?:es)?)\b[^.;]{0,30}?(?:recall|withdr\w+)|treatment (?:was|is|be) withdrawn"
        r"|withdrawal (?:symptoms?|syndrome|effects?|period|of consent)|(?:patients?|participants?"
        r"|subjects?)\b[^.;]{0,20}? withdr[ae]w\w*",
        ("recall", "lot", "batch", "withdr"),
        "The company recalled two lots of {drug}",
        "",
    ),
    Rule(
        "none.already_reviewed",
        NOTHING,
        r"(?:benefits?|risk-benefit|benefit-risk)\b[^.;]{0,60}?(?:continue to outweigh|remains? (?:positive"
        r"|favou?rable|unchanged))|(?:reaffirm\w*|confirm\w*|maintain\w*) (?:its |the "
        r"|that )?(?:positive opinion|marketing authori[sz]ation should be maintained)",
        ("continue", "remain", "reaffirm", "maintain", "confirm"),
        "PRAC found that the benefits of {drug} continue to outweigh its risks",
        "",
    ),
)
