"""Our own corpus: short texts in the style of real ones, with invented medicines, and what they must say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from regwatch.classify.labelled import read_treatments
from regwatch.classify.language import classify_text
from regwatch.model import Announcement, Finding
from regwatch.vocabulary import Mode
from regwatch.yaml_core import load_yaml

FOLDER = Path(__file__).parent / "cases"
WATCH = read_treatments(Path(__file__).parent / "watch.yaml")


@dataclass(frozen=True)
class Case:
    """One text. `announced` None: only `absent` and `also` are asked for."""

    id: str
    why: str
    text: str
    kind: str = "company_press_release"
    publisher: str = "Norvane"
    url: str = ""
    published: date | None = None
    announced: tuple[str, ...] | None = None
    also: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    file: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.id

    def findings(self, text: str | None = None) -> list[Finding]:
        """What the classifier says of the text, or of another in its place."""
        words = self.text if text is None else text
        announcement = Announcement(self.id, self.kind, self.publisher, self.url, self.published, words)
        return classify_text(announcement, WATCH)


def cases() -> list[Case]:
    """All cases of all files, in order."""
    return [case for path in sorted(FOLDER.glob("*.yaml")) for case in _read(path)]


def _read(path: Path) -> Iterator[Case]:
    for entry in load_yaml(path.read_text("utf-8")):
        values: dict[str, Any] = dict(entry)
        for name in ("announced", "also", "absent"):
            if name in values:
                values[name] = tuple(values[name])
        if isinstance(values.get("published"), str):
            values["published"] = date.fromisoformat(values["published"])
        yield Case(**values, file=path.name)


def name_of(finding: Finding) -> str:
    """`treatment authority status`, with - where no authority acts."""
    return f"{finding.treatment} {finding.authority or '-'} {finding.milestone.value}"


def split_date(expected: str) -> tuple[str, str | None]:
    """An expected event and its date, if it names one."""
    words = expected.split()
    if words[-1][:4].isdigit():
        return " ".join(words[:-1]), words[-1]
    return expected, None


def announced(findings: list[Finding]) -> dict[str, set[str | None]]:
    """The announced events with their dates."""
    found: dict[str, set[str | None]] = {}
    for finding in findings:
        if finding.mode is Mode.ANNOUNCED:
            found.setdefault(name_of(finding), set()).add(finding.day.iso if finding.day else None)
    return found
