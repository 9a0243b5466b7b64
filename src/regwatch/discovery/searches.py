"""The searches: whom to ask, for what, and how to read the answer.

Most answers are read by the adapter that will poll the page later: a list that is picked from by names is a search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from regwatch.adapters.registry import adapter
from regwatch.discovery import catalogues
from regwatch.discovery.candidate import SearchHit, SearchQuery
from regwatch.errors import Gone
from regwatch.model import Document, Reading, Record, Request, Source

_JSON = "application/json"


@dataclass(frozen=True)
class Search:
    """One place to ask.

    `request` makes the question, `read` reads the answer. `further` are pages that an answer leads to. `nothing` are
    troubles that mean that there is nothing there. `after` an identifier: the search can be made only once it is known.
    `place` as a person calls it; "" for the whole world.
    """

    name: str
    request: Callable[[SearchQuery, Mapping[str, str]], Request]
    read: Callable[[Document, SearchQuery], list[SearchHit]]
    further: Callable[[Document, SearchQuery], list[Request]] = field(default=lambda document, asked: [])
    nothing: tuple[type[Exception], ...] = ()
    after: str = ""
    place: str = ""


def source_for(name: str, asked: SearchQuery, ids: Mapping[str, str], options: Mapping[str, str]) -> Source:
    """The source that would let this adapter watch what is asked for."""
    found = adapter(name)
    return Source(name, name, found.publisher, "", (), ids, options, found.authorities, asked.treatment.names)


def _reading(name: str, document: Document, asked: SearchQuery) -> Reading:
    """What the adapter makes of the page, with all names that are known by now."""
    source = replace(document.source, watch=asked.treatment.names)
    return adapter(name).reading(replace(document, source=source))


def _by_adapter(
    name: str,
    title: str,
    make: Callable[[Record, SearchQuery, str], SearchHit | None],
    *,
    further: bool = False,
    after: str = "",
    place: str = "eu",
    **options: str,
) -> Search:
    def request(asked: SearchQuery, ids: Mapping[str, str]) -> Request:
        return adapter(name).request(source_for(name, asked, ids, options))

    def read(document: Document, asked: SearchQuery) -> list[SearchHit]:
        made = [make(record, asked, title) for record in _reading(name, document, asked).records]
        return [one for one in made if one is not None]

    def more(document: Document, asked: SearchQuery) -> list[Request]:
        return [one.request for one in _reading(name, document, asked).follows][:5] if further else []

    return Search(title, request, read, more, after=after, place=place)


def _told(record: Record) -> dict[str, str]:
    return dict(record.fields)


def _medicine(record: Record, asked: SearchQuery, search: str) -> SearchHit | None:
    """A row of EMA's report of medicines."""
    if record.kind != "medicine":
        return None
    told, uses = _told(record), " ".join(record.blocks)
    ids = [("ema_product_number", record.key)]
    if "/EPAR/" in record.url:
        ids.append(("ema_epar_url", record.url.rstrip("/").rpartition("/")[2]))
    inn, company = told.get("Common name", "").lower(), told.get("Holder", "")
    fits = asked.fits(uses) if uses else None
    title = f"{record.title} ({inn}), {company}"
    detail = told.get("Status", "").lower()
    return SearchHit(search, title, record.url, tuple(ids), detail, fits, inn, (record.title,), (), company)


def _variation(record: Record, asked: SearchQuery, search: str) -> SearchHit | None:
    """A procedure of a medicine that is authorised, or its page."""
    if record.kind != "variation":
        return None
    told, uses = _told(record), " ".join(record.blocks)
    detail = ", ".join(part for part in (told.get("Outcome", ""), told.get("Date", "")) if part)
    ids = (("ema_variation_slug", record.url.rstrip("/").rpartition("/")[2]),)
    return SearchHit(search, record.title, record.url, ids, detail, asked.fits(uses))


def _appraisal(record: Record, asked: SearchQuery, search: str) -> SearchHit | None:
    """A row of one of NICE's lists. Published guidance has no project number in its address."""
    told, last = _told(record), record.key.rpartition("/")[2]
    ids = (("nice_gid", last.upper()),) if last.startswith("gid-") else ()
    day = next((f"{key.lower()} {told[key]}" for key in ("Published", "Expected publication") if told.get(key)), "")
    detail = ", ".join(part for part in (told.get("Status", "").lower(), day) if part)
    return SearchHit(search, record.title, record.url, ids, detail, asked.fits(record.title))


def _listed(*kinds: str) -> Callable[[Record, SearchQuery, str], SearchHit | None]:
    """Something that is watched by its name: good to know."""

    def make(record: Record, asked: SearchQuery, search: str) -> SearchHit | None:
        if record.kind not in kinds:
            return None
        told = _told(record)
        use = told.get("Intended use", "")
        detail = ", ".join(part for part in (record.key, use[:160]) if part)
        return SearchHit(search, record.title, record.url, (), detail, asked.fits(use) if use else None)

    return make


def _asked_at(address: Callable[[SearchQuery], str]) -> Callable[[SearchQuery, Mapping[str, str]], Request]:
    return lambda asked, ids: Request(address(asked), accept=_JSON)


def _register_list(asked: SearchQuery, ids: Mapping[str, str]) -> Request:
    return Request(f"{catalogues.REGISTER}reg_hum_act.htm")


SEARCHES = (
    _by_adapter("ema_applications", "EMA medicines", _medicine),
    _by_adapter("ema_under_evaluation", "EMA under evaluation", _listed("application"), further=True),
    _by_adapter("ema_orphan", "EMA orphan designations", _listed("designation")),
    Search("Union Register", _register_list, catalogues.register, place="eu"),
    Search("openFDA", _asked_at(catalogues.fda_address), catalogues.fda, nothing=(Gone,), place="us"),
    Search("ClinicalTrials.gov", _asked_at(catalogues.trials_address), catalogues.trials),
    *(
        _by_adapter("nice_lists", f"NICE, list {name}", _appraisal, place="uk", list=name)
        for name in ("indevelopment", "inconsultation", "awaiting-development", "published", "terminated")
    ),
    Search("SMC", _asked_at(catalogues.scotland_address), catalogues.scotland, place="uk"),
    _by_adapter("hc_submissions", "Health Canada", _listed("submission"), place="canada"),
    _by_adapter(
        "ema_post_authorisation",
        "EMA procedures after authorisation",
        _variation,
        further=True,
        after="ema_product_number",
    ),
)
"""Everybody who is asked, in the order in which answers are shown."""
