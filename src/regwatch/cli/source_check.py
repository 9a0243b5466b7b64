"""`regwatch source check`: what each source gives today, as a table, and the one step that helps where it fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from regwatch import wording
from regwatch.adapters import registry
from regwatch.cli.output import CONFIGURATION, FAILED, fail, print_json, print_table, say
from regwatch.clock import SystemClock
from regwatch.errors import Unreachable, Unreadable, UsageError
from regwatch.fetch.client import Fetcher
from regwatch.kit.source_check import Checked, check, steps
from regwatch.model import Source
from regwatch.service.assembly import fetch_policy, read_watchlist
from regwatch.service.network import no_network
from regwatch.settings import load_settings
from regwatch.vocabulary import Confidence
from regwatch.watchlist import Watchlist

_MOST_TOLD = 3


def check_sources(
    sources: Annotated[list[str] | None, typer.Argument(help="Sources to look at; all if none is named.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list instead.")] = False,
) -> None:
    """Look once at each source, change nothing, and print what was reached and recognised and what it would tell.

    Exit code 1 if a source or one of its pages could not be read.
    """
    settings = load_settings()
    watchlist = read_watchlist(settings)
    chosen = _chosen(watchlist, sources or [])
    clock = SystemClock()

    async def work() -> list[Checked]:
        async with Fetcher(fetch_policy(settings), clock) as fetcher:
            looks = (
                check(one, registry.adapter(one.adapter), watchlist.topics, fetcher, clock.now()) for one in chosen
            )
            return await asyncio.gather(*looks)

    done = asyncio.run(work())
    print_json([_as_json(one) for one in done]) if as_json else _tell(done)
    if any(one.trouble or one.pages for one in done):
        raise typer.Exit(FAILED)


def _chosen(watchlist: Watchlist, names: Sequence[str]) -> list[Source]:
    if not watchlist.sources:
        fail("the watchlist names no source that is switched on", CONFIGURATION)
    known = {one.id: one for one in watchlist.sources}
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"no source is called {unknown[0]!r}; there are: {', '.join(known)}")
    return [known[name] for name in names] or list(watchlist.sources)


def _tell(done: Sequence[Checked]) -> None:
    print_table(
        ("Source", "Reached", "Recognised as", "Records", "Expected", "Oddities", "A watcher would conclude"),
        [_row(one) for one in done],
    )
    unreached = [one.trouble.message for one in done if isinstance(one.trouble, Unreachable)]
    if len(unreached) == len(done) > 1:
        say()
        say(no_network(len(done), unreached[0]))
        return
    for one in done:
        troubles = [("", one.trouble)] if one.trouble else one.pages
        if not (troubles or one.oddities):
            continue
        say()
        for part, trouble in troubles:
            say(f"{one.source.id}{f' {part}' if part else ''}: {trouble.kind}: {trouble.message}")
        for oddity in one.oddities[:_MOST_TOLD]:
            say(f"{one.source.id}: not understood: {oddity.what}: {' '.join(oddity.text.split())[:160]}")
        for step in steps(one):
            say(f"  {step}")


def _row(one: Checked) -> tuple[str, ...]:
    return (
        one.source.id,
        "yes" if one.document or not one.trouble else f"no: {one.trouble.kind}",
        _recognised(one),
        "" if one.trouble else str(one.count),
        one.expected,
        str(len(one.oddities)) if one.oddities else "",
        _conclusion(one),
    )


def _recognised(one: Checked) -> str:
    if one.trouble is None:
        return one.adapter.name if one.document else f"{one.adapter.name}: not there yet"
    if one.document is None:
        return ""
    layout = isinstance(one.trouble, Unreadable)
    return f"unknown layout for {one.adapter.name}" if layout else f"another page than {one.adapter.name} reads"


def _conclusion(one: Checked) -> str:
    if one.trouble:
        return "nothing: it keeps what it knew"
    sure = [found for found in one.findings if found.confidence is Confidence.HIGH]
    told = list(dict.fromkeys(f"{found.authority or '-'} {found.milestone.value}" for found in sure))
    more = [f"{len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else []
    review = len(one.findings) - len(sure)
    failed = [f"{wording.count(len(one.pages), 'page')} unread"] if one.pages else []
    return "; ".join([*told[:_MOST_TOLD], *more, *([f"{review} to review"] if review else []), *failed]) or "nothing"


def _as_json(one: Checked) -> dict[str, Any]:
    return {
        "source": one.source.id,
        "adapter": one.adapter.name,
        "reached": one.document is not None or one.trouble is None,
        "trouble": {"kind": one.trouble.kind, "message": one.trouble.message} if one.trouble else None,
        "records": one.count,
        "expected": [one.adapter.limits.least, one.adapter.limits.most],
        "oddities": [{"what": odd.what, "text": odd.text, "url": odd.url} for odd in one.oddities],
        "pages": [{"part": part, "kind": bad.kind, "message": bad.message} for part, bad in one.pages],
        "findings": Counter(
            f"{found.authority} {found.milestone.value} {found.confidence.value}" for found in one.findings
        ),
        "steps": list(steps(one)),
    }
