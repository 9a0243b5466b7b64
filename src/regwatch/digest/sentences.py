"""A transition as a sentence: what was done and on which day, or who announced it on which day and no more.

Also what was to come and passed without news.
"""

from __future__ import annotations

from regwatch import wording
from regwatch.dates import PartialDate
from regwatch.ledger.entries import Evidence, Expectation, Transition
from regwatch.model import Topic
from regwatch.safe_text import one_line
from regwatch.vocabulary import Standing

PUBLISHER_LIMIT = 80


def sentence_of(one: Transition, topic: Topic) -> str:
    """What happened, as certain as it is: `Ipsen announced on 22 September 2025 that the MHRA approved ...`."""
    act, others = wording.clause(one.authority, one.milestone, topic), one.standing is Standing.REPORTED
    if one.announced and not one.date:
        day = wording.at(one.announced)
        if not others:
            return wording.sentence(f"{act}, as announced {day}")
        who = _named(one.announcer)
        return f"{who} announced {day} that {act}." if who else f"It was announced {day} that {act}."
    who = _named(one.best) if others else ""
    return f"{who} reports that {_done(one, topic)}." if who else wording.sentence(_done(one, topic))


def announced_by(one: Transition) -> str:
    """Who made it public and when: `Announced by Ipsen on 24 July 2025.`; "" where no source dates that."""
    if one.announced is None:
        return ""
    official = one.announcer is not None and one.announcer.official
    who = "the authority" if official else _named(one.announcer)
    return f"Announced{f' by {who}' if who else ''} {wording.at(one.announced)}."


def gone_by(one: Expectation) -> str:
    """A step that is never late and whose day has passed: `A committee meeting at NICE was due on ...`."""
    _, what = wording.ahead(one.authority, one.milestone, one.date)
    when = f" {wording.at(one.date)}" if one.date else ""
    return f"{wording.sentence(f'{what} was due{when}')} That time has passed, and we have seen no news of it yet."


def date_put_right(one: Transition, topic: Topic, was: PartialDate | None) -> str:
    """That its day has become known or was another, and what was told before: a date, or None for an announcement."""
    lead = "Correction of the date" if is_other_day(one, was) else "The day is now known"
    return f"{lead}: {_done(one, topic)}; {told_before(one, was)}."


def is_other_day(one: Transition, was: PartialDate | None) -> bool:
    """Whether its day is another than the date that was told before, and not only a more exact one."""
    return was is not None and not (one.date and was.contains(one.date))


def told_before(one: Transition, was: PartialDate | None) -> str:
    """What was told of the day before: `Ipsen had announced it on 22 September 2025`."""
    if was is None:
        who = _named(one.announcer)
        when = f" {wording.at(one.announced)}" if one.announced else ""
        return f"{who} had announced it{when}" if who else f"it had been announced{when}"
    if not is_other_day(one, was):
        return f"before, only {was.plain} was known"
    return f"we had told you that it was {wording.at(was)}"


def _done(one: Transition, topic: Topic) -> str:
    when = f" {wording.at(one.date)}" if one.date else ""
    return wording.clause(one.authority, one.milestone, topic) + when


def _named(piece: Evidence | None) -> str:
    return one_line(piece.publisher, PUBLISHER_LIMIT) if piece else ""
