"""Captures that are no page any more, rendered back: Markdown of a page to HTML, a day's list of items to RSS."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from regwatch.errors import UsageError
from regwatch.reading.markdown import to_html

_HEAD = re.compile(r"\A---\r?\n(.{0,4000}?)\r?\n---\r?\n", re.DOTALL)
_FACT = re.compile(r"^(\w{1,40}): (\S.{0,300})$", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def head_of(markdown: str) -> dict[str, str]:
    """The facts in the YAML head of a Markdown capture, such as when and from where it was taken; empty without one."""
    found = _HEAD.match(markdown)
    return dict(_FACT.findall(found[1])) if found else {}


def page_of(markdown: str) -> tuple[bytes, str, datetime | None]:
    """The HTML of a Markdown capture, its address and the instant (UTC) it was taken, where its head tells them."""
    head = head_of(markdown)
    place = head.get("document_pathfilename", "").strip()
    url = place if "://" in place or not place else f"https://{place.removesuffix('.html')}"
    return to_html(markdown).encode(), url, _instant(head.get("document_datetime", ""))


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def is_list_of_items(body: bytes) -> bool:
    """Whether a JSON body is a feed's day: a list of items with title and address, as feed collectors keep it."""
    if body.lstrip()[:1] != b"[":
        return False
    try:
        items = json.loads(body)
    except ValueError:
        return False
    return all(isinstance(item, dict) and "title" in item and "url" in item for item in items)


def rss_of(body: bytes) -> bytes:
    """The RSS 2.0 feed of a day's items, in their order. Raises `UsageError` where they are no items."""
    if not is_list_of_items(body):
        raise UsageError("a capture is no list of feed items with `title` and `url`")
    items = "".join(_item(item) for item in json.loads(body))
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>\n{items}</channel></rss>\n'.encode()


def _item(item: dict[str, Any]) -> str:
    parts = (("title", "title"), ("link", "url"), ("guid", "guid"), ("description", "summary"))
    cells = "".join(_cell(tag, item[key]) for tag, key in parts if item.get(key))
    return f"<item>{cells}{_cell('pubDate', item.get('published_at') or '')}</item>\n"


def _cell(tag: str, value: Any) -> str:
    return f"<{tag}>{escape(_CONTROL.sub(' ', str(value)))}</{tag}>"
