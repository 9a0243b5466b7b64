"""`regwatch topic`: watch a further medicine, and look after those that are watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from regwatch import plain
from regwatch.adapters.registry import CATALOGUE
from regwatch.cli import topic_search
from regwatch.cli.output import print_json, print_table, say
from regwatch.discovery import adding
from regwatch.discovery.candidate import Asked
from regwatch.discovery.inquiry import Inquiry
from regwatch.discovery.plan import PLACES, USUAL
from regwatch.discovery.whereabouts import whereabouts
from regwatch.errors import UsageError
from regwatch.model import Topic
from regwatch.settings import Settings, load_settings
from regwatch.watchlist import Watchlist, load_watchlist
from regwatch.watchlist.edit import remove_topic, replace_watchlist, sources_in
from regwatch.watchlist.shape import IDENTIFIERS

app = typer.Typer(help="Watch a further medicine; list, check, remove.", no_args_is_help=True, rich_markup_mode=None)

Words = list[str] | None
Brands = Annotated[Words, typer.Option("--brand", help="A brand name; may be repeated.")]
Codes = Annotated[Words, typer.Option("--code", help="A name from before it had one, such as XL184.")]
Terms = Annotated[Words, typer.Option("--term", help="A further name of the disease; may be repeated.")]
Others = Annotated[Words, typer.Option("--look-alike", help="What resembles the disease and is another one.")]
Companies = Annotated[Words, typer.Option("--company", help="A company that applies for it, for its press room.")]
Ids = Annotated[Words, typer.Option("--id", help="An identifier that you know, as NAME=VALUE; may be repeated.")]
In = Annotated[Words, typer.Option("--in", help=f"Where: {', '.join(PLACES)}; us, eu and uk if left out.")]
Offline = Annotated[bool, typer.Option("--offline", help="Ask nobody: names alone, which lists and feeds go by.")]


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be watched, and how far to go without asking back."""

    asked: Asked
    ids: dict[str, str]
    places: tuple[str, ...] = USUAL
    name: str = ""
    title: str = ""
    offline: bool = False
    yes: bool = False
    quiet: bool = False


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
    settings = load_settings()
    watchlist = load_watchlist(settings.sources, CATALOGUE) if settings.sources.exists() else None
    inquiry, topic, added = found_and_planned(settings, settings.sources, watchlist, wish)
    absent = adding.missing(topic, (), wish.places)
    if json:
        print_json(_new_as_json(inquiry, topic, added, absent))
    else:
        topic_search.show_missing(absent)
    if dry_run:
        return None if json else say(added.text)
    if not wish.yes and not typer.confirm(f"Write topic {topic.id} into {settings.sources.name}?", default=True):
        raise UsageError("nothing was written")
    written = replace_watchlist(settings.sources, added.text, CATALOGUE)
    if json:
        return None
    _tell_written(settings.sources, topic, added)
    return _look(settings, written, topic, added) if poll and inquiry.reached else _later()


def first_watchlist(medicine: str, disease: str, mail: str, zone: str, *, offline: bool, yes: bool) -> str:
    """The text of a new watchlist that watches this medicine; asks at a terminal for what is not given.

    Raises `UsageError` where nobody can be asked, `ConfigError` where mail address or zone are none.
    """
    medicine, disease = required(medicine, "Which medicine"), required(disease, "In which disease")
    wish = Wish(topic_search.asked_for(medicine, disease), {}, offline=offline, yes=yes)
    path = Path("sources.yaml")
    _, topic, added = found_and_planned(load_settings(), path, None, wish, address=mail, zone=zone)
    topic_search.show_missing(adding.missing(topic, ()))
    with TemporaryDirectory() as folder:
        replace_watchlist(Path(folder) / path, added.text, CATALOGUE)
    return added.text


def found_and_planned(
    settings: Settings, path: Path, watchlist: Watchlist | None, wish: Wish, **reader: str
) -> tuple[Inquiry, Topic, adding.Added]:
    """Search, choose, and make the new text of the watchlist; `reader` is who is told, for a new file."""
    if not wish.offline and not wish.quiet:
        say("Asking authorities and registries; this takes a minute ...")
    inquiry = topic_search.search(settings, wish.asked, () if wish.offline else wish.places)
    if not wish.quiet:
        topic_search.show(inquiry)
    asking = not wish.yes and topic_search.a_person_answers()
    if not wish.yes and not asking:
        raise UsageError("nobody is there to answer: give --yes to take what is plain and leave out what is not")
    ids, brands = topic_search.choose(inquiry, wish.ids, ask=asking, quiet=wish.quiet)
    treatment = inquiry.asked.treatment
    fresh = [one for one in dict.fromkeys(brands) if one.casefold() not in {n.casefold() for n in treatment.names}]
    asked = replace(inquiry.asked, treatment=replace(treatment, brands=(*treatment.brands, *fresh)))
    disease = asked.indication.name
    name = wish.name or adding.topic_name(asked.treatment.inn, disease)
    title = wish.title or f"{asked.treatment.inn[:1].upper()}{asked.treatment.inn[1:]} for {disease}"
    if watchlist and any(topic.id == name for topic in watchlist.topics):
        raise UsageError(f"there is a topic {name} already: `regwatch topic check {name}`, or give another --name")
    topic = asked.topic(name, title, ids)
    text, names = (path.read_text("utf-8-sig"), sources_in(path)) if watchlist else ("", ())
    planned = adding.add_topic(text, watchlist, topic, asked.companies, wish.places, names=names, **reader)
    return inquiry, topic, planned


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
    asked = Asked(found.treatment, found.indication)
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
    told = f" and {plain.count(len(alone), 'source')} ({', '.join(alone)})" if alone else ""
    if not yes and not typer.confirm(f"Take {topic}{told} out of {settings.sources.name}?", default=False):
        raise UsageError("nothing was taken out")
    text = remove_topic(settings.sources.read_text("utf-8-sig"), every, topic)
    replace_watchlist(settings.sources, text, CATALOGUE)
    say(f"{topic}{told} taken out. What was recorded stays in the database; a running regwatch needs SIGHUP to know.")


def required(given: str, question: str) -> str:
    """What was given, or asks for it at a terminal. Raises `UsageError` where nobody can be asked."""
    if given.strip():
        return given
    if not topic_search.a_person_answers():
        raise UsageError(
            "say what to watch: `regwatch topic new MEDICINE DISEASE`, or `regwatch init --medicine MEDICINE --disease "
            "DISEASE`; `regwatch init --example` writes the worked example"
        )
    return str(typer.prompt(question))


def places_of(given: Words) -> tuple[str, ...]:
    """The places that somebody named, the usual ones if none. Raises `UsageError`."""
    wanted = tuple(part.strip().casefold() for text in given or () for part in text.split(",") if part.strip())
    for one in wanted:
        if one not in PLACES:
            raise UsageError(f"{one!r} is no place that regwatch can set up by itself: write {', '.join(PLACES)}")
    return wanted or USUAL


def pairs(given: Words) -> dict[str, str]:
    """Identifiers given as NAME=VALUE. Raises `UsageError`."""
    found = [text.partition("=") for text in given or ()]
    for name, equals, value in found:
        if not equals or not value.strip():
            raise UsageError(f"{name!r} is no NAME=VALUE, such as --id nct=NCT03375320")
        if name not in IDENTIFIERS:
            raise UsageError(f"there is no identifier {name!r}; there are: {', '.join(IDENTIFIERS)}")
    return {name: value.strip() for name, _, value in found}


def _topic(watchlist: Watchlist, name: str) -> Topic:
    for topic in watchlist.topics:
        if topic.id == name:
            return topic
    raise UsageError(f"no topic is called {name!r}; there are: {', '.join(topic.id for topic in watchlist.topics)}")


def _new_as_json(inquiry: Inquiry, topic: Topic, added: adding.Added, missing: Sequence[str]) -> dict[str, object]:
    unclear = {one.kind: [c.value for c in one.candidates] for one in inquiry.choices if one.kind not in topic.ids}
    return {
        "topic": topic.id,
        "title": topic.title,
        "names": list(topic.treatment.names),
        "ids": dict(topic.ids),
        "unclear": unclear,
        "missing": {name: whereabouts()[name].where for name in missing},
        "sources": {"new": list(added.new), "joined": list(added.joined)},
        "searches": topic_search.as_json(inquiry),
    }


def _tell_written(path: Path, topic: Topic, added: adding.Added) -> None:
    sources = f"{plain.count(len(added.new), 'new source')}: {', '.join(added.new)}"
    say(f"{path.name}: topic {topic.id} written, with {sources}")
    if added.joined:
        say(f"Sources that were there and follow it too now: {', '.join(added.joined)}")


def _look(settings: Settings, watchlist: Watchlist, topic: Topic, added: adding.Added) -> None:
    """The first look, and where things stand after it."""
    from regwatch.cli.board import print_board
    from regwatch.cli.watching import poll_now

    say("The first look records where things stand and mails nobody:")
    failed = poll_now(settings, [*added.new, *added.joined])
    if failed:
        say(f"{plain.count(failed, 'source')} could not be read now; a running regwatch asks again by itself.")
    print_board(settings, watchlist, [topic])


def _later() -> None:
    say("Next: `regwatch poll` for the first look, and `regwatch status` for where it stands.")
