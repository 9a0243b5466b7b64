"""Workers that share one PostgreSQL database: each page once, each mail once, and nothing lost with a worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.crew import Crew, Hosts, hosts, until
from mail.relay import Relay, running
from regwatch.clock import SystemClock
from regwatch.errors import ConfigError, UsageError
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.occupancy import StoreOccupied, occupied
from regwatch.subscribers.link_handles import must_be_shared
from store.postgresql import fresh_database

pytest.importorskip("procrastinate", reason="the extra `workers` is not installed")
from regwatch.service.shared_engine import SharedEngine, cron

SOURCES, HOSTS, GAP = 9, 3, 0.3


@pytest.fixture
def web() -> Iterator[Hosts]:
    with hosts(0.05) as told:
        yield told


@pytest.fixture
def relay() -> Iterator[Relay]:
    told = Relay()
    with running(told):
        yield told


@pytest.fixture
def crew(tmp_path: Path, web: Hosts, relay: Relay) -> Iterator[Crew]:
    with fresh_database() as database:
        crew = Crew(tmp_path, database, web, SOURCES, lambda n: n % HOSTS, gap=GAP, smtp_port=relay.port, every="1m")
        crew.settle()
        yield crew
        for worker in crew.workers.values():
            worker.kill()


def told(relay: Relay) -> Counter[tuple[str, int]]:
    """How often each reader was told of the news of each source."""
    return Counter(
        (to, n) for to, body in list(relay.mails) for n in range(SOURCES) if f"medicine{n}ib".encode() in body
    )


def test_workers_share_pages_and_mails_and_one_that_is_killed_loses_nothing(
    crew: Crew, web: Hosts, relay: Relay
) -> None:
    web.stuck = {4}
    for name in ("one", "two", "three"):
        crew.hire(name)
    until(lambda: 4 in web.open)
    victim = web.open[4]
    crew.kill(victim)
    web.stuck = set()
    until(lambda: {one.source for one in web.asked if one.worker != victim} == set(range(SOURCES)))
    web.news = {2, 3}
    until(lambda: len(told(relay)) == 4)
    assert set(crew.dismiss().values()) == {0}
    readers = ("anna@example.org", "bert@example.org")
    assert told(relay) == Counter((to, n) for to in readers for n in (2, 3)), "each reader once of each"
    assert len({one.worker for one in web.asked} - {victim}) == 2, "the work is shared"
    assert web.at_once() == 1
    assert web.least_gap() > GAP * 0.9, "hosts are spared, whichever worker asks"


def refused(database: Database, *, shared: bool) -> str:
    """Why one may not work there; "" where one may."""
    try:
        with occupied(database, shared=shared):
            return ""
    except StoreOccupied as error:
        return error.message


def test_who_watches_alone_lets_nobody_else_in(crew: Crew) -> None:
    database, other = Database(crew.database), Database(crew.database)
    with occupied(database, shared=True):
        assert refused(other, shared=True) == ""
        assert refused(other, shared=False).startswith("another regwatch works on this database: end it, or")
    with occupied(database, shared=False):
        assert refused(other, shared=True).startswith("a `regwatch run` works on this database alone: end it")
        assert refused(other, shared=False)
    assert refused(other, shared=False) == ""
    database.close()
    other.close()


def test_a_worker_has_the_key_of_the_others(crew: Crew, tmp_path: Path) -> None:
    here = Settings(home=tmp_path / "one", contact="test@example.org")
    there = Settings(home=tmp_path / "two", contact="test@example.org")
    database = Database(crew.database)
    must_be_shared(here, database)
    with pytest.raises(ConfigError, match="is not the key of the other workers of this database"):
        must_be_shared(there, database)
    (there.home / "links.key").write_bytes((here.home / "links.key").read_bytes())
    must_be_shared(there, database)
    database.close()


def test_a_database_that_is_a_file_has_no_workers() -> None:
    with pytest.raises(UsageError, match="workers share their work through PostgreSQL"):
        SharedEngine("sqlite:///var/regwatch.db", SystemClock())


@pytest.mark.parametrize(("seconds", "fields"), [(10, "* * * * * */10"), (600, "*/10 * * * *")])
def test_periodic_work_has_times_that_all_workers_reckon_alike(seconds: int, fields: str) -> None:
    assert cron(seconds) == fields
