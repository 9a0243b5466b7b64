"""Who decides: the authorities that a text names, and where.

`agency` is the body itself, `panel` a committee whose vote binds nobody, `place` a country or its people ("China
approved", "the EU nod"), which stands for the licensing authority unless the words are about reimbursement. The names
are data: `lexicon/bodies.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from regwatch.classify.lexicon import read
from regwatch.classify.text import Text

AGENCY, PANEL, PLACE = "agency", "panel", "place"
OTHER = "-"
"""The code of bodies that decide on no medicine: an act of theirs is nobody's milestone."""

_APPRAISERS = read("bodies")["appraisers"]
HTA = frozenset(_APPRAISERS["codes"])
FINAL_ONLY = frozenset(_APPRAISERS["final_only"])
"""Bodies whose published word is final: they show no drafts."""
DRAFTS_TWICE = frozenset(_APPRAISERS["drafts_twice"])
"""Bodies that show a final draft, open to appeal, after the draft for consultation."""
RATES_ONLY = frozenset(_APPRAISERS["rates_only"])
"""Bodies that rate a benefit: they recommend nothing and refuse nothing."""
LICENSES_TOO = frozenset(_APPRAISERS["licenses_too"])
"""Bodies that both license and appraise."""
HTA_OF_PLACE: dict[str, str] = _APPRAISERS["of_place"]
"""Who appraises where a place is named beside words of reimbursement."""

_NEGATED_PLACE = re.compile(
    r"(?:outside|excluding|except|other than|beyond|ex-)(?: of)?(?: in)?(?: the)?[\s-](?:\w+,? (?:and "
    r")?(?:the )?){0,2}$"
)

_COMPANY = re.compile(
    r"[A-Z][\w'-]+ [A-Z][\w.]+(?: (?:Ltd|Limited|GmbH|Inc|B\.?V|S\.?A|AG|plc|Pty|K\.?K|Co|Corp|Pharma\w*|Holdings?)\b"
    r"| (?:has|have|said|says|announce\w*|today|withdr\w+|cancel\w*|will|is|and its)\b(?! (?:first|a|the|an)\b))"
)
"""A company named after a place ("Norvane Europe has cancelled"): no authority."""
_NO_COMPANY = re.compile(
    r"(?:in|and|across|for|outside|the|of|to|by|from|as|while|since|although|but|when|after|before|with|if|or|now|today"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
"""Words before a place that are no company's name, though a capital may begin them."""


@dataclass(frozen=True)
class Body:
    """One naming of an authority in the text."""

    code: str
    body: str
    start: int
    end: int


@dataclass(frozen=True)
class _Names:
    """The names of all bodies in one writing: a pattern that finds any of them, and each body's own."""

    every: re.Pattern[str]
    each: tuple[tuple[str, str, re.Pattern[str]], ...]

    def meant(self, words: str, place: int, end: int) -> tuple[str, str, int]:
        """Code, kind and end of the longest name at a place, before `end`."""
        fits = [(m.end(), kind, code) for code, kind, names in self.each if (m := names.match(words, place, end))]
        last, kind, code = min(fits, key=lambda fit: (-fit[0], fit[1], fit[2]))
        return code, kind, last


@cache
def _names(capitals: bool) -> _Names:
    rows = [row for row in read("bodies")["body"] if row.get("capitals", False) is capitals]
    each = [(row["code"], row["kind"], _any(row["forms"])) for row in rows]
    return _Names(_any([form for row in rows for form in row["forms"]]), tuple(each))


def _any(forms: list[str]) -> re.Pattern[str]:
    """Any of the forms; a name inside a longer word is none."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?!\w)")


def find_authorities(text: Text, start: int, end: int) -> list[Body]:
    """Every naming of an authority between two offsets, in order, but no place that is excluded ("outside Japan")."""
    found: list[Body] = []
    for capitals, words in ((False, text.low), (True, text.plain)):
        names, at = _names(capitals), start
        while m := names.every.search(words, at, end):
            code, body, at = names.meant(words, m.start(), end)
            excluded = body == PLACE and (
                _of_company(text, start, m.start(), at)
                or _NEGATED_PLACE.search(text.low, max(start, m.start() - 40), m.start())
            )
            if excluded or (capitals and any(b.start < at and m.start() < b.end for b in found)):
                continue
            found.append(Body(code, body, m.start(), at))
    return sorted(found, key=lambda b: b.start)


def _of_company(text: Text, start: int, place: int, end: int) -> bool:
    """Whether a place is the last part of a company's name."""
    before = text.plain[max(start, place - 40) : place].rstrip().split()
    word = before[-1] if before else ""
    if (
        not word[:1].isupper()
        or word.isupper()
        or _NO_COMPANY.fullmatch(word.lower())
        or text.plain[place - 1 : place] != " "
    ):
        return False
    return bool(_COMPANY.match(text.plain, place - 1 - len(word), min(len(text.plain), end + 40)))
