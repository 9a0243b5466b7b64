"""Which sources bring news of a topic: those of the authorities, picked by place and by what is known, and the rooms of
the companies that apply.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from regwatch.adapters.registry import adapter
from regwatch.model import Source, Topic
from regwatch.reading.names import names_any

_PLAIN = re.compile(r"[A-Za-z][\w./()'’&+-]*(?::[\w./-]+)*(?: [\w./()'’&+-]+)*\Z")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


@dataclass(frozen=True)
class Planned:
    """A source that a topic can have.

    `why` is its comment in the file. `apart`: each topic gets one of its own, named after it. `unless`: not where this
    identifier is known. `wants`: only where it is known (beside what the adapter itself needs).
    """

    id: str
    adapter: str
    place: str
    every: str
    why: str
    apart: bool = False
    unless: str = ""
    wants: str = ""
    publisher: str = ""
    url: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    def needed(self) -> tuple[str, ...]:
        """The identifiers without which it cannot be."""
        needs = (*adapter(self.adapter).needs, *((self.wants,) if self.wants else ()))
        return tuple(name for name in needs if name not in self.ids)

    def same_as(self, source: Source) -> bool:
        """Whether a source that is there reads the same page, whatever its name."""
        same_ids = all(source.ids.get(name) == value for name, value in self.ids.items())
        return source.adapter == self.adapter and same_ids and dict(source.options) == dict(self.options)


def _nice_list(name: str, why: str) -> Planned:
    return Planned(f"nice-{name}", "nice_lists", "England", "6h", why, apart=True, options={"list": name})


PLACES = {"us": ("US",), "eu": ("EU",), "uk": ("UK", "England", "Scotland"), "canada": ("Canada",)}
"""What a person calls the places, and those of the table below that belong to each."""
USUAL = ("us", "eu", "uk")
EVERYWHERE = (
    Planned("fda-oncology", "fda_oncology", "US", "1h", "New approvals in cancer and blood diseases, within a day."),
    Planned("fda", "fda_drugsfda", "US", "1d", "The FDA's data on this medicine: confirms an approval.", True),
    Planned("fda-letters", "fda_crl", "US", "1d", "Letters of refusal that the FDA published.", True),
    Planned("ema-applications", "ema_applications", "EU", "12h",
            "All medicines at EMA, by name: an opinion on a first application, a refusal, a withdrawal.",
            unless="ema_product_number"),
    Planned("ema-under-evaluation", "ema_under_evaluation", "EU", "1d",
            "New medicines under evaluation, by name; it never says for which disease. Experimental.",
            unless="ema_product_number"),
    Planned("ema-medicines", "ema_medicines", "EU", "12h", "EMA's data on this medicine.", True),
    Planned("ema-opinions", "ema_post_authorisation", "EU", "6h", "Opinions on new uses of this medicine.", True),
    Planned("ema-page", "ema_medicine", "EU", "1d", "EMA's page about this medicine.", True, wants="ema_epar_url"),
    Planned("ema-variation", "ema_variation", "EU", "12h", "The page about the application for this disease.", True,
            wants="ema_variation_slug"),
    Planned("ema-chmp-highlights", "ema_chmp_highlights", "EU", "6h", "The committee's monthly opinions."),
    Planned("ema-news", "ema_news", "EU", "6h", "EMA's news, apart from the committee's meetings."),
    Planned("ec-register", "ec_register", "EU", "12h", "The Commission's decisions, with day and number.", True),
    Planned("mhra-news", "mhra_news", "UK", "15m", "News of the MHRA on GOV.UK: approvals appear at any hour."),
    Planned("nice", "nice_project", "England", "2h", "NICE's appraisal: status, dates, drafts, the final word.", True),
    _nice_list("indevelopment", "NICE's list of appraisals in development, by name. Experimental."),
    _nice_list("published", "NICE's list of published guidance, by name. Experimental."),
    Planned("nice-consultations", "nice_consultations", "England", "6h", "Until when NICE takes comments."),
    Planned("smc", "smc_advice", "Scotland", "6h", "Advice for Scotland, by name. Experimental."),
    Planned("canada-notices", "hc_noc", "Canada", "1d", "Health Canada's notices: records for you, told to nobody."),
    Planned("canada-supplements", "hc_submissions", "Canada", "1d", "Under review in Canada. Experimental."),
    Planned("trial", "ctgov_study", "Trials", "1d", "The trial: evidence, never a status.", True),
)  # fmt: skip
"""In the order in which they are written."""


def rooms_of(companies: Iterable[str]) -> list[Planned]:
    """The press rooms of these companies, where regwatch knows one. Raises nothing: others are simply not there."""
    named = " ; ".join(companies)
    return [_room(entry) for entry in _rooms() if names_any(named, entry["names"])]


@cache
def _rooms() -> tuple[dict[str, str], ...]:
    return tuple(tomllib.loads((files("regwatch.discovery") / "rooms.toml").read_text("utf-8"))["room"])


def _room(entry: Mapping[str, str]) -> Planned:
    publisher, cik = entry["publisher"], entry.get("sec_cik", "")
    reads = entry.get("adapter", "sec_edgar")
    slug = re.sub(r"[^a-z0-9]+", "-", publisher.casefold()).strip("-")
    issuer = {"issuer": entry.get("issuer", publisher)} if "issuer" in adapter(reads).options else {}
    why = f"{publisher}: often the first to say something, never the last word."
    if cik:
        why = f"{publisher}, as filed with the US Securities and Exchange Commission."
    shown = "" if adapter(reads).publisher else publisher
    ids = {"sec_cik": cik} if cik else {}
    return Planned(slug, reads, "Companies", "1h", why, False, "", "", shown, entry.get("url", ""), ids, issuer)


def planned_for(ids: Mapping[str, str], companies: Sequence[str], places: Sequence[str]) -> list[Planned]:
    """The sources of a topic with these identifiers in these places (keys of `PLACES`), and its trial."""
    wanted = {"Trials", *(name for place in places for name in PLACES[place])}
    chosen = [one for one in EVERYWHERE if one.place in wanted and one.unless not in ids]
    return [one for one in (*chosen, *rooms_of(companies)) if all(name in ids for name in one.needed())]


def source_id(planned: Planned, topic: Topic, taken: Iterable[str]) -> str:
    """A name for the source that nobody has yet."""
    name = f"{planned.id}-{re.sub(r'[^a-z0-9]+', '-', topic.treatment.inn)}" if planned.apart else planned.id
    candidates = (name[:64], f"{planned.id}-{topic.id}"[:64], *(f"{name[:60]}-{number}" for number in range(2, 99)))
    used = set(taken)
    return next(one for one in candidates if one not in used)


def topic_block(topic: Topic) -> str:
    """The topic as lines of sources.yaml."""
    treatment, indication = topic.treatment, topic.indication
    lines = [
        f"- id: {topic.id}",
        f"  title: {scalar(topic.title)}",
        "  treatment:",
        f"    inn: {scalar(treatment.inn)}",
    ]
    for key, names in (("brands", treatment.brands), ("codes", treatment.codes)):
        if names:
            lines.append(f"    {key}: [{', '.join(scalar(name) for name in names)}]")
    lines += ["  indication:", f"    name: {scalar(indication.name)}", "    terms:"]
    lines += [f"      - {scalar(term)}" for term in indication.terms]
    if indication.look_alikes:
        lines += ["    look_alikes:", *(f"      - {scalar(term)}" for term in indication.look_alikes)]
    if topic.ids:
        lines += ["  ids:", *(f"    {name}: {scalar(value)}" for name, value in topic.ids.items())]
    return "\n".join(lines)


def source_block(planned: Planned, name: str, topic: str) -> str:
    """The source as lines of sources.yaml, its reason above it."""
    lines = [f"# {planned.why}", f"- id: {name}", f"  adapter: {planned.adapter}", f"  topics: [{topic}]"]
    if planned.publisher:
        lines.append(f"  publisher: {scalar(planned.publisher)}")
    if planned.url:
        lines.append(f"  url: {planned.url}")
    for key, pairs in (("ids", planned.ids), ("options", planned.options)):
        if pairs:
            told = ", ".join(f"{name}: {scalar(value)}" for name, value in pairs.items())
            lines.append(f"  {key}: {{ {told} }}")
    return "\n".join((*lines, f"  every: {planned.every}"))


def scalar(text: str) -> str:
    """A value as YAML: plain where that can mean nothing else, in quotes otherwise."""
    plain = _PLAIN.match(text) and text.casefold() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)
