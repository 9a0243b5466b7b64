"""Plain announcements reach subscribers; what only tempts to be read as one does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from regwatch.classify.labelled import read_treatments
from regwatch.classify.language import classify_text
from regwatch.model import Announcement
from regwatch.vocabulary import Confidence, Mode
from regwatch.yaml_core import load_yaml

HERE = Path(__file__).parent
WATCH = read_treatments(HERE / "labelled" / "watch.yaml")
TEMPTING, PLAIN = (load_yaml((HERE / f"{name}.yaml").read_text("utf-8")) for name in ("tempting", "plain"))


def told(one: dict[str, Any]) -> set[str]:
    """What subscribers would be told of a text."""
    day = date.fromisoformat(str(one["published"]))
    announcement = Announcement(one["id"], one["kind"], one["publisher"], "", day, one["text"])
    return {
        f"{found.treatment.replace(' ', '_')} {found.authority} {found.milestone}"
        for found in classify_text(announcement, WATCH)
        if found.mode is Mode.ANNOUNCED and found.confidence is Confidence.HIGH
    }


@pytest.mark.parametrize("one", TEMPTING, ids=lambda one: one["text"].splitlines()[0][:60])
def test_something_of_the_medicine_is_not_the_medicine(one: dict[str, Any]) -> None:
    assert told(one) == set()


@pytest.mark.parametrize("one", PLAIN, ids=lambda one: one["text"].splitlines()[0][:60])
def test_a_plain_announcement_is_told(one: dict[str, Any]) -> None:
    assert set(one["told"]) <= told(one)
