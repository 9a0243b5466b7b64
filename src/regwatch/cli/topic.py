"""`regwatch topic`: watch a further medicine, and look after those that are watched."""

from __future__ import annotations

from typing import Annotated

import typer

from regwatch import wording
from regwatch.adapters.registry import CATALOGUE
from regwatch.cli import topic_search
from regwatch.cli.output import print_json, print_table, say
from regwatch.cli.topic_new import Wish, add, pairs, places_of, required
from regwatch.discovery import adding
from regwatch.discovery.candidate import SearchQuery
from regwatch.discovery.plan import PLACES, USUAL
from regwatch.errors import UsageError
from regwatch.model import Topic
from regwatch.settings import load_settings
from regwatch.watchlist import Watchlist, load_watchlist
from regwatch.watchlist.edit import remove_topic, replace_watchlist, sources_in

app = typer.Typer(
    help="Watch a further medicine; list, check, remove.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)

Words = list[str] | None
Brands = Annotated[Words, typer.Option("--brand", help="A brand name; may be repeated.")]
Codes = Annotated[Words, typer.Option("--code", help="A name from before it had one, such as XL184.")]
Terms = Annotated[Words, typer.Option("--term", help="A further name of the disease; may be repeated.")]
Others = Annotated[Words, typer.Option("--look-alike", help="What resembles the disease and is another one.")]
Companies = Annotated[Words, typer.Option("--company", help="A company that applies for it, for its press room.")]
Ids = Annotated[Words, typer.Option("--id", help="An identifier that you know, as NAME=VALUE; may be repeated.")]
In = Annotated[Words, typer.Option("--in", help=f"Where: {', '.join(PLACES)}; us, eu and uk if left out.")]
Offline = Annotated[bool, typer.Option("--offline", help="Ask nobody: names alone, which lists and feeds go by.")]


@app.command()
def new(
    medicine: Annotated[str, typer.Argument(help="Its INN, brand or code.")] = "",
    disease: Annotated[str, typer.Argument(help="The disease, in plain words.")] = "",
    brand: Brands = None,
    code: Codes = None,
    term: Terms = None,
    look_alike: Others = None,
    company: Companies = None,
    ids: Ids = None,
    places: In = None,
    name: Annotated[str, typer.Option(help="Id of the topic; made of the names if left out.")] = "",
    title: Annotated[str, typer.Option(help="Heading in digests; made of the names if left out.")] = "",
    offline: Offline = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is plain, leave out what is not.")] = False,
    poll: Annotated[bool, typer.Option("--poll/--no-poll", help="Whether to look at once.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead; implies --yes.")] = False,
) -> None:
    """Search for a medicine, write its topic and sources into sources.yaml, look once, and show where it stands."""
    medicine, disease = required(medicine, "Which medicine"), required(disease, "In which disease")
    asked = topic_search.asked_for(
        medicine, disease, brands=brand or (), codes=code or (), terms=term or (), look_alikes=look_alike or (),
        companies=company or (),
    )  # fmt: skip
    wish = Wish(asked, pairs(ids), places_of(places), name, title, offline, yes or json, json)
    add(load_settings(), wish, poll=poll, dry_run=dry_run)


@app.command("list")
def list_topics(json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False) -> None:
    """The topics that are watched: names, sources, and how many identifiers are missing."""
    watchlist = load_watchlist(load_settings().sources, CATALOGUE)
    if json:
        print_json([_row(topic, watchlist) for topic in watchlist.topics])
        return
    rows = [
        (
            topic.id,
            ", ".join(topic.treatment.names),
            topic.indication.name,
            str(len(_sources(topic, watchlist))),
            str(len(adding.missing(topic, watchlist.sources))),
        )
        for topic in watchlist.topics
    ]
    print_table(("Topic", "Medicine", "Disease", "Sources", "Identifiers missing"), rows)


def _sources(topic: Topic, watchlist: Watchlist) -> list[str]:
    return [source.id for source in watchlist.sources if topic.id in source.topics]


def _row(topic: Topic, watchlist: Watchlist) -> dict[str, object]:
    return {
        "topic": topic.id,
        "title": topic.title,
        "names": list(topic.treatment.names),
        "disease": topic.indication.name,
        "ids": dict(topic.ids),
        "sources": _sources(topic, watchlist),
        "missing": adding.missing(topic, watchlist.sources),
        "possible": [one.adapter for one in adding.possible(topic, watchlist)],
    }


@app.command()
def check(
    topic: Annotated[str, typer.Argument(help="A topic of the watchlist.")],
    offline: Offline = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """What watches a topic and what does not yet; whether its numbers are those that the searches find."""
    settings = load_settings()
    watchlist = load_watchlist(settings.sources, CATALOGUE)
    found = _topic(watchlist, topic)
    asked = SearchQuery(found.treatment, found.indication)
    inquiry = topic_search.search(settings, asked, () if offline else USUAL)
    differing = [
        (choice.kind, found.ids.get(choice.kind, ""), choice.taken)
        for choice in inquiry.choices
        if choice.taken and found.ids.get(choice.kind, "").casefold() != choice.taken.value.casefold()
    ]
    if json:
        told = [
            {"identifier": kind, "have": have, "found": one.value, "title": one.title} for kind, have, one in differing
        ]
        print_json(_row(found, watchlist) | {"differing": told, "searches": topic_search.as_json(inquiry)})
        return
    say(f"{found.title}: watched by {', '.join(_sources(found, watchlist)) or 'nothing'}")
    topic_search.show(inquiry)
    for kind, have, one in differing:
        say(f"{kind}: {f'the file has {have}; ' if have else ''}the search found {one.value} ({one.title})")
    for planned in adding.possible(found, watchlist):
        say(f"No source of the kind {planned.adapter} yet, though nothing is missing for it: {planned.why}")
    topic_search.show_missing(adding.missing(found, watchlist.sources))


@app.command()
def remove(
    topic: Annotated[str, typer.Argument(help="A topic of the watchlist.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take a topic and the sources that serve it alone out of sources.yaml. What was recorded of it is kept."""
    settings = load_settings()
    watchlist = load_watchlist(settings.sources, CATALOGUE)
    _topic(watchlist, topic)
    every = sources_in(settings.sources)
    alone = [source for source, topics in every.items() if set(topics) == {topic}]
    if len(watchlist.topics) == 1:
        raise UsageError(f"{topic} is the only topic: add another one first, or stop regwatch")
    if len(alone) == len(every):
        raise UsageError(f"every source serves {topic} alone: nothing would be left to watch")
    told = f" and {wording.count(len(alone), 'source')} ({', '.join(alone)})" if alone else ""
    if not yes and not typer.confirm(f"Take {topic}{told} out of {settings.sources.name}?", default=False):
        raise UsageError("nothing was taken out")
    text = remove_topic(settings.sources.read_text("utf-8-sig"), every, topic)
    replace_watchlist(settings.sources, text, CATALOGUE)
    say(f"{topic}{told} taken out. What was recorded stays in the database; a running regwatch needs SIGHUP to know.")


def _topic(watchlist: Watchlist, name: str) -> Topic:
    for topic in watchlist.topics:
        if topic.id == name:
            return topic
    raise UsageError(f"no topic is called {name!r}; there are: {', '.join(topic.id for topic in watchlist.topics)}")
