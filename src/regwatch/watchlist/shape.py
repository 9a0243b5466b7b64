"""The shape of `sources.yaml`: what may stand where. The JSON Schema for editors is made from these classes.

The descriptions are read by people, as help in their editors and in `docs/reference/configuration.md`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from regwatch.addresses import mail_address, time_zone, web_address
from regwatch.vocabulary import AUTHORITIES
from regwatch.watchlist.identifiers import IDENTIFIERS

S = TypeVar("S", bound=BaseModel)

ID = r"^[a-z0-9][a-z0-9-]{0,63}$"
NAME = r"^[a-z][a-z0-9_]{0,63}$"
EVERY = r"^[1-9][0-9]{0,4}[mhd]$"
MINUTES = {"m": 1, "h": 60, "d": 1440}
SELDOM = 30
"""Days. What is looked at less often than this is not watched: a page may say a thing and take it back in between."""
CODE = r"^[A-Za-z][A-Za-z-]{1,30}$"
AT = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _printable(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("must be a line of text")
    return text


def _authority(text: str) -> str:
    if text not in AUTHORITIES:
        said = text.strip().casefold()
        names = {code: (code.casefold(), one.name.casefold()) for code, one in AUTHORITIES.items()}
        named = [code for code, (short, whole) in names.items() if said == short or (len(said) > 3 and said in whole)]
        write = f"did you mean {' or '.join(named)}?" if named else f"write one of {', '.join(AUTHORITIES)}"
        raise ValueError(f"{text!r} is not the code of an authority: {write}")
    return text


def _often_enough(text: str) -> str:
    if int(text[:-1]) * MINUTES[text[-1]] > SELDOM * MINUTES["d"]:
        raise ValueError(f"must be {SELDOM}d or less, not {text!r}: news would be found too late")
    return text


def _once(listed: list[str]) -> list[str]:
    twice = next((one for one in listed if listed.count(one) > 1), None)
    if twice is not None:
        raise ValueError(f"names {twice} twice: write it once")
    return listed


def _scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


Line = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_printable)]
Identifier = Annotated[str, Field(pattern=ID)]
Code = Annotated[
    str, AfterValidator(_authority), WithJsonSchema({"anyOf": [{"enum": list(AUTHORITIES)}, {"pattern": CODE}]})
]
Every = Annotated[str, Field(pattern=EVERY), AfterValidator(_often_enough)]
Topics = Annotated[list[Identifier], Field(min_length=1), AfterValidator(_once)]
Zone = Annotated[str, AfterValidator(time_zone)]
Option = Annotated[Line, BeforeValidator(_scalar), WithJsonSchema({"type": ["string", "number", "boolean"]})]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class WatchlistPart(BaseModel):
    """A part of a file: it knows its keys, and no value is taken for another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)

    @field_validator("*", mode="before")
    @classmethod
    def _something(cls, value: Any, info: ValidationInfo) -> Any:
        """A key without a value is half a thought: what was to stand there is not known."""
        if value is None and info.field_name and cls.model_fields[info.field_name].default is None:
            raise ValueError("nothing stands here: write a value, or take the key out")
        return value


class TreatmentShape(WatchlistPart):
    """A medicine, under every name that a page may use for it."""

    inn: Line
    """The international non-proprietary name, lower case; join the parts of a combination with `+`."""
    brands: list[Line] = []
    """Brand names, in every country that matters."""
    codes: list[Line] = []
    """Names from before it had one, such as XL184."""


class IndicationShape(WatchlistPart):
    """The disease, under every name that a page may use for it."""

    name: Line
    """What the digests call it."""
    terms: list[Line] = Field(min_length=1)
    """Words that mean this disease. A text must use one of them to be about the topic."""
    look_alikes: list[Line] = []
    """Words that resemble it and are another disease: they never count."""


class LinkShape(WatchlistPart):
    """A page for further reading."""

    title: Line
    """What it is and whose: Patient handbook (Exelixis)."""
    url: Annotated[str, AfterValidator(web_address)]
    """Its address."""


class TopicSection(WatchlistPart):
    """One treatment in one disease: what an advocate follows."""

    id: Identifier
    """Short name, used in commands and addresses."""
    title: Line
    """Heading in digests and on the board."""
    treatment: TreatmentShape
    indication: IndicationShape
    ids: dict[str, Line] = {}
    """The numbers under which authorities know it; each source picks what its adapter needs."""
    links: list[LinkShape] = []
    """Further reading for its readers: how the medicine works, a handbook, a charity's page. It is never polled."""


class SourceSection(WatchlistPart):
    """One page, feed or data file of one publisher."""

    id: Identifier
    """Short name, used in commands and logs. Keep it: the history of the source hangs on it."""
    adapter: Annotated[str, Field(pattern=NAME)]
    """What reads the page: `<authority>_<page kind>`, or `feed`, `page` or `json` for any other publisher."""
    topics: Topics
    """Ids of the topics that it may bring news of."""
    url: Annotated[str, AfterValidator(web_address)] | None = None
    """The address to poll, where the adapter does not know it by itself."""
    every: Every | None = None
    """How often to look: minutes (15m), hours (6h) or days (1d, at most 30d). Each adapter has a sensible pace of its
    own.
    """
    ids: dict[str, Line] = {}
    """Identifiers for this source alone; they win over those of the topic."""
    options: dict[str, Option] = {}
    """Settings that only its adapter knows."""
    official_for: Annotated[list[Code], AfterValidator(_once)] | None = None
    """Authorities whose own word this is. Leave it out: adapters know. Only for `feed`, `page` and `json`."""
    publisher: Line | None = None
    """Who publishes it, as digests name them. Adapters of one publisher know it."""
    confirm: int | None = Field(default=None, ge=0, le=5)
    """How many further polls a change must hold before it counts, where caches serve old copies."""
    enabled: bool = True
    """`false` keeps the entry and polls nothing."""


class RecipientShape(WatchlistPart):
    """Somebody who gets digests."""

    address: Annotated[str, AfterValidator(mail_address)]
    """Mail address."""
    name: Line | None = None
    """Name to greet them by."""
    topics: Topics | None = None
    """Ids of the topics they follow; all of them if left out."""
    cadence: Literal["immediately", "daily", "weekly"] = "daily"
    """When news is mailed: as soon as it is known, once a day, or once a week. Nothing is mailed without news."""
    at: Annotated[str, Field(pattern=AT)] | None = None
    """Time of day for `daily` and `weekly`, 24 hours: 08:30 (which is also the default)."""
    zone: Zone = "Europe/London"
    """Time zone of that time and of the dates in the mail."""
    weekday: Weekday | None = None
    """Day for `weekly`; monday if left out."""
    background: bool = False
    """`true`: also what changes no status: trials, congresses, guidelines, other uses of the medicine."""


class DigestShape(WatchlistPart):
    """The mail that goes out."""

    recipients: list[RecipientShape] = []
    """Who gets it. With an empty list nobody does."""


class AuthoritySection(WatchlistPart):
    """An authority that regwatch does not know by itself."""

    code: Annotated[str, Field(pattern=CODE)]
    """Short name, as `official_for` and digests name it: AIFA."""
    name: Line
    """Whole name: Italian Medicines Agency."""
    jurisdiction: Line
    """Country or region for which it speaks: Italy."""
    kind: Literal["licensing", "opinion", "hta"]
    """What it does: grants a licence, advises the body that grants it, or decides whether it is paid for."""
    pathway: Line | None = None
    """The same word for bodies that act one after the other on one application; the jurisdiction if left out."""
    zone: Zone = "UTC"
    """Time zone of its dates."""


class WatchlistShape(WatchlistPart):
    """What regwatch watches, and whom it tells."""

    authorities: list[AuthoritySection] = []
    """Authorities that regwatch does not know by itself."""
    topics: list[TopicSection] = Field(min_length=1)
    """Treatments in diseases."""
    sources: list[SourceSection] = Field(min_length=1)
    """Where news of them comes from."""
    digest: DigestShape = DigestShape()
    """Who is told."""


def json_schema(adapters: tuple[str, ...]) -> dict[str, Any]:
    """The JSON Schema (draft 7, which YAML editors understand) of `sources.yaml`; `adapters` are offered as names."""
    schema = _without_nothing(WatchlistShape.model_json_schema())
    source = schema["$defs"]["SourceSection"]["properties"]
    source["adapter"]["anyOf"] = [{"enum": list(adapters)}, {"pattern": source["adapter"].pop("pattern")}]
    for part in ("TopicSection", "SourceSection"):
        ids = schema["$defs"][part]["properties"]["ids"]
        ids["properties"] = {
            name: {"type": "string", "minLength": 1, "description": one.help} for name, one in IDENTIFIERS.items()
        }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "urn:regwatch:sources",
        **schema,
        "title": "regwatch sources.yaml",
    }


def _without_nothing(schema: Any) -> Any:
    """The schema without `null`: what may be left out may not stand there empty."""
    if isinstance(schema, list):
        return [_without_nothing(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without_nothing(value) for key, value in schema.items() if not (key == "default" and value is None)}
    choices = [one for one in kept.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) == 1:
        return {**{key: value for key, value in kept.items() if key != "anyOf"}, **choices[0]}
    return {**kept, "anyOf": choices} if choices else kept


def without_faults(shape: type[S], item: dict[str, Any], error: ValidationError) -> list[S]:
    """The item without what is wrong in it, so that the rest can be checked in the same pass; nothing if none is."""
    faults = [one["loc"] for one in error.errors(include_url=False)]
    entries = {loc[:2] for loc in faults if loc[0] in ("ids", "options") and len(loc) > 1}
    wrong = {loc[0] for loc in faults if loc[:2] not in entries}
    kept = {key: value for key, value in item.items() if key not in wrong}
    for part in {str(loc[0]) for loc in entries} & set(kept):
        kept[part] = {name: value for name, value in item[part].items() if (part, name) not in entries}
    try:
        return [shape.model_validate(kept | ({"id": "unnamed"} if shape is SourceSection and "id" in wrong else {}))]
    except ValidationError:
        return []
