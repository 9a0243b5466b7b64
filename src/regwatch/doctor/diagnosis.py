"""What the doctor says: one line for each thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Grade(IntEnum):
    """How something is. The values are those of monitoring plugins (Nagios): 0, 1, 2."""

    OK = 0
    WARN = 1
    FAIL = 2


@dataclass(frozen=True)
class Diagnosis:
    """One thing: what was seen, and what to do about it where it is not good."""

    grade: Grade
    about: str
    seen: str
    remedy: str = ""


def ok(about: str, seen: str) -> Diagnosis:
    """Good as it is."""
    return Diagnosis(Grade.OK, about, seen)


def warn(about: str, seen: str, remedy: str) -> Diagnosis:
    """It works, and something should be better."""
    return Diagnosis(Grade.WARN, about, seen, remedy)


def fail(about: str, seen: str, remedy: str) -> Diagnosis:
    """It does not work, or not for long, or it lets others see what they must not."""
    return Diagnosis(Grade.FAIL, about, seen, remedy)
