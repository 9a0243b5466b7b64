"""The words of events, shadows, denials and cues: tables that a maintainer reads and mends, no code.

`rows` reads them once. A form is a pattern over lower-case text with plain quotes; `{name}` stands for a word class of
the same file or of `classes.toml`, and `(@...)` marks the words whose tense counts.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any

from regwatch.vocabulary import Milestone

NOTHING, POSITIVE, NEGATIVE, RECOMMENDED, DECISION = "nothing", "positive", "negative", "recommended", "decision"
"""Meanings that depend on who acts. `nothing` is a shadow: words that only look like an event. `recommended` is advice
in favour; `decision` is a decision that is foreseen, whatever its outcome."""

LIST_HEAD = "list_head"
"""The tag of rows that only head a list of medicines."""
FILES = ("shadows", "licensing", "turns", "appraisal", "guidance", "notices", "evidence", "other_languages")
_CLASS = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class LexiconRow:
    """One event or shadow of the lexicon.

    `means` is a milestone, or one of the meanings above. `syntax` says how tense and hedges are read: a verb by its
    auxiliaries, a noun by what governs it, `said` not at all (the words themselves assert it), `state` in a status,
    `consult` as an invitation. `body` fixes who acts where the words do. `weak` words count only beside a named body.
    Of overlapping words those of a higher `level` are taken, and in one level the longest. `prefilter` are pieces of
    words of which one must occur. `example` and `yields` are the row's own test.
    """

    id: str
    means: str | Milestone
    level: int
    syntax: str
    forms: tuple[str, ...]
    prefilter: tuple[str, ...]
    example: str
    yields: str
    body: str = ""
    weak: bool = False
    language: str = "en"
    tags: frozenset[str] = field(default_factory=frozenset)

    @property
    def doubt(self) -> str:
        """Why its words are for a person: a figure of speech may mean something else; "" for plain ones."""
        return "told in a figure of speech" if "figure" in self.tags else ""

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """All forms as one pattern."""
        heads = iter(range(1000))
        body = "|".join(self.forms)
        named = re.sub(r"\(@", lambda m: f"(?P<head{next(heads)}>", body)
        return re.compile(rf"(?<![\w-])(?:{named})(?!\w)")


def read(name: str) -> dict[str, Any]:
    """One file of the lexicon, parsed."""
    return tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))


def filled(pattern: str, classes: dict[str, str]) -> str:
    """A pattern with its word classes written out."""
    while _CLASS.search(pattern):
        pattern = _CLASS.sub(lambda m: classes[m[1]], pattern)
    return pattern


@cache
def rows() -> tuple[LexiconRow, ...]:
    """Every event and shadow, by name: the order of the files means nothing."""
    classes = read("classes")["classes"]
    found = [_row(raw, classes) for name in FILES for raw in read(name)["event"]]
    return tuple(sorted(found, key=lambda row: row.id))


def _row(raw: dict[str, Any], classes: dict[str, str]) -> LexiconRow:
    means = raw["means"]
    return LexiconRow(
        id=raw["id"],
        means=Milestone(means) if means in set(Milestone) else means,
        level=raw["level"],
        syntax=raw["syntax"],
        forms=tuple(filled(form, classes) for form in raw["forms"]),
        prefilter=tuple(raw["prefilter"]),
        example=raw["example"],
        yields=raw["yields"],
        body=raw.get("body", ""),
        weak=raw.get("weak", False),
        language=raw.get("language", "en"),
        tags=frozenset(raw.get("tags", ())),
    )


@cache
def words(name: str) -> frozenset[str]:
    """A list of single words: auxiliaries and adverbs of one sense."""
    return frozenset(read("words")[name])
