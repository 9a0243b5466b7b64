"""`regwatch replay`, `record` and `backtest`: real history through the real pipeline."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from regwatch.cli.output import FAILED, print_json, print_line, print_table, say
from regwatch.clock import SystemClock
from regwatch.errors import UsageError
from regwatch.fetch.guard import CheckedTransport
from regwatch.polling.outcome import Outcome
from regwatch.replay.backtest import Score, read_labels, score
from regwatch.replay.playing import adapter_of
from regwatch.replay.recording import RecordingTransport
from regwatch.replay.report_lines import ODDITY, REVIEW, TROUBLE, ReplayLine, lines
from regwatch.replay.run import NOBODY, ReplayWishes
from regwatch.replay.run import replay as play_archive
from regwatch.replay.warc import WarcFile, is_warc
from regwatch.service.assembly import Assembly, fetch_policy, read_watchlist
from regwatch.settings import Settings, load_settings
from regwatch.watchlist import Watchlist

Archive = Annotated[
    Path, typer.Argument(help="A web archive (WARC), or a folder of dated captures or of numbered states.")
]
AdapterName = Annotated[str, typer.Option("--adapter", help="What reads the pages, where their address does not say.")]
Watch = Annotated[
    list[str] | None, typer.Option("--watch", help="A medicine to follow where a page is about none or many.")
]
Options = Annotated[list[str] | None, typer.Option("--option", help="A setting of the adapter: match=all.")]


def replay(
    archive: Archive,
    adapter: AdapterName = "",
    watch: Watch = None,
    option: Options = None,
    backfill: Annotated[
        bool, typer.Option("--backfill", help="Tell the news of the first state too, which is the baseline.")
    ] = False,
    database: Annotated[
        str | None, typer.Option(help="Play into this database (SQLAlchemy URL); temporary ones if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Play recorded states of sources through the real pipeline, and tell what it would have found, and how soon."""
    wishes = _wishes(adapter, watch, option, database)
    news = 0
    for played in play_archive(archive, wishes):
        if not as_json:
            say(f"{played.series.name} ({adapter_of(played)}, {len(played.states)} states)")
        for line in lines(played, backfill=backfill):
            news += line.event not in (TROUBLE, ODDITY, REVIEW)
            if as_json:
                print_line(line.as_json())
            else:
                _show(line)
    if not as_json:
        say(f"{news} events")


def _wishes(adapter: str, watch: list[str] | None, option: list[str] | None, database: str | None) -> ReplayWishes:
    pairs = [tuple(one.partition("=")[::2]) for one in option or ()]
    if any(not name or not value for name, value in pairs):
        raise UsageError("write an option as name=value")
    return ReplayWishes(
        adapter, tuple(watch or ()), tuple((name, value) for name, value in pairs), _configured(), database
    )


def _configured() -> Watchlist:
    """What is configured here; nothing where there is no sources.yaml, as on a maintainer's desk."""
    settings = load_settings()
    return read_watchlist(settings) if settings.sources.exists() else NOBODY


def _show(line: ReplayLine) -> None:
    if line.event in (TROUBLE, ODDITY):
        say(f"  {line.state}: {line.event}: {line.reason}")
        return
    lag = "" if line.days is None else f", seen {line.days} days later" if line.days >= 0 else ", seen ahead of its day"
    say(f"  {line.state}: {line.event}: {line.authority} {line.milestone} {_day(line) or 'undated'}{lag}")
    for use in line.indication.splitlines():
        say(f"      {line.treatment}: {use}")
    if line.reason:
        say(f"      because {line.reason}")


def _day(line: ReplayLine) -> str:
    return line.date or (f"announced {line.announced}" if line.announced else "")


def record(
    target: Annotated[Path, typer.Argument(help="A folder for a new web archive, or a .warc.gz file to add to.")],
    sources: Annotated[list[str] | None, typer.Argument(help="Ids of sources; all of them if left out.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How many times to poll.")] = 1,
    pause: Annotated[float, typer.Option(min=0, help="Minutes between two rounds.")] = 60.0,
) -> None:
    """Poll the configured sources and keep every answer in a web archive, to be replayed. Nobody is told anything."""
    settings = load_settings()
    watchlist = read_watchlist(settings)
    wanted = [one for one in watchlist.sources if not sources or one.id in sources]
    if missing := set(sources or ()) - {one.id for one in wanted}:
        raise UsageError(f"there is no source {', '.join(sorted(missing))}")
    file = target if is_warc(target) else target / f"regwatch-{datetime.now(UTC):%Y%m%d-%H%M%S}.warc.gz"
    failed = asyncio.run(_record(settings, replace(watchlist, sources=tuple(wanted)), file, rounds, pause * 60))
    say(f"recorded in {file}")
    if failed:
        raise typer.Exit(FAILED)


async def _record(settings: Settings, watchlist: Watchlist, file: Path, rounds: int, pause: float) -> int:
    """Poll into a database that is thrown away, so that the first round fetches every page. Gives the failed polls."""
    archive, clock = WarcFile(file), SystemClock()
    policy = fetch_policy(settings)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="regwatch-record-") as folder:
        alone = settings.model_copy(update={"database": f"sqlite:///{folder}/regwatch.db"})
        transport = RecordingTransport(CheckedTransport(policy), archive, clock)
        async with Assembly.open(alone, watchlist, clock=clock, transport=transport, policy=policy) as assembly:
            for number in range(rounds):
                await clock.sleep(pause if number else 0)
                for source in watchlist.sources:
                    polled = await assembly.poller.poll(source)
                    failed += polled.outcome is Outcome.TROUBLE
                    reason = f": {polled.trouble.message}" if polled.trouble else ""
                    say(f"{source.id}: {polled.outcome.value}{reason}")
    archive.close()
    return failed


def backtest(
    archive: Archive,
    labels: Annotated[Path, typer.Option(help="What happened: JSON lines with series, authority, milestone, date.")],
    adapter: AdapterName = "",
    watch: Watch = None,
    option: Options = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Hold a replay against what is known to have happened: transitions found, missed and spurious, per adapter."""
    known = read_labels(labels)
    scores = score(play_archive(archive, _wishes(adapter, watch, option, None)), known)
    if as_json:
        print_json([_report(name, one) for name, one in sorted(scores.items())])
    else:
        _print_report(scores)
    if any(one.missed or one.spurious for one in scores.values()):
        raise typer.Exit(FAILED)


def _report(name: str, one: Score) -> dict[str, Any]:
    return {
        "adapter": name,
        "found": [line.as_json() for line in one.found],
        "missed": [label.as_json() for label in one.missed],
        "spurious": [line.as_json() for line in one.spurious],
        "troubles": one.troubles,
    }


def _print_report(scores: Mapping[str, Score]) -> None:
    rows = [
        (name or "(not in the archive)", *(str(n) for n in (len(s.found), len(s.missed), len(s.spurious), s.troubles)))
        for name, s in sorted(scores.items())
    ]
    print_table(("Adapter", "Found", "Missed", "Spurious", "Troubles"), rows)
    for one in scores.values():
        for missed in one.missed:
            say(f"missed    {missed}")
        for line in one.spurious:
            say(f"spurious  {line.series} {line.state}: {line.authority} {line.milestone} {_day(line)}".rstrip())
