"""What is wrong with a file, in words for a sentence."""

from __future__ import annotations


def why_unreadable(error: Exception) -> str:
    """Why a file could not be read: the system's own words, or that it is no text."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else " ".join(str(error).split())
