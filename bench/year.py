"""A year of the daemon's own work in minutes: what it tells, what it costs, and whether memory and disk stay level.

    .venv/bin/python bench/year.py [--days 365] [--rooms 12] [--seed 1]

The clock is driven and the publishers are made up (tests/e2e/publishing_year.py): the worked example's pages and press
rooms with planted decisions, news that is none, and outages of every kind. A line for each month, then what each of
three readers was told of what was planted: missed, told twice, and mails that told nothing that happened.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from e2e.publishing_year import PublishingYear
from e2e.year_lived import READERS, Lived, live
from regwatch.clock import DrivenClock
from regwatch.service.logs import configure

BEGIN = datetime(2025, 1, 15, tzinfo=UTC)


def resident() -> float:
    """Resident memory now, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def kept(folder: Path) -> float:
    """The database with its journal, in MB."""
    return sum(one.stat().st_size for one in folder.glob("var/regwatch.db*")) / 1e6


def report(year: PublishingYear, lived: Lived) -> int:
    """Print what the readers were told; gives how many faults there were."""
    missed, repeated, empty = lived.missed(year.events), lived.repeated(year.events), lived.empty()
    mails = sum(map(len, lived.told.values()))
    answers = ", ".join(f"{count} {kind}" for kind, count in year.answers.most_common())
    print(f"{sum(year.answers.values())} requests: {answers}")
    print(f"{len(year.events)} planted events x {len(READERS)} readers in {mails} mails: {len(missed)} missed,")
    print(f"{len(repeated)} told twice; {empty} mails told what did not happen")
    for line in (*missed, *repeated):
        print(f"  {line}")
    return len(missed) + len(repeated) + empty


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rooms", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    configure(shape="json", level="critical")
    clock = DrivenClock(BEGIN)
    year = PublishingYear(BEGIN, BEGIN + timedelta(days=given.days), clock, rooms=given.rooms, seed=given.seed)
    begun, used = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:

        def month(at: datetime) -> None:
            cost = f"{time.monotonic() - begun:4.0f} s, {time.process_time() - used:4.0f} s CPU"
            print(f"{at:%Y-%m-%d}  {cost}  {resident():4.0f} MB  database {kept(Path(folder)):6.2f} MB", flush=True)

        lived = asyncio.run(live(Path(folder), year, clock, on_month=month))
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return min(report(year, lived), 1)


if __name__ == "__main__":
    sys.exit(main())
