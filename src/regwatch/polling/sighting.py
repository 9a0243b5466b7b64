"""What one look at a source found, before anything of it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from regwatch.dates import PartialDate
from regwatch.errors import SourceTrouble
from regwatch.fetch.client import Validators
from regwatch.model import Document, Oddity, Reading, Record
from regwatch.polling.diff import identity
from regwatch.polling.standing import hold_unread, must_be_the_page
from regwatch.store.manifest import Manifest, Part

LARGEST_KEPT = 1024 * 1024
"""Bytes of a body that is worth keeping raw. Of a report on every medicine there is, the records are what counts."""
WHOLE_EVERY = timedelta(days=1)
"""After this time without the page itself its server's word that it is the same is no longer asked for."""


@dataclass
class Look:
    """What one look found. `manifest` is None where the root was unchanged and nothing else was due.

    `validators` by URL and `bodies` by part are what is worth keeping of the fetches; `oddities` those of each part
    that was read; `troubles` the further pages that failed; `days` those of the items on a list; `gap` the evidence
    that it has turned over since the last look; `moved` that the root was never read at this address before; `whole`
    that the root came whole, and not only the server's word that it is the same; `degraded` why only the prose of the
    root was read.
    """

    manifest: Manifest | None = None
    validators: dict[str, Validators] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    oddities: dict[str, list[Oddity]] = field(default_factory=dict)
    troubles: list[tuple[str, SourceTrouble]] = field(default_factory=list)
    days: list[PartialDate | None] = field(default_factory=list)
    gap: str = ""
    moved: bool = False
    whole: bool = True
    degraded: SourceTrouble | None = None

    def keep(self, version: str, document: Document, reading: Reading, before: Part | None, now: datetime) -> Part:
        """Note what is worth keeping of a page that was read, and give it as a part of the manifest.

        A record that is there and could not be read stays as it was read last. Raises what these two raise.
        """
        must_be_the_page(document, reading, before)
        hold_unread(reading, before)
        if len(document.body) <= LARGEST_KEPT:
            self.bodies[document.request.part] = document.body
        self.oddities[document.request.part] = reading.oddities
        kept = [one for one in before.records if (one.kind, one.key) in reading.unread] if before else []
        raw, records = before.raw if before else 0, [*reading.records, *kept]
        part = Part(version, document.final_url, raw, now, "read", False, records, reading.follows)
        known = {(one.kind, one.key) for one in kept}
        part.unread = [identity(Record(*one)) for one in reading.unread if one not in known]
        return part


def believed(kept: Validators | None, read_at: datetime | None, every: timedelta, now: datetime) -> Validators | None:
    """What to show a server of the page as it was last read: its own validators for about a day, then the hash alone.

    Servers, and the copies that stand before them, say "not modified" for ever of pages that have changed. The hash
    stays here: with it a page that comes whole and is the same is known to be so.
    """
    if kept is None or (read_at is not None and now - read_at + min(every, WHOLE_EVERY) / 2 < WHOLE_EVERY):
        return kept
    return Validators(sha256=kept.sha256)
