"""A real page made fit to keep as an example: no addresses of people, no scripts, nothing that changes by itself.

Addresses of people always go. The rest goes one kind at a time, and only what the adapter does not read: a kind whose
loss would change the reading stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bs4 import BeautifulSoup, Comment

_MAIL = re.compile(rb"[A-Za-z0-9._%+-]{1,64}(?:@|%40|&#64;)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")
_PHONE = re.compile(
    rb"(?<![\w/.=-])(?:\+\d|00\d{1,3}[ ().-])(?:[ ().-]{0,2}\d){6,13}(?![\w-])"
    rb"|(?<![\w/.=-])(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}(?![\w-])"
    rb"|(?<=tel:)[+\d().% -]{5,30}"
)
_XML_COMMENT = re.compile(rb"<!--(?:[^-]|-(?!->))*-->")
_VOLATILE = re.compile(
    r"nonce|integrity|crossorigin|style|on[a-z]{3,30}|data-[\w-]{1,60}|aria-[\w-]{1,60}|srcset|sizes|jsname|jscontroller"
)
_TOKEN = re.compile(r"csrf|token|nonce|verification|session", re.IGNORECASE)
_UNREAD = (
    "nav",
    "footer",
    "aside",
    "header",
    "form",
    "svg",
    "iframe",
    "noscript",
    "template",
    "link",
    "img",
    "picture",
)

Step = Callable[[BeautifulSoup], None]


def without_people(body: bytes) -> bytes:
    """The page with mail addresses and telephone numbers replaced by ones that are nobody's."""
    return _PHONE.sub(b"+00 0000 000000", _MAIL.sub(b"name@example.org", body))


def trimmed(body: bytes, suffix: str, same: Callable[[bytes], bool]) -> bytes:
    """The page with everything taken out that `same`, which compares readings, does not miss.

    `suffix` is that of the page's file. Only HTML and XML are trimmed: of a JSON answer every part may count.
    """
    if suffix == ".xml":
        bare = _XML_COMMENT.sub(b"", body)
        return bare if same(bare) else body
    if suffix != ".html" or not body.strip():
        return body
    best = body
    for step in _steps():
        page = BeautifulSoup(best, "lxml")
        step(page)
        found = page.encode("utf-8", formatter="minimal")
        if found != best and same(found):
            best = found
    return best


def unread(body: bytes, suffix: str) -> bytes:
    """A page that no adapter reads yet, without scripts, styles and what is secret; its words all stay."""
    if suffix != ".html" or not body.strip():
        return body
    page = BeautifulSoup(body, "lxml")
    _drop(page, "style")
    for step in (_drop_comments, _drop_plain_scripts, _drop_tokens, _drop_attributes):
        step(page)
    return page.encode("utf-8", formatter="minimal")


def _steps() -> list[Step]:
    return [
        _drop_comments,
        _drop_plain_scripts,
        lambda page: _drop(page, "script"),
        lambda page: _drop(page, "style"),
        _drop_tokens,
        _drop_attributes,
        *(lambda page, name=name: _drop(page, name) for name in _UNREAD),
        _keep_main,
        _drop_blank,
    ]


def _drop(page: BeautifulSoup, name: str) -> None:
    for node in page.find_all(name):
        if not node.decomposed:
            node.decompose()


def _drop_comments(page: BeautifulSoup) -> None:
    for node in page.find_all(string=lambda text: isinstance(text, Comment)):
        node.extract()


def _drop_plain_scripts(page: BeautifulSoup) -> None:
    """Scripts that run; those of structured data are not among them."""
    for node in page.find_all("script"):
        if "json" not in str(node.get("type") or ""):
            node.decompose()


def _drop_tokens(page: BeautifulSoup) -> None:
    for node in page.find_all(("meta", "input")):
        named = " ".join(str(node.get(key) or "") for key in ("name", "property", "id"))
        if _TOKEN.search(named) or node.get("type") == "hidden":
            node.decompose()


def _drop_attributes(page: BeautifulSoup) -> None:
    for node in page.find_all(True):
        for name in [name for name in node.attrs if _VOLATILE.fullmatch(name)]:
            del node[name]


def _keep_main(page: BeautifulSoup) -> None:
    """Of a page with one main element, only that."""
    body, mains = page.find("body"), page.find_all("main")
    if body is not None and len(mains) == 1:
        kept = mains[0].extract()
        body.clear()
        body.append(kept)


def _drop_blank(page: BeautifulSoup) -> None:
    """Runs of blank lines that what was taken out has left."""
    for node in page.find_all(string=re.compile(r"\A\s*\n\s*\Z")):
        if type(node) is not Comment and node.parent is not None and node.parent.name not in ("pre", "textarea"):
            node.replace_with("\n")
