"""What stands before and behind the root element of an XML document, read in linear time and without obeying it.

An internal DTD subset (XML 1.0 section 2.8) is read for one thing only, names of characters such as
`<!ENTITY nbsp "&#160;">`; nothing external is asked for and no name is expanded within another's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from regwatch.errors import WrongType

LONGEST_PROLOGUE = 64 * 1024
"""Characters before the root element that are looked through."""

_NAME = re.compile(r"<((?:[\w.-]{1,60}:)?[A-Za-z_][\w.-]{0,60})(?=[\s/>])")
_SPACE = re.compile(r"\s*")
_ENTITY = re.compile(r"""<!ENTITY\s{1,9}([\w.-]{1,60})\s{1,9}(?:"([^"<%]{0,60})"|'([^'<%]{0,60})')\s{0,9}>""")
_REFERENCE = re.compile(r"&([\w.-]{1,60});")
_BARE = re.compile(
    r"(?s:<!\[CDATA\[.*?\]\]>|<!--.*?-->)|(?P<bare>&)(?!(?:[A-Za-z][\w.-]{0,59}|#\d{1,7}|#[xX][\da-fA-F]{1,6});)"
)
_NAMED = re.compile(r"&(?!#)")
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
_PASSED_OVER = (("<?", "?>"), ("<!--", "-->"))


@dataclass(frozen=True)
class Root:
    """The root element: its local name in lower case, its name as written, where it begins, in characters, and the
    character names that the document declares.
    """

    local: str
    name: str
    start: int
    entities: Mapping[str, str] = field(default_factory=dict)


def root(text: str, start: int = 0) -> Root | None:
    """The first element from a place on, behind declarations, comments and a DOCTYPE; None where text comes first."""
    at, entities = start, dict[str, str]()
    head = text[: start + LONGEST_PROLOGUE]
    while (found := _NAME.match(head, at := _skip_space(head, at))) is None:
        if head.startswith("<!", at) and not head.startswith("<!--", at):
            end = _doctype_end(head, at)
            entities = _entities(head[at:end])
        else:
            end = _end_of_markup(head, at)
        if end < 0:
            return None
        at = end
    return Root(found[1].rpartition(":")[2].lower(), found[1], at, entities)


def whole(text: str, found: Root) -> str | None:
    """The root element with everything in it and nothing behind it; None where it is not closed.

    A closing tag in a comment or a CDATA section closes nothing.
    """
    opened = text.find(">", found.start)
    if opened > 0 and text[opened - 1] == "/":
        return text[found.start : opened + 1]
    closing = re.compile(rf"<!--|<!\[CDATA\[|</{re.escape(found.name)}\s{{0,99}}>", re.IGNORECASE)
    at = found.start
    while at >= 0 and (token := closing.search(text, at)):
        if token[0].startswith("</"):
            return text[found.start : token.end()]
        at = text.find("-->" if token[0] == "<!--" else "]]>", token.end())
    return None


def expanded(text: str, entities: Mapping[str, str]) -> str:
    """The text with the declared names replaced. Raises `WrongType` where they would make it twice as long."""
    if not entities:
        return text
    growth = sum(len(entities.get(one[1], "")) for one in _REFERENCE.finditer(text))
    if growth > len(text):
        raise WrongType("the document declares names that would blow it up")
    return _REFERENCE.sub(lambda one: entities.get(one[1], one[0]), text)


def escaped(text: str) -> str:
    """A whole element with `&amp;` for each ampersand that begins no name of a character, as browsers take it.

    Publishers write `?a=1&copy=2` into links; a parser that guesses makes another address of it.
    """
    return _BARE.sub(lambda one: "&amp;" if one["bare"] else one[0], text)


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _end_of_markup(text: str, at: int) -> int:
    """Where a declaration or comment that begins here ends; -1 where none begins or it has no end."""
    for opening, closing in _PASSED_OVER:
        if text.startswith(opening, at):
            end = text.find(closing, at + len(opening))
            return end + len(closing) if end >= 0 else -1
    return -1


def _doctype_end(text: str, at: int) -> int:
    """Where a DOCTYPE that begins here ends, its internal subset included; -1 where it has no end."""
    at, inside = at + 2, False
    while at < len(text):
        if text[at] == ">" and not inside:
            return at + 1
        if text[at] in "[]":
            inside = text[at] == "["
        elif text[at] in "\"'":
            at = text.find(text[at], at + 1)
            if at < 0:
                return -1
        elif text.startswith(("<!--", "<?"), at):
            at = _end_of_markup(text, at) - 1
            if at < 0:
                return -1
        at += 1
    return -1


def _entities(doctype: str) -> dict[str, str]:
    """The characters that a DOCTYPE gives names to; one whose value holds another name is left out."""
    found = {one[1]: one[2] or one[3] or "" for one in _ENTITY.finditer(doctype)}
    return {name: value for name, value in found.items() if name not in _PREDEFINED and not _NAMED.search(value)}
