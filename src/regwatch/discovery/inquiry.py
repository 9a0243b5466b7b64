"""Asking everybody: first with the names that were given, then with those that the answers added."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from regwatch.discovery.candidate import SearchChoice, SearchHit, SearchQuery, choices
from regwatch.discovery.searches import SEARCHES, Search, source_for
from regwatch.errors import RegwatchError, SourceTrouble
from regwatch.fetch.client import Fetches
from regwatch.model import Document, Request, Treatment

MOST_CODES = 4


@dataclass(frozen=True)
class SearchAnswer:
    """What one search came to: candidates, or in `trouble` one sentence on why it could not be made."""

    search: str
    candidates: tuple[SearchHit, ...] = ()
    trouble: str = ""


@dataclass(frozen=True)
class Inquiry:
    """All answers. `asked` has by now the names that the answers told."""

    asked: SearchQuery
    answers: tuple[SearchAnswer, ...]

    @property
    def candidates(self) -> list[SearchHit]:
        """Everything that was found, in the order of the searches."""
        return [one for answer in self.answers for one in answer.candidates]

    @property
    def choices(self) -> list[SearchChoice]:
        """For each identifier what may be it."""
        return choices(self.candidates)

    @property
    def reached(self) -> bool:
        """Whether anybody answered at all."""
        return any(not answer.trouble for answer in self.answers)


@dataclass
class _Asking:
    """One inquiry while it goes on. A page is asked for once; what could not be had is not asked for again."""

    fetches: Fetches
    searches: Sequence[Search]
    pages: dict[str, Document | SourceTrouble] = field(default_factory=dict)

    async def round(self, asked: SearchQuery, ids: Mapping[str, str]) -> tuple[SearchAnswer, ...]:
        ready = [search for search in self.searches if not search.after or search.after in ids]
        return tuple(await asyncio.gather(*(self.answer(search, asked, ids) for search in ready)))

    async def answer(self, search: Search, asked: SearchQuery, ids: Mapping[str, str]) -> SearchAnswer:
        try:
            document = await self.page(search.request(asked, ids), asked, ids)
            found = search.read(document, asked)
            for request in search.further(document, asked):
                found += search.read(await self.page(request, asked, ids), asked)
        except search.nothing:
            return SearchAnswer(search.name)
        except (RegwatchError, ValueError) as error:
            return SearchAnswer(search.name, (), str(error))
        return SearchAnswer(search.name, tuple(found))

    async def page(self, request: Request, asked: SearchQuery, ids: Mapping[str, str]) -> Document:
        if request.url not in self.pages:
            source = source_for("json", asked, ids, {})
            try:
                fetched = await self.fetches.fetch(source, request)
            except SourceTrouble as trouble:
                self.pages[request.url] = trouble
            else:
                assert fetched.document is not None
                self.pages[request.url] = fetched.document
        page = self.pages[request.url]
        if isinstance(page, SourceTrouble):
            raise page
        return page if page.request == request else replace(page, request=request)


async def inquire(asked: SearchQuery, fetches: Fetches, places: Collection[str]) -> Inquiry:
    """Ask everybody in these places for this medicine in this disease. Who cannot be reached is told in the answers."""
    asking = _Asking(fetches, [search for search in SEARCHES if not search.place or search.place in places])
    answers = await asking.round(asked, {})
    found = [one for answer in answers for one in answer.candidates]
    known = named(asked, found)
    if known.treatment != asked.treatment:
        answers = await asking.round(known, {})
        found = [one for answer in answers for one in answer.candidates]
    taken = {name: value for choice in choices(found) if choice.taken for name, value in choice.taken.ids}
    if any(search.after in taken for search in asking.searches):
        answers = await asking.round(known, taken)
    inquiry = Inquiry(known, answers)
    return replace(inquiry, asked=named(known, inquiry.candidates))


def named(asked: SearchQuery, found: Sequence[SearchHit]) -> SearchQuery:
    """What is asked for, under the names that the answers gave it.

    A brand counts only where its product is plainly the one that is meant: another brand of the same substance may be
    licensed for something else.
    """
    given = asked.treatment
    inn = _inn(given, found)
    taken = [choice.taken for choice in choices(list(found)) if choice.taken]
    brands = [brand for one in taken for brand in one.brands]
    codes = [code for one in found if one.fits for code in one.codes][:MOST_CODES]
    extra = [] if inn == given.inn else [given.inn]
    own = {name.casefold() for name in (inn, *given.brands, *given.codes)}
    codes += [name for name in extra if any(letter.isdigit() for letter in name)]
    for name in extra:
        brands.insert(0, next((brand for brand in brands if brand.casefold() == name), name.capitalize()))
    treatment = Treatment(
        inn,
        (*given.brands, *_new(brands, {*own, *(code.casefold() for code in codes)})),
        (*given.codes, *_new([code.upper() for code in codes], own)),
    )
    companies = [one.company for one in (*taken, *(one for one in found if one.fits)) if one.company]
    return SearchQuery(treatment, asked.indication, tuple(dict.fromkeys((*asked.companies, *companies))))


def _inn(given: Treatment, found: Sequence[SearchHit]) -> str:
    """The international name: what the answers call the substance of what was asked for by brand or code."""
    told = [one.inn for one in found if one.inn]
    if given.inn in told or any(given.inn in name.split("+") for name in told):
        return given.inn
    asked = {name.casefold() for name in given.names}
    by_name = [one.inn for one in found if one.inn and asked & {n.casefold() for n in (*one.brands, *one.codes)}]
    return by_name[0] if by_name else given.inn


def _new(names: Sequence[str], known: set[str]) -> tuple[str, ...]:
    unique = {name.casefold(): name for name in reversed(names)}
    return tuple(dict.fromkeys(unique[name.casefold()] for name in names if name.casefold() not in known))
