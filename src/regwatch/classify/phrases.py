"""Stage three, the evidence of plain words: which row found the act, and the words around it.

No word decides: each is a sign among hundreds. The words are a closed list of the lexicon, so that no medicine, company
or disease can weigh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from regwatch.classify.candidates import Candidate
from regwatch.classify.lexicon import words
from regwatch.classify.telling import Telling

REACH, MOST = 90, 12
"""So many characters on each side of the act are read, and of them so many words."""
_WORD = re.compile(r"[a-z]{2,}")


def signs_of_words(telling: Telling, f: Candidate) -> Iterator[str]:
    """The row that found the act, and the plain words before and after it in its sentence."""
    yield f"row: {f.action.rule.id}"
    low, plain = telling.prose.text.low, words("nearby")
    before = _WORD.findall(low, max(f.sentence.start, f.action.head - REACH), f.action.head)[-MOST:]
    after = _WORD.findall(low, f.action.end, min(f.sentence.end, f.action.end + REACH))[:MOST]
    for side, found in (("before", before), ("after", after)):
        for word in sorted(plain.intersection(found)):
            yield f"near it, {side}: {word}"
