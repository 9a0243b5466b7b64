"""What a source grants newly: its statements of uses, compared with all that it has shown before.

The page of a licensed medicine repeats its uses for ever and in ever other words; text is lost and comes back. So a use
is news only where no earlier state granted or named it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from regwatch.classify.langid import language_of
from regwatch.classify.text import read_text
from regwatch.classify.topics import fold, names_indication
from regwatch.model import Change, Claim, Finding, Record, Topic
from regwatch.uses import Addition, Growth, completes, growth, named_before, says_as_much, squash, whole
from regwatch.vocabulary import AUTHORISED, CONVERTED, Confidence, Milestone, Mode

History = Callable[[], Sequence[Sequence[Record]]]
"""The records of every kept state of a source, oldest first, the last settled one included."""

REWORDED = "the text of the use has changed, and whether it is for more patients cannot be told from the words"
UNCONDITIONAL = "the page no longer says that the approval is conditional, and nothing says that this was converted"
UNSTATED = "the page was read before and stated nothing: the use may have stood there, and no day is given"
PASSED = "the page said before that this step was passed, and shows no later one any more"
Way = tuple[str, Milestone, bool]
_OF_ONE_APPLICATION = frozenset({"EMA", "EC"})


@dataclass(frozen=True)
class Shown:
    """What the earlier states of a source have shown of one medicine at one authority.

    `uses` are the texts granted, each with its last milestone; `sure` those of them that no lost words can have made
    wider than the licence; `mentions` what else named uses, unless it was ahead of what was granted; `texts` all that
    stood there, as sentences in order, each state once. `told`: some state told of the medicine; `licensed`: the last
    one that did granted a use; `conditional`: it granted none without a condition. `ways` are the uses with every
    milestone that they ever had, and whether the page told in words how they came to it.
    """

    uses: dict[str, Milestone]
    sure: tuple[str, ...]
    mentions: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    told: bool
    licensed: bool
    conditional: bool
    ways: frozenset[Way]


@dataclass(frozen=True)
class Judged:
    """What a claim is for one topic: None where it is no news. `reason` where a person has to look."""

    claim: Claim | None
    reason: str = ""


def is_standing(claim: Claim) -> bool:
    """Whether a claim is the standing text of a licence, rather than the report of an approval of its own day."""
    granted = claim.milestone in AUTHORISED and claim.mode is Mode.ANNOUNCED and bool(claim.indication)
    return granted and (claim.date is None or claim.date == claim.first or claim.rule.endswith(CONVERTED))


def shown_of(claim: Claim, history: Sequence[Sequence[Record]]) -> Shown:
    """All that the earlier states have shown of the claim's medicine, folded from the oldest on."""
    uses: dict[str, Milestone] = {}
    sure: list[str] = []
    mentions: list[str] = []
    texts: dict[tuple[str, ...], None] = {}
    ways: set[Way] = set()
    ever = licensed = conditional = False
    for records in history:
        mine = [record for record in records if any(_of_same(claim, other) for other in record.claims)]
        told = [other for record in mine for other in record.claims if _of_same(claim, other)]
        granted = {other.indication: other.milestone for other in told if is_standing(other)}
        ever, licensed = ever or bool(told), bool(granted) if told else licensed
        conditional = {*granted.values()} == {Milestone.CONDITIONALLY_APPROVED} if granted else conditional
        ways |= {_way(other) for other in told if is_standing(other)}
        fresh = [use for use in granted if use not in uses]
        names = (claim.treatment, *(record.title for record in mine))
        sure += [use for use in fresh if _is_sure(use, sure, tuple(granted), names, texts)]
        uses |= granted
        texts |= dict.fromkeys(record.blocks for record in mine)
        named = [text for record in mine for text in record.mentions if text not in mentions]
        ahead = bool(mentions)
        mentions += [text for text in named if not ahead or named_before(text, (*sure, *mentions))]
    return Shown(uses, tuple(sure), tuple(mentions), tuple(texts), ever, licensed, conditional, frozenset(ways))


def _way(claim: Claim) -> Way:
    return squash(claim.indication), claim.milestone, claim.rule.endswith(CONVERTED)


def _is_sure(
    use: str, sure: Sequence[str], granted: Sequence[str], names: Sequence[str], texts: Iterable[Sequence[str]]
) -> bool:
    """Whether what a use covers is granted for certain: no lost word can have made it wider than those before it."""
    added = growth(use, sure, granted, names, texts).addition
    return added is not Addition.DOUBT and (added is not Addition.NOTHING or says_as_much(use, sure, names))


def _of_same(claim: Claim, other: Claim) -> bool:
    bodies = _OF_ONE_APPLICATION if claim.authority in _OF_ONE_APPLICATION else {claim.authority}
    return other.authority in bodies and fold(other.treatment) == fold(claim.treatment)


def was_passed(claim: Claim, history: Sequence[Sequence[Record]]) -> bool:
    """Whether an earlier state gave the very step as passed: where it shows as the last one, the later ones were lost.

    One that is taken for a second time has another day.
    """
    earlier = (one for records in history for record in records for one in record.claims)
    return any(
        one.mode is Mode.BACKGROUND
        and (one.authority, one.milestone, one.date) == (claim.authority, claim.milestone, claim.date)
        and (fold(one.treatment) == fold(claim.treatment) or fold(one.indication) == fold(claim.indication))
        for one in earlier
    )


def doubted(findings: list[Finding], reason: str) -> list[Finding]:
    """The findings as they are, or for a person to look at where there is a reason."""
    if not reason:
        return findings
    return [replace(finding, confidence=Confidence.MEDIUM, reason=reason) for finding in findings]


def unsure_of_tongue(change: Change, finding: Finding) -> Finding:
    """A text that changed its language as a whole names no disease newly as far as anyone can tell: a person looks."""
    before, after = (_tongue(one) if one else "" for one in (change.before, change.after))
    if not (before and after) or before == after:
        return finding
    return replace(finding, confidence=Confidence.MEDIUM, reason=f"the text changed its language: {before} to {after}")


def _tongue(record: Record) -> str:
    """The language of a record's uses, as its adapter gives it or as their words show it; "" where it has none."""
    uses = " ".join(claim.indication for claim in record.claims)
    return dict(record.fields).get("Language", "") or (language_of(read_text(uses), len(uses)) if uses.strip() else "")


def first_granted(claim: Claim, shown: Shown) -> Claim:
    """The claim of a medicine without a licence before: seen so, its day is that of the first authorisation.

    One that had lost its licence gets it back on a day that no page states.
    """
    if shown.uses:
        return replace(claim, date=None if claim.date == claim.first else claim.date)
    return replace(claim, date=claim.date or claim.first) if shown.told else claim


def judge(claim: Claim, topic: Topic, shown: Shown, standing: Iterable[str], names: Sequence[str]) -> Judged:
    """What the use of a licensed medicine is for a topic whose indication it names, beside all that was shown before.

    `standing` are the uses that the source grants now; `names` those of the medicine.
    """
    same = next((use for use in shown.uses if squash(use) == squash(claim.indication)), None)
    if same is not None:
        return _again(claim, shown.uses[same], shown)
    judged = _beside(claim, topic, shown, standing, names)
    return _unbound(claim) if judged.claim is None and _is_unbound(claim, shown) else judged


def _beside(claim: Claim, topic: Topic, shown: Shown, standing: Iterable[str], names: Sequence[str]) -> Judged:
    """What a use in new words is beside those that were shown before."""
    newly, sure = replace(claim, date=None), whole(shown.sure)
    grown = growth(claim.indication, sure, standing, names, shown.texts)
    added = grown.addition
    repaired = added is Addition.NEW or completes(claim.indication, sure)
    if repaired and named_before(claim.indication, shown.mentions, names):
        added = Addition.NOTHING
    known = [use for use in sure if names_indication(use, topic.indication)]
    if known:
        return _within(newly, added, growth(claim.indication, known, standing, names, shown.texts))
    if any(names_indication(text, topic.indication) for text in shown.mentions):
        return Judged(None) if added is Addition.NOTHING else Judged(newly, REWORDED)
    return Judged(newly, REWORDED if added is Addition.NOTHING or grown.may_add_a_disease else "")


def _again(claim: Claim, before: Milestone, shown: Shown) -> Judged:
    """A use in the very words of an earlier state: news only where it got or lost a condition, for the first time."""
    if claim.milestone is before:
        return Judged(None)
    if claim.milestone is Milestone.APPROVED:
        return Judged(None) if claim.rule.endswith(CONVERTED) and _way(claim) in shown.ways else _unbound(claim)
    return Judged(None) if _way(claim) in shown.ways else Judged(claim)


def _is_unbound(claim: Claim, shown: Shown) -> bool:
    """Whether a use in other words is one that has lost its condition now, and had not before."""
    told = any(way[1:] == (claim.milestone, True) for way in shown.ways)
    return claim.milestone is Milestone.APPROVED and shown.conditional and not told


def _unbound(claim: Claim) -> Judged:
    """An approval that was conditional: sure where the page's own words say that it is no more."""
    return Judged(claim, "" if claim.rule.endswith(CONVERTED) else UNCONDITIONAL)


def _within(claim: Claim, added: Addition, of_topic: Growth) -> Judged:
    """A use in a disease that was licensed before: whether it is for more patients."""
    if Addition.NOTHING in (added, of_topic.addition) or of_topic.only_adds_diseases:
        return Judged(None)
    wider = replace(claim, milestone=Milestone.USE_WIDENED)
    return Judged(wider, REWORDED if Addition.DOUBT in (added, of_topic.addition) else "")


def is_more_than_known(claim: Claim, topic: Topic) -> bool:
    """Whether a claim says more of a topic's disease than what its own page marks as known before."""
    known = [use for use in claim.known if names_indication(use, topic.indication)]
    if not known:
        return True
    grown = growth(claim.indication, known, (), topic.treatment.names)
    return grown.addition is not Addition.NOTHING and not grown.only_adds_diseases
