"""What somebody asks for, and what a search found that may be it."""

from __future__ import annotations

from dataclasses import dataclass

from regwatch.classify.topics import names_indication
from regwatch.model import Indication, Topic, Treatment

OF_THE_MEDICINE = frozenset({"ema_product_number", "ema_epar_url", "ec_register", "fda_application"})
"""Numbers of the medicine itself: they are right also where nothing is said of the disease, as before a new use."""


@dataclass(frozen=True)
class SearchQuery:
    """A medicine and a disease, in the words of whoever asks. `companies` are those who apply for it, where known."""

    treatment: Treatment
    indication: Indication
    companies: tuple[str, ...] = ()

    def topic(self, name: str, title: str, ids: dict[str, str]) -> Topic:
        """The topic of that id and title."""
        return Topic(name, title, self.treatment, self.indication, ids)

    def fits(self, text: str) -> bool:
        """Whether a text names the disease."""
        return names_indication(text, self.indication)


@dataclass(frozen=True)
class SearchHit:
    """One thing that a search found.

    `ids` are the identifiers that it would give a topic, by their names in sources.yaml; empty for what is only good
    to know. `fits` tells whether it names the disease; None where it says nothing of any. The names are as found.
    """

    search: str
    title: str
    url: str
    ids: tuple[tuple[str, str], ...] = ()
    detail: str = ""
    fits: bool | None = None
    inn: str = ""
    brands: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    company: str = ""
    first_choice: bool = False

    @property
    def kind(self) -> str:
        """The first identifier that it gives; "" for none. Candidates of one kind exclude each other."""
        return self.ids[0][0] if self.ids else ""

    @property
    def value(self) -> str:
        """The value of that identifier."""
        return self.ids[0][1] if self.ids else ""


@dataclass(frozen=True)
class SearchChoice:
    """The candidates of one kind, and the one that is taken: none where it is not plain which one is meant."""

    kind: str
    candidates: tuple[SearchHit, ...]
    taken: SearchHit | None


def choices(found: list[SearchHit]) -> list[SearchChoice]:
    """For each identifier what may be it. One candidate is plain if it is the only one, or the only one that fits.

    Whatever is of one disease (a trial, an appraisal, an application) must name it; a number of the medicine need not.
    """
    kinds = dict.fromkeys(one.kind for one in found if one.kind)
    return [_choice(kind, [one for one in found if one.kind == kind]) for kind in kinds]


def _choice(kind: str, listed: list[SearchHit]) -> SearchChoice:
    unique = {one.value: one for one in reversed(listed)}
    listed = [one for one in listed if unique[one.value] is one]
    fitting = [one for one in listed if one.fits]
    best = [one for one in fitting if one.first_choice]
    plain = next((some for some in (fitting, best) if len(some) == 1), [])
    if not plain and not fitting and kind in OF_THE_MEDICINE and len(listed) == 1:
        plain = listed
    shown = listed if kind in OF_THE_MEDICINE else fitting or listed
    return SearchChoice(kind, tuple(shown), plain[0] if plain else None)
