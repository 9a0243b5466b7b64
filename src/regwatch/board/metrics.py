"""Figures for Prometheus, all from one look at the database: the daemon that works is another process.

The names follow https://prometheus.io/docs/practices/naming/. No address and no token is a label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlmodel import Session

from regwatch import __version__
from regwatch.board.site import View
from regwatch.digest.due_digests import count_untold
from regwatch.mail.outbox import LOST
from regwatch.monitoring import queue
from regwatch.monitoring.canary import undelivered
from regwatch.monitoring.source_health import SourceHealth
from regwatch.second_reader.journal import OUTCOMES, VERDICTS, today
from regwatch.store import marks
from regwatch.store.marks import Name
from regwatch.subscribers.endings import Ending

_REPLIES = ("2xx", "4xx", "5xx", LOST)
_ENDINGS = tuple(one.name.lower() for one in Ending)


class MetricsCollector(Collector):
    """Everything that can be told of one moment. `canary` is its address, if there is one."""

    def __init__(self, view: View, canary: str | None) -> None:
        self._view = view
        self._canary = canary

    def collect(self) -> Iterator[Metric]:
        """Every figure of the moment."""
        found = queue.counts(self._view.session)
        yield from _of_sources(self._view)
        yield from _of_mail(self._view, found)
        if self._canary:
            topics = [topic.id for topic in self._view.topics]
            missed = undelivered(self._view.session, self._canary, topics, self._view.now)
            words = "Transitions of two days that are an hour old and did not reach the canary."
            yield _one("regwatch_canary_undelivered", words, len(missed))
        yield from _of_service(self._view.session)
        yield from _of_second_reader(self._view)
        yield _one("regwatch_unclassified_changes", "Findings that wait for review.", found.findings)
        yield _one("regwatch_oddities", "Things on pages that were not understood.", found.oddities)
        yield _by("regwatch_notices", "Open notices by kind.", "kind", queue.alerts(self._view.session))


def _of_sources(view: View) -> Iterator[Metric]:
    def times(what: str) -> dict[str, float]:
        return {one.source.id: at.timestamp() for one in view.health if (at := getattr(one, what))}

    every = {one.source.id: one.source.every.total_seconds() for one in view.health}
    label = "source"
    yield _by("regwatch_source_last_success_timestamp_seconds", "Last good answer.", label, times("answered_at"))
    yield _by("regwatch_source_last_change_timestamp_seconds", "Last change.", label, times("changed_at"))
    yield _by("regwatch_source_interval_seconds", "Time between two polls.", label, every)
    yield _by("regwatch_source_consecutive_failures", "Failed polls in a row.", label, _failures(view.health))
    counted = marks.counts(view.session, Name.UNREADABLE)
    failures = {one.source.id: counted.get(one.source.id, 0) for one in view.health}
    words = "Documents that came whole and that the adapter did not recognise."
    yield _counted("regwatch_parse_failures", words, label, failures)
    words = "What nobody foresaw, by source or by the daemon's own work."
    never = {one.source.id: 0 for one in view.health}
    yield _counted("regwatch_crashes", words, "where", never | marks.counts(view.session, Name.CRASHES))


def _failures(states: tuple[SourceHealth, ...]) -> dict[str, int]:
    return {one.source.id: one.failures for one in states}


def _of_mail(view: View, found: queue.QueueCounts) -> Iterator[Metric]:
    session = view.session
    yield _by("regwatch_outbox_messages", "Messages by state.", "state", found.messages)
    age = (view.now - found.oldest).total_seconds() if found.oldest else 0.0
    yield _one("regwatch_outbox_oldest_pending_seconds", "Age of the oldest message that nobody could hand over.", age)
    due = count_untold(session, view.watchlist, view.now)
    yield _one("regwatch_digests_due", "Readers with news whose digest should be composed now: for moments only.", due)
    if found.composed:
        at = found.composed.timestamp()
        yield _one("regwatch_digest_last_completed_timestamp_seconds", "When a digest was last composed.", at)
    replies, ended = marks.counts(session, Name.REPLIES), marks.counts(session, Name.ENDED)
    yield _counted(
        "regwatch_smtp_replies", "Replies of the mail server.", "class", dict.fromkeys(_REPLIES, 0) | replies
    )
    words = "Subscriptions that ended, by reason."
    yield _counted("regwatch_subscriptions_ended", words, "reason", dict.fromkeys(_ENDINGS, 0) | ended)


def _of_service(session: Session) -> Iterator[Metric]:
    if up := marks.noted(session, Name.RELAY_UP):
        yield _one("regwatch_smtp_relay_up", "Whether the mail server took what it was last given.", up.number)
    if reload := marks.noted(session, Name.RELOADED):
        words = "Whether the daemon runs on the watchlist that it was last told to read."
        yield _one("regwatch_config_last_reload_successful", words, reload.number)
    if (backup := marks.noted(session, Name.BACKUP)) and backup.at:
        at = backup.at.timestamp()
        yield _one("regwatch_backup_last_success_timestamp_seconds", "When the last whole backup was written.", at)
    starts = max(marks.counts(session, Name.STARTS).values(), default=0)
    yield CounterMetricFamily(
        "regwatch_starts", "How often the daemon has started, of workers on one machine.", value=starts
    )
    build = GaugeMetricFamily("regwatch_build_info", "The running version.", labels=["version"])
    build.add_metric([__version__], 1)
    yield build


def _of_second_reader(view: View) -> Iterator[Metric]:
    read, said = (
        marks.counts(view.session, name) for name in (Name.SECOND_READER_DOCUMENTS, Name.SECOND_READER_EVENTS)
    )
    words = "Documents by what became of the question to the second reader."
    yield _counted("regwatch_second_reader_documents", words, "outcome", dict.fromkeys(OUTCOMES, 0) | read)
    words = "Steps that the second reader named, by what they are to the rules' reading, and those not verified."
    yield _counted("regwatch_second_reader_events", words, "verdict", dict.fromkeys(VERDICTS, 0) | said)
    day = today(view.session, view.now)
    words = "Requests and characters sent to the second reader since midnight UTC."
    yield _by(
        "regwatch_second_reader_sent_today", words, "what", {"requests": day.requests, "characters": day.characters}
    )


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _by(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _counted(name: str, words: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
