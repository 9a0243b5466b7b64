"""What people are told of a transition in words, for programs: beside what `ledger.as_json` gives."""

from __future__ import annotations

from typing import Any

from regwatch.digest.for_whom import ForWhom
from regwatch.digest.transition_view import TransitionView
from regwatch.ledger.as_json import transition_json
from regwatch.ledger.entries import Transition


def told_json(one: Transition, shown: TransitionView) -> dict[str, Any]:
    """A transition as JSON values, with the sentence, what it means, for whom it is and who announced it."""
    announcer = one.announcer.publisher if one.announcer else None
    return transition_json(one) | {
        "sentence": shown.sentence,
        "meaning": shown.meaning or None,
        "announced_by": announcer,
        "for_whom": whom_json(shown.whom),
    }


def whom_json(whom: ForWhom) -> dict[str, Any] | None:
    """For whom it is; None where no source says more than the topic, and of each part where it is not said."""
    if not whom.words:
        return None
    return {
        "words": whom.words,
        "age": whom.age or None,
        "earlier_treatments": whom.earlier or None,
        "tumour_types": list(whom.terms),
    }
