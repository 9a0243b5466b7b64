"""The trial that chose the engine of the workers: Procrastinate and DBOS Transact at the same work, one worker killed.

    pip install procrastinate dbos 'psycopg[binary,pool]'
    python bench/engines.py procrastinate|dbos [--database postgresql://USER@HOST/DATABASE]

Four processes take 24 jobs of eight hosts from a queue in PostgreSQL. A job asks one page on loopback; a host gets
one job at a time and GAP seconds between two. One worker is killed by SIGKILL while a page comes to it. Printed are the
versions, how long until another worker asks for that page, what each host saw, and how many jobs were lost.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
import urllib.request
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from e2e.crew import Hosts, hosts, until
from store.postgresql import database_on

JOBS, HOSTS, GAP, PATIENCE = 24, 8, 0.5, 150.0


def ask(port: int, job: int, worker: str) -> None:
    """One page."""
    address = f"http://127.1.0.{job % HOSTS + 1}:{port}/{job}/feed.xml"
    asked = urllib.request.Request(address, headers={"User-Agent": f"bench/{worker})"})
    urllib.request.urlopen(asked, timeout=300).read()


async def procrastinate_worker(database: str, port: int, name: str) -> None:
    """The engine's own means: a lock for each host; stalled jobs are put back every ten seconds. No rate limit."""
    import procrastinate

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=database))

    @app.task(name="ask")
    async def asks(job: int) -> None:
        await asyncio.to_thread(ask, port, job, name)
        await asyncio.sleep(GAP)

    async with app.open_async():
        if name == "worker-0":
            await app.schema_manager.apply_schema_async()
            for job in range(JOBS):
                await asks.configure(lock=f"host {job % HOSTS}").defer_async(job=job)
        else:
            await asyncio.sleep(3)

        async def put_back() -> None:
            from datetime import UTC, datetime

            while True:
                await asyncio.sleep(10)
                for job in await app.job_manager.get_stalled_jobs():
                    await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))

        background = asyncio.create_task(put_back())
        await app.run_worker_async(concurrency=4, fetch_job_polling_interval=1.0)
        background.cancel()


def dbos_worker(database: str, port: int, name: str) -> None:
    """The engine's own means: a queue with a partition for each host, one job at a time and one in GAP seconds each."""
    from dbos import DBOS, SetEnqueueOptions

    DBOS(
        config={
            "name": "bench", "system_database_url": database, "executor_id": name, "application_version": "1",
            "run_admin_server": False,
        }
    )  # fmt: skip

    @DBOS.step()
    def page(job: int) -> None:
        ask(port, job, name)

    @DBOS.workflow()
    def asks(job: int) -> None:
        page(job)

    if name != "worker-0":
        time.sleep(6)
    DBOS.launch()
    DBOS.register_queue(
        "pages", worker_concurrency=4, partition_concurrency=1, partition_limiter={"limit": 1, "period": GAP}
    )
    if name == "worker-0":
        for job in range(JOBS):
            with SetEnqueueOptions(queue_partition_key=f"host {job % HOSTS}"):
                DBOS.enqueue_workflow("pages", asks, job)
    while True:
        time.sleep(1)


def trial(engine: str, database: str, web: Hosts) -> None:
    """Four workers, and a kill."""
    command = [sys.executable, __file__, engine, "--database", database, "--port", str(web.port), "--worker"]
    web.stuck = {5}
    workers = {f"worker-{n}": subprocess.Popen([*command, f"worker-{n}"], stdout=subprocess.DEVNULL) for n in range(4)}
    try:
        until(lambda: 5 in web.open)
        victim, killed = web.open[5], time.monotonic()
        workers[victim].kill()
        web.stuck = set()
        try:
            until(lambda: len({a.source for a in web.asked if a.worker != victim or a.source != 5}) == JOBS, PATIENCE)
            again = min(a.begun for a in web.asked if a.source == 5 and a.worker != victim) - killed
            print(f"{engine} {version(engine)}: another worker asked for the page {again:.0f} s after the kill")
        except TimeoutError:
            print(f"{engine} {version(engine)}: nobody asked for the page within {PATIENCE:.0f} s of the kill")
        done = {a.source for a in web.asked if a.source != 5 or a.worker != victim}
        pause = web.least_gap()
        print(f"  lost {JOBS - len(done)} of {JOBS}; of one host {web.at_once()} at once, least pause {pause:.2f} s")
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()


def main() -> None:
    """The trial, or one of its workers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=["procrastinate", "dbos"])
    usual = "postgresql://postgres@127.0.0.1/test"
    parser.add_argument("--database", default=os.environ.get("REGWATCH_TEST_POSTGRESQL", usual))
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--worker", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker and given.engine == "dbos":
        dbos_worker(given.database, given.port, given.worker)
    elif given.worker:
        asyncio.run(procrastinate_worker(given.database, given.port, given.worker))
    else:
        server = given.database.replace("postgresql://", "postgresql+psycopg://")
        with hosts(0.1) as web, database_on(server) as database:
            trial(given.engine, database.replace("+psycopg", ""), web)


if __name__ == "__main__":
    main()
