"""Fields of use as Swissmedic's lists word them: short lists in German, French or Italian, cut into single uses.

A list is cut at lines, bullets, semicolons, slashes between blanks, sentences, and at commas where a new use begins. A
comma between adjectives, before a further population or inside a sentence or brackets begins none. A word for a class
of medicines ("Zytostatikum") is no use.
"""

from __future__ import annotations

import re

from regwatch.reading.html import clean

_LONGEST = 20_000
_SHORT = "".join(rf"(?<!\b{word})" for word in (r"i\.v", r"s\.c", r"i\.m", r"p\.o", r"z\.B", "inkl", "bzw", "ca", "Dr"))
"""A full stop behind one of these ends no sentence."""
_BREAK = re.compile(rf"\s*(?:;|\s/\s|\n\s*\n|\n(?=\s*[A-ZÄÖÜÀÉÈ0-9(])|{_SHORT}\.(?=\s+[A-ZÄÖÜÀÉÈ0-9])|\.\s*\Z)\s*")
_BULLET = re.compile(r"\s*\u2022\s*")
_OPEN_HEAD = re.compile(r"(?:[:,]|\b(?:die|welche|und|oder|mit|von|bei|für|qui|avec|chez|pour|de|che|con|per|di))\s*\Z")
_COMMA = re.compile(
    r",\s+(?!(?:l'|(?:les?|la|de|du|des|et|ou|qui|après|chez|und|oder|der|die|das|denen|welche[rsn]?|wenn|falls|sofern|wo|nach"
    r"|bei|mit|ohne|inklusive|einschlie(?:ss|ß)lich|insbesondere|y compris|notamment|sauf|e|o|che|dopo|con"
    r"|(?:älteren )?(?:Kindern?|Jugendlichen?|Erwachsenen?|Säuglingen|Kleinkindern|Neugeborenen|Frauen|Männern))\b))"
)
_SENTENCE = re.compile(
    r"\b(?:ist|sind|wird|werden|indiziert|angewendet|est|sont|indiqués?|indiquée?s?|è|sono|indicat[oaie])\b",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(r"(?:\A|[\s-])[a-zäöüß]{3,40}(?:em|en|er|es|e)\Z")
_CLASS = re.compile(
    r"(?!.{0,60}therapeut)(?:[\w-]{2,40}(?:ikum|icum|ika|ans|antien|mittel|[Hh]emmer|[Bb]locker|[Aa]nalogon|[Aa]naloga|[Aa]ntagonist(?:en)?"
    r"|[Aa]gonist(?:en)?|[Ii]nhibitor(?:en)?|präparat|ivum)"
    r"|(?:anti|cyto|immuno|broncho|vaso|psycho)[\w-]{2,40}(?:iques?|ic[oi]|eurs?|ants?|ifs?)"
    r"|diurétique|diuretico|analgésique|analgesico|antalgique|hypnotique|laxatif|lassativo|bêtabloquant|vaccin|vaccino"
    r"|Impfstoff)",
    re.IGNORECASE,
)
_CONDITION = re.compile(r",? (?:wenn|falls|sofern|lorsque|quando|se) .*")
_LIMIT = re.compile(
    r"\b(?:nicht (?:indiziert|zugelassen|angezeigt|anzuwenden)|ausgenommen|au(?:ss|ß)er|mit ausnahme|es sei denn|"
    r"n'est pas indiqué\w{0,2}|non indiqué\w{0,2}|à l'exception|sauf|exclu\w{0,3}|ad eccezione|eccetto|tranne|"
    r"non indicato|ohne den einsatz|soll(?:t?en|te)? nicht|die kriterien|siehe (?:aktuelle )?fachinformation)\b",
    re.IGNORECASE,
)
_WORDS = {
    "de": re.compile(r"\b(?:der|die|das|des|dem|den|und|oder|bei|mit|von|vom|zur|zum|als|für|nach|einer|infolge)\b"),
    "fr": re.compile(r"\b(?:le|la|les|l|d|du|des|et|ou|chez|en|avec|pour|par|après|un|une|au|aux|maladie)\b"),
    "it": re.compile(r"\b(?:il|lo|gli|di|del|della|delle|dei|e|ed|nel|nella|con|per|dopo|tipo|trattamento)\b"),
}
_GERMAN = re.compile(
    r"\w{2,40}(?:krankheit|ung|ungen|keit|heit|karzinom|tumore|tumoren|schmerzen|beschwerden|erkrankung)\b"
)


def uses(text: str) -> tuple[str, ...]:
    """Each use that a text names, cleaned and in order; sentences that limit or exclude are left out."""
    text = text[:_LONGEST].replace("\u2019", "'")
    german = language_of(text) == "de"
    head, *items = _BULLET.split(text)
    lead = head.strip() if items and _OPEN_HEAD.search(head) else ""
    found = [] if lead else [use for piece in _whole(_BREAK, head) for use in _cut(piece, german)]
    for item in items:
        first, *others = _whole(_BREAK, item) or [""]
        found.append(first if _SENTENCE.search(first) else f"{lead} {first}")
        if others and _OPEN_HEAD.search(others[-1]):
            lead = others.pop().strip()
        found += others
    told = (clean(use).strip(" .,-") for use in found)
    return tuple(dict.fromkeys(use for use in told if use and not _limits(use) and not _is_class(use)))


def _limits(use: str) -> bool:
    """Whether this says what a medicine is not for; the condition of a use may say what else is not."""
    return _LIMIT.search(_CONDITION.sub("", use)) is not None


def _cut(piece: str, german: bool) -> list[str]:
    """The uses of a list between commas, a sentence whole; a part that ends with an adjective or a hyphen goes on."""
    if _SENTENCE.search(_CONDITION.sub("", piece)):
        return [piece]
    found: list[str] = []
    for part in _whole(_COMMA, piece):
        bare = re.sub(r"\s*\([^()]{0,200}\)\Z", "", found[-1]).rstrip() if found else ""
        if found and (bare.endswith("-") or (german and _ADJECTIVE.search(bare))):
            found[-1] = f"{found[-1]}, {part}"
        else:
            found.append(part)
    return found


def _whole(pattern: re.Pattern[str], text: str) -> list[str]:
    """The text cut at a pattern, but never inside brackets."""
    found: list[str] = []
    start = depth = at = 0
    for mark in pattern.finditer(text):
        between = text[at : mark.start()]
        depth = max(0, depth + between.count("(") - between.count(")"))
        at = mark.start()
        if depth == 0:
            found.append(text[start : mark.start()])
            start = mark.end()
    found.append(text[start:])
    return [piece for piece in found if piece.strip()]


def _is_class(use: str) -> bool:
    """Whether every word of this names a class of medicines, and none a disease."""
    words = use.split()
    return len(words) <= 2 and all(_CLASS.fullmatch(word) for word in words)


def language_of(text: str) -> str:
    """`de`, `fr` or `it`, by the small words of a text; "" where they do not tell."""
    folded = text[:_LONGEST].casefold()
    score = {language: len(small.findall(folded)) for language, small in _WORDS.items()}
    score["de"] += len(_GERMAN.findall(folded))
    best, second = sorted(score.values(), reverse=True)[:2]
    return next(language for language in score if score[language] == best) if best > second else ""
