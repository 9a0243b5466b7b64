"""Where boilerplate begins inside a line: releases whose line breaks were lost run it on after the last sentence."""

from __future__ import annotations

import re

_HEADS = re.compile(
    r"IMPORTANT SAFETY INFORMATION|INDICATIONS? AND |Forward-Looking Statement|Cautionary (?:Note|Statement)"
    r"|Selected Safety Information|Important Safety Information\b"
)
_ABOUT = re.compile("About [A-Z]")


def inline_tail(plain: str, first: int) -> int | None:
    """The first offset at or after `first` where a heading of the tail stands, with what parts it from the news."""
    heads = _HEADS.search(plain, first)
    stop = heads.start() if heads else len(plain)
    for m in _ABOUT.finditer(plain, first):
        if (start := _parted(plain, first, m.start())) is not None:
            return min(start, stop)
        if m.start() > stop:
            break
    return heads.start() if heads else None


def _parted(plain: str, first: int, about: int) -> int | None:
    """Where the gap before "About" begins: spaces, hash signs or the end of a sentence; None if it goes on one."""
    gap = about
    while gap > first and plain[gap - 1] == " ":
        gap -= 1
    if about - gap > 1:
        return gap
    if gap - first > 1 and plain.startswith("##", gap - 2):
        return gap - 2
    return gap if plain[gap - 1] in '."' else None


TAIL_ELSEWHERE = re.compile(
    r"\n[ #>*-]*(?:(?:a propos d|uber (?!\d|di?e |das |den )|acerca d|sobre (?!la |el |los |las )|informazioni su"
    r"|chi e |chi siamo|quienes somos)[^\n.:]{1,70}(?=\n|$)"
    r"|(?:avertissement|declarations? prospectives|zukunftsgerichtete aussagen|aviso legal|avvertenza|note legali"
    r"|disclaimer|contacts? (?:presse|medias|investisseurs)|pressekontakt|contacto para|ufficio stampa"
    r"|haftungsausschluss|dichiarazioni previsionali|declaraciones prospectivas)[^\n]{0,70}(?=\n|$)"
    r"|(?:a lire aussi|lire aussi|lesen sie auch|mehr zum thema|tambien te puede interesar|te puede interesar"
    r"|noticias relacionadas|leggi anche|articoli correlati|sur le meme sujet|weiterfuhrende links)[^\n]{0,30}(?=\n|$))"
)
"""Headings in French, German, Spanish and Italian after which no news comes."""
