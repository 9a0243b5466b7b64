"""`regwatch schedule`: when each source is looked at next, and why then."""

from __future__ import annotations

from typing import Annotated

import typer

from regwatch.cli.output import local, print_json, print_table
from regwatch.clock import SystemClock
from regwatch.polling.pacing import FIXED, LearnedPacing, Pacing, learn
from regwatch.service.assembly import read_watchlist
from regwatch.settings import load_settings
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook


def schedule(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Show when each source is polled next, how often on average, and why: hours, history, foreseen days."""
    settings = load_settings()
    watchlist = read_watchlist(settings)
    now, database = SystemClock().now(), Database(settings.database)
    try:
        book = SourceBook(database)
        with database.reading() as session:
            pacing: Pacing = learn(session, watchlist.sources, now) if settings.schedule == "learned" else FIXED
    finally:
        database.close()
    shares = pacing.shares if isinstance(pacing, LearnedPacing) else {}
    rows = []
    for one in watchlist.sources:
        state, usual = book.state(one.id, one.adapter), one.every / shares.get(one.id, 1.0)
        why = f"tried again after trouble: {state.trouble}" if state.failures else pacing.why(one, now)
        rows.append((one.id, state.next_due_at, usual.total_seconds() / 3600, why))
    if as_json:
        print_json([
            {"source": source, "next": due.isoformat() if due else None, "every_hours": round(hours, 2), "why": why}
            for source, due, hours, why in rows
        ])  # fmt: skip
        return
    print_table(
        ("Source", "Next", "Every", "Why"),
        [
            (source, local(due, settings.zone) if due else "at once", f"{hours:.1f} h", why)
            for source, due, hours, why in rows
        ],
    )
