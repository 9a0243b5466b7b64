"""The file `regwatch.env` of the working directory, line by line, for faults that name their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from regwatch.errors import ConfigError, Fault

ENV_FILE = "regwatch.env"

_ASSIGNMENT = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=")


def assigned_lines() -> Mapping[str, int]:
    """The names that are assigned, with their lines."""
    lines = _written_lines()
    return {found[1]: number for number, line in lines if (found := _ASSIGNMENT.match(line))}


def no_assignments() -> list[Fault]:
    """A fault for every line that assigns nothing."""
    message = "is not a setting: write one a line, as REGWATCH_NAME=value"
    odd = (number for number, line in _written_lines() if not _ASSIGNMENT.match(line))
    return [Fault(ENV_FILE, number, 1, "", message) for number in odd]


def _written_lines() -> list[tuple[int, str]]:
    """The lines of `regwatch.env` that are neither empty nor comments."""
    try:
        lines = Path(ENV_FILE).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError([Fault(ENV_FILE, 0, 0, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Fault(ENV_FILE, 0, 0, "", "this is not UTF-8 text: save the file as UTF-8")]) from error
    return [
        (number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")
    ]
