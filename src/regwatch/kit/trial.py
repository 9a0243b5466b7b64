"""A trial reading: what an adapter makes of a page, and what somebody who watches a topic would be told by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from regwatch.adapters.contract import Adapter
from regwatch.classify.changes import classify
from regwatch.clock import SystemClock
from regwatch.errors import MissingPart, SourceTrouble, UsageError, WrongType
from regwatch.fetch.client import Fetcher, Policy
from regwatch.kit.golden import CONTENT_TYPES
from regwatch.model import Change, Document, Finding, Reading, Request, Source, Topic

ANYTHING = "*/*"
"""The Accept header that takes whatever comes."""


@dataclass(frozen=True)
class Trial:
    """One trial. `findings` are what the first look would record; where the page is read again they are no news."""

    document: Document
    reading: Reading
    findings: Sequence[Finding]


def trial_source(
    adapter: Adapter,
    url: str,
    topics: Sequence[Topic],
    *,
    ids: Mapping[str, str],
    options: Mapping[str, str],
    watch: Sequence[str],
) -> Source:
    """The source that a watchlist with these values would give the adapter. Raises `UsageError` for a wrong option."""
    names = [name for topic in topics for name in topic.treatment.names]
    merged = {key: value for topic in topics for key, value in topic.ids.items()} | dict(ids)
    return Source(
        id=adapter.name,
        adapter=adapter.name,
        publisher=adapter.publisher,
        url=url,
        topics=tuple(topic.id for topic in topics),
        ids=merged,
        options={name: _option(adapter, name, value) for name, value in options.items()},
        official_for=adapter.authorities,
        watch=tuple(dict.fromkeys([*watch, *names])),
    )


def _option(adapter: Adapter, name: str, value: str) -> str:
    try:
        return adapter.option(name, value)
    except ValueError as error:
        raise UsageError(f"the option {name} of {adapter.name} {error}") from error


def address(adapter: Adapter, source: Source, part: str) -> Request:
    """What to ask for: the root page as the adapter asks for it, or the page at the source's address as this part."""
    try:
        root = adapter.request(source)
    except (MissingPart, ValueError) as error:
        if not part:
            raise UsageError(
                f"{adapter.name} cannot ask for its page: {error}; give it with --id or --option"
            ) from None
        return Request(source.url, part)
    return Request(source.url or root.url, part, root.accept)


def from_file(path: Path, source: Source, request: Request) -> Document:
    """A page that lies on this machine, as if it had been fetched. Raises `UsageError`."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    content_type = CONTENT_TYPES.get(path.suffix.casefold(), "")
    return Document(source, request, request.url, body, content_type, SystemClock().now())


async def from_web(source: Source, request: Request, policy: Policy, *, of_any_type: bool = False) -> Document:
    """A page fetched as the daemon would fetch it: robots.txt, pauses and all. Raises `SourceTrouble`.

    `of_any_type`: also one of another type than was asked for.
    """
    async with Fetcher(policy, SystemClock()) as fetcher:
        try:
            fetched = await fetcher.fetch(source, request, None)
        except WrongType:
            if not of_any_type:
                raise
            fetched = await fetcher.fetch(source, replace(request, accept=ANYTHING), None)
    if fetched.document is None:
        raise SourceTrouble(f"{request.url} gave no document")
    return fetched.document


def read(adapter: Adapter, document: Document, topics: Sequence[Topic]) -> Trial:
    """Read the document and classify everything in it as new. Raises `SourceTrouble` as a poll would meet it."""
    reading = adapter.reading(document)
    changes = [Change(document.request.part, None, record) for record in reading.records]
    findings = [found.finding for found in classify(changes, [], reading.records, document.source, topics)]
    return Trial(document, reading, findings)
