"""What the operator looks at: sources, the review list, the outbox. No address of a recipient stands on any page."""

from __future__ import annotations

import base64
import binascii
import hmac

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import HTMLResponse

from regwatch.board.page_templates import Templates
from regwatch.board.site import Site
from regwatch.board.template_helpers import show
from regwatch.digest.when import instant
from regwatch.monitoring import queue

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


def routes(site: Site, templates: Templates, token: str | None) -> APIRouter:
    """The operator's pages: for those who show the token; with None for whoever reaches the loopback address."""

    def allowed(request: Request) -> None:
        if token is None:
            # A page on the web that is made to resolve to this machine (DNS rebinding) names its own host.
            if request.url.hostname not in _LOOPBACK:
                raise HTTPException(404)
        elif not _shown(request.headers.get("authorization", ""), token):
            raise HTTPException(401, "The operator's token is needed.", {"WWW-Authenticate": 'Basic realm="operator"'})

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
                oddities=queue.oddities(view.session), figures=queue.counts(view.session),
            )  # fmt: skip

    @desks.get("/review")
    def review() -> str:
        with site.view() as view:
            return templates.render("operator_review.html", findings=queue.open_findings(view.session), show=show(view))

    @desks.get("/outbox")
    def outbox() -> str:
        with site.view() as view:
            return templates.render(
                "operator_outbox.html", messages=queue.mails(view.session), show=show(view),
                figures=queue.counts(view.session),
            )  # fmt: skip

    return desks


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
