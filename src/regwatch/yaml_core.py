"""YAML by libyaml, with the scalars of YAML 1.2: `no`, `on` and `08:30` are texts, as people mean them."""

from __future__ import annotations

import re
from typing import Any

import yaml

_PLAIN = "tag:yaml.org,2002:"
_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CoreLoader(_Fast):  # type: ignore[misc]
    """A safe loader whose plain scalars are those of the core schema (https://yaml.org/spec/1.2.2/#103-core-schema)."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _kind, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("merge", r"<<", "<"),
):
    CoreLoader.add_implicit_resolver(_PLAIN + _kind, re.compile(rf"(?:{_pattern})\Z"), list(_first))


_DEEPEST = 50


def load_yaml(text: str) -> Any:
    """The values of a YAML text. Raises `yaml.YAMLError` where it is none, or nested more than fifty deep.

    libyaml builds what is nested by recursion, and takes the process with it.
    """
    depth = 0
    for event in yaml.parse(text, Loader=CoreLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.YAMLError("it is nested too deeply to be meant")
    return yaml.load(text, Loader=CoreLoader)  # noqa: S506 (a safe loader)
