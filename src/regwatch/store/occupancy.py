"""Who works on a PostgreSQL database: one daemon alone, or workers that share the work. Never both, and no two alone.

Two daemons that know nothing of each other would ask publishers twice as often as they may be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from regwatch.errors import StoreError
from regwatch.store.database import READS, Database

_LOCK = 0x72656779
"""The advisory lock: a daemon alone has it to itself, workers hold it together."""


class StoreOccupied(StoreError):
    """Another daemon works on the database."""


@contextmanager
def occupied(database: Database, *, shared: bool) -> Iterator[None]:
    """Work on the database while the block lasts, alone or with others. SQLite knows no such thing.

    Raises `StoreOccupied` where somebody works there already. A connection of its own holds the lock: it ends with the
    process, whatever ends that.
    """
    if database.engine.dialect.name != "postgresql":
        yield
        return
    connection = database.engine.execution_options(isolation_level="AUTOCOMMIT", **{READS: True}).connect()
    connection.detach()  # given back to the pool it would go on holding the lock
    with connection:
        lock = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
        if not connection.exec_driver_sql(f"SELECT {lock}({_LOCK})").scalar_one():
            raise StoreOccupied(
                "a `regwatch run` works on this database alone: end it, and start each process as `regwatch worker`"
                if shared
                else "another regwatch works on this database: end it, or start each process as `regwatch worker`"
            )
        yield
