"""What every kind of address of a large board costs: CPU time and statements, at several sizes.

    .venv/bin/python bench/large_board.py [--sizes 5x40,500x40,500x400]

A ledger of that many topics with that many transitions each is written into a temporary folder. Every address is asked
once to load what is loaded once, and then with another version of the data, so that nothing kept answers. The floor is
SQLite alone giving the rows that the first page is made of.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from board.large import large_site, statements

ROUNDS = 3
FLOOR = """select t.*, f.* from "transition" t join finding f on f."transition" = t.id where t.id in
(select max(id) from "transition" where standing != 'retracted' and history = 0 group by topic, authority limit 200)"""
ANOTHER_READING = "update source_state set read_at = strftime('%Y-%m-%d %H:%M:%f000', read_at, '+1 second')"
ANOTHER_LINE = """insert into event select (select max(seq) + 1 from event), kind, topic, authority, at, 1,
"transition", expectation, finding, note from event where seq = 1"""
PATHS = (
    "/", "/page/2", "/?since=2000-01-01", "/t/topic-1", "/t/topic-1?since=2000-01-01", "/t/topic-1.txt",
    "/t/topic-1/ec", "/t/topic-1/timeline.svg", "/t/topic-1/history/1", "/transition/1", "/about", "/follow",
    "/feeds/all.atom", "/feeds/topic/topic-1.atom", "/feeds/authority/ec.atom", "/dates.ics", "/t/topic-1/dates.ics",
    "/badge/topic-1/ec.svg", "/api/v1/board", "/api/v1/topics", "/api/v1/topics/topic-1", "/api/v1/sources",
    "/api/v1/transitions", "/api/v1/transitions?limit=200", "/api/v1/transitions?authority=EMA&after=19000",
    "/api/v1/transitions/1", "/healthz/fresh", "/nothing",
)  # fmt: skip


async def measure(folder: Path, topics: int, per_topic: int) -> None:
    from regwatch.board.app import create_app

    site = large_site(folder, topics, per_topic)
    transport = httpx.ASGITransport(create_app(site))
    kept = sqlite3.connect(folder / "var" / "regwatch.db")
    begun = time.process_time()
    kept.execute(FLOOR).fetchall()
    print(f"{topics} topics, {topics * per_topic} transitions; floor {1000 * (time.process_time() - begun):.1f} ms")
    async with httpx.AsyncClient(transport=transport, base_url="https://board.example.org") as client:
        for path in PATHS:
            await client.get(path)
            spent, counted, size = [], 0, 0
            for _ in range(ROUNDS):
                kept.execute(ANOTHER_READING)
                kept.execute(ANOTHER_LINE)
                kept.commit()
                begun = time.process_time()
                with statements() as seen:
                    answer = await client.get(path)
                spent.append(time.process_time() - begun)
                counted, size = len(seen), len(answer.content)
            cost = 1000 * statistics.median(spent)
            print(f"  {answer.status_code} {path:45} {cost:7.0f} ms CPU {counted:6} statements {size:9} bytes")
    kept.close()
    site.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="5x40,500x40,500x400")
    for size in parser.parse_args().sizes.split(","):
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(Path(folder), *map(int, size.split("x"))))
