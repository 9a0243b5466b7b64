"""Whether the service lives, is ready and is fresh, for monitors; and figures for Prometheus."""

from __future__ import annotations

import re

from fastapi import APIRouter, HTTPException, Request
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import PlainTextResponse, Response

from regwatch import wording
from regwatch.addresses import is_loopback
from regwatch.board.metrics import MetricsCollector
from regwatch.board.site import Site
from regwatch.errors import StoreError
from regwatch.monitoring.canary import undelivered

_LOOPBACK = re.compile(r"127\.|::1|localhost|testclient")


def routes(site: Site) -> APIRouter:
    """`/healthz/live`, `/healthz/ready` and `/healthz/fresh`: 200, or 503 with the reason in a line."""
    probes = APIRouter(prefix="/healthz", include_in_schema=False, default_response_class=PlainTextResponse)

    @probes.get("/live")
    def live() -> str:
        return "live\n"

    @probes.get("/ready")
    def ready() -> Response:
        try:
            with site.view():
                return PlainTextResponse("ready\n")
        except StoreError:
            return PlainTextResponse("the database cannot be read or has another version\n", 503)

    @probes.get("/fresh")
    def fresh() -> Response:
        try:
            with site.view() as view:
                stale = [one.source.id for one in view.health if one.stale(view.now)]
                topics, canary = [topic.id for topic in view.topics], site.settings.canary_mail
                missed = len(undelivered(view.session, canary, topics, view.now)) if canary else 0
        except StoreError:
            return PlainTextResponse("the database cannot be read\n", 503)
        if stale:
            return PlainTextResponse(f"stale: {', '.join(stale)}\n", 503)
        if missed:
            # Told here too, because the mail to the operator takes the way that is broken.
            return PlainTextResponse(f"not mailed: {wording.count(missed, 'transition')}\n", 503)
        return PlainTextResponse("fresh\n")

    return probes


def metrics(site: Site) -> APIRouter:
    """`/metrics` for Prometheus, to those on this machine."""
    figures = APIRouter(include_in_schema=False)

    @figures.get("/metrics")
    def scrape(request: Request) -> Response:
        ours = request.client and _LOOPBACK.match(request.client.host)
        # A page on the web that is made to resolve to this machine (DNS rebinding) names its own host.
        if not ours or not is_loopback((request.url.hostname or "").strip("[]")):
            raise HTTPException(404)
        registry = CollectorRegistry()
        with site.view() as view:
            registry.register(MetricsCollector(view, site.settings.canary_mail))
            return Response(generate_latest(registry), 200, None, CONTENT_TYPE_LATEST)

    return figures
