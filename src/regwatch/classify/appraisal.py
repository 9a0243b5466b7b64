"""What the word of an appraising body is: how final, for or against, restricted, or with managed access."""

from __future__ import annotations

from regwatch.classify.authority import FINAL_ONLY
from regwatch.classify.cues import CUES
from regwatch.classify.document import Prose
from regwatch.classify.extract import Action
from regwatch.classify.lexicon import DECISION, NEGATIVE
from regwatch.classify.segment import Sentence
from regwatch.vocabulary import Milestone as M

_NEGATIVE = {
    "final": M.HTA_NOT_RECOMMENDED,
    "draft": M.HTA_DRAFT_NOT_RECOMMENDED,
    "final draft": M.HTA_FINAL_DRAFT_NOT_RECOMMENDED,
}


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
    stage = "final" if code in FINAL_ONLY else _stage(prose, low[sentence.start : sentence.end])
    if means == NEGATIVE:
        return _NEGATIVE[stage]
    listed = _list_after(prose, sentence)
    several = item != (sentence.start, sentence.end)
    if CUES["meaning.managed"].search(low, *(item if several else (action.head, listed))):
        return M.HTA_DRAFT_RECOMMENDED if stage == "draft" else M.HTA_MANAGED_ACCESS
    if stage != "final":
        return M.HTA_DRAFT_RECOMMENDED if stage == "draft" else M.HTA_FINAL_DRAFT_RECOMMENDED
    if several:
        alone = CUES["meaning.price"].sub(" ", low[slice(*item)])
        return M.HTA_RECOMMENDED_RESTRICTED if CUES["meaning.narrow"].search(alone) else M.HTA_RECOMMENDED
    following = CUES["meaning.price"].sub(
        " ", low[max(sentence.start, action.head - 40) : min(len(low), sentence.end + 320)]
    )
    narrow = CUES["meaning.narrow"].search(following[: max(0, sentence.end - action.head) + 60])
    return M.HTA_RECOMMENDED_RESTRICTED if narrow else M.HTA_RECOMMENDED


def _stage(prose: Prose, sayings: str) -> str:
    """How final the word is: by its own sentence, else by the paper that it stands in, else by the document."""
    if CUES["meaning.final_draft"].search(sayings):
        return "final draft"
    if CUES["meaning.draft"].search(sayings):
        return "draft"
    if CUES["meaning.official"].search(sayings) or prose.paper == "guidance":
        return "final"
    if prose.paper in {"draft", "final draft"}:
        return prose.paper
    for stage in ("final draft", "draft"):
        if CUES[f"meaning.{stage.replace(' ', '_')}"].search(prose.document):
            return stage
    return "final"


def _list_after(prose: Prose, sentence: Sentence) -> int:
    """Where the conditions of a sentence end: those of a list that it opens with a colon belong to it."""
    end = sentence.end
    if not prose.text.low[sentence.start : end].rstrip().endswith(":"):
        return end
    m = CUES["meaning.list_items"].match(prose.text.low, end, end + 900)
    return m.end() if m else end
