"""The colours of a mail, in light and in dark, each pair of text and ground at a contrast of 4.5 to 1 or more.

No ground is pure white or black: clients that force a dark mode invert those hard (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#efeae0",
    "paper": "#fffdf8",
    "panel": "#f4efe4",
    "rule": "#d8cfbf",
    "ink": "#1d2733",
    "soft": "#4f5b67",
    "link": "#0b5563",
    "good": "#17633a",
    "bad": "#94241c",
    "wait": "#7d4a06",
    "plain": "#2f4b66",
}
DARK: Mapping[str, str] = {
    "page": "#12161b",
    "paper": "#1b2129",
    "panel": "#252d37",
    "rule": "#3d4855",
    "ink": "#e8e6e1",
    "soft": "#b3bcc6",
    "link": "#8ccfdc",
    "good": "#86d3a4",
    "bad": "#f5a59c",
    "wait": "#eac083",
    "plain": "#a8c6e6",
}

TEXTS = ("ink", "soft", "link", "good", "bad", "wait", "plain")
GROUNDS = ("page", "paper", "panel")
