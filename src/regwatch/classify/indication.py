"""The disease phrase: the words that say for whom a medicine is, as written, cut to the population and disease."""

from __future__ import annotations

import re

from regwatch.classify.text import Text

MOST = 200
"""Characters of an indication."""

_OPEN = re.compile(
    r"\b(?:for (?:the )?(?:treatment|management|prevention|prophylaxis|maintenance treatment|control"
    r"|use)(?: (?:of|in))?|(?:treatment|management|prevention|therapy) (?:of|for)|to (?:treat|prevent"
    r"|delay|control|manage|reduce|help prevent|slow)|indicated for|in (?:patients|people|adults"
    r"|children|women|men)(?: and \w+)? with|(?:adults?|patients|people|children) with|for|in|against"
    r"|chez|dans le traitement d\w*'?|pour|atteints? d\w*'?)\s+(?:the treatment of\s+)?"
)
_NOT = re.compile(
    r"(?:the |a |an |its |their |our |this |that |these )?(?:(?:u\.?s\.?a?\b|us\b|eu\b|uk\b|u\.k\."
    r"|european union|europe\b|united|china\b|japan\b|canada\b|australia\b|scotland\b|england\b"
    r"|switzerland\b|great britain|britain|brazil|korea|wales|germany|france|singapore|israel|america"
    r"|world|country|countries)"
    r"|(?:19|20)\d\d|january|february|march|april|may\b|june|july|august|september|october|november"
    r"|december|q[1-4]\b|(?:first|second|third|fourth) (?:quarter|half)|(?:early|late|mid)\b(?= (?:\d"
    r"|this|next|in\b|q\d|january|february|march|april|may|june|july|august|september|october|november"
    r"|december|summer|spring|autumn))|coming|next|last|recent|addition|order|combination|which|whom"
    r"|it\b|them\b|all\b|both\b|each\b|accordance|line|consultation|particular|general|part|principle"
    r"|favou?r|support|effect|place|time|terms|response|routine|review|approval|approvals|marketing"
    r"|use\b|nhs|filing|priority|standard|example|instance|now|more|less|at least|up to|about|some"
    r"|several|many|any\b|no\b|(?:one|two|three|four|five|six|seven|eight)(?= (?:weeks?|months?|years?"
    r"|days?|phase|trials?|stud|countries|patients|doses|more|other|of|key|separate|pivotal))"
    r"|\d+ (?:weeks?|months?|years?|days?|mg|countries|trial|of)|months|weeks|years|days|phase"
    r"|trials?\b|stud(?:y|ies)|clinical|testing|accelerated|full\b|regular|conditional|reimbursement"
    r"|funding|coverage|sale|launch|commercial|everyone|whether|further|good|fda|ema|chmp"
    r"|european commission|mhra|nice|smc|tga|data|results|safety|company|agency|development|evaluation"
    r"|appraisal|assessment|public|discussion|details|information|this (?:indication|use|prose"
    r"|population|year|month)|within\b|by\b|on\b|under\b|(?:first|second|third) time|nearly|almost"
    r"|over\b|around\b|eligible (?:people|patients)$|your\b|people living\b(?! with)|\w+ing (?:an?|the"
    r"|its) (?:application|submission)|(?:making|marking|establishing|achieving|providing|bringing"
    r"|delivering|helping|expanding|advancing|addressing|seeking|accelerating)\b|medicinal products"
    r"|human use|human medicines|drug evaluation|the study|the trial|our\b)"
)
_CUT = re.compile(
    r"\s\(?(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december) \d|[.;:](?=\s|$)|\n|\"|\s-\s|\s\((?:press release|the \"|nasdaq|nyse|euronext|crl"
    r"|the company)|, (?:which|the (?:company|agency|firm|first|fda|european)|a (?:first|rare|form"
    r"|type|move|decision|phase|disease|condition|common|serious)|said|says|based|following|according"
    r"|making|marking|supported|as well|its|it |he |she |they |we |citing|due|despite|although|but"
    r"|while|whereas|after (?:a|an|the)\b|and (?:has|have|set|gave|will|is|the (?:fda|company|agency))"
    r"|with (?:a|an|the) |under |subject to|expanding|becoming|provided|depending|on (?:the basis"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|\d))"
    r"|\s(?:based on|supported by|according to|following (?:a|an|the) (?:positive|priority|review"
    r"|negative)|by the (?:u\.?s\.?|fda|european|food|mhra|uk|national|committee|medicines)|because"
    r"|pending|was (?:approved|accepted|granted|not)|has been|have been|is (?:expected|based)|will be"
    r"|on (?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|\d{1,2} )|under (?:accelerated|priority|project|the)|(?:with|and) (?:a |an )?(?:pdufa"
    r"|prescription drug|target|goal|priority review)|in (?:the (?:u\.?s|us\b|uk\b|u\.k|eu\b|european"
    r"|united)|(?:europe|china|japan|canada|australia|great britain|scotland|england|wales)\b(?! with)"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|20\d\d))|with(?: the)? (?:company|agency) |versus|compared (?:with|to)|says|said"
    r"|as (?:the first|it |a first)|today|yesterday|announced|published|saying|even though|on condition that"
    r"|in (?:its |our |their |new |the |final |draft |updated |provisional )*(?:guidance|guideline|guidelines"
    r"|recommendations?|advice|opinion|decision)|with (?:immediate effect|effect from))\b"
    r"|, (?:and that|giving|into review|if|or from|submitted|allowing|both of|one of|with (?:immediate|negotiated))\b"
)
_VERB = re.compile(
    r"[\s,]+(?:has|had|have|can|cannot|could|may|might|should|shall|will|would|must|was|were|is|are|be|did|does|met"
    r"|meets?|qualifies|followed|failed)\b"
)
_SUBJECT = re.compile(r"(?:,? (?:and|but|or|while)(?: [^,]{1,80})?|,? (?:it|they|there|this|we|nice|the \w+))$")
_RELATIVE = re.compile(r"\b(?:who|whom|whose|that|which|when|where|if|unless|not|qui|dont)\b")
"""What holds a verb within the phrase: patients who have progressed, adults in whom triptans are not tolerated."""
_DISEASE = re.compile(
    r"cancer|carcinoma|tumou?r|lymphoma|leuk|myeloma|melanoma|sarcoma|glioma|glioblastoma|blastoma"
    r"|neoplasm|mesothelioma|disease|disorder|syndrome|itis\b|osis\b|oma\b|omas\b|emia\b|aemia\b"
    r"|pathy\b|algia\b|asthma|diabetes|obes|weight|dementia|alzheimer|parkinson|epilep|seizure"
    r"|migraine|psoria|eczema|arthritis|lupus|sclerosis|infect|covid|influenza|hiv|hepat|virus|malaria"
    r"|tubercul|anemi|anaemi|haemo|hemo|thromb|stroke|failure|hypertens|deficien|dystroph|fibro|ataxia"
    r"|palsy|schizo|depress|bipolar|insomnia|pain|spast|dystonia|menopaus|endometri|contracep|osteopor"
    r"|fracture|acne|alopecia|urticaria|cholest|cirrhosis|nash\b|mash\b|kidney|renal|ckd\b|dialysis"
    r"|phosph|\bnets?\b|pnet|epnet|nsclc|copd|ulcer|crohn|colitis|allerg|anaphyl|sepsis|wound|burn"
    r"|transplant|rejection|retin|macular|glaucoma|myopia|dry eye|vaccin|immuni[sz]|pregnan|preterm"
    r"|infertil|neutropeni|cytopeni|myelo|amyloid|acromegal|cushing|growth|hypogly|hypergly|hyperchol"
    r"|cholesterol|apnea|apnoea|narcolep|adhd|autis|addict|opioid|alcohol|smok|nausea|diarrh|constip"
    r"|reflux|dyspep|sedat|anesth|anaesth|sickle|thalass|gaucher|fabry|pompe|niemann|huntington|als\b"
    r"|sma\b|duchenne|cystic|pulmon|cardi|heart|atrial|angio|peyronie|contracture|papillomatosis"
    r"|patients|adults|people|children|women|men\b|cancers|mutation|metasta|hyperphos|caries|tumeurs"
    r"|maladie"
)
_SEVERAL = re.compile(
    r"(?:cancers|diseases|indications|conditions|settings|groups|tumou?rs|populations|uses|disorders)$"
)
"""A plural after which a colon opens the list of what it counts."""
_LEAD = re.compile(r"^(?:the |use in |treatment of |use as |certain |some )+")

TRIED_MOST = 15
"""Places of a sentence at which a disease is looked for: only what is no sentence has more."""


def find_indication(text: Text, start: int, end: int, after: int) -> tuple[str, int]:
    """The disease phrase of a sentence, looked for after an offset first, and its place; ("", -1) if there is none."""
    for first in dict.fromkeys((after, start)):
        place, tried = first, 0
        while (m := _OPEN.search(text.low, place, end)) and (tried := tried + 1) <= TRIED_MOST:
            opens = m.start() if re.match(r"(?:adults?|patients|people|children)\b", m[0]) else m.end()
            if not _NOT.match(text.low, m.end()):
                phrase, where = _cut(text, opens, end)
                if _DISEASE.search(phrase.lower()) and len(phrase) > 3:
                    return phrase, where
            place = m.start() + 1 if opens == m.start() else m.end()
    return "", -1


def _cut(text: Text, start: int, end: int) -> tuple[str, int]:
    stop = min(end, start + MOST)
    if m := _CUT.search(text.low, start, min(len(text.low), stop)):
        stop = m.start()
        if text.low[stop] == ":" and _SEVERAL.search(text.low, start, stop):
            m = _CUT.search(text.low, stop + 1, min(end, start + MOST))
            stop = m.start() if m else min(end, start + MOST)
    stop = _before_verb(text.low, start, stop)
    phrase = text.plain[start:stop]
    if stop == start + MOST and " " in phrase:
        phrase = phrase[: phrase.rfind(" ")]
    if lead := _LEAD.match(phrase.lower()):
        start, phrase = start + lead.end(), phrase[lead.end() :]
    return " ".join(phrase.strip(" ,.;:-()[").split()), start


def _before_verb(low: str, start: int, stop: int) -> int:
    """Where the phrase ends for the verb of its sentence, and for that verb's own subject; else `stop`."""
    verb = _VERB.search(low, start, stop)
    if verb is None or _RELATIVE.search(low, start, verb.start()):
        return stop
    subject = _SUBJECT.search(low, start, verb.start())
    if subject and not _DISEASE.search(low, subject.start(), verb.start()):
        return subject.start()
    return verb.start()


_VAGUE = re.compile(
    r"\b(?:drugs?|medicines?|treatments?|therap(?:y|ies)|medications?|approach|candidate|option|pill"
    r"|patients|people|adults|a (?:rare|new|common|serious|severe|chronic|progressive"
    r"|certain)(?:[\w -]* )?(?:disease|disorder|condition|cancer|illness)\b[^,]{0,60})$|^(?:this|these"
    r"|that|such)\b|treatment landscape|\bdrugs? in\b|^(?:an? )?(?:ultra-)?(?:rare|certain|some|common"
    r"|uncommon|devastating)(?: [\w-]+)? (?:disease|disorder|condition|cancer|illness)s?\b"
)
_ADJECTIVE = re.compile(
    r"\b((?:[a-z0-9'/-]+ ){0,3}[a-z0-9'/-]+) (?:drugs?|medicines?|treatments?|therap(?:y|ies)|medication|pill)\b"
)


def is_vague(phrase: str) -> bool:
    """Whether a phrase names a medicine or a kind of patient rather than a disease."""
    return bool(_VAGUE.search(phrase.lower()))


def find_adjective(text: Text, start: int, end: int) -> str:
    """A disease that stands before the word drug ("an Alzheimer's drug"); "" if there is none."""
    for m in _ADJECTIVE.finditer(text.low, start, end):
        words = m[1].split()
        for first in range(len(words)):
            phrase = " ".join(words[first:])
            if _DISEASE.search(words[first]) or (
                words[first] in {"advanced", "metastatic", "early", "severe", "chronic"} and _DISEASE.search(phrase)
            ):
                place = m.end(1) - len(phrase)
                return text.plain[place : m.end(1)]
    return ""
