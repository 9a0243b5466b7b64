"""Whether the service lives, is ready and is fresh, for monitors; and figures for Prometheus."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi import APIRouter, HTTPException, Request
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.responses import PlainTextResponse, Response

from regwatch import __version__
from regwatch.board.site import Site, View
from regwatch.errors import StoreError
from regwatch.ledger import desk
from regwatch.ledger.sources import SourceHealth

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
        except StoreError:
            return PlainTextResponse("the database cannot be read\n", 503)
        if stale:
            return PlainTextResponse(f"stale: {', '.join(stale)}\n", 503)
        return PlainTextResponse("fresh\n")

    return probes


def metrics(site: Site) -> APIRouter:
    """`/metrics` for Prometheus, to those on this machine."""
    figures = APIRouter(include_in_schema=False)

    @figures.get("/metrics")
    def scrape(request: Request) -> Response:
        if not request.client or not _LOOPBACK.match(request.client.host):
            raise HTTPException(404)
        registry = CollectorRegistry()
        with site.view() as view:
            registry.register(_Figures(view))
            return Response(generate_latest(registry), 200, None, CONTENT_TYPE_LATEST)

    return figures


class _Figures(Collector):
    """What one look at the database tells. No address and no token is a label."""

    def __init__(self, view: View) -> None:
        self._view = view

    def collect(self) -> Iterator[Metric]:
        """Every figure of the moment."""
        found = desk.figures(self._view.session)
        yield from _of_sources(self._view.health)
        yield _by("regwatch_outbox_messages", "Messages by state.", "state", found.messages)
        age = (self._view.now - found.oldest).total_seconds() if found.oldest else 0.0
        yield _one("regwatch_outbox_oldest_pending_seconds", "Age of the oldest message that has not left.", age)
        if found.composed:
            yield _one(
                "regwatch_digest_last_completed_timestamp_seconds",
                "When a digest was last composed.",
                found.composed.timestamp(),
            )
        yield _one("regwatch_unclassified_changes", "Findings that wait for review.", found.doubts)
        yield _one("regwatch_oddities", "Things on pages that were not understood.", found.oddities)
        build = GaugeMetricFamily("regwatch_build_info", "The running version.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build


def _of_sources(states: tuple[SourceHealth, ...]) -> Iterator[Metric]:
    read = {one.source.id: one.read_at.timestamp() for one in states if one.read_at}
    changed = {one.source.id: one.changed_at.timestamp() for one in states if one.changed_at}
    every = {one.source.id: one.source.every.total_seconds() for one in states}
    failures = {one.source.id: float(one.failures) for one in states}
    label = "source"
    yield _by("regwatch_source_last_success_timestamp_seconds", "Last good reading.", label, read)
    yield _by("regwatch_source_last_change_timestamp_seconds", "Last change.", label, changed)
    yield _by("regwatch_source_interval_seconds", "Time between two polls.", label, every)
    yield _by("regwatch_source_consecutive_failures", "Failed polls in a row.", label, failures)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _by(name: str, words: str, label: str, values: dict[str, float] | object) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    assert hasattr(values, "items")
    for key, value in values.items():
        family.add_metric([key], value)
    return family
