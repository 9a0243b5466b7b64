"""A person at a terminal: types lines into one shell, accepts what is offered, ends with Ctrl-C what does not end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

MARK = "\036"
ASKS = re.compile(r"(\[Y/n\]|\[0\]): $")
OWN_TERMINAL = (
    "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp('bash', sys.argv[1:])"
)
PATIENCE = 120.0
"""Seconds that one line may take before it counts as hung."""


@dataclass(frozen=True)
class Typed:
    """One line, what the terminal showed after it, and the exit code."""

    line: str
    shown: str
    code: int


def at_a_terminal(
    lines: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    done: Mapping[str, Callable[[], bool]],
    before: Mapping[str, str],
) -> list[Typed]:
    """Type these lines in a folder. `done` says of a line that runs until it is stopped when it may be, `before` what
    is run before a line.
    """
    script = folder.with_suffix(".sh")
    marked = [f"{before.get(line, '')}\nprintf '{MARK}'\n{line}\nprintf '{MARK}%s' \"$?\"" for line in lines]
    script.write_text("\n".join(["trap : INT", *marked, ""]))
    plain = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 50, 200, 0, 0))
    try:
        with subprocess.Popen(
            [sys.executable, "-c", OWN_TERMINAL, "bash", str(script)],
            cwd=folder, env={**plain, "TERM": "dumb"}, stdin=slave, stdout=slave, stderr=slave,
        ) as shell:  # fmt: skip
            os.close(slave)
            shown = _watch(master, lines, done, shell)
    finally:
        os.close(master)
    _, *parts = shown.replace("\r\n", "\n").split(MARK)
    pairs = zip(lines, parts[::2], parts[1::2], strict=True)
    return [Typed(line, _left(text), int(code)) for line, text, code in pairs]


def _left(shown: str) -> str:
    """Whole lines, without what was written over."""
    seen = re.sub(r"[^\n]*\r", "", shown)
    return seen if seen.endswith("\n") or not seen else f"{seen}\n"


def _watch(
    master: int, lines: Sequence[str], done: Mapping[str, Callable[[], bool]], shell: subprocess.Popen[bytes]
) -> str:
    """All that the terminal shows until the shell ends."""
    shown, heard, stopped, answered = "", monotonic(), -1, 0
    while True:
        if select.select([master], [], [], 0.1)[0]:
            try:
                new = os.read(master, 65_536)
            except OSError:  # Linux says so of a terminal that nobody holds any more
                new = b""
            if not new:
                return shown
            shown, heard = shown + new.decode("utf-8", "replace"), monotonic()
        at = shown.count(MARK) // 2
        if len(shown) > answered and ASKS.search(shown):
            answered = len(shown)
            os.write(master, b"\n")
        elif shown.count(MARK) % 2 and stopped < at and lines[at] in done and done[lines[at]]():
            stopped = at
            os.write(master, b"\x03")
        if monotonic() - heard > PATIENCE:
            shell.kill()
            return shown
