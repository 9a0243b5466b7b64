"""The templates of mails, those in `templates/email/` or an operator's own, and what they give."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from regwatch.resources import template_folders

COLUMNS = 72

_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, keep_style_tags=False)


@dataclass(frozen=True)
class Rendered:
    """What a mail says: the same words in the text and in the HTML."""

    subject: str
    text: str
    html: str


@lru_cache(maxsize=4)
def environment_of(overrides: Path | None) -> Environment:
    """The templates, an operator's own before ours: HTML is escaped, an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader([folder / "email" for folder in template_folders(overrides)]),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"wrap": wrap, "heading": heading}
    return environment


def inline_styles(html: str) -> str:
    """The page with its style sheet written into its elements, because mail programs drop the sheet."""
    return _INLINER.inline(html)


def wrap(text: str, indent: int = 0, hang: int | None = None) -> str:
    """Fold to 72 columns; `indent` and `hang` are the columns of the first and of further lines. Links stay whole."""
    return textwrap.fill(
        text,
        COLUMNS,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def heading(text: str, rule: str) -> str:
    """A heading with a line of `rule` under it."""
    folded = wrap(text)
    return f"{folded}\n{rule * max(len(line) for line in folded.splitlines())}"
