"""Which statements of a page over time are about one and the same use of a medicine.

Every use is a matter of its own: a disease that enters the text is one, the same use in other words or for more
patients is none. What makes two texts speak of one use is the business of `uses`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from regwatch.classify.topics import fold
from regwatch.uses import (
    Addition,
    Relation,
    adds_a_disease,
    compare_uses,
    growth,
    named_before,
    names_another_disease,
    read_use,
    same_disease,
    squash,
)


@dataclass
class Matter:
    """One use in all its wordings, of one treatment as the page names it."""

    treatment: str
    wordings: list[str] = field(default_factory=list)


@dataclass
class Matters:
    """The uses of one page, as its states come by.

    `names` are those of the medicine. `whole` is for pages about one application at a time, which is described ever
    anew: what speaks of one disease is then one matter. `mentioned` are the texts, such as overviews, that named uses
    without granting them.
    """

    names: tuple[str, ...] = ()
    whole: bool = False
    found: list[Matter] = field(default_factory=list)
    mentioned: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)

    def see(self, treatment: str, uses: Iterable[str]) -> None:
        """Take in all uses that one state grants to a treatment."""
        mine = [matter for matter in self.found if matter.treatment == fold(treatment)]
        wordings = list(dict.fromkeys(uses))
        known = {squash(wording) for matter in mine for wording in matter.wordings}
        for use in wordings:
            if squash(use) not in known:
                self._take(treatment, use, mine, wordings)

    def _take(self, treatment: str, use: str, mine: list[Matter], standing: list[str]) -> None:
        matter = self._told_again(use, mine, standing)
        if matter is not None:
            matter.wordings.append(use)
        else:
            matter = self._add(treatment, use, mine)
            if named_before(use, self.mentioned, self.names):
                matter.wordings += [text for text in self.mentioned if same_disease(use, text)]

    def _add(self, treatment: str, use: str, mine: list[Matter]) -> Matter:
        matter = Matter(fold(treatment), [use])
        self.found.append(matter)
        mine.append(matter)
        return matter

    def _told_again(self, use: str, mine: list[Matter], standing: list[str]) -> Matter | None:
        """The matter that a new wording is of."""
        if self.whole:
            return next((one for one in mine if any(same_disease(use, wording) for wording in one.wordings)), None)
        wordings = [wording for matter in mine for wording in matter.wordings]
        added = growth(use, wordings, standing, self.names)
        if not mine or added.addition is Addition.NEW or added.may_add_a_disease:
            return None
        beside = next((one for one in mine if added.beside in one.wordings), None)
        return beside or max(mine, key=lambda matter: max(self._nearness(use, wording) for wording in matter.wordings))

    def _nearness(self, use: str, wording: str) -> tuple[bool, bool, int]:
        """How near two wordings are: one within the other, one use by what it says, by the words they share."""
        inside = squash(use) in squash(wording)
        alike = compare_uses(use, wording, self.names) in (Relation.SAME, Relation.NARROWER)
        return inside, alike, len(set(fold(use).split()) & set(fold(wording).split()))

    def mention(self, treatment: str, texts: Sequence[str], *, first: bool) -> None:
        """Take in what a state names without granting it: a use that nothing named before is a matter too."""
        mine = [matter for matter in self.found if matter.treatment == fold(treatment)]
        fresh = [] if first or not mine else [text for text in texts if text not in self.mentioned]
        for text in fresh:
            known = [*self.mentioned, *(wording for matter in mine for wording in matter.wordings)]
            another = names_another_disease(text, known, self.names) and not named_before(text, known, self.names)
            if another or adds_a_disease(text, texts, self.last, known):
                self._add(treatment, text, mine)
            elif read_use(text, self.names).diseases:
                near = [one for one in mine if same_disease(text, one.wordings[0])]
                for matter in near:
                    matter.wordings.append(text)
        self.mentioned += [text for text in texts if text not in self.mentioned]
        self.last = list(texts) or self.last

    def about(self, treatment: str, wording: str) -> list[Matter]:
        """The uses that a wording speaks of: those it names, else all of its treatment (an application as a whole)."""
        mine = [matter for matter in self.found if not treatment or matter.treatment in ("", fold(treatment))]
        near = [matter for matter in mine if any(same_disease(wording, known) for known in matter.wordings)]
        return near or mine
