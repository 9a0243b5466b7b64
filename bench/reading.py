"""What reading `sources.yaml` costs a source, by CPU time.

    .venv/bin/python bench/reading.py [SOURCES ...]

A file of as many sources is written into a temporary folder: a topic for every ten of them, adapters that name their
address and adapters that make it. The floor is libyaml's own reading of the same text into plain values.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from regwatch.adapters.registry import CATALOGUE
from regwatch.watchlist import load_watchlist

KINDS = (
    "adapter: page\n    publisher: Agency\n    url: https://agency.example.org/{n}\n    options:\n      select: main",
    "adapter: feed\n    publisher: A Maker\n    url: https://maker.example.org/{n}.xml\n    every: 6h",
    "adapter: nice_project\n    ids:\n      nice_gid: GID-TA{n:05}",
)


def text_of(sources: int) -> str:
    parts = ["topics:\n"]
    for n in range(max(1, sources // 10)):
        parts.append(
            f"  - id: topic-{n}\n    title: Cabozantinib for disease {n}\n    treatment:\n      inn: cabozantinib\n"
            f"      brands: [Cabometyx]\n    indication:\n      name: disease {n}\n      terms: [disease {n}]\n"
        )
    parts.append("sources:\n")
    for n in range(sources):
        kind = KINDS[n % len(KINDS)].format(n=n)
        parts.append(f"  - id: source-{n}\n    topics: [topic-{n // 10}]\n    {kind}\n")
    return "".join(parts)


def cpu(what: Callable[..., object], *given: object) -> float:
    begun = time.process_time()
    what(*given)
    return time.process_time() - begun


def main() -> None:
    for sources in map(int, sys.argv[1:] or ("100", "1000", "10000")):
        with tempfile.TemporaryDirectory() as folder:
            path, text = Path(folder) / "sources.yaml", text_of(sources)
            path.write_text(text, "utf-8")
            load_watchlist(path, CATALOGUE)
            floor = min(cpu(yaml.load, text, yaml.CSafeLoader) for _ in range(3))
            ours = min(cpu(load_watchlist, path, CATALOGUE) for _ in range(3))
        per, bare = 1000 * ours / sources, 1000 * floor / sources
        print(f"{sources:6} sources, {len(text):8} bytes: {per:.3f} ms a source, libyaml alone {bare:.3f}")


if __name__ == "__main__":
    main()
