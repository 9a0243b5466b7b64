"""Serves the demo's board as it stood at the end of the story: for looking at it, and for the checks in a browser.

python tests/board/serving.py DEMO_DIRECTORY PORT OPERATOR_PORT
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from regwatch.adapters.registry import CATALOGUE
from regwatch.board.server import serve
from regwatch.board.site import Site
from regwatch.clock import DrivenClock
from regwatch.demo.story import END, demo_settings
from regwatch.watchlist import load_watchlist


def demo_site(directory: Path, base: str = "https://board.example.org", *, frozen: bool = False) -> Site:
    """The site of a demo folder, at the demo's last day."""
    settings = demo_settings(directory)
    watchlist = load_watchlist(settings.sources, CATALOGUE)
    return Site(settings, lambda: watchlist, DrivenClock(END), base, frozen=frozen)


if __name__ == "__main__":
    port, operator_port = int(sys.argv[2]), int(sys.argv[3])
    site = demo_site(Path(sys.argv[1]), f"http://127.0.0.1:{port}")
    asyncio.run(serve(site, "127.0.0.1", port, operator_port))
