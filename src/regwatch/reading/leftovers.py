"""What a page of facts says beyond what its adapter reads.

A publisher adds a field when it has something new to say; so one that an adapter neither reads nor leaves on purpose is
an oddity for the operator. An adapter takes the facts of one thing as `Facts`, reads, and then accounts for the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bs4 import Tag

from regwatch.errors import MissingPart
from regwatch.model import Reading
from regwatch.reading.html import label, text_of

UNKNOWN = "a field that the adapter does not know"
_LONGEST_NAME = 80


class Facts(dict[str, Any]):
    """The fields of one thing by name, which remember which of them were asked for.

    Raises `MissingPart` where a publisher gives anything else than fields with names.
    """

    def __init__(self, fields: Any) -> None:
        if not isinstance(fields, Mapping):
            raise MissingPart("fields with names", type(fields).__name__)
        super().__init__(fields)
        self._asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self._asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The field, or `default`; either way it counts as read."""
        self._asked.add(name)
        return super().get(name, default)

    def account(self, reading: Reading, unread: Collection[str], url: str = "") -> None:
        """Note what was neither asked for nor is among `unread`, the fields that the adapter leaves on purpose."""
        told = {name: value for name, value in self.items() if value not in (None, "", [], {})}
        for name in told.keys() - self._asked - set(unread):
            note(reading, name, str(told[name]), url)


def terms(reading: Reading, start: Tag, known: Collection[str], url: str = "") -> None:
    """Note the terms of the definition list or table that follows a heading and are not among the known labels."""
    names = {label(name) for name in known}
    box = start.find_next(("dl", "table"))
    for term in box.find_all(("dt", "th")) if isinstance(box, Tag) else ():
        if (words := text_of(term).removesuffix(":")) and label(words) not in names:
            note(reading, words, "a label", url)


def note(reading: Reading, name: str, value: str, url: str) -> None:
    """One oddity for each name, however many things on the page have it."""
    told = f"{name[:_LONGEST_NAME]}: "
    if not any(oddity.what == UNKNOWN and oddity.text.startswith(told) for oddity in reading.oddities):
        reading.odd(UNKNOWN, told + value, url)
