"""Composing for a house in a process of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from digest.story import ANA
from subscribers.desk import House


def compose_in_a_process(folder: str, database: str, moments: list[str], start: Any) -> None:
    """At each of these moments, wait for the others, then compose."""
    house = House(Path(folder), (ANA,))
    house.settings = house.settings.model_copy(update={"database": database})
    assert house.database
    for now in moments:
        house.clock.set(datetime.fromisoformat(now))
        start.wait(60)
        house.compose()
    house.close()
