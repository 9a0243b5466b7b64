"""The cues of every stage, compiled: `CUES["stance.condition"]` is a pattern over lower-case text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from regwatch.classify.lexicon import filled, read


class _Cues(Mapping[str, re.Pattern[str]]):
    """Read and compiled when the first cue is asked for."""

    @cached_property
    def _compiled(self) -> dict[str, re.Pattern[str]]:
        classes = read("classes")["classes"]
        return {
            f"{stage}.{name}": re.compile("|".join(filled(form, classes) for form in row["forms"]))
            for stage, group in read("cues").items()
            for name, row in group.items()
        }

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self._compiled[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._compiled)

    def __len__(self) -> int:
        return len(self._compiled)


CUES = _Cues()
