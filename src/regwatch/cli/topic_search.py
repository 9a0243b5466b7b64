"""Asking for a medicine, showing what was found, letting a person choose: for `regwatch topic` and `regwatch init`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import typer

from regwatch import wording
from regwatch.cli.output import say
from regwatch.clock import SystemClock
from regwatch.discovery.candidate import SearchChoice, SearchHit, SearchQuery
from regwatch.discovery.inquiry import Inquiry, SearchAnswer, inquire
from regwatch.discovery.whereabouts import whereabouts
from regwatch.errors import UsageError
from regwatch.fetch.client import Fetcher
from regwatch.model import Indication, Treatment
from regwatch.service.assembly import fetch_policy
from regwatch.settings import Settings

MOST_SHOWN = 8


def a_person_answers() -> bool:
    """Whether somebody sits at a terminal and can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def asked_for(
    medicine: str,
    disease: str,
    *,
    brands: Sequence[str] = (),
    codes: Sequence[str] = (),
    terms: Sequence[str] = (),
    look_alikes: Sequence[str] = (),
    companies: Sequence[str] = (),
) -> SearchQuery:
    """What somebody typed, put in order. Raises `UsageError` where medicine or disease is no name."""
    for what, text in (("medicine", medicine), ("disease", disease)):
        if not text.strip() or not text.isprintable() or len(text) > 200:
            raise UsageError(f"{text[:60]!r} is no name of a {what}")
    named = " ".join(disease.split())
    plain_name = named.partition("(")[0].strip() or named
    indication = Indication(named, tuple(dict.fromkeys((plain_name, *terms))), tuple(look_alikes))
    name = "+".join(part.strip() for part in medicine.split("+")).casefold()
    return SearchQuery(Treatment(name, tuple(brands), tuple(codes)), indication, tuple(companies))


def search(settings: Settings, asked: SearchQuery, places: Collection[str]) -> Inquiry:
    """Ask everybody in these places, politely: it takes a minute, most of it pauses between two questions to a host.

    Without any place nobody is asked.
    """

    async def work() -> Inquiry:
        async with Fetcher(fetch_policy(settings), SystemClock()) as fetcher:
            return await inquire(asked, fetcher, places)

    return asyncio.run(work()) if places else Inquiry(asked, ())


def show(inquiry: Inquiry) -> None:
    """What each search found, and who could not be asked."""
    for answer in inquiry.answers:
        if answer.trouble:
            say(f"{answer.search}: could not be asked: {answer.trouble}")
        else:
            _show_found(answer)


def _show_found(answer: SearchAnswer) -> None:
    found = answer.candidates
    say(f"{answer.search}: {wording.count(len(found), 'entry').replace('entrys', 'entries') if found else 'nothing'}")
    for one in found[:MOST_SHOWN]:
        say(f"  {_line(one)}")
    if len(found) > MOST_SHOWN:
        say(f"  and {len(found) - MOST_SHOWN} more")


def _line(one: SearchHit) -> str:
    told = " - ".join(part for part in (one.value, one.title, one.detail) if part)
    return f"{told}{' [names the disease]' if one.fits else ''}"


def choose(
    inquiry: Inquiry, given: Mapping[str, str], *, ask: bool, quiet: bool = False
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The identifiers, and the brands of products that a person chose. What is not plain is asked, or left out."""
    ids, brands = dict(given), list[str]()
    for choice in inquiry.choices:
        if choice.kind in ids:
            continue
        taken = choice.taken or (_asked(choice) if ask else None)
        if taken is not None:
            ids |= {name: value for name, value in taken.ids if name not in ids}
            brands += taken.brands
        elif not ask and not quiet:
            say(f"{choice.kind}: not plain which of {len(choice.candidates)} is meant; left out. Name it with --id:")
            for one in choice.candidates[:MOST_SHOWN]:
                say(f"  --id {choice.kind}={one.value}   {one.title}")
    return ids, tuple(brands)


def _asked(choice: SearchChoice) -> SearchHit | None:
    say(f"\nWhich is meant for {choice.kind} ({whereabouts()[choice.kind].brings})?")
    for number, one in enumerate(choice.candidates, 1):
        say(f"  {number}  {_line(one)}")
    while True:
        wanted = typer.prompt("Number, or 0 for none", type=int, default=0)
        if 0 <= wanted <= len(choice.candidates):
            return choice.candidates[wanted - 1] if wanted else None
        say(f"Write a number from 0 to {len(choice.candidates)}.")


def show_missing(names: Sequence[str]) -> None:
    """Which identifiers are not known, what each would bring, and where a person finds it."""
    if names:
        say("Not known yet. Each of these, written under `ids` of the topic, lets a further source watch it:")
    for name in names:
        say(f"  {name}: {whereabouts()[name].brings}")
        say(f"      {whereabouts()[name].where}")


def as_json(inquiry: Inquiry) -> list[dict[str, Any]]:
    """The answers, for other programs."""
    return [
        {
            "search": answer.search,
            "trouble": answer.trouble or None,
            "candidates": [
                {
                    "title": one.title,
                    "url": one.url,
                    "ids": dict(one.ids),
                    "detail": one.detail,
                    "names_the_disease": one.fits,
                }
                for one in answer.candidates
            ],
        }
        for answer in inquiry.answers
    ]
