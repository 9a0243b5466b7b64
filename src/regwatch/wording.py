"""Sentences for patients: what a status is called, what changed, what it means, what comes next.

Every function gives plain text, never markup, and leaves out what is not known: no date is ever filled in.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from regwatch.dates import PartialDate, Precision, days_between, local_day
from regwatch.model import Indication, Topic
from regwatch.vocabulary import AUTHORITIES, DEADLINES, HTA_OUTCOMES, Authority, Milestone, Standing
from regwatch.wording_tables import MEANING, NAMES, NEXT, PAYERS, PLACES, RESPOND, SERVICES, WORDS, Tone

NOT_ADVICE = (
    "This is information, not medical advice. Please talk to your own care team about what it means for you, "
    "and do not change a treatment because of this mail."
)

UNDECIDED = "Nothing is decided yet."
"""What a step means that decides nothing."""
STANDINGS = {
    Standing.CONFIRMED: "Confirmed by the authority's own page.",
    Standing.REPORTED: "Reported by the company or the press. We have not seen it on the authority's own page yet.",
    Standing.CORRECTED: "Corrected: an earlier statement was wrong or has changed.",
    Standing.RETRACTED: "Taken back: the page no longer says this.",
}

_ABBREVIATION = re.compile(r"\(([A-Za-z]{0,4}[A-Z]{2,6}s?)\)")
_NOW_EXPECTED = "is now expected", "it was expected"
_MEETINGS = frozenset({Milestone.HTA_COMMITTEE, Milestone.HTA_APPEAL, Milestone.ADVISORY_POSITIVE})


def authority_name(code: str) -> str:
    """The authority as a sentence names it: `the European Commission`, `the UK medicines regulator (MHRA)`."""
    if code in NAMES:
        return NAMES[code][0]
    known = AUTHORITIES.get(code)
    if known is None:
        return code
    return f"the {known.name} ({code})"


def short_name(code: str) -> str:
    """The authority in a subject line or a table cell: `FDA`, `European Commission`."""
    return NAMES[code][1] if code in NAMES else code


def place(code: str) -> str:
    """The country or region for which the authority speaks: `the UK`, `England`."""
    known = AUTHORITIES.get(code)
    return PLACES.get(known.jurisdiction, known.jurisdiction) if known else "its country"


def where(code: str) -> str:
    """The same as a label: `UK`, `England`."""
    return place(code).removeprefix("the ")


def status(milestone: Milestone | None) -> str:
    """The status in a few words, as a board shows it; `no status known` for None."""
    return WORDS[milestone].status if milestone else "no status known"


def headline(milestone: Milestone) -> str:
    """The status as the first words of a subject line."""
    return WORDS[milestone].headline


def tone(milestone: Milestone) -> Tone:
    """Whether the status is good news, bad news, or asks for patience."""
    return WORDS[milestone].tone


def medicine(topic: Topic, *, short: bool = False) -> str:
    """The medicine and its use: `cabozantinib for neuroendocrine tumours (NETs)`; short: `cabozantinib for NETs`."""
    return f"{topic.treatment.inn} for {disease(topic.indication) if short else topic.indication.name}"


def disease(indication: Indication) -> str:
    """The disease in short: the abbreviation that its name carries in brackets, else its name."""
    found = _ABBREVIATION.search(indication.name)
    return found[1] if found else indication.name


def what_changed(authority: str, milestone: Milestone, topic: Topic, day: PartialDate | None = None) -> str:
    """One sentence, with the date if it is known: `The European Commission approved ... on 23 July 2025.` and so on."""
    when = f" {at(day)}" if day else ""
    return sentence(clause(authority, milestone, topic) + when)


def clause(authority: str, milestone: Milestone, topic: Topic) -> str:
    """The same without date, capital and full stop, to stand inside another sentence."""
    return _filled(WORDS[milestone].happened, authority, medicine(topic))


def if_confirmed(meaning_of_it: str) -> str:
    """What a status means, said of one that is only reported. What is not so yet is not so with either outcome."""
    anyway = re.match(r"(?:It|This) is not |No decision|Nothing is decided", meaning_of_it)
    opening = "Either way" if anyway else "If this is confirmed"
    return f"{opening}, {meaning_of_it[:1].lower()}{meaning_of_it[1:]}" if meaning_of_it else ""


def meaning(authority: str, milestone: Milestone) -> str:
    """What the status means for patients, "" where there is nothing to add."""
    return _filled(MEANING.get((authority, milestone), MEANING.get(milestone, "")), authority)


def usually_next(authority: str, milestone: Milestone) -> str:
    """What usually comes next, "" where there is no usual course."""
    return _filled(NEXT.get((authority, milestone), NEXT.get(milestone, "")), authority)


def foreseen(authority: str, milestone: Milestone) -> str:
    """A foreseen milestone as a noun: `a decision`, `a committee meeting`, `final guidance`."""
    if authority == "NICE" and milestone in HTA_OUTCOMES:
        return "final guidance"
    return WORDS[milestone].foreseen


def step(authority: str, milestone: Milestone) -> str:
    """The same without its article: `decision`, `final guidance`."""
    return foreseen(authority, milestone).removeprefix("an ").removeprefix("a ").removeprefix("the ")


def expected(
    authority: str, milestone: Milestone, day: PartialDate | None, wording: str = "", *, about: str = ""
) -> str:
    """What is foreseen and when: `A decision from the European Commission is expected by 26 August 2025`."""
    is_expected = "can be sent" if milestone in DEADLINES else "is expected"
    return sentence(f"{_coming(authority, milestone, about)} {is_expected}{_window(milestone, day, wording)}")


def moved(
    authority: str,
    milestone: Milestone,
    was: PartialDate | None,
    day: PartialDate | None,
    wording: str = "",
    *,
    about: str = "",
) -> str:
    """From what to what a date has moved, and by how many days where both are days: two short sentences."""
    now_expected, it_was = ("can now be sent", "it was") if milestone in DEADLINES else _NOW_EXPECTED
    now = sentence(f"{_coming(authority, milestone, about)} {now_expected}{_window(milestone, day, wording)}")
    if was is None:
        return now
    by = ""
    if day and was.precision is day.precision is Precision.DAY:
        days = days_between(was.last, day.last)
        by = f", which is {count(abs(days), 'day')} {'earlier' if days > 0 else 'later'}" if days else ""
    return f"{now} Before, {it_was}{_window(milestone, was, '')}{by}."


def overdue(authority: str, milestone: Milestone, day: PartialDate | None, now: datetime, *, about: str = "") -> str:
    """A date that has passed without news, and by how many days on the authority's own calendar. `now` is UTC."""
    what = _coming(authority, milestone, about)
    if day is None:
        return sentence(f"{what} was expected") + " That time has passed, and we have not seen it on the page yet."
    overrun = late(authority, day, now)
    by = f" ({overrun})" if overrun else ""
    return (
        sentence(f"{what} was expected{_window(milestone, day, '')}")
        + f" That date has passed, and we have not seen it on the page yet{by}."
    )


def due(authority: str, milestone: Milestone, day: PartialDate | None, wording: str = "") -> str:
    """A foreseen step and its date in a few words, for a table: `final guidance by 19 November 2025`."""
    if milestone in DEADLINES:
        return "comments" + _window(milestone, day, wording)
    if day is None:
        return f'{step(authority, milestone)}, "{wording}"' if wording else f"{step(authority, milestone)}, no date"
    return step(authority, milestone) + _window(milestone, day, "")


def late(authority: str, day: PartialDate | None, now: datetime) -> str:
    """By how many days a date has passed on the authority's own calendar: `51 days late`; "" if it has not."""
    days = days_between(day.last, local_day(now, zone(authority))) if day else 0
    return f"{count(days, 'day')} late" if days > 0 else ""


def met(day: PartialDate | None, days: int | None, *, announced: bool = False) -> str:
    """How early or late a foreseen milestone came, in `days` from the window's end; "" if it had no date.

    `announced`: the days are those to its announcement.
    """
    if day is None or days is None:
        return ""
    if days == 0 or (days < 0 and day.precision is not Precision.DAY):
        return f"This came when it was expected ({day.plain})."
    came = "was announced" if announced else "came"
    return f"This {came} {count(abs(days), 'day')} {'early' if days < 0 else 'late'}: it was expected by {day.plain}."


def withdrawn(authority: str, milestone: Milestone, day: PartialDate | None, *, about: str = "") -> str:
    """A foreseen milestone that the page no longer names."""
    when = _window(milestone, day, "") if day else ""
    was_expected = "could be sent" if milestone in DEADLINES else "was expected"
    return sentence(f"{_coming(authority, milestone, about)} {was_expected}{when}") + " The page no longer says so."


def ahead(authority: str, milestone: Milestone, day: PartialDate | None, wording: str = "") -> tuple[str, str]:
    """When and what, for a list of dates: `By 19 November 2025`, `final guidance from NICE`."""
    when = _window(milestone, day, "").strip() if day else "No date given"
    said = f' (the source says: "{wording}")' if wording and not day else ""
    return when[:1].upper() + when[1:], _coming(authority, milestone, "") + said


def respond(authority: str) -> str:
    """How to take part in an open consultation of the authority, as far as that is certain."""
    return RESPOND.get(authority, RESPOND[""])


def decided_since(authority: str, milestone: Milestone, *, reported: bool) -> str:
    """What holds where a decision has followed an advice, such as that the Commission has decided since."""
    sure = " (reported, not yet confirmed)" if reported else ""
    return sentence(f"{authority_name(authority)} has decided since: {status(milestone)}{sure}")


def standing(value: Standing) -> str:
    """How sure this is, in one sentence."""
    return STANDINGS[value]


def payers(authority: str) -> tuple[str, ...]:
    """The authorities that decide about payment after this one's licence."""
    return PAYERS.get(authority, ())


def pathway(authority: str) -> str:
    """The course that the authority's statuses belong to."""
    known = AUTHORITIES.get(authority)
    return known.pathway if known else authority


def zone(authority: str) -> str:
    """The time zone whose calendar the authority's dates follow."""
    known: Authority | None = AUTHORITIES.get(authority)
    return known.zone if known else "UTC"


def count(number: int, noun: str) -> str:
    """`1 day`, `63 days`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def join(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def clock_time(instant: datetime) -> str:
    """The time of day of an aware instant in its own zone, with the zone's abbreviation: `09:12 BST`."""
    return f"{instant:%H:%M} {instant.tzname() or 'UTC'}"


def plain_day(day: date) -> str:
    """A calendar day in words: `23 July 2025`."""
    return PartialDate.of_day(day).plain


def _coming(authority: str, milestone: Milestone, about: str) -> str:
    if milestone in DEADLINES:
        return f"comments to {authority_name(authority)}{f' on {about}' if about else ''}"
    link = "at" if milestone in _MEETINGS else "to" if milestone is Milestone.SUBMITTED else "from"
    on = f" on {about}" if about else ""
    return f"{foreseen(authority, milestone)} {link} {authority_name(authority)}{on}"


def at(day: PartialDate) -> str:
    """A date as a sentence says it: `on 23 July 2025`, `in September 2025`."""
    if day.precision is Precision.DAY:
        return f"on {day.plain}"
    return f"in {day.plain}" if day.precision in (Precision.MONTH, Precision.YEAR) else f"in the {day.plain}"


def _window(milestone: Milestone, day: PartialDate | None, wording: str) -> str:
    if day is None:
        return f', but no date is given. The source says: "{wording}"' if wording else ", but no date is given"
    if milestone in DEADLINES:
        return f" until {day.plain}"
    if day.precision is Precision.DAY and milestone not in _MEETINGS:
        return f" by {day.plain}"
    return f" {at(day)}"


def _filled(template: str, authority: str, what: str = "") -> str:
    return template.format(
        body=authority_name(authority),
        what=what,
        place=place(authority),
        service=SERVICES.get(authority, "the public health service"),
    )


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    return text[:1].upper() + text[1:] + "."
