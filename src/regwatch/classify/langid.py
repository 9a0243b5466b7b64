"""In which language a text is written: by its small words and those of a decision, or by its script."""

from __future__ import annotations

import re
from collections import Counter

from regwatch.classify.text import Text

_SMALL = {
    "en": "the of and to in for with that has by was were on from is are this an be",
    "fr": "contre chez selon apres ses le la les de en a son des du et une un dans pour que qui est sur par au aux"
    " ete avec cette amm obtient approuve autorise approbation avis favorable defavorable recommande"
    " recommandation remboursement autorisation marche demande ne dit non refuse approuver feu vert europeen"
    " europeenne decroche homologue retire annonce laboratoire essai atteint critere suspend suspendu agence"
    " etude",
    "de": "bei nach sich wie vor der die das und von mit fur den dem ist im des ein eine zur zum auf wurde hat"
    " nicht wird werden erhalt zulassung zugelassen genehmigt empfohlen empfiehlt abgelehnt lehnt beantragt"
    " zusatznutzen zulassungsempfehlung gegen auch vom nimmt in lasst zu grunes licht gibt aus uber erteilt"
    " erteilte kommission bescheinigt spricht setzt zieht zuruck ab stellungnahme ausschuss unternehmen"
    " hersteller studie behorde meldet antrag einreichung sind",
    "es": "contra sus tras sobre entre desde el la los las de que en y del para con por una un se ha han a al su"
    " como mas aprueba aprobado aprobacion autoriza autorizado recomienda dictamen opinion rechaza rechazado"
    " solicitud medicamento revocado luz verde da unidos europea comision visto bueno retira suspende compania"
    " lanza ensayo fase objetivo criterio agencia farmaco primer estudio detiene laboratorio",
    "it": "nella nel negli delle degli contro allo dopo si il la lo le di a in un su hanno che per con del della"
    " dei una alla ha gli sono da al dalla non approva approvato approvazione autorizzato parere favorevole"
    " raccomanda raccomandato respinto commissione farmaco domanda revocato via libera europeo dice no boccia"
    " respinge ritira europea societa lancia studio fase agenzia medicinale ai bozza aperta commenti ok disco"
    " verde rimborsabilita nega primo e",
    "nl": "de het een van en voor met dat is op door zijn aan bij heeft niet te als ook werd",
    "pt": "o os as de que em para com uma um do da dos das no na por foi ao pela",
    "sv": "och att som for med av en ett den det har till pa fran ar vid inom om inte",
    "da": "og at som for med af en et den det har til pa fra er ved om ikke der i",
}
_STEMS = {
    "fr": r"deposee?\b|presentation\b"
    r"|approuv|autoris(?:e|er|ation|ee)s?\b|recale|retoqu|homolog|europeen|rembours|desormais|essai|octro"
    r"|accorde\b"
    r"|insuffisant|favorable\b|avis\b|echec\b|depot\b|retir\w+\b|renonc|prolonge|medicament\b|lettre\b|examen",
    "de": r"fallt\b|durch\b"
    r"|\w*zulass|\w*zugelass|genehm|\w*behorde|herstell|pruf|validier|studie\b|empf|abgelehn|berater|verfugbar"
    r"|deutschland|gegen\b|zuruck|verschieb|verlanger|entscheidung|votum|spricht|bekommt|erhalt\b|erteilt|konzern"
    r"|gewahrt|beschleunigt|scheitert|endpunkt|therapie",
    "es": r"portazo|rechazo"
    r"|aprueb|aprobacion|aprobad|autoriz(?:a|ar|o|acion|ado|ada)\b|rechaz|recom(?:ie|end)\w*d|solicitud|designa\b"
    r"|ensayo|medicamento|huerfan|revision|retras|desaconsej|disponible\b|espana|reino|comision\b|suspende\b|otorga"
    r"|concede\b|terapia\b|acept|amplia\b|dictamen|farmaceutica\b|asesor|farmaco\b",
    "it": r"approva(?:to|ta|zione)?\b|autorizz|rimbors|bocci|raccomand|respin|rifiut|sospend|domanda|commissione"
    r"|parere|ottiene|riceve\b|disponibile|italia\b|obiettivo|designat[oa]\b|esperti|farmac[oi]\b|accetta|concede\b"
    r"|rinvia|slitta|fallisce|dell'|dall'|nell'|all'|terapia\b|ritira|libera\b",
}
"""Words of an act, which a headline of few words has in place of small ones."""
_BEGINS = {code: re.compile(rf"\b(?:{stems})") for code, stems in _STEMS.items()}
NAMES = {
    "en": "English", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian", "nl": "Dutch",
    "pt": "Portuguese", "sv": "Swedish", "da": "Danish", "other": "another script",
}  # fmt: skip
_SETS = {code: frozenset(words.split()) for code, words in _SMALL.items()}
_WORD = re.compile(r"[a-z]+")
_LATIN = re.compile(r"[a-zA-Z]")
HEADLINE = 400
"""Characters in which words of an act are counted."""
_FOREIGN_SCRIPT = re.compile("[\u0370-\u05ff\u0600-\u06ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u0400-\u04ff]")


def language_of(text: Text, end: int) -> str:
    """A code of `NAMES`, for the text before an offset. Texts without small words count as English."""
    head = text.low[: min(end, 4000)]
    foreign = 0 if head.isascii() else len(_FOREIGN_SCRIPT.findall(head))
    if foreign > 20 and foreign > len(_LATIN.findall(head)) // 2:
        return "other"
    words = Counter(_WORD.findall(head))
    scores = {code: sum(words[word] for word in small) for code, small in _SETS.items()}
    for code, begins in _BEGINS.items():
        scores[code] += sum(1 for _ in begins.finditer(head[:HEADLINE]))
    best = max(scores, key=lambda code: scores[code])
    enough = 2 if scores["en"] == 0 else 3 if scores["en"] == 1 else 4
    if scores[best] <= scores["en"] * 1.3 or scores[best] < enough:
        return "en"
    return best
