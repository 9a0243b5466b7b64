"""Markdown, as page archives keep it, turned back into HTML that adapters can read.

Headings, paragraphs, nested lists, bold, italics and links: what a page converter writes. A YAML head is left out.
"""

from __future__ import annotations

import html
import re

_HEAD = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_HEADING = re.compile(r"(#{1,6}) +(.*)")
_ITEM = re.compile(r"( *)(?:[-*+]|\d{1,3}[.)]) +(.*)")
_BOLD = re.compile(r"\*\*([^*\n]{1,2000})\*\*")
_ITALIC = re.compile(r"(?<![*\w])\*(?=\S)([^*\n]{1,2000})(?<=\S)\*(?![*\w])")
_LINK = re.compile(r"\[([^\[\]\n]{0,1000})\]\(((?:https?://|/|#)[^()\s]{0,2000})\)")


def to_html(text: str, title: str = "") -> str:
    """A whole HTML page for a Markdown text. Entities that the text holds already (`&amp;`) are kept as they are."""
    body = _blocks(_HEAD.sub("", text.replace("\r\n", "\n"), count=1).split("\n"))
    head = f"<head><meta charset='utf-8'><title>{html.escape(title)}</title></head>"
    return f"<!DOCTYPE html>\n<html lang='en'>{head}<body><main>\n{body}\n</main></body></html>\n"


def _blocks(lines: list[str]) -> str:
    out: list[str] = []
    paragraph: list[str] = []
    depths: list[int] = []

    def close(down_to: int = -1) -> None:
        if paragraph:
            out.append(f"<p>{_inline(' '.join(paragraph))}</p>")
            paragraph.clear()
        while depths and depths[-1] > down_to:
            depths.pop()
            out.append("</li></ul>")

    for line in lines:
        if found := _HEADING.fullmatch(line):
            close()
            level = len(found[1])
            out.append(f"<h{level}>{_inline(found[2])}</h{level}>")
        elif found := _ITEM.fullmatch(line):
            depth = len(found[1])
            close(depth)
            if depths and depths[-1] == depth:
                out.append("</li>")
            else:
                depths.append(depth)
                out.append("<ul>")
            out.append(f"<li>{_inline(found[2])}")
        elif line.strip():
            if depths and not line.startswith(" "):
                close()
            paragraph.append(line.strip())
        elif paragraph:
            close(depths[-1] if depths else -1)
    close()
    return "\n".join(out)


def _inline(text: str) -> str:
    safe = text.replace("<", "&lt;").replace(">", "&gt;")
    linked = _LINK.sub(lambda found: f'<a href="{html.escape(found[2])}">{found[1]}</a>', safe)
    return _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", linked))
