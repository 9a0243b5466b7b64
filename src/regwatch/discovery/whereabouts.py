"""Where a person finds each identifier, and what it is good for (`whereabouts.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Whereabouts:
    """Of one identifier: what it lets regwatch watch, and where a person finds it."""

    brings: str
    where: str


@cache
def whereabouts() -> dict[str, Whereabouts]:
    """By the identifier's name in sources.yaml."""
    table = tomllib.loads((files("regwatch.discovery") / "whereabouts.toml").read_text("utf-8"))
    return {name: Whereabouts(**told) for name, told in table.items()}
