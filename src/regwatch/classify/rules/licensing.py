"""Licensing words: approval and refusal in every dress, opinions and advice, letters, ends of authorisations."""

from __future__ import annotations

from regwatch.classify.rules.grammar import NEGATIVE, NOTHING, POSITIVE, PRODUCT_NOUN, RECOMMENDED, Rule
from regwatch.vocabulary import Milestone as M

_LIC = r"(?:marketing |market |regulatory |full |regular |traditional |accelerated |conditional |temporary |provisional |standard |final |formal |its |the |an? |early |initial |expanded |new |emergency(?: use)? |granting(?: of)? |drug )*"
_NEG = r"(?:not|never|cannot|can't|won't|n't|no longer|unable to|declin\w+ to|refus\w+ to|fail\w+ to|opt\w+ not to|chos\w+ not to|cho+se not to|decid\w+ not to|resolv\w+ not to|(?:would|will|could|did|does|do|has|have|had|is|are|was|were|should) not)"

BLOCKED: tuple[Rule, ...] = (
    Rule("none.trial_permission", NOTHING,
         r"(?:clear\w*|approv\w+|authori[sz]\w+|accept\w*|allow\w*|green[- ]light|go-ahead|permission|permit\w*|nod)(?: (?!based\b|after\b|follow|support|from\b|by\b|regulator|as\b|with\b|using\b|;)[\w'/.-]+){0,6}? (?:ind\b|inds\b|investigational new drug|investigational device|ide\b|clinical trials?|trial applications?|cta\b|clinical stud(?:y|ies)|protocols?|phase (?:[0-9]|i)[\w/]*(?: \w+){0,2} (?:stud(?:y|ies)|trials?))"
         r"|(?:ind|investigational new drug)\b(?: [\w'()-]+){0,8}? (?:clear\w*|accept\w*|approv\w*|allow\w*|effect\w*)|clear\w+ (?:to|for) (?:begin|initiat\w+|proceed|start\w*|conduct|advanc\w+|commenc\w+|dos\w+|enrol\w*)",
         ("ind", "investigational", "trial", "protocol", "cta", "stud", "clear"),
         "FDA clears investigational new drug application for {drug} in lupus", ""),
    Rule("none.corporate", NOTHING,
         r"(?:shareholders?|stockholders?|board|court|antitrust|competition|creditors?|directors?|merger)\b[^.;]{0,50}?\bapprov\w+|approv\w+ (?:by|of|from) (?:the |its |our )?(?:shareholders?|stockholders?|board|court|directors|merger|acquisition|antitrust|plan|patent)|regulatory approvals? (?:and|for the|required) [^.;]{0,30}?(?:clos\w+|transaction|merger|acquisition)|approval (?:committee|rating|process(?:es)?|pathways?|procedures?|requirements?|standards?)",
         ("holder", "board", "court", "antitrust", "merger", "director", "acquisition", "transaction", "creditor", "patent", "approval"),
         "Shareholders approved the merger of the maker of {drug}", ""),
    Rule("none.device", NOTHING, r"510 ?\(?k\)?|de novo (?:request|classification|clearance|grant\w*)|premarket (?:approval|notification)|\b(?:ukca|ce)[- ]mark\w*|(?:clear\w*|approv\w+|authori[sz]\w+)\b[^.;]{0,70}?(?:companion diagnostic|diagnostic (?:test|assay|kit)|\bassays?\b|\btest panel|panel for|screening test|\bdevice\b|introducer|system product)",
         ("510", "de novo", "premarket", "mark", "diagnostic", "assay", "panel", "test", "device", "introducer"), "The firm received FDA 510(k) clearance for its analyser; {drug} is unrelated", ""),
    Rule("none.suspension_form", NOTHING, r"(?:oral|ophthalmic|injectable|nasal|topical|intravitreal|release|otic|powder for|depot)\s(?:\w+\s)?suspension|suspension (?:\d|for (?:injection|infusion|oral))|halt\w* (?:in )?trading|trading (?:was |is |has been )?(?:halt\w*|suspen\w*)",
         ("suspension", "trading"), "The FDA approved {drug} oral suspension for children", "FDA approved"),
    Rule("none.tentative", NOTHING, r"tentative(?:ly)? approv\w+|approvable|approv\w+ (?:of|for) (?:a |an |the )?(?:generic|site|manufacturing|facility|plant|new facility|name|labell?ing supplement)|approv\w+[^.;]{0,80}?\b(?:manufactur\w+ (?:facility|site|plant)|production (?:site|facility)|commercial manufactur\w+|redemption|reimbursed travel)",
         ("tentative", "approvable", "generic", "site", "facility", "plant", "manufactur"),
         "The FDA granted tentative approval of a generic version of {drug}", ""),
    Rule("none.first_of_its_kind", NOTHING,
         r"(?:first|only|sole|one of|latest|newest|never|none)\b(?![^.;]{0,60}?\b(?:to (?:receive|win|gain|get|obtain|secure)|receives?)\b)[^.;:]{0,110}?\b(?:to be |been |be )?(?:approved|authori[sz]ed|licensed|cleared|registered|recommended|indicated)\b",
         ("first", "only", "sole", "one of", "latest", "newest", "never", "none"),
         "{drug} is the first and only medicine approved by the FDA for this disease", ""),
    Rule("none.approved_things", NOTHING,
         rf"(?:[\w.]+-)?(?:approved|authori[sz]ed|licensed|registered|recommended)(?: (?!as\b|for\b|by\b|in\b|to\b|that\b|an?\b|the\b|its\b|with\b)[\w-]+){{0,2}}? {PRODUCT_NOUN}(?! (?:by|for use in)\b)|(?:therap\w+|treatments?|drugs?|medicines?|products?|those|options?|agents?) (?:that|which) (?:have|has|had|are|were) (?:[\w-]+ ){{0,2}}?(?:received|been|gained|approved|authori[sz]ed|licensed)[^.;,]{{0,40}}?|(?:fda|ema|mhra|ec|eu|nice)-(?:approved|authori[sz]ed|licensed|recommended)|(?:no|there (?:is|are) (?:no|currently|few))\b[^.;]{{0,60}}?(?:approved|authori[sz]ed|licensed)",
         ("approved", "authorised", "authorized", "licensed", "registered", "recommended"),
         "There are no FDA-approved treatments for this disease; {drug} is in phase 3", ""),
    Rule("none.definition", NOTHING, r"(?:designation|priority review|accelerated assessment|accelerated approval|fast track|programme?|pathway|status|voucher|project orbis|emergency use authori[sz]ation)s?\b(?: \([^)]*\))?(?: \w+){0,3}? (?:is|are|aims?|was|were)? ?(?:designed|intended|aims?|meant|reserved|enables?|allows?|directs?|provides? for|provides? (?:a|an|more|greater)|expedit\w+|facilitat\w+|means|is an fda|created|offers? a framework)\b[^.;]*",
         ("designation", "priority", "assessment", "accelerated", "fast track", "program", "pathway", "status", "voucher", "orbis", "emergency"), "Breakthrough therapy designation is intended to speed the review of medicines such as {drug}", ""),
    Rule("none.dose", NOTHING, r"recommended (?:starting |daily |phase \S+ |oral |adult |initial |maintenance )*(?:dos\w+|schedule|regimen|course|intake|amount|limit)|recommend\w* (?:that )?(?:patients|people|doctors|physicians|clinicians|women|men|adults|users|monitoring|testing|caution|continu\w+|discontinu\w+|consult\w+)|(?:nccn|asco|esmo|guidelines?|guideline panel|idmc|dsmb|dmc|monitoring (?:board|committee)|acip)\b[^.;]{0,80}?(?:recommend\w*|list\w*|includ\w*|endorse\w*)|recommended (?:as|by)[^.;]{0,40}?(?:nccn|guidelines?)",
         ("recommend", "nccn", "guideline", "dsmb", "idmc", "dmc", "monitoring", "acip", "asco", "esmo"),
         "The recommended dose of {drug} is 60 mg once daily", ""),
    Rule("none.data_accepted", NOTHING, r"(?:abstracts?|papers?|manuscripts?|posters?|data|results|presentations?)\b[^.;]{0,60}?\b(?:accepted|submitted|selected|approved)|(?:accepted|submitted|selected) for (?:publication|presentation|oral|poster|the \d{4})|accepted into the|widely accepted|generally accepted",
         ("abstract", "paper", "manuscript", "poster", "data", "results", "presentation", "publication", "accepted"),
         "An abstract on {drug} was accepted for presentation at the congress", ""),
    Rule("none.access", NOTHING, r"promising innovative medicine|innovation passport|(?:eams|early access)[^.;]{0,60}?(?:positive )?(?:scientific )?opinion|(?:positive )?scientific opinion[^.;]{0,50}?(?:eams|early access|article 58|eu-m4all)|(?:(?:authori[sz]|approv|allow|clear)\w*(?: [\w-]+){0,4}? )?expanded access|compassionate use|early access (?:programme|program|scheme)|provisional determination|emergency supply",
         ("promising", "passport", "access", "compassionate", "determination", "eams", "supply"),
         "The MHRA issued a positive scientific opinion for {drug} under the early access to medicines scheme", ""),
    Rule("none.reply", NOTHING, r"(?:submi\w+|fil\w+|provid\w+|sent|sends)(?: \w+){0,3}? (?:responses?|reply|replies|answers?|additional (?:data|information|analyses)|meeting request|type [abc] meeting|information package|grant application|citizen petition|protocol|abstract)\b",
         ("respon", "repl", "answer", "additional", "meeting", "package", "petition", "grant", "protocol", "abstract"), "The company submitted a response to the FDA's questions on {drug}", ""),
    Rule("none.trend", NOTHING, r"negative trend vote|(?:tie|tied|split) (?:vote|evenly)|evenly split|split (?:its|their) vote", ("trend", "tie", "split"),
         "Biotech received a negative trend vote from the CHMP on {drug}", ""),
    Rule("none.recall", NOTHING, r"(?:recall\w*|withdr\w+) (?:of |one |two |several |some |a |specific )*(?:lots?|batch(?:es)?)|(?:lots?|batch(?:es)?)\b[^.;]{0,30}?(?:recall|withdr\w+)|treatment (?:was|is|be) withdrawn|withdrawal (?:symptoms?|syndrome|effects?|period|of consent)|(?:patients?|participants?|subjects?)\b[^.;]{0,20}? withdr[ae]w\w*",
         ("recall", "lot", "batch", "withdr"), "The company recalled two lots of {drug}", ""),
    Rule("none.already_reviewed", NOTHING, r"(?:benefits?|risk-benefit|benefit-risk)\b[^.;]{0,60}?(?:continue to outweigh|remains? (?:positive|favou?rable|unchanged))|(?:reaffirm\w*|confirm\w*|maintain\w*) (?:its |the |that )?(?:positive opinion|marketing authori[sz]ation should be maintained)",
         ("continue", "remain", "reaffirm", "maintain", "confirm"), "PRAC found that the benefits of {drug} continue to outweigh its risks", ""),
)  # fmt: skip

OPINIONS: tuple[Rule, ...] = (
    Rule("opinion.confirmed_refusal", M.OPINION_NEGATIVE, r"(?P<head>(?:confirm|maintain|uph[eo]ld|reiterat|reaffirm)\w*) (?:its |the |their )?(?:previous |earlier |initial |original )?(?:refus\w+|negative (?:opinion|recommendation)|recommendation to refuse)",
         ("refus", "negative"), "After re-examination the CHMP confirmed the refusal of {drug}", "EMA opinion_negative", authority="EMA"),
    Rule("opinion.against_keeping", M.OPINION_NEGATIVE,
         r"(?P<head>recommend|advis|call)(?:s|e|ed|es|ing)?\b(?! to| you)[^.;]{0,110}?(?:\brevo(?:k\w*|cation)|withdraw\w*|non-?renewal|not (?:be )?renew\w*|suspen\w+|remov\w+ from the market|taken off the market)",
         ("recommend", "advis", "call"), "The CHMP recommended that the marketing authorisation of {drug} be revoked", "EMA opinion_negative", tags=frozenset({"keeping"})),
    Rule("opinion.recommended_against", NEGATIVE,
         r"(?P<head>recommend(?:s|ed|ing)?|advis(?:es|ed|ing)|vot(?:es|ed|ing)|c[ao]mes? out|rul(?:es|ed)) (?:\d+[- ](?:to[- ])?\d+ |unanimously |narrowly )?(?:against|not to|(?:the )?refusal of (?:the |a )?(?:marketing )?(?:authori[sz]ation|approval)|the refusal|refus\w+)|(?P<head2>recommend(?:s|ed|ing)?|advis(?:es|ed)|said|concluded|found)\b[^.;]{0,80}?(?:should|must|could|can) not be (?:approv\w+|authori[sz]\w+|granted|licensed)|(?P<head3>recommend(?:s|ed|ing)?|advis(?:es|ed)) (?:that )?[^.;,]{0,80}?\b(?:not be|be refused)",
         ("recommend", "advis", "vot", "come", "came", "rul", "should", "not"), "The CHMP recommended not granting a licence and advised against {drug}", "EMA opinion_negative", tags=frozenset({"advice"})),
    Rule("opinion.negative", M.OPINION_NEGATIVE, r"(?:negative|unfavou?rable|adverse) (?:chmp |ema |scientific |eu |re-?examination )*(?P<head>opinions?|recommendations?|verdict|decision|view)",
         ("negative", "unfavo", "adverse"), "The CHMP adopted a negative opinion on {drug}", "EMA opinion_negative", form="noun", tags=frozenset({"opinion"})),
    Rule("opinion.positive", M.OPINION_POSITIVE, r"(?:positive|favou?rable|supportive) (?:\w+ ){0,4}?(?P<head>opinions?|recommendations?|verdict)|positive (?:chmp|ema)\b|opinion (?:was |is |turns |of the chmp: )?(?P<head2>positive|favou?rable)|opinion in favou?r of",
         ("opinion", "recommendation", "positive", "verdict"), "The CHMP adopted a positive opinion for {drug}", "EMA opinion_positive", form="noun", tags=frozenset({"opinion"})),
    Rule("opinion.recommended_approval", RECOMMENDED,
         r"(?P<head>recommend(?:s|ed|ing)?|endors(?:es|ed|ing)|back(?:s|ed|ing)|favou?r(?:s|ed)|vot(?:es|ed|ing)(?: [\w-]+){0,4}? (?:to|for|in favou?r of)|urg(?:es|ed))\b(?: that)?(?! not| against)[^.;]{0,110}?\b(?:approv\w+|authori[sz]\w+|licen[cs]\w+|marketing|grant\w*|extension of (?:the )?indication|extending|registration|registered)",
         ("recommend", "endors", "back", "support", "favo", "vot", "urg"), "The CHMP has recommended approval of {drug} in the EU", "EMA opinion_positive"),
    Rule("opinion.recommended_for", RECOMMENDED, r"(?:chmp|committee|panel|advis[eo]rs)(?: \([^)]*\))? (?:has |have |unanimously )*(?P<head>support(?:s|ed)?|favou?rs?) (?:the |its )?(?:approval|authori[sz]|licens|use)|recommended for (?:\w+ ){0,3}?(?:approval|authori[sz]ation|licensing|marketing|registration|use in the (?:eu|european union))|recommendation (?:for|of|to) (?:\w+ ){0,2}?(?:approv\w+|authori[sz]\w+|grant\w*)",
         ("recommend",), "{drug} recommended for approval in the EU by CHMP", "EMA opinion_positive", form="state"),
    Rule("opinion.panel_vote_against", NEGATIVE, r"(?P<head>vot(?:es|ed|ing)?)\b[^.;]{0,80}?\bagainst|(?P<head2>panel\w*|members?|advis[eo]rs?|committee)\b[^.;]{0,60}?\b(?:oppos\w+|reject\w*|rebuff\w*|turn\w* down|turn\w* thumbs|spurn\w*|nix\w*|snub\w*)|would not (?:back|support|endorse)|(?:outweigh\w*|favou?rable)\b[^.;]{0,40}?(?:no|not)[: ]+\d+",
         ("vot", "oppos", "reject", "rebuff", "turn", "spurn", "nix", "snub", "would not"), "An FDA advisory panel voted 15-1 against {drug}", "FDA advisory_negative", tags=frozenset({"panel"})),
    Rule("opinion.panel_vote_for", RECOMMENDED, r"(?P<head>vot(?:es|ed|ing)?)\b(?![^.;]{0,60}\b(?:against|not|shareholder|stockholder))[^.;]{0,90}?(?:\bin favou?r|\bfor\b|\bto (?:approve|recommend|back|support)|\byes\b|\bthat (?:the )?(?:benefit|data|evidence)|support\w*|outweigh)|(?P<head2>back(?:s|ed)|support(?:s|ed)|endors(?:es|ed))\b[^.;]{0,60}?\d+[- ](?:yes )?(?:to|v|vs)?[- ]?\d+",
         ("vot", "back", "support", "endors"), "The FDA's advisory committee voted 12 to 4 in favor of {drug}", "FDA advisory_positive", tags=frozenset({"panel"})),
)  # fmt: skip

LETTERS: tuple[Rule, ...] = (
    Rule("letter.answered", NOTHING, r"(?:address\w*|respon(?:ds?|ded|ding|ses? to)\b|resolv\w*|repl(?:y|ies|ied)|resubmi\w+|in response to|since|outlined in|identified in|cited in|noted in|raised in|items? in|issues? in|following|appeal\w*)\b[^.;]{0,60}?(?:complete response letters?|\bcrls?\b)|(?:class (?:1|2|i|ii) |a |an |as a |considered a )(?:\w+, )?(?:class (?:1|2|i|ii) )?complete response(?! letter)(?: to)?",
         ("crl", "complete response"), "The resubmission of {drug} addresses the complete response letter", ""),
    Rule("letter.complete_response", M.COMPLETE_RESPONSE, r"complete response(?:s)? (?:letter|action)s?(?: ?\(crl\))?|crls?\b|(?:(?:fda|agency|regulator)(?:'s)? (?:\w+ )?)response letter|receiv\w+ (?:a |an )?complete response (?:from|for)|not (?:yet )?(?:ready for approval|approvable)|(?:unable to|cannot|can not|could not|will not) (?:\w+ )?(?:approve|be approved|grant approval)[^.;]{0,60}?(?:in (?:its|their) (?:current|present) form|at this time|now)",
         ("complete response", "crl", "response letter", "not", "unable"), "The FDA has issued a complete response letter for {drug}", "FDA complete_response", form="noun", authority="FDA"),
)  # fmt: skip

DECIDED: tuple[Rule, ...] = (
    Rule("refused.verb", NEGATIVE,
         rf"{_NEG} (?:to )?(?:be |been |yet )?(?P<head>approv\w*|authori[sz]\w*|licen[cs]\w+|clear(?:ed)?|regist\w+|grant\w*|accept(?:ed)?|recommend\w*|endors\w*|back(?:ed)?|renew\w*|support(?:ed)?|fund(?:ed)?|reimburs\w+|list(?:ed)?)|(?:decid\w+|decision|resolv\w+|rul\w+|voted|opted|chos\w+) (?:against|not to)(?: \w+){{0,2}}?(?P<head2> (?:approv\w*|authori[sz]\w*|grant\w*|regist\w+|making|funding|recommend\w*|list\w*|licens\w*|extend\w*|reimburs\w*))",
         ("not", "n't", "unable", "declin", "refus", "fail", "decid", "decision", "resolv", "rul", "longer", "against", "cannot", "chos", "opt", "never"),
         "The TGA has decided not to register {drug}", "TGA refused", tags=frozenset({"not"})),
    Rule("refused.word", NEGATIVE,
         r"(?P<head>reject(?:s|ed|ion|ing)?|turn(?:s|ed|ing)(?: [\w'-]+){0,4}? (?:down|away)|refusal of (?:the |an? )?(?:initial )?(?:marketing )?(?:authori[sz]ation|approval|licen[cs]e|application)|refus(?:es|ed|al)|sp?urn(?:s|ed)|rebuff(?:s|ed)?|den(?:y|ies|ied)|knock(?:s|ed) back|said no|says no|say no|saying no|spurns|snub(?:s|bed)|block(?:s|ed)|declin(?:es|ed)|nix(?:es|ed)|thumbs[- ]down|vetoe?(?:s|d)?|negative decision|notice of non-?compliance|dismiss(?:es|ed)|not ok(?:ay)?ed|slaps down|shoots? down|shot down)",
         ("reject", "turn", "refus", "spurn", "rebuff", "deni", "deny", "knock", "no", "snub", "block", "declin", "nix", "thumbs", "veto", "negative", "dismiss", "shot", "shoot"),
         "The European Commission has rejected {drug}", "EC refused", weak=True),
    Rule("approved.label", POSITIVE,
         r"(?P<head>(?:expand(?:s|ed)|extend(?:s|ed)|broaden(?:s|ed)|widen(?:s|ed)|updat(?:es|ed)|convert(?:s|ed)|upgrad(?:es|ed)))\b(?! (?:access|manufactur|capacity|collaborat|portfolio|agreement|partnership|its (?:portfolio|collaborat|pipeline)|the (?:pdufa|review|goal|action|target|deadline)|pdufa|review|goal))[^.;]{0,90}?(?:label|licen[cs]e|indication|approval|authori[sz]ation|use (?:of|in|to))|(?:label|licen[cs]e|indication|approval)\b[^.;]{0,40}?\b(?P<head2>(?:expand|extend|broaden|widen)ed)",
         ("expand", "extend", "broaden", "widen", "convert", "updat", "upgrad"), "The FDA has expanded the label of {drug} to include children", "FDA approved", weak=True),
    Rule("approved.register", POSITIVE, r"(?P<head>register(?:s|ed)|includ(?:es|ed)|list(?:s|ed)|enter(?:s|ed)|add(?:s|ed))\b[^.;]{0,70}?\b(?:on|in|to) (?:the )?(?:artg|australian register of therapeutic goods)", ("artg", "australian register"),
         "{drug} has been registered on the ARTG for adults with lupus", "TGA approved", authority="TGA"),
    Rule("approved.noc", POSITIVE, r"(?P<head>notices? of compliance)(?: with conditions)?(?: \(noc(?:/c)?\))?", ("notice",), "Health Canada issued a Notice of Compliance for {drug}", "HealthCanada approved", form="noun", authority="HealthCanada"),
    Rule("approved.verb", POSITIVE, r"(?P<head>approv(?:es|ed)|authori[sz](?:es|ed)|licen[cs]ed|greenlit|green-?light(?:s|ed)|okay(?:s|ed)|oks\b|ok'?e?d)\b", ("approv", "authori", "licen", "green", "ok"),
         "The FDA has approved {drug} for adults with lupus", "FDA approved"),
    Rule("approved.weak_verb", POSITIVE, r"(?P<head>clear(?:s|ed)|sanction(?:s|ed)|endors(?:es|ed)|back(?:s|ed)|pass(?:es|ed)|register(?:s|ed)|allow(?:s|ed)|accept(?:s|ed)|recommend(?:s|ed)|g[eo]ts? through|waves? through|waved through|said yes|says yes|came out for|come out for|comes out for|c[ao]me out in favou?r of|fund(?:s|ed)?)\b",
         ("clear", "sanction", "endors", "back", "pass", "regist", "allow", "accept", "recommend", "through", "yes", "out for", "out in", "favo", "fund"),
         "The MHRA has cleared {drug} for adults with lupus", "MHRA approved", weak=True),
    Rule("approved.support", POSITIVE, r"(?:w[io]ns?|gets?|got|gain(?:s|ed)|has the|have the|with the|secur(?:es|ed)|receiv(?:es|ed)|earn(?:s|ed)|obtain(?:s|ed))\b[^.;]{0,50}?(?P<head>support|backing|endorsement|vote of confidence)", ("support", "backing", "endorsement", "confidence"),
         "{drug} wins the backing of the CHMP", "EMA opinion_positive", form="state", weak=True),
    Rule("approved.noun", POSITIVE, r"(?P<head>approvals?|authori[sz]ations?|licen[cs]es?|clearances?|nod|go-ahead|green[- ]lights?|ok(?:ay)?|thumbs[- ]up|blessing|registration)\b(?! (?:application|request|submission|process|date|number|package|fee|agreement|holder|pathway|for clinical|to conduct|in the process))",
         ("approv", "authori", "licen", "clearance", "nod", "go-ahead", "green", "ok", "thumbs", "blessing", "registration"),
         "FDA approval of {drug} announced", "FDA approved", form="noun"),
)  # fmt: skip
