"""Fields of use as Swissmedic's lists word them: short lists in German, French or Italian, cut into single uses."""

from __future__ import annotations

import re

from regwatch.reading.html import clean

_LONGEST = 20_000
_BREAK = re.compile(r"\s*(?:[;\u2022]|\.(?=\s+[A-ZÄÖÜÀÉ0-9])|\.\Z)\s*")
_COMMA = re.compile(
    r",\s+(?!(?:l'|(?:les?|la|de|du|des|et|ou|qui|après|chez|und|oder|der|die|das|welche|wenn|wo|nach|bei denen|e|o|che"
    r"|dopo)\b))"
)
_LIMIT = re.compile(
    r"\b(?:nicht (?:indiziert|zugelassen|angezeigt|anzuwenden)|ausgenommen|au(?:ss|ß)er|mit ausnahme|"
    r"n'est pas indiqué\w{0,2}|non indiqué\w{0,2}|à l'exception|sauf|exclu\w{0,3}|ad eccezione|eccetto|tranne|"
    r"non indicato|ohne den einsatz)\b",
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
    """Each use that a text names, cleaned and in order; sentences that limit or exclude are left out.

    A list is cut at its semicolons and sentences, and at commas where a new use begins: not before an article
    or a conjunction ("chez l'adulte, l'enfant et l'adolescent" is one use). A final full stop makes no difference.
    """
    found = []
    for sentence in _BREAK.split(text[:_LONGEST]):
        if sentence and not _LIMIT.search(sentence):
            found += [use for part in _COMMA.split(sentence) if (use := clean(part).strip(" .,-"))]
    return tuple(dict.fromkeys(found))


def language_of(text: str) -> str:
    """`de`, `fr` or `it`, by the small words of a text; "" where they do not tell."""
    folded = text[:_LONGEST].casefold()
    score = {language: len(small.findall(folded)) for language, small in _WORDS.items()}
    score["de"] += len(_GERMAN.findall(folded))
    best, second = sorted(score.values(), reverse=True)[:2]
    return next(language for language in score if score[language] == best) if best > second else ""
