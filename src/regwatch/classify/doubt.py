"""Stage four, the routing: why a finding waits for a person, however probable it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from regwatch.classify.attribution import COSTS
from regwatch.classify.bearing_out import is_item_of_roundup
from regwatch.classify.candidates import Candidate
from regwatch.classify.cues import CUES
from regwatch.classify.extract import LOOSE
from regwatch.classify.lesser import HALTS, STRONG, means_less
from regwatch.classify.mode import is_foreseen
from regwatch.classify.products import UNNAMED
from regwatch.classify.segment import Sentence, Zone
from regwatch.classify.telling import AGAINST, TOLD_AS_NEWS, Telling, days_before
from regwatch.vocabulary import ADVICE, DECISIONS, EVIDENCE, HTA_OUTCOMES, OPINIONS, Milestone

_OUTCOMES = DECISIONS | HTA_OUTCOMES | OPINIONS
_OLD = 14
"""An opinion so many days before the text is not its news: the Commission decides later than that."""
_ASKED = 30
"""Characters before a body in which it may be asked for an act."""
_RECALLED = 60
"""An act so many days before its document bears out nothing that it tells as news."""
_STUDY = 120
"""Characters behind an act in which a study may be its object."""
_SUBJECT = 60
"""Characters before a verb in which its subject is looked for."""


def in_doubt(telling: Telling, one: Candidate) -> str:
    """Why a finding is for a person however probable it is; "" if it need not be."""
    narrow = COSTS["margin"]
    if one.notes:
        return one.notes[0]
    if LOOSE in one.action.rule.tags:
        return "told in a loose turn of phrase"
    if CUES["stance.unnamed_sources"].search(telling.prose.text.low, one.sentence.start, one.sentence.end):
        return "told by unnamed sources"
    if one.treatment == UNNAMED:
        return "the text names no medicine"
    if telling.nature == "results" and one.milestone not in EVIDENCE:
        return "a report on a quarter or a year lists what is known"
    if telling.stayed and one.milestone in DECISIONS:
        return "a court has a part in it"
    if copy := _of_a_copy(telling, one):
        return f"what is told may be of {copy}"
    if one.milestone in STRONG:
        for why in (_of_words_on_it, _only_late, _only_advised, _by_another_mouth, _recalled_while_waiting):
            if other := why(telling, one):
                return other
    if one.milestone in _OUTCOMES:
        if what := _another_object(telling, one):
            return f"what is told may be of {what}"
        if not _says_who(telling, one):
            return "the sentence does not say who decided"
    if less := means_less(telling, one):
        return less
    if _is_a_first_date(telling, one):
        return "the goal date may be the first one of an application that came again"
    if _may_be_an_opinion(telling, one):
        return "the headline may mean the committee's opinion"
    if one.body_margin < narrow:
        return f"the act may be that of {one.body_runner_up or 'another body'}"
    return ""


def _may_be_an_opinion(telling: Telling, one: Candidate) -> bool:
    """Whether "Europe" decides in a text that tells of the committee's opinion the same way.

    Not where the text names the Commission for the decision too, or dates the opinion before its news.
    """
    if one.code != "EC" or not one.place or one.milestone not in DECISIONS:
        return False
    opinion = Milestone.OPINION_NEGATIVE if one.milestone is Milestone.REFUSED else Milestone.OPINION_POSITIVE
    if any(o.code == "EC" and o.milestone is one.milestone and not o.place for o in telling.candidates):
        return False
    return any(
        o.code == "EMA" and o.milestone is opinion and o.stance.sense in TOLD_AS_NEWS and days_before(telling, o) < _OLD
        for o in telling.candidates
    )


def _of_words_on_it(telling: Telling, one: Candidate) -> str:
    """What is said, written or asked about an act, which is not the act."""
    low, s, act = telling.prose.text.low, one.sentence, one.action
    found = CUES["doubt.words_on_it"].search(low, max(s.start, act.start - _SUBJECT), act.start)
    return f"what is told may be of {found[0].strip()}" if found else ""


def _only_late(telling: Telling, one: Candidate) -> str:
    """Why a "no" may only say that the act has not come yet: "did not approve it by its goal date"."""
    low, s, act = telling.prose.text.low, one.sentence, one.action
    if one.milestone not in AGAINST or not CUES["doubt.denied_act"].search(low, max(s.start, act.start - 12), act.end):
        return ""
    late = CUES["doubt.not_yet"].search(low, s.start, s.end)
    late = late or CUES["doubt.not_yet"].search(low, *telling.prose.layout.title)
    return f"the act may only be late ({late[0].strip()})" if late else ""


def _only_advised(telling: Telling, one: Candidate) -> str:
    """Why a halt that Europe would order may only be a committee's advice: the text never names the Commission."""
    document = telling.prose.document
    if one.milestone not in HALTS or one.code != "EC" or CUES["doubt.the_commission"].search(document):
        return ""
    advised = CUES["doubt.halt_advised"].search(document)
    return f"the halt may only be advised ({advised[0].strip()})" if advised else ""


def _by_another_mouth(telling: Telling, one: Candidate) -> str:
    """Who beside the body may have acted: a chair, a rapporteur, a panel, or whoever asks the body for the act."""
    if one.body_at is None or one.milestone in ADVICE:
        return ""
    low, (begins, ends) = telling.prose.text.low, one.body_at
    found = CUES["doubt.of_its_people"].match(low, ends)
    found = found or CUES["doubt.asked_of"].search(low, max(one.sentence.start, begins - _ASKED), begins)
    if not found and one.milestone in DECISIONS:
        found = CUES["doubt.its_panel"].match(low, ends)
    return f"who acted may not be the body itself ({found[0].strip()})" if found else ""


def _recalled_while_waiting(telling: Telling, one: Candidate) -> str:
    """Why a sentence on a step that is awaited may only recall this one."""
    waits = CUES["doubt.waits"].search(telling.prose.text.low, one.sentence.start, one.action.head)
    return f"the sentence may recall it ({waits[0].split()[0]})" if waits else ""


def _another_object(telling: Telling, one: Candidate) -> str:
    """The words for what an act may be on in place of the medicine: its label, a test for it, a copy, a batch."""
    low, act, s = telling.prose.text.low, one.action, one.sentence
    found = CUES["doubt.another_subject"].search(low, max(s.start, act.head - _SUBJECT), act.head)
    found = found or _object_before(telling, one)
    if not found and not CUES["doubt.of_a_use"].search(low, s.start, s.end):
        found = CUES["doubt.supplement"].match(low, act.end, s.end)
    if not found and one.product_at:
        found = CUES["doubt.object_of_it"].match(low, one.product_at[1])
    found = found or CUES["doubt.for_a_study"].search(low, act.end, min(s.end, act.end + _STUDY))
    return " ".join(found[0].split()).removeprefix("of ") if found else ""


def _of_a_copy(telling: Telling, one: Candidate) -> str:
    """The words for a copy of the medicine: beside the act, at the top, or anywhere where its INN bears a suffix."""
    low, cue = telling.prose.text.low, CUES["doubt.of_a_copy"]
    spoken = (one.sentence, *_opening(telling.prose.layout.sentences))
    found = next(filter(None, (cue.search(low, o.start, o.end) for o in spoken)), None)
    if not found and one.product_at and CUES["doubt.suffix"].match(low, *one.product_at):
        found = CUES["doubt.a_biosimilar"].search(telling.prose.document)
    return " ".join(found[0].split()).removeprefix("of ") if found else ""


def _opening(sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    """The headline, with the sentence below it that says what the headline means."""
    below = next((at for at, s in enumerate(sentences) if s.zone is not Zone.TITLE), len(sentences))
    return sentences[: below + 1]


def _object_before(telling: Telling, one: Candidate) -> re.Match[str] | None:
    """What stands between an act and the medicine that makes something else of its object: "the transfer of"."""
    low, act, s = telling.prose.text.low, one.action, one.sentence
    start = one.product_at[0] if one.product_at and one.product_at[0] >= act.end else s.end
    if start < s.end:
        whole = CUES["doubt.another_object"].search(low, act.end, start)
        whole = whole or CUES["doubt.before_the_semicolon"].search(low, act.end, start)
        return whole or CUES["doubt.thing_of"].match(low, act.end, start)
    return None if one.named else CUES["doubt.thing_named"].match(low, act.end, s.end)


def _says_who(telling: Telling, one: Candidate) -> bool:
    """Whether the sentence of an act names the authority, if as "it"; another one of the same act does; it is its own
    page; or it is an item under a headline that names no other one.
    """
    same = (o for o in telling.by_code.get(one.code, ()) if o.milestone is one.milestone)
    return (
        one.explicit
        or one.code == telling.prose.house
        or (is_item_of_roundup(telling, one) and telling.headed == {one.code})
        or any(_is_explicit_news(telling, o) for o in same)
        or bool(CUES["doubt.the_body"].search(telling.prose.text.low, one.sentence.start, one.action.head))
    )


def _is_explicit_news(telling: Telling, o: Candidate) -> bool:
    """Whether a telling names its authority and is not of a time before the document."""
    told = o.explicit and o.stance.sense in TOLD_AS_NEWS and not is_foreseen(o)
    return told and days_before(telling, o) <= _RECALLED


def _is_a_first_date(telling: Telling, one: Candidate) -> bool:
    """Whether a "new" goal date stands beside the acceptance of the application."""
    return one.milestone is Milestone.GOAL_DATE_EXTENDED and any(
        other.milestone is Milestone.ACCEPTED_FOR_REVIEW and other.treatment == one.treatment
        for other in telling.candidates
    )
