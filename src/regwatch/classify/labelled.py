"""Labelled documents as training and evaluation read them: the project's own YAML, and JSON lines with a watch list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regwatch.classify.products import Watch
from regwatch.dates import PartialDate, from_iso
from regwatch.model import Announcement, Treatment
from regwatch.yaml_core import load_yaml

SAME_BODY = {"CADTH": "CDA-AMC"}
"""Names of bodies that labels may use for ours."""


@dataclass(frozen=True)
class Labelled:
    """One document with what it says. `group` keeps what belongs together in one fold; `set` names where it comes from.

    An event is a mapping with treatment, authority, status and mode, and with date, indication and quote where the
    label knows them. `loose` are further readings that are neither right nor wrong; `sure` is False where two careful
    readers may differ.
    """

    announcement: Announcement
    published: PartialDate | None
    watch: Watch
    events: tuple[Mapping[str, Any], ...]
    group: str
    set: str
    loose: tuple[Mapping[str, Any], ...] = ()
    sure: bool = True


def own_corpus(folder: Path, watch: Path, name: str) -> list[Labelled]:
    """The project's own documents: each `*.yaml` of a folder but its watch list, grouped by style sheet.

    A file whose medicines are its own has a watch list of its own: of the same name, in the folder `watch`.
    """
    found: list[Labelled] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name == "watch.yaml":
            continue
        own = folder / "watch" / path.name
        treatments = read_treatments(own if own.exists() else watch)
        ready, names = Watch(treatments), _names(treatments)
        found += [
            _labelled(entry, entry["events"], ready, names, f"{name} {entry['style']}", name)
            for entry in load_yaml(path.read_text("utf-8"))
        ]
    return found


def short_cases(folder: Path, watch: Path) -> list[Labelled]:
    """The project's short cases, whose `announced` lists "treatment authority milestone [date]"; each its own group."""
    treatments = read_treatments(watch)
    ready, names = Watch(treatments), _names(treatments)
    return [
        _labelled(entry, [_case_event(words) for words in entry["announced"]], ready, names, entry["id"], "cases")
        for path in sorted(folder.glob("*.yaml"))
        for entry in load_yaml(path.read_text("utf-8"))
        if entry.get("announced") is not None
    ]


def json_lines(documents: Path, labels: Path, watch: Path, name: str = "") -> list[Labelled]:
    """Documents and labels as JSON lines. Without a name the label's `origin` is the set. Grouped by publisher."""
    treatments = read_treatments(watch)
    ready, names = Watch(treatments), _names(treatments)
    texts = {entry["id"]: entry for entry in _lines(documents)}
    found = []
    for label in _lines(labels):
        entry = texts[label["id"]]
        group = entry.get("publisher") or entry["id"]
        one = _labelled({**entry, **label}, label["events"], ready, names, group, name or label["origin"])
        found.append(one)
    return found


def read_treatments(path: Path) -> tuple[Treatment, ...]:
    """The treatments of a watch list."""
    raw = load_yaml(path.read_text("utf-8"))["treatments"]
    return tuple(
        Treatment(one["inn"].lower(), tuple(one.get("brands", ())), tuple(one.get("codes", ()))) for one in raw
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def _names(treatments: Sequence[Treatment]) -> dict[str, str]:
    return {name.lower(): one.inn for one in treatments for name in one.names}


def _case_event(words: str) -> dict[str, Any]:
    parts = words.split()
    date = parts.pop() if parts[-1][:4].isdigit() else None
    authority = parts[-2] if parts[-2] != "-" else None
    return {
        "treatment": " ".join(parts[:-2]),
        "authority": authority,
        "status": parts[-1],
        "mode": "announced",
        "date": date,
    }


def _labelled(
    entry: Mapping[str, Any],
    events: Sequence[Mapping[str, Any]],
    watch: Watch,
    names: Mapping[str, str],
    group: str,
    name: str,
) -> Labelled:
    published = from_iso(str(entry["published"])[:10]) if entry.get("published") else None
    announcement = Announcement(
        id=str(entry["id"]),
        kind=entry.get("kind") or "company_press_release",
        publisher=entry.get("publisher") or "",
        url=entry.get("url") or "",
        published=published.first if published else None,
        text=entry["text"],
    )
    told = tuple(_event(event, names) for event in events)
    loose = tuple(_event(event, names) for event in entry.get("acceptable", ()))
    open_ones = tuple(told[a["instead_of"]] for a in entry.get("acceptable", ()) if a.get("instead_of") is not None)
    return Labelled(announcement, published, watch, told, group, name, loose + open_ones, entry.get("sure", True))


def _event(event: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    parts = (part.strip() for part in str(event["treatment"]).lower().split("+"))
    body = event.get("authority") or ""
    return {**event, "treatment": "+".join(names.get(p, p) for p in parts), "authority": SAME_BODY.get(body, body)}
