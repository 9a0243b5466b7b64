"""The file `regwatch.env` of the working directory: its values as they are written, and faults that name their line.

Nothing in a value is expanded: a password may hold `$` and braces. The same file is read by systemd, which takes a part
behind ` #` and a backslash in double quotes otherwise; where a secret would be another one there, that is a fault.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import parse_stream

from regwatch.errors import ConfigError, Fault

ENV_FILE = "regwatch.env"

_ASSIGNMENT = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*)")
_NO_SETTING = "is not a setting: write one a line, as REGWATCH_NAME=value"
_MARK = "begins with a byte-order mark, which makes its first line another one for systemd: save it as UTF-8 without"
_EXPORT = "begins with export, which a shell reads and systemd does not: leave that word out"
_NOT_CLOSED = "cannot be read: close the quotation mark, and let nothing follow it"
_HASH = "may end before the #, which begins a comment for some programs: put single quotes around the value"
_BACKSLASH = "has a backslash in double quotes, which begins an escape: put single quotes around the value"


def values() -> Mapping[str, str]:
    """What the file assigns, by name in capitals; the last one counts."""
    bindings = parse_stream(io.StringIO(_text()))
    return {one.key.upper(): one.value or "" for one in bindings if one.key and not one.error}


def assigned_lines() -> Mapping[str, int]:
    """The names that are assigned, with their lines."""
    return {found[1]: number for number, line in _written_lines() if (found := _ASSIGNMENT.match(line))}


def unreadable_lines(secrets: frozenset[str]) -> list[Fault]:
    """A fault for every line that assigns nothing or cannot be read, and for those of `secrets` (names in capitals)
    that would not arrive everywhere as they are written.
    """
    broken = {
        one.original.line + len(one.original.string) - len(one.original.string.lstrip("\n"))
        for one in parse_stream(io.StringIO(_text()))
        if one.error
    }
    told = [(number, _fault(line, number in broken, secrets)) for number, line in _written_lines()]
    if _has_mark():
        told.insert(0, (1, ("", _MARK)))
    return [Fault(ENV_FILE, number, 1, name, message) for number, (name, message) in told if message]


def _fault(line: str, broken: bool, secrets: frozenset[str]) -> tuple[str, str]:
    """The name that a line assigns, and what is wrong with it; "" if nothing is."""
    found = _ASSIGNMENT.match(line)
    if found is None:
        return "", _NO_SETTING
    name, value = found[1], found[2].strip()
    if broken:
        return name, _NOT_CLOSED
    if line.lstrip().startswith("export"):
        return name, _EXPORT
    if name.upper() in secrets and not value.startswith("'"):
        if value.startswith('"'):
            return name, _BACKSLASH if "\\" in value else ""
        return name, _HASH if re.search(r"\s#", value) else ""
    return name, ""


def _written_lines() -> list[tuple[int, str]]:
    """The lines of `regwatch.env` that are neither empty nor comments."""
    return [
        (number, line)
        for number, line in enumerate(_text().splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _has_mark() -> bool:
    try:
        with Path(ENV_FILE).open("rb") as file:
            return file.read(3) == BOM_UTF8
    except OSError:
        return False


def _text() -> str:
    """The text of the file without its byte-order mark; "" where there is no file."""
    try:
        return Path(ENV_FILE).read_text("utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError([Fault(ENV_FILE, 0, 0, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Fault(ENV_FILE, 0, 0, "", "this is not UTF-8 text: save the file as UTF-8")]) from error
