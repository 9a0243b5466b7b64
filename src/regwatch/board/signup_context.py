"""What the pages of sign-up and of links in mails work with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import HTMLResponse

from regwatch import wording
from regwatch.board.forms import Buckets
from regwatch.board.page_templates import Templates
from regwatch.board.site import Site, View
from regwatch.digest.posting import Mailing
from regwatch.store.database import Database
from regwatch.subscribers.link_handles import Links


@dataclass
class SignupContext:
    """Where people are kept, how mails to them are made, and the guard of the form."""

    site: Site
    templates: Templates
    database: Database
    mailing: Callable[[], Mailing]
    links: Links
    buckets: Buckets = field(default_factory=lambda: Buckets(reserve=60))
    clock: Callable[[], float] = time.time

    def page(self, name: str, status: int = 200, **words: Any) -> HTMLResponse:
        """A page from the folder of these templates."""
        return HTMLResponse(self.templates.render(f"subscriptions/{name}.html", **words), status)

    def told(self, title: str, words: str, *, status: int = 200, manage: str = "") -> HTMLResponse:
        """A page that says what has happened. `manage` is the address of the page of choices, if it may be named."""
        return self.page("told", status, title=title, words=words, manage=manage)


def authorities_of(view: View) -> dict[str, list[tuple[str, str]]]:
    """By topic, the authorities whose own word is watched."""
    found: dict[str, dict[str, str]] = {topic.id: {} for topic in view.topics}
    for source in view.watchlist.sources:
        for topic in source.topics:
            for code in source.official_for:
                found.setdefault(topic, {})[code] = wording.short_name(code)
    return {topic: list(codes.items()) for topic, codes in found.items()}
