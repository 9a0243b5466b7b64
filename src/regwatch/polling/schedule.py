"""When a source is polled next: at its own pace, sooner where something may be missed, later after a failure.

What is due is kept in the database, so that a restart neither hammers a publisher nor skips one.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from regwatch.errors import BlockedPage, RateLimited, SourceTrouble
from regwatch.model import Source
from regwatch.polling.pacing import FIXED, Pacing
from regwatch.store.tables import SourceState

SECOND_LOOK = timedelta(hours=1)
"""How soon a change is looked at again that has to be seen more than once."""
FIRST_RETRY = timedelta(minutes=15)
LONGEST_BACK_OFF = timedelta(hours=24)
AFTER_A_WALL = timedelta(hours=3)
"""Retries deepen a throttle: a bot wall is left alone for hours."""
HURRY_FOR, HURRY, SHORTEST = timedelta(days=30), 4, timedelta(minutes=15)
"""How long, and how many times as often, a list is read that has turned over between two polls."""


def after_reading(
    source: Source, state: SourceState, now: datetime, *, unsettled: bool = False, pacing: Pacing = FIXED
) -> datetime:
    """When to poll again a source that was read. `unsettled` is what must be seen again, or could not be read in part.

    `state` is that of this reading; `pacing` spreads the polls over the publisher's week.
    """
    usual = pace(source, state, now)
    wait = min(usual, SECOND_LOOK) if unsettled else pacing.next(source, usual, now) - now
    return now + _jittered(wait)


def after_trouble(source: Source, failures: int, trouble: SourceTrouble, now: datetime) -> datetime:
    """When to try again: soon at first, twice as long after each failure in a row, a day at the most.

    A bot wall is left alone for hours, what no retry can mend for a day, and nobody is asked before they allow it.
    """
    wait = min(min(source.every, FIRST_RETRY) * 2 ** min(failures - 1, 8), max(LONGEST_BACK_OFF, source.every))
    if not trouble.retry:
        wait = max(wait, LONGEST_BACK_OFF)
    if isinstance(trouble, BlockedPage):
        wait = max(wait, AFTER_A_WALL)
    asked = trouble.after if isinstance(trouble, RateLimited) and trouble.after else timedelta(0)
    return now + max(_jittered(wait), asked)


def pace(source: Source, state: SourceState, now: datetime) -> timedelta:
    """How long to wait until the next poll: less for a list that has turned over between two of them."""
    hurried = state.gap_at is not None and now - state.gap_at < HURRY_FOR
    return max(source.every / HURRY, min(source.every, SHORTEST)) if hurried else source.every


def _jittered(interval: timedelta) -> timedelta:
    """An interval give or take a tenth, so that sources do not march in step."""
    return interval * random.uniform(0.95, 1.05)
