"""A topic and its sources into `sources.yaml`, and out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from regwatch.discovery.plan import (
    EVERYWHERE,
    PLACES,
    USUAL,
    Planned,
    planned_for,
    source_block,
    source_id,
    topic_block,
)
from regwatch.model import Source, Topic
from regwatch.watchlist import Watchlist
from regwatch.watchlist.edit import Sheet

HEADER = """\
# yaml-language-server: $schema=sources.schema.json
#
# What regwatch watches, and whom it tells. Change it, then run `regwatch check`, which names every mistake with its
# line. `regwatch topic new` adds a further medicine and keeps your comments. A running regwatch reads this file again
# on SIGHUP (`systemctl reload regwatch`). What each key means: docs/reference/configuration.md

"""
DIGEST = """\

digest:
  recipients:
    # Without an SMTP server in the settings, mail is written to the folder var/mail, whatever the address.
    - address: {address}
      cadence: daily # or immediately, or weekly (with weekday: monday). Nothing is mailed when there is no news.
      at: "08:30" # in quotes
      zone: {zone}
"""


@dataclass(frozen=True)
class Added:
    """What was done: the new text, the sources that are new, and those that were there and follow the topic now."""

    text: str
    new: tuple[str, ...]
    joined: tuple[str, ...]


def topic_name(inn: str, disease: str) -> str:
    """An id for the topic, such as `belzutifan-von-hippel-lindau-disease`."""
    words = re.sub(r"\([^)]{0,80}\)", " ", f"{inn} {disease}".casefold())
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:64].strip("-")


def add_topic(
    text: str,
    watchlist: Watchlist | None,
    topic: Topic,
    companies: Sequence[str],
    places: Sequence[str],
    *,
    names: Iterable[str] = (),
    address: str = "you@localhost",
    zone: str = "Europe/London",
) -> Added:
    """The text with the topic and all sources that can bring news of it. Without a watchlist a new text is begun.

    A source that is there already and picks by name is not written twice: the topic is added to it. `names` are ids
    that sources have which rest.
    """
    planned = planned_for(topic.ids, companies, places)
    there = list(watchlist.sources) if watchlist else []
    joined = [(one, found) for one in planned if not one.apart and (found := _there(one, there))]
    new = [one for one in planned if one not in [known for known, _ in joined]]
    taken = {source.id for source in there} | set(names)
    named: list[tuple[Planned, str]] = []
    for one in new:
        name = source_id(one, topic, taken)
        taken.add(name)
        named.append((one, name))
    blocks = [source_block(one, name, topic.id) for one, name in named]
    if watchlist is None:
        text = _whole(topic, blocks, address, zone)
    else:
        sheet = Sheet(text)
        sheet.add("topics", topic_block(topic))
        for _, found in joined:
            sheet.join(found.id, topic.id)
        for block in blocks:
            sheet.add("sources", block)
        text = sheet.text
    return Added(text, tuple(name for _, name in named), tuple(found.id for _, found in joined))


def _there(planned: Planned, sources: Sequence[Source]) -> Source | None:
    return next((source for source in sources if planned.same_as(source)), None)


def _whole(topic: Topic, blocks: Sequence[str], address: str, zone: str) -> str:
    def indented(block: str) -> str:
        return "\n".join(f"  {line}" if line else "" for line in block.splitlines())

    sources = "\n\n".join(indented(block) for block in blocks)
    written = DIGEST.format(address=address, zone=zone)
    return f"{HEADER}topics:\n{indented(topic_block(topic))}\n\nsources:\n{sources}\n{written}"


def missing(topic: Topic, sources: Sequence[Source], places: Sequence[str] = USUAL) -> list[str]:
    """The identifiers that would let further sources watch this topic, in the order of their sources."""
    own = {name for source in sources if topic.id in source.topics for name in source.ids}
    inside = {"Trials", *(name for place in places for name in PLACES[place])}
    wanted = dict.fromkeys(name for one in EVERYWHERE if one.place in inside for name in one.needed())
    wanted |= {name: None for name, place in (("ema_procedure", "eu"), ("fda_submission", "us")) if place in places}
    return [name for name in wanted if name not in topic.ids and name not in own]


def possible(topic: Topic, watchlist: Watchlist, places: Sequence[str] = USUAL) -> list[Planned]:
    """Sources that its identifiers would allow and that the watchlist does not have."""
    own = [source for source in watchlist.sources if topic.id in source.topics]
    wanted = planned_for(topic.ids, (), places)
    return [one for one in wanted if not any(one.adapter == source.adapter for source in own)]
