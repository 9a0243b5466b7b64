"""What one document is about: its medicines, its own authority, its language and its disease."""

from __future__ import annotations

from bisect import bisect_left

from regwatch.classify.authority import AGENCY, OTHER, find_authorities
from regwatch.classify.cues import CUES
from regwatch.classify.extract import lexicon
from regwatch.classify.indication import find_adjective, find_indication, is_vague
from regwatch.classify.langid import language_of
from regwatch.classify.products import Named, other_medicine, other_names
from regwatch.classify.segment import Sentence, TextLayout, Zone
from regwatch.classify.text import Text, read_text
from regwatch.dates import PartialDate
from regwatch.model import Announcement, Indication

PAPERS = ("comments", "scope", "final draft", "draft", "guidance", "project")
"""Kinds of papers, the one that names another in its title first."""
PAPER_HEAD = 900
"""Characters in which a paper says what it is."""
NAMED_BEFORE = 4000
"""Characters of a text in which another authority is looked for before the Commission stands in."""
OFFICIAL = frozenset({"regulator_notice", "regulator_status_page", "hta_page"})
"""Kinds of documents that an authority publishes itself."""


class Prose:
    """Facts of one document, found once. `focus` is the medicine that it is about, `house` whose own page it is."""

    def __init__(
        self,
        text: Text,
        layout: TextLayout,
        named: list[Named],
        announcement: Announcement,
        indications: tuple[Indication, ...],
    ) -> None:
        self.text, self.layout, self.announcement, self.indications = text, layout, announcement, indications
        self.named = [n for n in named if n.start < layout.tail]
        self._starts = [n.start for n in self.named]
        self._quotes = [first for first, _ in layout.quotes]
        self.tongue = language_of(text, layout.tail)
        self.foreign = other_names(text, layout.tail, self.named)
        self.focus = next((n for n in self.named if n.role != "other"), None)
        self.house = _house(announcement)
        self.document = text.low[: min(layout.tail, 6000)]
        self.paper = _paper(text) if announcement.kind == "hta_page" else ""
        self.stems = lexicon().stems_in(text, layout.tail)
        self._diseases: dict[str, str] = {}
        self._others: dict[int, int] = {}

    def anchor(self, s: Sentence) -> PartialDate | None:
        """What "today" means in a sentence: the day of its entry, else that of the document."""
        return self.layout.entries[s.entry].day if s.entry >= 0 else self.layout.anchor

    def in_quotation(self, place: int) -> bool:
        """Whether an offset stands inside a quotation."""
        number = bisect_left(self._quotes, place) - 1
        return number >= 0 and self.layout.quotes[number][0] < place < self.layout.quotes[number][1]

    def named_in(self, s: Sentence) -> list[Named]:
        """The namings of watched medicines in a sentence."""
        return self.named[bisect_left(self._starts, s.start) : bisect_left(self._starts, s.end)]

    def names_foreign(self, start: int, end: int) -> bool:
        """Whether a medicine that the document introduces, and that is not watched, is named between two offsets."""
        return any(self.text.low.find(name, start, end) >= 0 for name in self.foreign)

    def names_unwatched(self, s: Sentence) -> bool:
        """Whether a sentence names a medicine that is not watched; looked for once, however many acts it tells."""
        if s.start not in self._others:
            self._others[s.start] = other_medicine(self.text, s.start, s.end, self.named_in(s))
        return self._others[s.start] >= 0

    def indication(self, treatment: str = "") -> str:
        """The disease phrase of the lede, else of the headline, else of the first sentences after them.

        Sentences about other watched medicines only are passed over.
        """
        if treatment not in self._diseases:
            self._diseases[treatment] = self._look_for_disease(treatment)
        return self._diseases[treatment]

    def means_europe(self, s: Sentence) -> bool:
        """Whether the Commission may stand for an authority that a sentence does not name: up to it, and in the first
        sentence of the news, no other one is named, and it is no authority's own page.
        """
        lede = next((o.end for o in self.layout.sentences if o.zone is Zone.LEDE), s.end)
        named = find_authorities(self.text, 0, min(max(s.end, lede), NAMED_BEFORE))
        return not self.house and not {b.code for b in named} - {"EC", "EMA"}

    def _look_for_disease(self, treatment: str) -> str:
        first = self.layout.sentences[:16]
        for s in sorted(first, key=lambda s: (s.zone is Zone.TITLE, s.zone is Zone.SUBHEAD, s.number)):
            mains = {n.treatment for n in self.named_in(s) if n.role == "main"}
            if treatment and mains and treatment not in mains:
                continue
            phrase, _ = find_indication(self.text, s.start, s.end, s.start)
            if phrase and not is_vague(phrase):
                return phrase
        return find_adjective(self.text, 0, min(self.layout.tail, 1500))


def _paper(text: Text) -> str:
    """Which paper of an appraising body a document is, from its first lines; "" where they do not say."""
    head = text.low[:PAPER_HEAD]
    return next((kind for kind in PAPERS if CUES[f"paper.{kind}"].search(head)), "")


def _house(announcement: Announcement) -> str:
    if announcement.kind not in OFFICIAL:
        return ""
    for source in (announcement.publisher, announcement.url.replace("/", " ").replace(".", " ").upper()):
        name = read_text(source)
        bodies = [b for b in find_authorities(name, 0, len(name.low)) if b.body == AGENCY and b.code != OTHER]
        if bodies:
            return bodies[0].code
    return ""
