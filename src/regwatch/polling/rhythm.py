"""When a publisher publishes: how likely news is in each hour of its week, before and after its own history is known.

A poll finds news late by the time since it came out. With so many polls to spend, the delay over all news is least when
polls are as dense as the square root of the news is (Cho and Garcia-Molina 2003 for unequal rates; the same holds for
the hours of a week).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from importlib.resources import files
from zoneinfo import ZoneInfo

HOURS = 168
"""Hours of a week, from Monday 00:00 local time."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SELDOM = 0.05
"""How much news an hour outside office hours has beside one inside them: never none, so that no hour is left out."""
DOUBT = 20.0
"""How many pieces of its own news a source needs until they weigh as much as what is known of its publisher."""


@dataclass(frozen=True)
class Rhythm:
    """A publisher's week: `news` is the share of each of the 168 local hours, together 1; `seen` how much news of the
    source's own it was learned from.
    """

    zone: str
    news: tuple[float, ...]
    seen: int = 0

    @cached_property
    def density(self) -> tuple[float, ...]:
        """How dense polls are in each hour, 1 on average over the week."""
        roots = [math.sqrt(share) for share in self.news]
        mean = sum(roots) / HOURS
        return tuple(root / mean for root in roots)

    def after(self, now: datetime, interval: timedelta) -> datetime:
        """When the next poll is due, as many polls a week as at equal intervals of that length; UTC."""
        left, at = interval.total_seconds(), now
        while True:
            dense = self.density[self._hour(at)]
            rest = 3600 - at.minute * 60 - at.second - at.microsecond / 1e6
            if dense * rest >= left:
                return at + timedelta(seconds=left / dense)
            left -= dense * rest
            at += timedelta(seconds=rest)

    def learned(self, changes: Iterable[tuple[datetime, timedelta]]) -> Rhythm:
        """The rhythm with the source's own news in it: when each was found, and how long before it may have come out.

        Days and hours of the day are learned apart: some dozens of changes tell little of 168 hours one by one.
        """
        days, hours, seen = [0.0] * 7, [0.0] * 24, 0
        for found, within in changes:
            steps = max(1, min(24, round(within / timedelta(hours=1))))
            for step in range(steps):
                day, hour = divmod(self._hour(found - within * ((step + 0.5) / steps)), 24)
                days[day] += 1 / steps
                hours[hour] += 1 / steps
            seen += 1
        if not seen:
            return self
        day_before = [sum(self.news[day * 24 : day * 24 + 24]) for day in range(7)]
        hour_before = [sum(self.news[hour::24]) for hour in range(24)]
        by_day = _blend(day_before, days, seen)
        by_hour = _blend(hour_before, hours, seen)
        product = [by_day[at // 24] * by_hour[at % 24] for at in range(HOURS)]
        return Rhythm(self.zone, _shares(product), seen)

    def day(self, instant: datetime) -> date:
        """The publisher's day at an instant."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def begins(self, day: date) -> datetime:
        """When a day of the publisher's begins; UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def _hour(self, instant: datetime) -> int:
        local = instant.astimezone(ZoneInfo(self.zone))
        return local.weekday() * 24 + local.hour

    def busiest(self) -> str:
        """The hours with most news in words: `Fridays, 9 to 18 h (Europe/Amsterdam)`."""
        most = max(self.news)
        days = [DAYS[day].capitalize() for day in range(7) if max(self.news[day * 24 : day * 24 + 24]) > 0.5 * most]
        hours = [hour for hour in range(24) if max(self.news[hour::24]) > 0.5 * most]
        named = f"{days[0]} to {days[-1]}" if len(days) > 2 else " and ".join(days)
        return f"{named}, {hours[0]} to {hours[-1] + 1} h ({self.zone})"


def rhythm_of(official_for: Sequence[str]) -> Rhythm:
    """What is known of a publisher before its own history: by the first authority that it speaks for, or the usual."""
    known = _priors()
    return next((known[one] for one in official_for if one in known), known[""])


@cache
def _priors() -> dict[str, Rhythm]:
    table = tomllib.loads((files("regwatch.polling") / "rhythms.toml").read_text("utf-8"))
    return {name: _prior(entry) for entry in table["rhythm"] for name in entry.get("for", [""])}


def _prior(entry: dict[str, object]) -> Rhythm:
    match entry:
        case {"zone": str(zone), "hours": [int(first), int(last)]}:
            heavier = entry.get("days", {})
            assert isinstance(heavier, dict)
            weights = [
                (heavier.get(day, 1.0) if number < 5 else SELDOM) * (1.0 if first <= hour <= last else SELDOM)
                for number, day in enumerate(DAYS)
                for hour in range(24)
            ]
            return Rhythm(zone, _shares(weights))
    raise ValueError(f"rhythms.toml: an entry needs `zone` and two `hours`: {entry}")


def _blend(before: Sequence[float], counted: Sequence[float], seen: int) -> list[float]:
    return [(DOUBT * prior + count) / (DOUBT + seen) for prior, count in zip(before, counted, strict=True)]


def _shares(weights: Sequence[float]) -> tuple[float, ...]:
    least = SELDOM**2 * max(weights)
    lifted = [max(weight, least) for weight in weights]
    total = sum(lifted)
    return tuple(weight / total for weight in lifted)
