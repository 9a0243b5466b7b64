"""How the sources are: when each was read, what troubles it, since when and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, func, select

from regwatch import wording
from regwatch.cli.output import local, print_json, print_table
from regwatch.errors import BlockedPage, Disallowed, RateLimited, TooLarge
from regwatch.monitoring.alerts import open_alerts
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.tables import AlertRow, OddityRow, SourceState
from regwatch.watchlist import Watchlist

_LEFT_ALONE = {
    BlockedPage().kind: "asking again at once makes a bot wall last longer",
    RateLimited().kind: "the server asked for it",
    Disallowed().kind: "its robots.txt or the settings do not allow to ask",
    TooLarge().kind: "asking again changes nothing",
}
"""Why a source rests longer than its interval, by the kind of its trouble."""


def print_sources(settings: Settings, watchlist: Watchlist, *, as_json: bool) -> None:
    """Print the state of every configured source."""
    database = Database(settings.database)
    with database.session() as session:
        states = {row.id: row for row in session.exec(select(SourceState))}
        odd = dict(
            session.exec(
                select(OddityRow.source, func.count())
                .where(col(OddityRow.resolved_at).is_(None))
                .group_by(OddityRow.source)
            ).all()
        )
        notices = list(open_alerts(session))
    database.close()
    zone = settings.zone
    blank = SourceState(id="", adapter="")
    if as_json:
        print_json([_as_json(one.id, states.get(one.id, blank), odd, notices) for one in watchlist.sources])
        return
    print_table(
        ("Source", "Last read", "Last change", "Next", "Trouble"),
        [
            (
                one.id,
                local(state.read_at, zone),
                local(state.changed_at, zone),
                local(state.next_due_at, zone),
                _trouble(state, odd.get(one.id, 0), zone),
            )
            for one in watchlist.sources
            for state in (states.get(one.id, blank),)
        ],
    )
    if notices:
        rows = [(row.source or "-", row.kind, local(row.since, zone), row.evidence) for row in notices]
        print_table(("Source", "NoticeRow", "Since", "Evidence"), rows)


def _trouble(state: SourceState, oddities: int, zone: str) -> str:
    parts = []
    if state.trouble:
        since = local(state.trouble_since, zone)
        parts.append(f"{state.trouble} since {since}: {state.trouble_text}")
    if state.trouble in _LEFT_ALONE and state.failures and state.next_due_at:
        parts.append(f"left alone until {local(state.next_due_at, zone)}: {_LEFT_ALONE[state.trouble]}")
    if oddities:
        parts.append(f"{wording.count(oddities, 'thing')} on the page not understood")
    return "; ".join(parts)


def _as_json(
    source: str, state: SourceState, oddities: Mapping[str, int], notices: Sequence[AlertRow]
) -> dict[str, Any]:
    return {
        **state.model_dump(mode="json"),
        "id": source,
        "oddities": oddities.get(source, 0),
        "notices": [row.model_dump(mode="json") for row in notices if row.source == source],
    }
