"""An act of which only the announcement is dated is told as that by everything that tells of it."""

from __future__ import annotations

import email
import html
import json
import re
from email.policy import default
from pathlib import Path

import pytest
import typer
from icalendar import Calendar
from typer.testing import CliRunner

from board.asking import Client
from board.small import Small
from regwatch.cli.board import status
from regwatch.cli.explain import explain
from regwatch.cli.timeline import timeline

TOPIC = "cabozantinib-net"
AS_ACT = re.compile(r"(?<!announced )\bon 22 September 2025 (?!that)|effective date\W+22 September", re.IGNORECASE)
"""How a page would say that it was done on that day."""


def plain_words(text: str) -> str:
    """The text of a page without its markup, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def run(folder: Path, command: object, *arguments: str) -> str:
    app = typer.Typer()
    app.command()(command)  # type: ignore[type-var]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def mails(folder: Path) -> dict[str, str]:
    for file in sorted((folder / "var" / "mail").glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=default)
        if "MHRA" in message["Subject"]:
            found = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
            return {f"mail, {kind}": str(part.get_content()) for kind, part in found.items() if part}
    raise AssertionError("no mail tells of the MHRA")


def words_of(story: Path, client: Client, number: int) -> dict[str, str]:
    """Everything that tells of the licence in words, by name."""
    pages = {
        "board": "/",
        "topic": f"/t/{TOPIC}",
        "topic as text": f"/t/{TOPIC}.txt",
        "place": f"/t/{TOPIC}/mhra",
        "transition page with its citation": f"/transition/{number}",
        "what is new": f"/t/{TOPIC}?since=2025-09-01",
        "Atom feed": f"/feeds/topic/{TOPIC}.atom",
        "Atom feed of everything": "/feeds/all.atom",
        "Atom feed of the authority": "/feeds/authority/mhra.atom",
        "badge": f"/badge/{TOPIC}/mhra.svg",
        "drawing": f"/t/{TOPIC}/timeline.svg",
    }
    found = {name: client.get(path).text for name, path in pages.items()} | mails(story)
    found |= {f"timeline, {name}": run(story, timeline, TOPIC, "--format", name) for name in ("table", "md", "html")}
    return found | {"status": run(story, status)}


def data_of(story: Path, client: Client, number: int) -> dict[str, dict[str, object]]:
    """Everything that tells of the licence as data, by name."""
    history = json.loads(run(story, timeline, TOPIC, "--format", "json"))["history"]
    topic, every = (client.get(f"/api/v1/{path}").json() for path in (f"topics/{TOPIC}", "transitions?authority=MHRA"))
    return {
        "transition": client.get(f"/api/v1/transitions/{number}").json(),
        "transitions": next(one for one in every["items"] if one["id"] == number),
        "topic": next(one for one in topic["history"] if one["id"] == number),
        "board": next(one for one in client.get("/api/v1/board").json()["cells"] if one["authority"] == "MHRA"),
        "timeline": next(one for one in history if one["id"] == number),
        "status": next(one for one in json.loads(run(story, status, "--json")) if one["authority"] == "MHRA"),
        "explain": json.loads(run(story, explain, str(number), "--json")),
    }


def number_of(client: Client) -> int:
    found = client.get("/api/v1/transitions?authority=MHRA").json()["items"]
    assert len(found) == 1
    return int(found[0]["id"])


def test_every_surface_says_that_it_was_announced_that_day_and_none_that_it_was_done_then(
    story: Path, client: Client, small: Small
) -> None:
    number = number_of(client)
    told = words_of(story, client, number)
    for name, text in told.items():
        words = plain_words(text)
        assert re.search(r"announced (?:on )?22 September 2025", words), f"{name}: {words[:3000]}"
        assert not AS_ACT.search(words), f"{name}: {AS_ACT.search(words)}"
    for name in ("mail, plain", "mail, html", "place", "topic", "Atom feed", "timeline, md", "timeline, html"):
        sentence = "Ipsen UK and Ireland announced on 22 September 2025 that the UK medicines regulator (MHRA) approved"
        assert sentence in plain_words(told[name]), name
    for name, found in data_of(story, client, number).items():
        assert (found["date"], found["announced"]) == (None, "2025-09-22"), name
    assert "date not given, announced 2025-09-22" in run(story, explain, str(number))
    assert "announced on 22 September 2025 that the UK medicines regulator (MHRA) approved" in calendar_of(small)


def calendar_of(small: Small) -> str:
    """What a calendar says of a decision that was foreseen and has only been announced."""
    small.book.says("MHRA", "approved", mode="expected", on="2025-10-01", by="company")
    small.book.wait(1)
    small.book.says("MHRA", "approved", announced="2025-09-22", by="company")
    events = list(Calendar.from_ical(small.page("/dates.ics")).walk("VEVENT"))
    words = str(events[0]["description"])
    assert not AS_ACT.search(words)
    return words
