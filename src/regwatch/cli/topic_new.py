"""From what somebody wants to be watched to the new text of the watchlist, and what is said on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from regwatch import wording
from regwatch.adapters.registry import CATALOGUE
from regwatch.cli import topic_search
from regwatch.cli.output import called, print_json, say
from regwatch.discovery import adding
from regwatch.discovery.candidate import SearchQuery
from regwatch.discovery.inquiry import Inquiry
from regwatch.discovery.plan import PLACES, USUAL
from regwatch.discovery.whereabouts import whereabouts
from regwatch.errors import UsageError
from regwatch.model import Topic
from regwatch.settings import Settings, load_settings
from regwatch.watchlist import Watchlist, load_watchlist
from regwatch.watchlist.edit import replace_watchlist, sources_in
from regwatch.watchlist.identifiers import IDENTIFIERS, fault_of


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be watched, and how far to go without asking back."""

    asked: SearchQuery
    ids: dict[str, str]
    places: tuple[str, ...] = USUAL
    name: str = ""
    title: str = ""
    offline: bool = False
    yes: bool = False
    quiet: bool = False


def add(settings: Settings, wish: Wish, *, poll: bool, dry_run: bool) -> None:
    """Search, write the topic and its sources, look once, and say what came of it."""
    watchlist = load_watchlist(settings.sources, CATALOGUE) if settings.sources.exists() else None
    inquiry, topic, added = found_and_planned(settings, settings.sources, watchlist, wish)
    absent = adding.missing(topic, (), wish.places)
    if wish.quiet:
        print_json(new_as_json(inquiry, topic, added, absent))
    else:
        topic_search.show_missing(absent)
    if dry_run:
        return None if wish.quiet else say(added.text)
    if not wish.yes and not typer.confirm(f"Write topic {topic.id} into {settings.sources.name}?", default=True):
        raise UsageError("nothing was written")
    written = replace_watchlist(settings.sources, added.text, CATALOGUE)
    if wish.quiet:
        return None
    tell_written(settings.sources, topic, added)
    return look(settings, written, topic, added) if poll and inquiry.reached else tell_what_is_next()


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
    asking = not wish.yes and topic_search.a_person_answers()
    if not wish.yes and not asking:
        raise UsageError("nobody is there to answer: give --yes to take what is plain and leave out what is not")
    if not wish.offline and not wish.quiet:
        say("Asking authorities and registries; this takes a minute ...")
    inquiry = topic_search.search(settings, wish.asked, () if wish.offline else wish.places)
    if not wish.quiet:
        topic_search.show(inquiry)
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


def places_of(given: Sequence[str] | None) -> tuple[str, ...]:
    """The places that somebody named, the usual ones if none. Raises `UsageError`."""
    wanted = tuple(part.strip().casefold() for text in given or () for part in text.split(",") if part.strip())
    for one in wanted:
        if one not in PLACES:
            raise UsageError(f"{one!r} is no place that regwatch can set up by itself: write {', '.join(PLACES)}")
    return wanted or USUAL


def pairs(given: Sequence[str] | None) -> dict[str, str]:
    """Identifiers given as NAME=VALUE. Raises `UsageError`."""
    found = [text.partition("=") for text in given or ()]
    for name, equals, value in found:
        if not equals or not value.strip():
            raise UsageError(f"{name!r} is no NAME=VALUE, such as --id nct=NCT03375320")
        if name not in IDENTIFIERS:
            raise UsageError(f"there is no identifier {name!r}; there are: {', '.join(IDENTIFIERS)}")
        if wrong := fault_of(name, value):
            raise UsageError(f"{name}: {wrong}")
    return {name: value.strip() for name, _, value in found}


def new_as_json(inquiry: Inquiry, topic: Topic, added: adding.Added, missing: Sequence[str]) -> dict[str, object]:
    """What was found and what would be written, for other programs."""
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


def tell_written(path: Path, topic: Topic, added: adding.Added) -> None:
    """What stands in the file now."""
    sources = f"{wording.count(len(added.new), 'new source')}: {', '.join(added.new)}"
    say(f"{path.name}: topic {topic.id} written, with {sources}")
    if added.joined:
        say(f"Sources that were there and follow it too now: {', '.join(added.joined)}")


def look(settings: Settings, watchlist: Watchlist, topic: Topic, added: adding.Added) -> None:
    """The first look, and where things stand after it."""
    from regwatch.cli.board import print_board
    from regwatch.cli.watching import poll_now

    say("The first look records where things stand and mails nobody:")
    failed = poll_now(settings, [*added.new, *added.joined])
    if failed:
        say(f"{wording.count(failed, 'source')} could not be read now; a running regwatch asks again by itself.")
    print_board(settings, watchlist, [topic])
    say("Nothing known: no page says so in fixed words yet. What is told there from now on is news, and is mailed.")


def tell_what_is_next() -> None:
    """How to go on where nobody was asked yet."""
    say(f"Next: `{called()} poll` for the first look, and `{called()} status` for where it stands.")
