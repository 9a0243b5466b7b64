"""A short watch list for texts that are read by hand: medicines and diseases, without topics, sources or readers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydantic import Field, ValidationError

from regwatch.errors import ConfigError
from regwatch.model import Indication, Treatment
from regwatch.watchlist.fault_wording import sentence
from regwatch.watchlist.from_shapes import indication_of, treatment_of
from regwatch.watchlist.shape import IndicationShape, Line, TreatmentShape, WatchlistPart
from regwatch.watchlist.tree import Loc, read_tree


class NamedUseShape(IndicationShape):
    """A disease that may have no other words than its name."""

    terms: list[Line] = Field(default=[])
    """Words that mean this disease."""


class ShortListShape(WatchlistPart):
    """The whole file."""

    treatments: list[TreatmentShape] = Field(min_length=1)
    """The medicines to look for."""
    indications: list[NamedUseShape] = Field(default=[])
    """The diseases to name as they are called here."""


def read_short_list(path: Path) -> tuple[list[Treatment], list[Indication]]:
    """The treatments and indications to look for. Raises `ConfigError` with every fault in the file."""
    tree = read_tree(path, "write one with `treatments`, a list of medicines with `inn` and `brands`")
    faults = list(tree.faults)
    try:
        shape = ShortListShape.model_validate(tree.value)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            if one["loc"] not in tree.refused:
                said = sentence(one, ShortListShape)
                faults.append(tree.fault(one["loc"], said, at_key=one["type"] == "extra_forbidden"))
        raise ConfigError(sorted(faults, key=lambda fault: (fault.line, fault.column))) from error
    first: dict[str, int] = {}
    for number, named in enumerate(shape.treatments):
        loc: Loc = ("treatments", number, "inn")
        before = first.setdefault(named.inn.lower(), number)
        if before != number:
            line = tree.values["treatments", before, "inn"][0]
            faults.append(tree.fault(loc, f"{named.inn} stands here twice, first in line {line}: join the two"))
    if faults:
        raise ConfigError(faults)
    treatments = [replace(treatment_of(named), inn=named.inn.lower()) for named in shape.treatments]
    return treatments, [indication_of(one) for one in shape.indications]
