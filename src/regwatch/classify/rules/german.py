"""German wording of the commonest acts; what it yields is for a person to confirm.

Patterns see text without umlauts ("europaische"). The words are read loosely, whatever their tense: a person decides.
"""

from __future__ import annotations

from regwatch.classify.rules.grammar import DECISION, NEGATIVE, NOTHING, POSITIVE, RECOMMENDED, Rule
from regwatch.vocabulary import Milestone as M

_LICENCE = r"[\w-]{0,30}?zulassung(?:en|serweiterung)?"

GERMAN: tuple[Rule, ...] = (
    Rule(
        "de.none",
        NOTHING,
        r"klinische\w* (?:studien?|prufung\w*)\b[^.;]{0,60}?(?:genehmig\w+|zugelassen)|(?:genehmig\w+|zugelassen)\b"
        r"[^.;]{0,60}?klinische\w* (?:studien?|prufung\w*)|empfohlene\w* (?:\w*dosis|dosierung|menge|therapiedauer)",
        ("klinisch", "empfohlen"),
        "Die Behörde hat für {drug} eine klinische Studie genehmigt, und die empfohlene Dosis ist 60 mg",
        "",
        language="de",
    ),
    Rule(
        "de.expected",
        DECISION,
        r"(?P<head>\w*entscheidung)\b[^.;]{0,80}?\b(?:erwartet|voraussichtlich|wird|steht)",
        ("entscheidung", "zulassungsentscheidung"),
        "Die Entscheidung der Europäischen Kommission über {drug} wird für 2027 erwartet",
        "EC approved",
        form="said",
        language="de",
    ),
    Rule(
        "de.opinion_negative",
        M.OPINION_NEGATIVE,
        r"(?P<head>negative\w*) (?:[\w-]+ )?(?:empfehlung|stellungnahme|gutachten|votum)|empf(?:iehlt|ahl|ohlen)\b"
        r"[^.;]{0,80}?(?P<head2>nicht zuzulassen|versagung|ablehnung)",
        ("negativ", "empf"),
        "Der CHMP hat eine negative Empfehlung zu {drug} abgegeben",
        "EMA opinion_negative",
        form="said",
        authority="EMA",
        language="de",
    ),
    Rule(
        "de.opinion_positive",
        M.OPINION_POSITIVE,
        r"(?P<head>positive\w*) (?:[\w-]+ )?(?:empfehlung|stellungnahme|gutachten|votum)|zulassungsempfehlung"
        rf"|empf(?:iehlt|ahl|ohlen|ehlung)\b[^.;]{{0,80}}?(?P<head2>{_LICENCE})\b|(?P<head3>{_LICENCE})\b[^.;]{{0,60}}?empfohlen",
        ("positiv", "empf", "zulassungsempf"),
        "Der CHMP hat die Zulassung von {drug} empfohlen",
        "EMA opinion_positive",
        form="said",
        authority="EMA",
        language="de",
    ),
    Rule(
        "de.refused",
        NEGATIVE,
        rf"(?:{_LICENCE}|antrag|zulassungsantrag)\b[^.;]{{0,80}}?(?P<head>abgelehnt|verweigert|versagt)|(?P<head2>lehnte?)\b"
        r"[^.;]{0,100}? ab\b|(?:abgelehnt|verweigert|versagt)\b[^.;]{0,60}?zulassung|nicht (?:\w+ )?"
        rf"(?P<head3>zugelassen|genehmigt|empfohlen)|keine (?:[\w-]+ )?(?P<head4>{_LICENCE})\b",
        ("abgelehnt", "verweigert", "versagt", "lehnt", "nicht", "keine"),
        "Die Europäische Kommission hat die Zulassung von {drug} abgelehnt",
        "EC refused",
        form="said",
        language="de",
    ),
    Rule(
        "de.ended",
        M.REVOKED,
        rf"{_LICENCE}\b[^.;]{{0,80}}?(?P<head>widerrufen|entzogen|erloschen|zuruckgenommen|ruhen|ruht)\b",
        ("widerrufen", "entzogen", "erloschen", "zuruckgenommen", "ruh"),
        "Die Europäische Kommission hat die Zulassung von {drug} widerrufen",
        "EC revoked",
        form="said",
        language="de",
    ),
    Rule(
        "de.submitted",
        M.SUBMITTED,
        rf"(?P<head>\w*antrag)\b[^.;]{{0,80}}?(?:{_LICENCE}|eingereicht|gestellt)|zulassungsantrag|{_LICENCE}\b[^.;]{{0,60}}?"
        rf"(?P<head2>beantragt|eingereicht)|(?P<head3>beantragt)\b[^.;]{{0,80}}?{_LICENCE}",
        ("antrag", "zulassungsantrag", "beantragt", "eingereicht"),
        "Das Unternehmen hat bei der EMA die Zulassung für {drug} beantragt",
        "EMA submitted",
        form="said",
        language="de",
    ),
    Rule(
        "de.approved",
        POSITIVE,
        rf"(?P<head>zugelassen|zulasst|genehmigt|bewilligt|genehmigung|{_LICENCE})\b|(?P<head2>grunes licht)"
        r"|(?P<head3>lasst)\b[^.;]{0,80}? zu\b",
        ("zugelassen", "zulass", "genehmig", "bewilligt", "marktzulass", "arzneimittelzulass", "grunes", "lasst"),
        "Die Europäische Kommission hat {drug} für Erwachsene mit Magenkrebs zugelassen",
        "EC approved",
        form="said",
        language="de",
    ),
    Rule(
        "de.recommended",
        RECOMMENDED,
        r"(?P<head>empfiehlt|empfahl|empfohlen|empfehlung)\b",
        ("empf",),
        "NICE empfiehlt {drug} für die Behandlung von Erwachsenen mit Magenkrebs",
        "NICE hta_recommended",
        form="said",
        language="de",
    ),
)
