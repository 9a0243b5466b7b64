"""`regwatch source`: check the sources; write an adapter, try it, test it, keep a real page as its example."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from regwatch import wording
from regwatch.adapters import registry
from regwatch.adapters.contract import Adapter
from regwatch.cli import desk
from regwatch.cli.output import FAILED, fail, print_json, say
from regwatch.cli.source_check import check_sources
from regwatch.cli.trial import as_json, tell
from regwatch.errors import UsageError
from regwatch.kit import freeze as freezer
from regwatch.kit import new_source, trial
from regwatch.kit.golden import cases, contradiction, difference, outcome, write_due
from regwatch.kit.layouts import Layout
from regwatch.model import Topic
from regwatch.service.assembly import fetch_policy, read_watchlist
from regwatch.settings import load_settings
from regwatch.store.database import Database

app = typer.Typer(
    help="Check sources; write and test their adapters.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
app.command("check")(check_sources)

EXAMPLES = Path("tests/golden")

Examples = Annotated[Path, typer.Option("--examples", help="Folder of the golden examples.")]
Pairs = list[str] | None


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Its name: <authority>_<page kind>, such as tga_register.")],
    package: Annotated[
        Path | None, typer.Option(help="Write a package of its own into this folder, not into a checkout.")
    ] = None,
    authority: Annotated[
        str | None, typer.Option(help="Code of the authority, where the name does not begin with it.")
    ] = None,
    layout: Annotated[
        Layout,
        typer.Option(help="The facts of one application, or many in a table, a list or cards."),
    ] = Layout.FACTS,
) -> None:
    """Write an adapter that works: module, examples for every state, what is due of them, a test and a page."""
    code = new_source.authority_of(name, authority)
    if package:
        plan = new_source.as_package(package, name, code, layout)
    else:
        plan = new_source.in_checkout(Path(), name, code, layout)
    written = new_source.write(plan)
    if not package:
        written += new_source.register(Path(), name)
    for path in written:
        say(str(path))
    install = f"pip install -e {package}" if package else "scripts/setup test"
    say(f"Next: `{install}`, then `regwatch source test {name}`. Then make vocabulary and examples the publisher's.")


@app.command("try")
def try_page(
    adapter: Annotated[str, typer.Argument(help="The adapter.")],
    target: Annotated[str, typer.Argument(help="An address to fetch, or a file.")],
    topic: Annotated[list[str] | None, typer.Option(help="A topic of the watchlist; may be repeated.")] = None,
    watch: Annotated[list[str] | None, typer.Option(help="A further name of a medicine to look for.")] = None,
    part: Annotated[str, typer.Option(help="Read it as this followed page, such as item/123.")] = "",
    url: Annotated[str, typer.Option(help="With a file: the address that it is from.")] = "",
    ids: Annotated[Pairs, typer.Option("--id", help="An identifier, as NAME=VALUE.")] = None,
    options: Annotated[Pairs, typer.Option("--option", help="An option of the adapter, as NAME=VALUE.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Read one page and print its records, what was not understood, where it leads, and what a watcher would see."""
    found = _adapter(adapter)
    topics = _topics(topic or [])
    on_web = target.startswith(("http://", "https://"))
    source = trial.trial_source(
        found, target if on_web else url, topics, ids=_pairs(ids), options=_pairs(options), watch=watch or ()
    )
    request = trial.address(found, source, part)
    if on_web:
        document = asyncio.run(trial.from_web(source, request, fetch_policy(load_settings())))
    else:
        document = trial.from_file(Path(target), source, request)
    done = trial.read(found, document, topics)
    print_json(as_json(done)) if json else tell(done, topics)


@app.command("test")
def run_examples(
    adapter: Annotated[str | None, typer.Argument(help="One adapter; all if none is named.")] = None,
    examples: Examples = EXAMPLES,
    update: Annotated[bool, typer.Option("--update", help="Keep what is read now as what is due.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --update: do not ask.")] = False,
) -> None:
    """Read every example and compare with what is due. Exit code 1 if any differs."""
    chosen = [case for case in cases(examples) if adapter in (None, case.adapter_name)]
    if not chosen:
        raise UsageError(f"there are no examples{f' of {adapter}' if adapter else ''} below {examples}")
    unknown = sorted({case.adapter_name for case in chosen} - set(registry.names()))
    if unknown:
        raise UsageError(f"no adapter is called {unknown[0]!r}: install the package that brings it")
    differing = [(case, text) for case in chosen if (text := difference(case))]
    for _, text in differing:
        say(text)
        say()
    say(f"{wording.count(len(chosen), 'example')}, {len(differing)} other than due")
    writable = [case for case, _ in differing if not contradiction(case, outcome(case))]
    if update and writable:
        if not yes and not typer.confirm(f"Keep what is read now of {wording.count(len(writable), 'example')}?"):
            fail("nothing was written")
        for case in writable:
            write_due(case)
            say(f"{case}: written")
    if len(differing) > (len(writable) if update else 0):
        raise typer.Exit(FAILED)


@app.command()
def freeze(
    source: Annotated[str, typer.Argument(help="A source of the watchlist.")],
    case: Annotated[str, typer.Option(help="Name of the example; the day of the reading if left out.")] = "",
    part: Annotated[str, typer.Option(help="A followed page, such as item/123; the first page if left out.")] = "",
    now: Annotated[bool, typer.Option("--now", help="Ask the publisher for the page, also where one is kept.")] = False,
    examples: Examples = EXAMPLES,
) -> None:
    """Keep a real page of a source as an example, without scripts, tokens, styles and addresses of people.

    It is the last one that was read; where there is none, or it could not be read, the publisher is asked for it now.
    """
    settings = load_settings()
    found = next((one for one in read_watchlist(settings).sources if one.id == source), None)
    if found is None:
        raise UsageError(f"no source is called {source!r}: `regwatch status --sources` lists them")
    adapter = _adapter(found.adapter)
    database = Database(settings.database)
    try:
        with database.session() as session:
            kept = None if now else freezer.stored_page(session, found, adapter, part)
            request = freezer.address(session, found, adapter, part) if kept is None else None
    finally:
        database.close()
    if request is not None:
        kept = freezer.fetched_page(
            asyncio.run(trial.from_web(found, request, fetch_policy(settings), of_any_type=True))
        )
    assert kept is not None
    for path in freezer.freeze(kept, found, adapter, examples, case or f"real-{kept.day}"):
        say(str(path))
    say("Look through the page before you publish it: it is the publisher's text, and may name people.")


def _adapter(name: str) -> Adapter:
    if name not in registry.names():
        raise UsageError(f"no adapter is called {name!r}; there are: {', '.join(registry.names())}")
    return registry.adapter(name)


def _topics(names: list[str]) -> list[Topic]:
    if not names:
        return []
    known = {topic.id: topic for topic in read_watchlist(load_settings()).topics}
    for name in names:
        if name not in known:
            raise UsageError(f"no topic is called {name!r}; there are: {', '.join(known)}")
    return [known[name] for name in names]


def _pairs(given: Pairs) -> dict[str, str]:
    pairs = [text.partition("=") for text in given or ()]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise UsageError(f"{wrong[0]!r} is no NAME=VALUE")
    return {name: value for name, _, value in pairs}


app.command()(desk.pause)
app.command()(desk.resume)
