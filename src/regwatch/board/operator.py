"""What the operator looks at: sources, topics, the review list, the outbox. No address of a recipient stands there."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Iterator

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import HTMLResponse

from regwatch import wording
from regwatch.board.forms import Buckets
from regwatch.board.operator_actions import form_stamp
from regwatch.board.operator_actions import routes as actions
from regwatch.board.page_templates import Templates
from regwatch.board.signup_context import SignupContext
from regwatch.board.site import Site
from regwatch.board.template_helpers import show
from regwatch.digest.when import instant
from regwatch.monitoring import queue
from regwatch.monitoring.source_health import last_understood
from regwatch.store.wishes import wishes
from regwatch.vocabulary import Milestone

WRONG_TOKENS = 10
"""An hour from one network."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


def guard(token: str | None) -> Callable[[Request], None]:
    """Refuses whoever does not show the token; with None whoever does not reach the loopback address by its name.

    After so many wrong tokens a network has to wait.
    """
    wrong = Buckets(each=WRONG_TOKENS, all=10 * WRONG_TOKENS)

    def allowed(request: Request) -> None:
        if token is None:
            # A page on the web that is made to resolve to this machine (DNS rebinding) names its own host.
            if request.url.hostname not in _LOOPBACK:
                raise HTTPException(404)
            return
        host = request.client.host if request.client else ""
        if not wrong.has_any(host):
            raise HTTPException(429, "Too many wrong tokens: try again in an hour.")
        if not _shown(request.headers.get("authorization", ""), token):
            if "authorization" in request.headers:
                wrong.take(host)
            raise HTTPException(401, "The operator's token is needed.", {"WWW-Authenticate": 'Basic realm="operator"'})

    return allowed


def routes(
    site: Site, templates: Templates, token: str | None, desk: SignupContext | None = None
) -> Iterator[APIRouter]:
    """The operator's pages: for those who show the token; with None for whoever reaches the loopback address.

    With a `desk` to write with, and a token that is set, they decide as well: that takes the token everywhere.
    """
    acting = site.settings.operator_token.get_secret_value() if desk else ""

    def stamp() -> str:
        return form_stamp(desk) if desk and acting else ""

    if desk and acting:
        loopback, by_token = guard(None) if token is None else None, guard(acting)

        def may_act(request: Request) -> None:
            if loopback:
                loopback(request)
            by_token(request)

        yield actions(desk, may_act)
    yield _pages(site, templates, guard(token), stamp)


def _pages(site: Site, templates: Templates, allowed: Callable[[Request], None], stamp: Callable[[], str]) -> APIRouter:

    desks = APIRouter(
        prefix="/operator",
        include_in_schema=False,
        default_response_class=HTMLResponse,
        dependencies=[Depends(allowed)],
    )

    @desks.get("")
    def sources() -> str:
        with site.view() as view:
            return templates.render(
                "operator_sources.html", sources=view.health, show=show(view), as_of=instant(view.now, view.zone),
                oddities=queue.oddities(view.session), figures=queue.counts(view.session), stamp=stamp(),
                wished=wishes(view.session), now=view.now, adapters=last_understood(view.health),
            )  # fmt: skip

    @desks.get("/review")
    def review() -> str:
        with site.view() as view:
            return templates.render(
                "operator_review.html", findings=queue.open_findings(view.session), show=show(view), stamp=stamp(),
                topics=view.topics, milestones={one.value: wording.status(one) for one in Milestone},
            )  # fmt: skip

    @desks.get("/outbox")
    def outbox() -> str:
        with site.view() as view:
            return templates.render(
                "operator_outbox.html", messages=queue.mails(view.session), show=show(view),
                figures=queue.counts(view.session), stamp=stamp(), operator=site.settings.operator_mail or "",
            )  # fmt: skip

    _more_pages(desks, site, templates, stamp)
    return desks


def _more_pages(desks: APIRouter, site: Site, templates: Templates, stamp: Callable[[], str]) -> None:
    @desks.get("/readers")
    def readers() -> str:
        return templates.render("operator_readers.html", stamp=stamp())

    @desks.get("/topics")
    def topics() -> str:
        with site.view() as view:
            rows = [(one, [s.id for s in view.watchlist.sources if one.id in s.topics]) for one in view.topics]
            return templates.render("operator_topics.html", rows=rows)


def _shown(header: str, token: str) -> bool:
    """Whether the header carries the token: as a bearer, or as the password of a browser's dialogue (RFC 7617)."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), token.encode())
