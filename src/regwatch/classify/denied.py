"""Whether a sentence denies the act that it names, or only repeats what others claim of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from regwatch.classify.extract import Action
from regwatch.classify.lexicon import DECISION
from regwatch.classify.lexicon.denials import CLAIM_STEMS, CLAIMED, DENIALS, REACH, TAKEN_BACK, Denial
from regwatch.classify.segment import Sentence
from regwatch.classify.text import Text


def by_stem(denials: Iterable[Denial]) -> dict[str, list[Denial]]:
    """The denials under each of their stems."""
    found: dict[str, list[Denial]] = {}
    for denial in denials:
        for stem in denial.prefilter:
            found.setdefault(stem, []).append(denial)
    return found


_BY_STEM = by_stem(DENIALS)


def denied(text: Text, sentence: Sentence, action: Action) -> str:
    """The words that deny the act, in its sentence or in a short one after it; "" if none do.

    A decision ahead is never denied: "no decision is expected before May" foresees one.
    """
    if action.rule.means == DECISION:
        return ""
    if taken := TAKEN_BACK.match(text.low, sentence.end, sentence.end + 80):
        return taken[0].strip()
    before = _before(text, sentence, action)
    after = _plainly(text.low[action.end : min(sentence.end, action.end + REACH)])
    near = before + after
    for denial in dict.fromkeys(one for stem, some in _BY_STEM.items() if stem in near for one in some):
        then = denial.compiled_after.match(after)
        if then and (told := denial.compiled.search(before)):
            return (told[0] or then[0]).strip()
    return ""


def claimed(text: Text, sentence: Sentence, action: Action) -> bool:
    """Whether the act is only what others claim ("a story that the FDA has approved")."""
    before = _before(text, sentence, action)
    return any(stem in before for stem in CLAIM_STEMS) and bool(CLAIMED.search(before))


def _before(text: Text, sentence: Sentence, action: Action) -> str:
    """The words of the sentence before the act; a "not" that belongs to the act is not among them."""
    begins = action.start if "not" in action.rule.tags else action.head
    return _plainly(text.low[max(sentence.start, begins - REACH) : begins])


def _plainly(words: str) -> str:
    """Words with single spaces and with raised points: a point inside a sentence ends nothing."""
    return re.sub(" {2,}", " ", words.replace(".", "\u00b7"))
