"""`regwatch classify` and `regwatch evaluate`: what texts say, by the daemon's own code, and how right that is."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from regwatch.characters import characters_of
from regwatch.classify import evaluation
from regwatch.classify.explain import explain as explanation
from regwatch.classify.language import classify_prepared, prepared, understand
from regwatch.cli.output import fail, print_line, print_table, say
from regwatch.cli.second_opinion import rules_alone, second_opinions
from regwatch.dates import PartialDate, from_iso
from regwatch.errors import BadDate
from regwatch.model import Announcement, Finding
from regwatch.reading.json import DECODER
from regwatch.store.codec import second_to_text
from regwatch.watchlist.short_list import read_short_list

LONGEST_LINE = 32 * 1024 * 1024


def classify(
    watch: Annotated[Path, typer.Option(help="YAML with `treatments` (inn, brands, codes) and `indications`.")],
    explain: Annotated[bool, typer.Option("--explain", help="Print readable findings with their cues.")] = False,
    second_reader: Annotated[
        bool, typer.Option("--second-reader", help="Ask the second reader of the settings too, within its budget.")
    ] = False,
) -> None:
    """Read documents as JSON lines from standard input, write what each says as JSON lines.

    A line that is no document is answered too, with an `error`; then the command ends with a sentence and code 1.
    """
    treatments, indications = read_short_list(watch)
    ready = prepared(tuple(treatments))
    unread: list[str] = []
    with second_opinions(treatments) if second_reader else nullcontext(rules_alone) as weighed:
        for document in documents(sys.stdin.buffer):
            if "error" in document:
                unread.append(document["error"])
                print_line({"id": document.get("id"), "events": [], "error": document["error"]})
                continue
            announcement, published = document["announcement"], document["published"]
            understood = understand(announcement, ready, tuple(indications), published)
            found, unheard = weighed(announcement.text, understood.findings)
            if explain:
                first = announcement.text.strip().partition("\n")[0]
                say(f"{announcement.id}: {first[:120] or '(no text)'}")
                for told in (*explanation(replace(understood, findings=found)), *([f"  {unheard}"] if unheard else ())):
                    say(told)
                continue
            line = {"id": announcement.id, "events": [event(one) for one in found]}
            print_line({**line, "unheard": unheard} if unheard else line)
    if unread:
        more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
        fail(f"{unread[0]}{more}: every other line is answered; write one JSON object a line, with `id` and `text`")


def evaluate(
    documents_file: Annotated[Path, typer.Argument(metavar="DOCUMENTS", help="Documents as JSON lines.")],
    labels: Annotated[Path, typer.Option(help="Labels as JSON lines: id, kind, events.")],
    watch: Annotated[Path, typer.Option(help="YAML with `treatments` and `indications`.")],
) -> None:
    """Classify labelled documents and print how right the result is, false alarms one by one."""
    treatments, indications = read_short_list(watch)
    ready = prepared(tuple(treatments))
    found: dict[str, list[dict[str, Any]]] = {}
    seconds: list[float] = []
    try:
        truth = [json.loads(line) for line in labels.read_text("utf-8").splitlines() if line.strip()]
        stream = documents_file.open("rb")
    except (OSError, ValueError) as error:
        fail(f"cannot read the labelled documents: {error}")
    with stream:
        for document in documents(stream):
            if "error" in document:
                fail(str(document["error"]))
            announcement = document["announcement"]
            started = time.perf_counter()
            findings = classify_prepared(announcement, ready, tuple(indications), document["published"])
            seconds.append(time.perf_counter() - started)
            found[announcement.id] = [event(one) for one in findings]
    _report(evaluation.evaluate([label for label in truth if label["id"] in found], found), seconds)


def _report(result: evaluation.Evaluation, seconds: list[float]) -> None:
    def row(name: str, tally: evaluation.Tally) -> tuple[str, ...]:
        return (name, str(tally.documents), *(f"{rate:.3f}" for rate in (*tally.loose, *tally.strict)))

    headings = ("", "documents", "P", "R", "F1", "strict P", "strict R", "strict F1")
    print_table(headings, [row("all", result.total), *(row(k, t) for k, t in evaluation.totals_by_kind(result))])
    say()
    print_table(
        ("milestone", "labelled", "P", "R", "F1"),
        [(k, str(t.hit + t.missed), *(f"{r:.2f}" for r in t.loose)) for k, t in evaluation.milestones_in_order(result)],
    )
    say()
    say(f"false alarms: {len(result.alarms)}")
    for name, kind, what in result.alarms:
        say(f"  {name} ({kind}): {what}")
    say(f"wrong: {evaluation.counts(result)['wrong']} of {result.total.documents} documents")
    for name, kind, what in result.wrong:
        say(f"  {name} ({kind}): {what}")
    median, longest = evaluation.spread(seconds)
    say(f"time: median {median:.2f} ms, longest {longest:.2f} ms a document")


def documents(stream: Any) -> Iterator[dict[str, Any]]:
    """Each line as an announcement and its date, or as an `error` that says what is wrong with it."""
    for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), 1):
        if not line.strip():
            continue
        found = None
        try:
            found = DECODER.decode(line.decode("utf-8-sig").strip())
            if not isinstance(found, dict):
                raise ValueError("it is no JSON object")
            yield _document(found)
        except (ValueError, KeyError, RecursionError) as error:
            name = characters_of(str(found["id"])) if isinstance(found, dict) and "id" in found else None
            yield {"id": name, "error": f"line {number} is no document: {_why(error)}"}


def _why(error: ValueError | KeyError | RecursionError) -> str:
    if isinstance(error, KeyError):
        return f"it has no `{error.args[0]}`"
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON: {error.msg} at character {error.pos + 1}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    return "it is nested too deeply to be meant" if isinstance(error, RecursionError) else str(error)


def _document(found: dict[str, Any]) -> dict[str, Any]:
    text = found["text"]
    if not isinstance(text, str):
        raise ValueError("`text` is not a string")
    published = _published(found.get("published"))
    day: date | None = published.first if published else None
    announcement = Announcement(
        id=characters_of(str(found["id"])),
        kind=characters_of(str(found.get("kind") or "")),
        publisher=characters_of(str(found.get("publisher") or "")),
        url=characters_of(str(found.get("url") or "")),
        published=day,
        text=characters_of(text),
    )
    return {"announcement": announcement, "published": published}


def _published(value: Any) -> PartialDate | None:
    if not value:
        return None
    try:
        return from_iso(str(value)[:10])
    except BadDate as error:
        raise ValueError(f"`published` is not an ISO date: {value!r}") from error


def event(finding: Finding) -> dict[str, Any]:
    """One event of the output; `second_reader` only where that reader says something of it.

    `date` is the day that is known; `date_of` says whether it is that of the act or only of its announcement.
    """
    second = json.loads(second_to_text(finding.second) or "null")
    return {
        "treatment": finding.treatment,
        "brand": finding.brand or None,
        "indication": finding.indication or None,
        "jurisdiction": finding.jurisdiction or None,
        "authority": finding.authority or None,
        "status": finding.milestone.value,
        "mode": finding.mode.value,
        "date": finding.day.iso if finding.day else None,
        "date_of": "act" if finding.date else "announcement" if finding.announced else None,
        "announced": finding.announced.iso if finding.announced else None,
        "quote": finding.quote,
        "rule": finding.rule,
        "confidence": finding.confidence.value,
        **({"second_reader": second} if second else {}),
    }
