"""Several workers on one PostgreSQL database: what one more is worth, and what one that is killed leaves behind.

    python bench/workers.py [--database postgresql+psycopg://USER@HOST/DATABASE] [--most 4]

The workers are processes of their own; hosts, mail server and readers are on loopback. Each part has an empty database
of its own on that server.

backlog   96 sources on 96 hosts that take 6 s to answer are all due: how long until each has been read, by 1 worker and
          by more
kill      4 workers, 24 sources on 8 hosts; one worker is killed by SIGKILL while a page comes to it: how long until
          another asks for that page again. Then half of the sources have news for two readers: what each got of it

Fails unless no host was asked twice at a time or sooner than it is owed, nothing was lost, and nothing came twice.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import os
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from e2e.crew import Crew, hosts, until
from mail.relay import Relay, running
from store.postgresql import SERVER, database_on

SOURCES, HOSTS, GAP = 24, 8, 0.5
KILLED_WITHIN = 120.0


def backlog(server: str, number: int) -> float:
    """Seconds until 96 slow sources have been read by so many workers, counted from when all of them are at work."""
    with ExitStack() as stack:
        web = stack.enter_context(hosts(6.0))
        web.stuck = set(range(96))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        crew = Crew(folder, stack.enter_context(database_on(server)), web, 96, lambda source: source)
        crew.settle()
        for name in range(number):
            crew.hire(f"worker-{name}")
        try:
            until(lambda: len(set(web.open.values())) == number)
            web.stuck = set()
            took = until(lambda: len(web.times()) == 96, 300)
        finally:
            crew.dismiss()
        assert max(web.times().values()) == 1, "a source was read twice"
        return took


def kill(server: str) -> None:
    """One of four workers is killed while a page comes to it."""
    relay = Relay()
    with ExitStack() as stack:
        web = stack.enter_context(hosts(0.1))
        stack.enter_context(running(relay))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(database_on(server))
        crew = Crew(folder, database, web, SOURCES, lambda n: n % HOSTS, gap=GAP, smtp_port=relay.port, every="1m")
        crew.settle()
        for name in range(4):
            crew.hire(f"worker-{name}")
        try:
            until(lambda: len(web.times()) == SOURCES)
            web.stuck = {5}
            until(lambda: 5 in web.open)
            victim, before = web.open[5], web.times()[5]
            crew.kill(victim)
            web.stuck = set()
            web.open.pop(5, None)
            resumed = until(lambda: web.times()[5] > before + 1 or 5 in web.open, KILLED_WITHIN)
            web.news = set(range(0, SOURCES, 2))
            told = until(lambda: len(_told(relay)) == 2 * len(web.news), 300)
            time.sleep(35)  # another round of mail, which must bring nothing
        finally:
            codes = crew.dismiss()
        counted = _told(relay)
    gap = web.least_gap()
    print(f"killed while a page came to it: another worker asked for it {resumed:.0f} s later")
    print(
        f"pages asked for {len(web.asked)} times; of one host {web.at_once()} at once; least pause {gap:.2f} s of {GAP}"
    )
    print(f"news {len(web.news)} x readers 2: told {len(counted)}, twice {sum(n > 1 for n in counted.values())}, "
          f"all of it {told:.0f} s after; exit codes {sorted(codes.values())}")  # fmt: skip
    assert (web.at_once(), gap >= GAP * 0.95) == (1, True), "a host was asked too often"
    assert (len(counted), set(counted.values())) == (2 * len(web.news), {1}), "news was lost or told twice"
    assert set(codes.values()) == {0}, "a worker ended badly"


def _told(relay: Relay) -> Counter[tuple[str, str]]:
    """How often each reader was told of each medicine, by the parts of mails that tell news."""
    counted: Counter[tuple[str, str]] = Counter()
    for to, body in list(relay.mails):
        message = email.message_from_bytes(body, policy=email.policy.default)
        text = message.get_body(("plain",))
        for medicine in set(re.findall(r"medicine\d+ib", text.get_content() if text else "")):
            counted[to, medicine] += 1
    return counted


def main() -> None:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--database", default=os.environ.get(SERVER, "postgresql+psycopg://postgres@127.0.0.1:5432/test")
    )
    parser.add_argument("--most", type=int, default=4, help="the most workers for the backlog")
    given = parser.parse_args()
    first = 0.0
    for number in (1, 2, given.most):
        took = backlog(given.database, number)
        first = first or took
        print(
            f"backlog with {number} worker{'s' * (number > 1)}: {took:.1f} s ({first / took:.1f} times as fast)",
            flush=True,
        )
    kill(given.database)


if __name__ == "__main__":
    main()
