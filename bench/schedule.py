"""How late publications are found at equal intervals and by the learned pace, at as many requests.

    .venv/bin/python bench/schedule.py [--weeks 52] [--seed 1]

Forty publishers that exist only here publish in working hours of their own, which differ from what is taken for granted
of their kind: some before dawn, some on two days only, some hardly ever. A first year teaches; of a second the delay
from publication to the next poll is measured, at the usual six hours. The floor is a pace that knows each publisher's
true week and rate. Delays are hours; requests are counted, as the budget must be kept.
"""

from __future__ import annotations

import argparse
import bisect
import math
import random
import statistics
from datetime import UTC, datetime, timedelta

from regwatch.model import Source
from regwatch.polling.pacing import FIXED, LearnedPacing, Pacing, rate, shares
from regwatch.polling.rhythm import Rhythm, rhythm_of

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
EVERY = timedelta(hours=6)
KINDS = ((), (), ("FDA",), ("EMA",), ("NICE",), ("MHRA",), ("HealthCanada",), ("TGA",))


def true_week(prior: Rhythm, chance: random.Random) -> Rhythm:
    """A week like that of its kind, moved by hours, narrowed to some days, with favourite hours."""
    moved, days = chance.choice((-3, -2, -1, 0, 0, 0, 1, 2, 3)), chance.sample(range(5), chance.randint(2, 5))
    favourite = chance.randrange(24)
    weights = [
        prior.news[(at - moved) % 168] * (1 if at // 24 in days else 0.1) * (4 if at % 24 == favourite else 1)
        for at in range(168)
    ]
    return Rhythm(prior.zone, tuple(one / sum(weights) for one in weights))


def publications(week: Rhythm, a_week: float, weeks: int, chance: random.Random) -> list[datetime]:
    """A Poisson process whose rate follows the week; UTC."""
    found = []
    for hour in range(weeks * 168):
        at = BEGIN + timedelta(hours=hour)
        if chance.random() < 1 - math.exp(-a_week * week.news[week._hour(at)]):
            found.append(at + timedelta(minutes=chance.uniform(0, 60)))
    return found


def delays(
    pacing: Pacing, source: Source, news: list[datetime], begin: datetime, end: datetime
) -> tuple[list[float], int]:
    """Hours from each publication to the next poll, and how many polls that took."""
    polls, at = [], begin
    while at < end:
        polls.append(at)
        at = pacing.next(source, EVERY, at)
    polls.append(at)
    late = [(polls[bisect.bisect_left(polls, one)] - one) / timedelta(hours=1) for one in news if begin <= one < end]
    return late, len(polls)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    sources = [Source(f"s{n}", "feed", "P", "", (), official_for=KINDS[n % len(KINDS)], every=EVERY) for n in range(40)]
    weeks = {one.id: true_week(rhythm_of(one.official_for), chance) for one in sources}
    rates = {one.id: chance.lognormvariate(-0.5, 1.2) for one in sources}
    news = {one.id: publications(weeks[one.id], rates[one.id], 2 * given.weeks, chance) for one in sources}
    middle = BEGIN + timedelta(weeks=given.weeks)
    end = middle + timedelta(weeks=given.weeks)
    past = {name: [at for at in found if at < middle] for name, found in news.items()}
    learned = LearnedPacing(
        {one.id: rhythm_of(one.official_for).learned((at, EVERY) for at in past[one.id]) for one in sources},
        shares(sources, {one.id: rate(len(past[one.id]), middle - BEGIN) for one in sources}),
    )
    for name, pacing in (
        ("equal intervals", FIXED),
        ("publishers' usual hours", LearnedPacing()),
        ("learned", learned),
        ("knows the weeks and rates", LearnedPacing(weeks, shares(sources, rates))),
    ):
        late, polls = [], 0
        for one in sources:
            found, count = delays(pacing, one, news[one.id], middle, end)
            late, polls = late + found, polls + count
        print(f"{name:26} {statistics.median(late):5.2f} h median, {statistics.mean(late):5.2f} h mean, {polls} polls")


if __name__ == "__main__":
    main()
