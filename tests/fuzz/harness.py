"""Bytes at random into everything that reads what strangers wrote: nothing but declared errors may come out.

    python tests/fuzz/harness.py [--seconds 60] [--seed 1] [TARGET ...]

Each input is a good one that was cut, spliced, repeated or sprinkled with what readers of its kind stumble over. A
find is printed with the seed and number that make it again.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.targets import TARGETS, Target

SPICE = (
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\n\n",
    b"<",
    b">",
    b"&#",
    b"&#1114112;",
    b"%",
    b"%zz",
    b"[",
    b"]",
    b"{",
    b"}",
    b"//",
    b"://[",
    b"9" * 400,
    b"9" * 5000,
    b"-1",
    b"0000-00-00",
    b"9999-12-31T23:59:59-23:59",
    b"\xd9\xa3",
    b"\xe2\x80\xae",
    b"=?utf-8?Q?",
    b"\\u",
    b"\\ud800",
    b'"',
    b"'",
    b"!",
    b"*",
    b"|",
    b": ",
    b"- ",
    b"\t",
    b"e999",
    b"NaN",
    b"<![CDATA[",
    b"<!ENTITY",
    b"stream",
    b"endobj",
    b"\x1f\x8b",
)


@dataclass
class Find:
    """An input on which a target failed."""

    target: str
    seed: int
    number: int
    error: str
    data: bytes


def mutated(good: bytes, other: bytes, chance: random.Random) -> bytes:
    """A good input with one to four things done to it."""
    data = good
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(data))
        to = min(len(data), at + chance.choice((0, 1, 2, 8, 64)))
        match chance.randint(0, 6):
            case 0:
                data = data[:at] + data[to:]
            case 1:
                data = data[:at] + chance.choice(SPICE) + data[to:]
            case 2:
                data = data[:at] + bytes(chance.randrange(256) for _ in range(to - at or 1)) + data[to:]
            case 3:
                data = data[:at] + data[at:to] * chance.choice((2, 3, 50)) + data[to:]
            case 4:
                data = data[:at]
            case 5:
                begin = chance.randint(0, len(other))
                data = data[:at] + other[begin : begin + 40] + data[to:]
            case 6 if data:
                at = min(at, len(data) - 1)
                data = data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
    return data


def fuzz(target: Target, seed: int, go_on: Callable[[int], bool]) -> tuple[int, list[Find]]:
    """Feed a target while `go_on` of the number of inputs says so. Gives how many, and one find for each place."""
    chance, finds, places, number = random.Random(f"{target.name} {seed}"), [], set(), 0
    while go_on(number):
        data = mutated(chance.choice(target.seeds), chance.choice(target.seeds), chance)
        number += 1
        try:
            target.read(data)
        except target.declared:
            continue
        except Exception as error:  # noqa: BLE001
            place = traceback.extract_tb(error.__traceback__)[-1]
            if (place.filename, place.lineno) not in places:
                places.add((place.filename, place.lineno))
                words = f"{type(error).__name__}: {str(error)[:200]} at {place.filename}:{place.lineno}"
                finds.append(Find(target.name, seed, number, words, data))
    return number, finds


def main() -> int:
    """Fuzz every target named, or all, for so many seconds each; 1 if anything was found."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("targets", nargs="*", help=f"of {', '.join(TARGETS)}; all if none is named")
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    total, found = 0, 0
    for name in chosen.targets or TARGETS:
        end = time.monotonic() + chosen.seconds
        number, finds = fuzz(TARGETS[name], chosen.seed, lambda _, end=end: time.monotonic() < end)
        total, found = total + number, found + len(finds)
        print(f"{name:12} {number:>10} inputs, {len(finds)} finds", flush=True)
        for one in finds:
            print(f"  seed {one.seed}, input {one.number}: {one.error}\n  {one.data[:300]!r}", flush=True)
    print(f"{'together':12} {total:>10} inputs, {found} finds")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
