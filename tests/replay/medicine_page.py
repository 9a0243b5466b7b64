"""Pages of medicines as the Agency words them, with words of our own: a page as a value, and its states played."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from regwatch.adapters.ema import medicine as ema_medicine
from regwatch.model import Document, Indication, Reading, Request, Source, Topic, Treatment
from regwatch.reading.markdown import to_html
from regwatch.replay.report_lines import lines
from regwatch.replay.run import NOBODY, ReplayWishes, replay

READ = datetime(2026, 5, 1, 12, tzinfo=UTC)
"""When the first state of a page is looked at."""
NUMBER = "EMEA/H/C/009901"
MENU = """# Search

- [Medicines](/en/medicines)
    - [Find medicine](/en/medicines)
    - [Medicines under evaluation](/en/medicines/evaluation)
- [News](/en/news)

1. [Home](/en/homepage)
2. [Medicines](/en/medicines)
3. {name}
"""
SENTENCES = {
    "Authorised": "This medicine is authorised for use in the European Union",
    "Opinion": "EMA has issued an opinion on this medicine",
    "Withdrawn": "This medicine's authorisation has been withdrawn",
    "Suspended": "This medicine is currently suspended from use in the European Union",
    "Refused": "This medicine has been refused authorisation for use in the European Union",
}


@dataclass(frozen=True)
class Page:
    """One state of a page. `uses` are paragraphs of the indication, `facts` further rows of the authorisation.

    `further` is what is folded away below the overview.
    """

    uses: tuple[str, ...] = ()
    overview: tuple[str, ...] = ("Exempla is a medicine.",)
    name: str = "Exempla"
    substance: str = "exemplanib"
    status: str = "Authorised"
    facts: tuple[tuple[str, str], ...] = (("Marketing authorisation issued", "09/11/2023"), ("Revision", "6"))
    documents: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    menu: bool = False
    title: bool = True

    @property
    def markdown(self) -> str:
        """The page as it is kept in archives."""
        rows = "\n".join(f"- **{name}**\n    - {value}" for name, value in self.facts)
        documents = "\n\n".join(f"{one}\n\nEnglish (EN) (151.0 KB - PDF)" for one in self.documents)
        parts = (
            MENU.format(name=self.name) if self.menu else "",
            f"# {self.name}" if self.title else "",
            f"{self.status}\n\n{SENTENCES.get(self.status, 'This medicine is in another state')}",
            f"{self.substance}\n\nMedicine Human {self.status}\n\nPage contents",
            "## Overview\n\n" + "\n\n".join(self.overview) + "\n\nExpand section\n\nCollapse section",
            "\n\n".join(self.further),
            f"## Product details\n\n- **Name of medicine**\n    - {self.name}\n- **Active substance**\n"
            f"    - {self.substance}",
            "### Therapeutic indication\n\n" + "\n\n".join(self.uses) if self.uses else "",
            f"## Authorisation details\n\n- **EMA product number**\n    - {NUMBER}\n{rows}",
            f"## Assessment history\n\n{documents}",
        )
        return "\n\n".join(part for part in parts if part) + "\n"


def told(*states: Page, watchlist: Any = None) -> list[dict[str, Any]]:
    """What a replay of the states prints as JSON, trouble left out."""
    return told_apart({"page": states}, watchlist=watchlist)["page"]


def told_apart(histories: Mapping[str, Sequence[Page]], *, watchlist: Any = None) -> dict[str, list[dict[str, Any]]]:
    """What a replay prints as JSON of each history, trouble left out. `watchlist` None makes a topic of each use.

    They share a database: no topic is of two of them.
    """
    told: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, states in histories.items():
            for number, page in enumerate(states, 1):
                kept = Path(folder, f"{name}.{number}-state.md")
                kept.write_text(page.markdown, "utf-8")
                os.utime(kept, (READ.timestamp(), READ.timestamp()))
        wishes = ReplayWishes("ema_medicine", watchlist=watchlist or NOBODY, database=f"sqlite:///{folder}/all.db")
        for one in replay(Path(folder), wishes):
            played = [line.as_json() for line in lines(one)]
            assert all(json.dumps(line) for line in played)
            told[one.series.name] = [line for line in played if line["event"] not in ("trouble", "oddity")]
    return told


def reading_of(page: Page) -> Reading:
    """What the adapter reads of a state. Raises `SourceTrouble`."""
    source = Source("s", "ema_medicine", "EMA", "https://www.ema.europa.eu/x", (), {"ema_product_number": NUMBER})
    body = to_html(page.markdown).encode()
    return ema_medicine.read(Document(source, Request(source.url), source.url, body, "text/html", READ, "utf-8"))


def topic(*terms: str) -> Topic:
    """A topic of the pages' medicine in the disease of these terms."""
    name = terms[0]
    return Topic(name.replace(" ", "-"), name, Treatment("exemplanib", ("Exempla",)), Indication(name, terms))
