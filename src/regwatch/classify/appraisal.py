"""What the word of an appraising body is: how final, for or against, restricted, or with managed access."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from regwatch.classify.authority import DRAFTS_TWICE, FINAL_ONLY
from regwatch.classify.cues import CUES
from regwatch.classify.document import Prose
from regwatch.classify.extract import Action
from regwatch.classify.lexicon import DECISION, NEGATIVE
from regwatch.classify.segment import Sentence, Zone
from regwatch.vocabulary import Milestone as M

_NEGATIVE = {
    "final": M.HTA_NOT_RECOMMENDED,
    "draft": M.HTA_DRAFT_NOT_RECOMMENDED,
    "final draft": M.HTA_FINAL_DRAFT_NOT_RECOMMENDED,
}
_STAGED = frozenset({*_NEGATIVE.values(), M.HTA_RECOMMENDED, M.HTA_RECOMMENDED_RESTRICTED, M.HTA_DRAFT_RECOMMENDED})
"""Outcomes that one body gives more than once, from the draft to the last word."""
PARAGRAPH_SIDE = 1500
"""Characters of a paragraph before a sentence, and after it, in which the stage of its act may be told."""
CONDITIONS_MOST = 800
"""Characters behind an act in which its sentence may narrow it."""


def managed_access_of(prose: Prose) -> M:
    """Use with managed access, or the consultation paper that proposes it."""
    return M.HTA_DRAFT_RECOMMENDED if prose.paper == "draft" else M.HTA_MANAGED_ACCESS


def guidance_of(
    prose: Prose, means: str | M, code: str, sentence: Sentence, action: Action, item: tuple[int, int]
) -> M:
    """The milestone of an appraising body's word. `item`: the part of the sentence about the medicine."""
    if means == DECISION:
        return M.HTA_RECOMMENDED
    low = prose.text.low
    stage = stage_of(prose, code, sentence).name
    if means == NEGATIVE:
        return _NEGATIVE[stage]
    listed = _list_after(prose, sentence)
    several = item != (sentence.start, sentence.end)
    if CUES["meaning.managed"].search(low, *(item if several else (action.head, listed))):
        return M.HTA_DRAFT_RECOMMENDED if stage == "draft" else M.HTA_MANAGED_ACCESS
    if stage != "final":
        return M.HTA_DRAFT_RECOMMENDED if stage == "draft" else M.HTA_FINAL_DRAFT_RECOMMENDED
    if several:
        alone = _without_price(low[slice(*item)])
        return M.HTA_RECOMMENDED_RESTRICTED if CUES["meaning.narrow"].search(alone) else M.HTA_RECOMMENDED
    first, end = max(sentence.start, action.head - 40), min(sentence.end, action.head + CONDITIONS_MOST)
    following = _without_price(low[first : end + 320])[: max(0, end - action.head) + 60]
    if not low[first:end].rstrip().endswith(":"):
        following = following.rstrip().partition("\n")[0]  # what stands on the next line is another item
    narrow = CUES["meaning.narrow"].search(following)
    return M.HTA_RECOMMENDED_RESTRICTED if narrow else M.HTA_RECOMMENDED


@dataclass(frozen=True)
class Stage:
    """How final a body's word is. `sure`: its own words, its paper or the body itself say so."""

    name: str
    sure: bool = True


def stage_of(prose: Prose, code: str, sentence: Sentence) -> Stage:
    """How final the word is: by its own sentence, else the paper, else its paragraph, else the document."""
    if code in FINAL_ONLY:
        return Stage("final")
    stage = _stage(prose, sentence)
    if stage.name == "final draft" and code not in DRAFTS_TWICE:
        return Stage("draft", stage.sure)
    return stage


@lru_cache(maxsize=1)
def _stage(prose: Prose, sentence: Sentence) -> Stage:
    low = prose.text.low
    if named := _stage_in(low[sentence.start : sentence.end]):
        return Stage(named)
    if prose.paper == "guidance":
        return Stage("final")
    if prose.paper in {"draft", "final draft"}:
        return Stage(prose.paper)
    if named := _stage_in(low[slice(*_paragraph(low, sentence))]):
        return Stage(named)
    told = _top(prose) if len({n.treatment for n in prose.named if n.role == "main"}) > 1 else prose.document
    for name in ("final draft", "draft"):
        if CUES[f"meaning.{name.replace(' ', '_')}"].search(told):
            return Stage(name, told is prose.document)
    return Stage("final", bool(CUES["meaning.official"].search(prose.document)))


def _paragraph(low: str, sentence: Sentence) -> tuple[int, int]:
    """The line that a sentence stands in, as far as it belongs to it."""
    first = max(0, sentence.start - PARAGRAPH_SIDE)
    last = min(len(low), sentence.end + PARAGRAPH_SIDE)
    end = low.find("\n", sentence.end, last)
    return max(first, low.rfind("\n", first, sentence.start) + 1), end if end >= 0 else last


def _top(prose: Prose) -> str:
    """What heads a text of several medicines and speaks of all of them: the sentences at its top that name none."""
    top = (
        s for s in prose.layout.sentences if s.zone <= Zone.SUBHEAD and (s.zone is Zone.TITLE or not prose.named_in(s))
    )
    return "\n".join(prose.text.low[s.start : s.end] for s in top)


def _stage_in(words: str) -> str:
    """How final some words call a body's word, "" where they do not say."""
    if CUES["meaning.final_draft"].search(words):
        return "final draft"
    if CUES["meaning.draft"].search(words) or CUES["meaning.draft_beside"].search(words):
        return "draft"
    return "final" if CUES["meaning.official"].search(words) else ""


def doubt_of(prose: Prose, told: M, code: str, sentence: Sentence, item: tuple[int, int]) -> str:
    """Why an outcome may be another one: the text may not say how final it is, or hint at a narrower use."""
    if told not in _STAGED or (code in FINAL_ONLY and told is not M.HTA_RECOMMENDED):
        return ""
    low = prose.text.low
    if code not in FINAL_ONLY and not (stage := stage_of(prose, code, sentence)).sure:
        opened = stage.name != "final" or CUES["meaning.perhaps_draft"].search(low, sentence.start, sentence.end)
        if opened or CUES["meaning.goes_on"].search(prose.document):
            return "the text does not say how final it is"
    alone = _without_price(low[slice(*item)])
    hint = CUES["meaning.perhaps_narrow"].search(alone)
    return f"the use may be narrower ({hint[0].strip()})" if hint and told is M.HTA_RECOMMENDED else ""


@lru_cache(maxsize=2)
def _without_price(words: str) -> str:
    """What is said without the conditions that are of money alone."""
    return CUES["meaning.price"].sub(" ", words)


def _list_after(prose: Prose, sentence: Sentence) -> int:
    """Where the conditions of a sentence end: those of a list that it opens with a colon belong to it."""
    end = sentence.end
    if not prose.text.low[sentence.start : end].rstrip().endswith(":"):
        return end
    m = CUES["meaning.list_items"].match(prose.text.low, end, end + 900)
    return m.end() if m else end
