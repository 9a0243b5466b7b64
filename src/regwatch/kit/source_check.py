"""`regwatch source check`: one look at a source, of which nothing is kept, and what helps where it goes wrong.

Most adapters were written far from their pages. The first day on the live web shows which of them hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from regwatch.adapters.contract import Adapter
from regwatch.adapters.generic import feed, page
from regwatch.classify.changes import classify
from regwatch.errors import Gone, Moved, RegwatchError, SourceTrouble, WrongType
from regwatch.fetch.client import Fetched, Fetches, Validators
from regwatch.kit.trial import ANYTHING
from regwatch.model import Change, Document, Finding, Oddity, Request, Source, Topic
from regwatch.polling.crawl import look
from regwatch.polling.sighting import Look
from regwatch.store.manifest import Manifest
from regwatch.store.tables import SourceState
from regwatch.vocabulary import Mode

_BLOCKS = ("main", "article", "body")
"""Where the text of a page stands, the narrowest first."""


@dataclass(frozen=True)
class Checked:
    """What one look gave. `document` is the root page where one came; `trouble` why it could not be had or read.

    `count` is the root's records and the pages it leads to, which `Limits` are about; `pages` are further pages that
    failed, by part. `findings` are those of the source's topics, as the first look would record them.
    """

    source: Source
    adapter: Adapter
    document: Document | None = None
    trouble: SourceTrouble | None = None
    count: int = 0
    oddities: Sequence[Oddity] = ()
    pages: Sequence[tuple[str, SourceTrouble]] = ()
    findings: Sequence[Finding] = ()

    @property
    def expected(self) -> str:
        """How many records such a page has, as the adapter knows it: `1 to 500`."""
        return f"{self.adapter.limits.least} to {self.adapter.limits.most}"


@dataclass
class _Watched:
    """A fetcher that remembers the document of each page, and shows no validator: the page itself is wanted."""

    fetcher: Fetches
    came: dict[str, Document] = field(default_factory=dict)

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        fetched = await self.fetcher.fetch(source, request, None)
        if fetched.document is not None:
            self.came[request.part] = fetched.document
        return fetched

    def validators(self, source: str, url: str) -> None:
        """Nothing is known of any page."""


async def check(source: Source, adapter: Adapter, topics: Sequence[Topic], fetcher: Fetches, now: datetime) -> Checked:
    """Look at a source as if for the first time. A `SourceTrouble` is part of the answer; nothing is written."""
    watched = _Watched(fetcher)
    blank = SourceState(id=source.id, adapter=source.adapter)
    try:
        seen = await look(source, adapter, fetcher=watched, known=watched, load=_nothing, state=blank, now=now)
    except WrongType as trouble:
        return Checked(
            source, adapter, watched.came.get("") or await _whatever_comes(source, adapter, fetcher), trouble
        )
    except SourceTrouble as trouble:
        return Checked(source, adapter, watched.came.get(""), trouble)
    return replace(_of_look(source, adapter, topics, seen), document=watched.came.get(""))


async def _whatever_comes(source: Source, adapter: Adapter, fetcher: Fetches) -> Document | None:
    """The page in place of one of another type, to see what it is; None where it does not come again."""
    try:
        return (await fetcher.fetch(source, replace(adapter.request(source), accept=ANYTHING))).document
    except SourceTrouble:
        return None


async def _nothing() -> Manifest | None:
    return None


def _of_look(source: Source, adapter: Adapter, topics: Sequence[Topic], seen: Look) -> Checked:
    assert seen.manifest is not None
    placed = list(seen.manifest.records())
    served = [topic for topic in topics if topic.id in source.topics]
    changes = [Change(part, None, record) for part, record in placed]
    found = classify(changes, [], [record for _, record in placed], source, served)
    root = seen.manifest.parts[""]
    parts = {part.url: name for name, part in seen.manifest.parts.items()}
    return Checked(
        source,
        adapter,
        count=len(root.records) + len(root.follows),
        oddities=[oddity for some in seen.oddities.values() for oddity in some],
        pages=[(parts.get(url, ""), trouble) for url, trouble in seen.troubles],
        findings=[one.finding for one in found if one.finding.topic and one.finding.mode is not Mode.BACKGROUND],
    )


def steps(checked: Checked) -> Iterator[str]:
    """What to do about each failure, a line each: the command or setting first that helps most."""
    name, trouble = checked.source.id, checked.trouble
    if trouble is not None and checked.document is not None:
        yield f"keep the page as an example for a maintainer: `regwatch source freeze {name}`"
        for setting in readers(checked.document):
            yield f"until then, in sources.yaml: {setting}"
    elif isinstance(trouble, Moved) and trouble.to:
        yield f"if that is the page, in sources.yaml: `url: {trouble.to}`"
    elif isinstance(trouble, Gone):
        yield "look for the page's new address and put it into sources.yaml as `url`"
    elif trouble is not None:
        yield f"the page did not come; ask again later: `regwatch source check {name}`"
    for part, _ in checked.pages:
        yield f"keep that page as an example for a maintainer: `regwatch source freeze {name} --part {part}`"


def readers(document: Document) -> Iterator[str]:
    """The settings under which a reader for any publisher reads this page, the best one; none where no one does.

    It is not made an authority's own word: a reader that knows nothing of a page cannot tell its rows from its menus.
    """
    told = (f"`url: {document.final_url}`", f"`publisher: {document.source.publisher}`")
    if _reads(feed.ADAPTER, document, {"match": "all"}):
        yield ", ".join(("`adapter: feed`", *told))
        return
    for block in _BLOCKS:
        if _reads(page.ADAPTER, document, {"select": block, "prose": "yes"}):
            yield ", ".join(("`adapter: page`", *told, f'`options: {{select: {block}, prose: "yes"}}`'))
            return


def _reads(adapter: Adapter, document: Document, options: dict[str, str]) -> bool:
    source = replace(document.source, adapter=adapter.name, url=document.final_url, options=options)
    try:
        reading = adapter.reading(replace(document, source=source, request=Request(document.final_url)))
    except RegwatchError:
        return False
    return any(record.blocks or record.title for record in reading.records)
