"""What a series is about: the adapter that reads it, its source, and the topics to follow in it.

Where a configured topic matches, it is followed; every other use of the medicine that the page is about becomes a topic
of its own, so that any series can be played.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from regwatch.adapters.contract import Adapter
from regwatch.adapters.registry import adapter as adapter_named
from regwatch.adapters.registry import names as adapter_names
from regwatch.classify.changes import classify
from regwatch.classify.topics import fold, matching, names_treatment
from regwatch.errors import SourceTrouble, UsageError
from regwatch.fetch.page_traits import family_of
from regwatch.fetch.recognise import recognise
from regwatch.model import Change, Document, Indication, Reading, Request, Source, Topic, Treatment
from regwatch.reading.html import clean, soup
from regwatch.reading.names import names_any
from regwatch.replay.captures import Capture, Series, answer_of
from regwatch.replay.matters import Matters
from regwatch.vocabulary import AUTHORISED, Milestone, Mode

_ADDRESSES = (
    (r"ema\.europa\.eu/en/medicines/human/EPAR/", "ema_medicine"),
    (r"ema\.europa\.eu/en/medicines/human/variation/", "ema_variation"),
    (r"ema\.europa\.eu/en/news/meeting-highlights-", "ema_chmp_highlights"),
    (r"ema\.europa\.eu/.*medicines-output-medicines_?", "ema_medicines"),
    (r"ema\.europa\.eu/.*post_authorisation", "ema_post_authorisation"),
    (r"ec\.europa\.eu/health/documents/community-register/", "ec_register"),
    (r"nice\.org\.uk/guidance/(?:indevelopment|awaiting-development)/", "nice_project"),
    (r"nice\.org\.uk/guidance/(?:ta|hst)\d+", "nice_project"),
    (r"fda\.gov/drugs/resources-information-approved-drugs/oncology", "fda_oncology"),
    (r"api\.fda\.gov/drug/drugsfda", "fda_drugsfda"),
    (r"ir\.exelixis\.com/|exelixis\.com/news", "exelixis_news"),
    (r"ipsen\.com/uk/", "ipsen_uk_news"),
    (r"ipsen\.com/", "ipsen_news"),
    (r"gov\.uk/(?:government/news|api/)", "mhra_news"),
)
_IDENTIFIERS = {
    "ema_product_number": re.compile(r"EMEA/H/C/\d{6}"),
    "nice_gid": re.compile(r"(?i)GID-[A-Z]{2,4}\d{3,6}"),
    "ec_register": re.compile(r"EU/\d/\d{2}/\d{3,4}"),
    "fda_application": re.compile(r"(?:NDA|BLA)\d{6}"),
    "nct": re.compile(r"NCT\d{8}"),
}
_LABELS = (
    "International non-proprietary name (INN) or common name", "Non-proprietary name", "INN", "Active substance",
)  # fmt: skip
_NEXT_LABEL = re.compile(r"\s(?:International|Therapeutic|Anatomical|Active substance|EMA |ATC|Pharmaco)")
_LONGEST_NAME = 80
_ANY_ID = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Subject:
    """How a series is played: its source with the topics it serves."""

    source: Source
    adapter: Adapter
    topics: tuple[Topic, ...]


def subject_of(
    series: Series,
    *,
    adapter: str = "",
    watch: Sequence[str] = (),
    topics: Sequence[Topic] = (),
    options: Mapping[str, str] | None = None,
    configured: Source | None = None,
) -> Subject:
    """The source and topics of a series. `watch` names medicines to follow where the page is about none or many.

    `configured` is the configured source that the page belongs to. Raises `UsageError` where no adapter is known.
    """
    kind = adapter_named(_adapter_name(series, adapter or (configured.adapter if configured else "")))
    source = configured or _source(series, kind, watch, options or {})
    readings = [reading for capture in series.captures if (reading := _read(source, kind, capture))]
    named = list(watch) or [name for topic in topics for name in topic.treatment.names if topic.id in source.topics]
    treatment = _treatment(series, kind, readings, named)
    mine = [topic for topic in topics if _is_about(topic, treatment, source)]
    found = [*mine, *_others(series, source, readings, treatment, mine)]
    names = tuple(dict.fromkeys(name for topic in found for name in topic.treatment.names))
    return Subject(replace(source, topics=tuple(topic.id for topic in found), watch=names), kind, tuple(found))


def _adapter_name(series: Series, wanted: str) -> str:
    if wanted:
        if wanted not in adapter_names():
            raise UsageError(f"there is no adapter {wanted}: there are {', '.join(adapter_names())}")
        return wanted
    for capture in series.captures:
        for pattern, name in _ADDRESSES:
            if re.search(pattern, capture.url):
                return name
    for capture in series.captures:
        start = capture.body[:65536]
        if family_of(capture.body) == "xml" and re.search(rb"<(?:rss|feed|rdf:RDF)\b", start):
            return "feed"
        if b"EMA product number" in capture.body:
            return "ema_medicine"
    raise UsageError(f"nothing says what reads {series.name}: name the adapter with --adapter")


def _source(series: Series, kind: Adapter, watch: Sequence[str], options: Mapping[str, str]) -> Source:
    ids = {name: found for name, pattern in _IDENTIFIERS.items() if (found := _first(pattern, series))}
    default = {"empty": "allowed"} if kind.name == "feed" else {}
    url = series.url or f"https://archive.invalid/{_slug(series.name)}"
    return Source(
        id=_slug(series.name),
        adapter=kind.name,
        publisher=kind.publisher or series.name,
        url=url,
        topics=(),
        ids={**dict.fromkeys((need for need in kind.needs if need not in ids), _slug(series.name)), **ids},
        options={**default, **options},
        official_for=kind.authorities,
        watch=tuple(watch),
        every=timedelta(minutes=kind.minutes),
        confirm=kind.confirm,
    )


def _first(pattern: re.Pattern[str], series: Series) -> str:
    for capture in series.captures:
        if found := pattern.search(f"{capture.url}\n{capture.body.decode('utf-8', 'replace')}"):
            return found[0]
    return ""


def _slug(name: str) -> str:
    return _ANY_ID.sub("-", name.lower()).strip("-")[-64:].strip("-") or "series"


def _read(source: Source, kind: Adapter, capture: Capture) -> Reading | None:
    """What a state says, or None where it cannot be read: the poll will say why."""
    try:
        request = _request(source, kind)
        answer = answer_of(capture, request.url)
        if recognise(answer, request.accept, capture.at):
            return None
        document = Document(source, request, answer.url, capture.body, answer.media_type, capture.at, answer.charset)
        return kind.read(document)
    except SourceTrouble:
        return None


def _request(source: Source, kind: Adapter) -> Request:
    try:
        return kind.request(source)
    except ValueError as error:
        raise UsageError(f"{source.id} cannot be played with {kind.name}: {error}") from error


def _treatment(series: Series, kind: Adapter, readings: Sequence[Reading], watch: Sequence[str]) -> Treatment:
    """The medicine that the page is about, by all names it gives."""
    if watch:
        return Treatment(watch[0].lower(), tuple(watch))
    brands: list[str] = []
    for reading in readings:
        brands += [record.title for record in reading.records[:1] if record.title and len(record.title) < 80]
    brands.append(series.name.rpartition("/")[2].replace("-", " "))
    inn = next((name for capture in series.captures if (name := _substance(capture))), "")
    names = tuple(dict.fromkeys(brands))
    return Treatment(inn or names[0].lower(), names)


def _substance(capture: Capture) -> str:
    """The substance that an HTML page names under one of the usual labels, in lower case; "" without any."""
    if family_of(capture.body) != "html":
        return ""
    text = clean(_text(capture))
    for name in _LABELS:
        _, found, rest = text.partition(f" {name} ")
        value = _NEXT_LABEL.split(f"{rest[: 2 * _LONGEST_NAME]} ", maxsplit=1)[0].strip(" :")
        if found and 2 < len(value) <= _LONGEST_NAME:
            return value.lower()
    return ""


def _text(capture: Capture) -> str:
    document = Document(
        Source("x", "x", "x", capture.url, ()), Request(capture.url), capture.url, capture.body, "", capture.at
    )
    return soup(document).get_text("\n")


def _is_about(topic: Topic, treatment: Treatment, source: Source) -> bool:
    if topic.id in source.topics:
        return True
    named = any(names_treatment(name, topic.treatment) for name in treatment.names)
    return named or any(topic.ids.get(name) == value for name, value in source.ids.items())


def _others(
    series: Series, source: Source, readings: Sequence[Reading], treatment: Treatment, mine: Sequence[Topic]
) -> list[Topic]:
    """A topic for every use that no configured topic is about."""
    stated = [_statements(source, reading, treatment) for reading in readings]
    everything = [one for state in stated for one in state]
    decisive = any(milestone in AUTHORISED for milestone, _, _ in everything)
    matters = Matters(treatment.names, whole=not decisive)
    for number, (state, reading) in enumerate(zip(stated, readings, strict=True)):
        granted: dict[str, list[str]] = {}
        for milestone, name, use in state:
            if use and (milestone in AUTHORISED or not decisive) and not matching(name, use, mine):
                granted.setdefault(name, []).append(use)
        for name, uses in granted.items():
            matters.see(name, uses)
            matters.mention(name, _mentions(reading, treatment, mine), first=number == 0)
    for milestone, name, use in everything:
        if use and decisive and milestone not in AUTHORISED and not matching(name, use, mine):
            for matter in matters.about(name, use):
                if use not in matter.wordings:
                    matter.wordings.append(use)
    found = [
        _topic(series, number, _named(treatment, matter.treatment), matter.wordings)
        for number, matter in enumerate(matters.found, 1)
    ]
    return found or ([] if mine else [_topic(series, 1, treatment, [])])


def _mentions(reading: Reading, treatment: Treatment, mine: Sequence[Topic]) -> list[str]:
    """What a state names beside its statements and no configured topic is about."""
    texts = [text for record in reading.records for text in record.mentions]
    return [text for text in texts if not matching("", text, mine)]


def _statements(source: Source, reading: Reading, treatment: Treatment) -> list[tuple[Milestone, str, str]]:
    """Milestone, treatment and use of everything that a state says."""
    found = [
        (claim.milestone, claim.treatment, claim.indication)
        for record in reading.records
        for claim in record.claims
        if claim.mode is not Mode.BACKGROUND and (not claim.treatment or names_any(claim.treatment, treatment.names))
    ]
    stub = Topic("-", "-", treatment, Indication("-"))
    prose = [Change("", None, record) for record in reading.records if record.prose]
    told = classify(prose, [], [], replace(source, topics=("-",)), [stub]) if prose else []
    return found + [(one.finding.milestone, one.finding.treatment, one.finding.indication) for one in told]


def _named(treatment: Treatment, name: str) -> Treatment:
    """The treatment under the name that a statement gave it too."""
    known = not name or any(fold(one) == name for one in treatment.names)
    return treatment if known else replace(treatment, brands=(*treatment.brands, name))


def _topic(series: Series, number: int, treatment: Treatment, wordings: Sequence[str]) -> Topic:
    slug = f"{_slug(series.name)[:56]}-{number}".strip("-")
    name = wordings[0] if wordings else treatment.names[-1]
    return Topic(slug, treatment.inn, treatment, Indication(name, tuple(wordings)))
