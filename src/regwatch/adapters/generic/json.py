"""Any JSON answer that holds a list (or an object) of items.

Gives     one item record per element, with the values found under the configured paths
Withheld  elements that name no watched treatment, unless `match: all`; whatever is not asked for
Quirks    paths are dotted (`data.items`); a path that leads nowhere is trouble, a null is an empty value
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.option_values import dotted_path, dotted_paths
from regwatch.dates import PartialDate
from regwatch.errors import MissingPart
from regwatch.model import Document, Listed, Reading, Record, Request, Source
from regwatch.reading.html import fragment, paragraphs
from regwatch.reading.json import load
from regwatch.reading.links import web_link
from regwatch.reading.moments import ORDERS, read_time
from regwatch.reading.names import names_any
from regwatch.reading.numbers import whole


def request(source: Source) -> Request:
    """The answer. Raises `ValueError` where the address or the option `key` is missing, or an option is not valid."""
    if not source.url:
        raise ValueError("the adapter json needs the answer's address under `url`")
    if not source.options.get("key"):
        raise ValueError("the adapter json needs the option `key`: the path of what identifies an item")
    return Request(source.url, accept="application/json, */*;q=0.1")


def read(document: Document) -> Reading:
    """The items. Raises `MissingPart` where a configured path leads nowhere."""
    options = document.source.options
    items = _at(load(document), options.get("items", ""))
    if not isinstance(items, list | dict):
        raise MissingPart(f"list or object under {options.get('items', '')!r}", type(items).__name__)
    reading = Reading()
    keys: set[str] = set()
    for item in items.values() if isinstance(items, dict) and options.get("items") else _listed(items):
        record = _record(item, options, document.source.url, reading)
        told = " ".join((record.title, *record.blocks, *(value for _, value in record.fields)))
        if record.key in keys:
            reading.odd("two items have the same key", f"{record.key}: {record.title}", record.url)
            continue
        keys.add(record.key)
        reading.listed.append(Listed(record.key, record.published))
        if options.get("match", "watched") == "all" or names_any(told, document.source.watch):
            reading.add(record)
    return reading


def _listed(items: Any) -> list[Any]:
    return items if isinstance(items, list) else [items]


def _record(item: Any, options: Mapping[str, str], base: str, reading: Reading) -> Record:
    key = _text(_at(item, options["key"]))
    if not key:
        raise MissingPart(f"value under {options['key']!r} in every item")
    link = str(_at(item, options["url"]) or "") if options.get("url") else ""
    written = _text(_at(item, options["date"])) if options.get("date") else ""
    published = _date(written, options)
    if written and published is None:
        reading.odd("the date of an item could not be read", f"{key}: {written}", link)
    texts = [_at(item, path) for path in _paths(options.get("text", ""))]
    return Record(
        kind="item",
        key=key,
        title=_text(_at(item, options["title"])) if options.get("title") else "",
        url=(web_link(base, link) if link else "") or base,
        published=published,
        fields=tuple((path, _text(_at(item, path))) for path in _paths(options.get("fields", ""))),
        blocks=tuple(words for text in texts for words in paragraphs(fragment(f"<div>{text or ''}</div>"))),
        prose=bool(texts),
    )


def _paths(option: str) -> list[str]:
    return [path.strip() for path in option.split(",") if path.strip()]


def _at(value: Any, path: str) -> Any:
    """What lies under a dotted path; "" and "." are the value itself. Raises `MissingPart`."""
    for name in path.split(".") if path.strip(".") else ():
        if isinstance(value, list) and (place := whole(name)) is not None and place < len(value):
            value = value[place]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            raise MissingPart(f"value under {path!r}", type(value).__name__)
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(paragraphs(fragment(f"<div>{value}</div>")))
    if isinstance(value, list) and all(isinstance(part, str | int | float) for part in value):
        return ", ".join(_text(part) for part in value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _date(text: str, options: Mapping[str, str]) -> PartialDate | None:
    """The day of an item, also where other words follow it."""
    zone, order = options.get("zone", "UTC"), ORDERS.get(options.get("order", ""))
    return read_time(text, zone, order)[0] or read_time(text.split(" ")[0], zone, order)[0]


ADAPTER = Adapter(
    name="json",
    authorities=(),
    request=request,
    read=read,
    options={
        "items": "Dotted path to the list or object of items; the whole answer if left out.",
        "key": "Path, within an item, of what identifies it for good.",
        "title": "Path of its title.",
        "url": "Path of its address.",
        "date": "Path of its date.",
        "order": "Order of a date in figures: `dmy` or `mdy`.",
        "zone": "The publisher's time zone, for the day of an item: Europe/London. UTC if left out.",
        "fields": "Comma-separated paths of further values to watch.",
        "text": "Comma-separated paths of announcement texts, which the language rules read.",
        "match": "`watched` (default): only items that name a watched treatment; `all`: every item.",
        "kind": "What the texts are: company_press_release (default), regulator_notice, trade_news or patient_blog.",
        "status": "`no`: what it says is kept as evidence and never moves a status: congress and guideline news.",
    },
    values=dict.fromkeys(("items", "key", "title", "url", "date"), dotted_path)
    | dict.fromkeys(("fields", "text"), dotted_paths),
    limits=Limits(least=0, most=10_000),
)
