"""The words of dates in French, German, Spanish and Italian, lower case and without accents."""

from __future__ import annotations

import re

_MONTHS = (
    ("janvier", "januar", "enero", "gennaio"),
    ("fevrier", "februar", "febrero", "febbraio"),
    ("mars", "marz", "marzo"),
    ("avril", "abril", "aprile"),
    ("mai", "mayo", "maggio"),
    ("juin", "juni", "junio", "giugno"),
    ("juillet", "juli", "julio", "luglio"),
    ("aout", "agosto"),
    ("septembre", "septiembre", "setiembre", "settembre"),
    ("octobre", "oktober", "octubre", "ottobre"),
    ("novembre", "noviembre"),
    ("decembre", "dezember", "diciembre", "dicembre"),
)
MONTHS_ELSEWHERE = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
"""Months by their names; those that are spelled as in English too."""
MONTHS_ELSEWHERE |= {"april": 4, "august": 8, "september": 9, "november": 11}
ELSEWHERE = "(?:" + "|".join(sorted(MONTHS_ELSEWHERE, key=len, reverse=True)) + r")\b"
WEEKDAYS = {
    word: day
    for day, words in {
        "monday": "lundi montag lunes lunedi",
        "tuesday": "mardi dienstag martes martedi",
        "wednesday": "mercredi mittwoch miercoles mercoledi",
        "thursday": "jeudi donnerstag jueves giovedi",
        "friday": "vendredi freitag viernes venerdi",
        "saturday": "samedi samstag sabado",
        "sunday": "dimanche sonntag domingo domenica",
    }.items()
    for word in words.split()
}
IN_A = (
    r"(?:en|depuis|des|fin|debut|mi-|courant|im|seit|ende|anfang|mitte|vergangenen|letzten|im\sjahr|desde|a\sfinales\sde"
    r"|a\sprincipios\sde|pasado|del|dal|nel|dallo|a|di|lo\sscorso|scorso|da|fine|inizio|de|von|bis|en\sel|au\smois\sde"
    r"|au\smois\sd')"
)
"""What stands before a month or a year that has no day."""
LAST_YEAR = (
    r"(?:dernier|de\sl'an(?:nee)?\s(?:dernier|passe)\w*|(?:vergangenen|letzten|vorigen)\sjahres|des\svorjahres"
    r"|(?:del\sano\s)?pasado|(?:dello\s)?scorso(?:\sanno)?|dell'anno\sscorso)"
)
"""What places a month in the year before, or before this day."""
OF_LAST_YEAR = re.compile(r"\ban\b|annee|jahr|ano|anno")
"""Of those, what says that it is the year; the others mean the last such month."""
TODAY = r"aujourd'hui|ce\sjour|ce\smatin|heute|heutigen|hoy|oggi|in\sdata\sodierna"
YESTERDAY = r"(?<=\ba\s)hier|hier\ssoir|(?<=\bont\s)hier|gestern|gestrigen|ayer|dia\sde\sayer|ieri"
_ORDERS = (
    ("premier|erste[nsr]?|1\\.|primer|primo|prima|1er"),
    ("deuxieme|second|zweite[nsr]?|2\\.|segundo|secondo|seconda|2e"),
    ("troisieme|dritte[nsr]?|3\\.|tercer|terzo|3e"),
    ("quatrieme|dernier|vierte[nsr]?|letzte[nsr]?|4\\.|cuarto|ultimo|quarto|4e"),
)
_ORDER = "(?:" + "|".join(_ORDERS).replace(" ", r"\s") + ")"
QUARTER = rf"{_ORDER}\s(?:trimestre|quartal\w*)"
HALF = rf"{_ORDER}\s(?:semestre|halbjahr\w*|jahreshalfte|mitad|meta)"


def which(words: str) -> int:
    """The number that an ordinal or "t3" says."""
    if words[:1] == "t" and words[1:2].isdigit():
        return int(words[1])
    first = words.split()[0].rstrip(".")
    for number, orders in enumerate(_ORDERS, 1):
        if any(first.startswith(one.split("[")[0].rstrip("\\.")) for one in orders.split("|")):
            return number
    return 4


ORDINAL = re.compile(rf"\.\s(?:{ELSEWHERE}|(?:quartal|halbjahr|lebens)\w*)")
"""The point of a German ordinal, which ends no sentence ("28. März")."""
