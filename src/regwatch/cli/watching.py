"""`regwatch poll`, `regwatch run` and `regwatch worker`."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from regwatch import wording
from regwatch.cli.output import CONFIGURATION, FAILED, fail, print_line, say
from regwatch.clock import Clock, SystemClock
from regwatch.dates import act_or_announced
from regwatch.errors import Unreachable, UsageError
from regwatch.fetch.client import Policy
from regwatch.fetch.politeness import Queues
from regwatch.mail.channel_transport import check_operator_channel
from regwatch.model import Source
from regwatch.polling.outcome import Outcome, Polled
from regwatch.service.assembly import Assembly, fetch_policy, read_watchlist
from regwatch.service.daemon import Daemon
from regwatch.service.engine import Engine
from regwatch.service.guarded_poll import poll_guarded
from regwatch.service.local_engine import LocalEngine
from regwatch.service.logs import configure
from regwatch.service.mail_service import MailService
from regwatch.service.network import no_network
from regwatch.settings import Settings, load_settings
from regwatch.store.occupancy import occupied
from regwatch.subscribers.link_handles import must_be_shared
from regwatch.vocabulary import Mode

COLLECT_AFTER = 10_000
"""New objects between two rounds of the garbage collector in the daemon: a page that is being read has about as many,
and what is left of it is freed without the collector (`reading/felling.py`).
"""

_WORDS = {
    Outcome.UNCHANGED: "unchanged",
    Outcome.SAME: "nothing new",
    Outcome.BASELINE: "first look: recorded as the baseline, mailed to nobody",
    Outcome.PENDING: "changed; waiting for a second look before it counts",
    Outcome.CHANGED: "changed",
    Outcome.TROUBLE: "could not be read",
}


def poll(
    sources: Annotated[list[str] | None, typer.Argument(help="Sources to poll; all if none is named.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Poll once, now, whether due or not, and say what was found. Exit code 1 if a source could not be read."""
    if poll_now(load_settings(), sources or [], as_json=as_json):
        raise typer.Exit(FAILED)


def poll_now(settings: Settings, sources: Sequence[str], *, as_json: bool = False) -> int:
    """Poll these sources, or all where none is named, and print what was found; how many could not be read."""
    configure(shape=settings.log_format, level="warning")

    async def work() -> int:
        async with Assembly.open(settings, read_watchlist(settings)) as assembly:
            chosen = _chosen(assembly, sources)
            mail = MailService.of(settings, assembly.database, assembly.clock)
            mail.start(assembly.watchlist)
            troubled, unreached = 0, list[Polled]()
            for done in asyncio.as_completed([poll_guarded(assembly, source) for source in chosen]):
                polled = await done
                troubled += polled.trouble is not None
                if as_json:
                    print_line(_as_json(polled))
                elif isinstance(polled.trouble, Unreachable):
                    unreached.append(polled)
                else:
                    _tell(polled)
            _tell_unreached(unreached, of=len(chosen))
            assembly.book.flush()
            mail.write_first_page(assembly.watchlist)
            return troubled

    return asyncio.run(work())


def run() -> None:
    """Watch until stopped: poll what is due, keep the ledger, send the digests. SIGHUP reads the watchlist again."""
    _watch(load_settings(), shared=False)


def worker() -> None:
    """Join the workers of a PostgreSQL database: they share what `run` does alone, each page and mail once."""
    _watch(load_settings(), shared=True)


def _watch(settings: Settings, *, shared: bool) -> None:
    check_operator_channel(settings)
    configure(shape=settings.log_format, level=settings.log_level)
    gc.set_threshold(COLLECT_AFTER, 10, 10)

    async def work() -> None:
        watchlist, clock, policy = read_watchlist(settings), SystemClock(), fetch_policy(settings)
        engine, queues = _shared(settings, clock, policy) if shared else (LocalEngine(clock), None)
        async with Assembly.open(settings, watchlist, clock=clock, policy=policy, queues=queues) as assembly:
            mail = settings.smtp_host or str(settings.mail_dir)
            if sys.stderr.isatty():
                typer.echo(
                    f"Watching {wording.count(len(watchlist.sources), 'source')} of {settings.sources}; "
                    f"database {settings.home}; mail to {mail}. Ctrl-C ends it.",
                    err=True,
                )
            daemon = Daemon(assembly, engine=engine)
            if shared:
                must_be_shared(settings, assembly.database)
            with occupied(assembly.database, shared=shared):
                await daemon.run()
            if daemon.stuck:
                # A mail server has not answered in time. What it was given is noted as on its way.
                os._exit(0)

    asyncio.run(work())


def _shared(settings: Settings, clock: Clock, policy: Policy) -> tuple[Engine, Queues]:
    """The engine of a worker, and the queues in front of hosts that it shares with the others."""
    try:
        from regwatch.service.shared_engine import SharedEngine
    except ModuleNotFoundError as error:
        raise UsageError(
            "workers need one more package: install regwatch with its extra, as in pip install 'regwatch[workers]'"
        ) from error
    engine = SharedEngine(settings.database, clock)
    return engine, engine.queues(policy)


def _chosen(assembly: Assembly, names: Sequence[str]) -> list[Source]:
    if not names:
        if not assembly.watchlist.sources:
            fail("the watchlist names no source that is switched on", CONFIGURATION)
        return list(assembly.watchlist.sources)
    chosen = []
    for name in names:
        source = assembly.source(name)
        if source is None:
            known = ", ".join(one.id for one in assembly.watchlist.sources)
            raise UsageError(f"no source is called {name!r}; there are: {known}")
        chosen.append(source)
    return chosen


def _tell_unreached(unreached: Sequence[Polled], *, of: int) -> None:
    """Sources whose server could not be reached; where that is all of several, the network is told and not each."""
    reasons = [polled.trouble.message for polled in unreached if polled.trouble]
    if len(unreached) == of > 1:
        say(no_network(of, reasons[0]))
        return
    for polled in unreached:
        _tell(polled)


def _tell(polled: Polled) -> None:
    line = f"{polled.source}: {_WORDS[polled.outcome]}"
    if polled.trouble is not None:
        line += f" ({polled.trouble.kind}): {polled.trouble.message}"
    elif polled.changes:
        line += f" ({wording.count(len(polled.changes), 'record')})"
    say(line)
    for finding in polled.findings:
        if finding.topic and finding.mode is not Mode.BACKGROUND:
            day = act_or_announced(finding.date, finding.announced if finding.mode is Mode.ANNOUNCED else None)
            sure = "" if finding.confidence.value == "high" else f" [{finding.confidence.value}: for review]"
            say(f"  {finding.authority or '-'} {finding.mode.value}: {finding.milestone.value} {day}".rstrip() + sure)
            say(f'    "{finding.quote[:200]}"')
    if polled.unheard:
        say(f"  {polled.unheard}")
    for url, trouble in polled.parts:
        say(f"  {url} could not be read ({trouble.kind}): {trouble.message}")


def _as_json(polled: Polled) -> dict[str, Any]:
    return {
        "source": polled.source,
        "outcome": polled.outcome.value,
        "changes": len(polled.changes),
        "events": polled.events,
        "findings": [
            {
                "topic": finding.topic,
                "authority": finding.authority,
                "milestone": finding.milestone.value,
                "mode": finding.mode.value,
                "date": finding.date.iso if finding.date else None,
                "announced": finding.announced.iso if finding.announced else None,
                "confidence": finding.confidence.value,
                "quote": finding.quote,
            }
            for finding in polled.findings
        ],
        "trouble": {"kind": polled.trouble.kind, "message": polled.trouble.message} if polled.trouble else None,
        "unheard": polled.unheard or None,
    }
