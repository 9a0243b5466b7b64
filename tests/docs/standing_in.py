"""`regwatch` as a page of the documentation types it, where publishers are stand-ins on this machine.

python tests/docs/standing_in.py SOCKET             loads everything once, and then types in a process of its own
                                                    whatever comes over the socket
python tests/docs/standing_in.py SOCKET WORDS...    types one command, with this folder, environment and terminal

STAND_INS says who answers: `welireg` is the medicine of the how-to, anything else the demo's own pages as its story
ended, with the page that the how-to about adapters makes up. Where `regwatch web` listens, STAND_IN_PORTS says: two
free ports in place of the printed ones, which may be in use.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import traceback
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

FETCHING = {"init", "topic", "poll", "run", "record", "source"}
LONGEST = 65_536


def elsewhere() -> AbstractContextManager[Any]:
    """The board on free ports."""
    from unittest.mock import patch

    from regwatch.board import web_server

    serve, (port, operator_port) = web_server.serve, map(int, os.environ["STAND_IN_PORTS"].split())
    return patch.object(web_server, "serve", lambda site, host, *_: serve(site, host, port, operator_port))


def publishers() -> AbstractContextManager[Any]:
    """Who answers what the command fetches."""
    from discovery.standins import SINCE, WELIREG, standing_in, story_pages
    from regwatch.demo.archive import ArchivedPage, PageState

    if os.environ["STAND_INS"] == "welireg":
        return standing_in(WELIREG)
    made, html = Path("tests/golden/medsafe_register/approved.html"), {"Content-Type": "text/html; charset=utf-8"}
    states = (PageState(SINCE, 200, made.read_bytes(), html),) if made.exists() else ()
    return standing_in(more=[*story_pages(), ArchivedPage("https://www.example.org/medicines/cabometyx", states)])


def type_here() -> None:
    """The command of `sys.argv`, in this process."""
    from regwatch.cli.main import run

    word = sys.argv[1] if len(sys.argv) > 1 else ""
    with publishers() if word in FETCHING else elsewhere() if word == "web" else nullcontext():
        run()


def serve(path: str) -> None:
    """Load what commands need, then type what comes, each in a process of its own, until the end."""
    tests = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(tests), str(tests.parent / "src")]
    for heavy in ("discovery.standins", "regwatch.board.export", "regwatch.cli.sources", "regwatch.demo.story"):
        import_module(heavy)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        while True:
            visitor, _ = door.accept()
            if os.fork() == 0:
                door.close()
                attend(visitor)
            visitor.close()


def attend(visitor: socket.socket) -> None:
    """Type what one visitor wants, tell the number of the process and at its end its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    told, terminal, _, _ = socket.recv_fds(visitor, LONGEST, 3)
    wanted = json.loads(told)
    typist = os.fork()
    if typist == 0:
        visitor.close()
        for number, one in enumerate(terminal):
            os.dup2(one, number)
        os.chdir(wanted["folder"])
        os.environ.clear()
        os.environ.update(wanted["environment"])
        sys.argv = wanted["argv"]
        sys.path.append(os.environ["PYTHONPATH"])
        type_here_and_end()
    visitor.sendall(f"{typist}\n".encode())
    _, status = os.waitpid(typist, 0)
    visitor.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def type_here_and_end() -> None:
    """Type, and leave as a program does."""
    code = 1
    try:
        type_here()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except (Exception, KeyboardInterrupt):  # noqa: BLE001 - shown, as the interpreter does
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def ask(path: str, argv: list[str]) -> int:
    """Have this typed, and pass Ctrl-C on. Gives the exit code."""
    wanted = {"folder": os.getcwd(), "environment": dict(os.environ), "argv": argv}
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(path)
        socket.send_fds(door, [json.dumps(wanted).encode()], [0, 1, 2])
        answers = door.makefile()
        typist = int(answers.readline())
        signal.signal(signal.SIGINT, lambda *_: os.kill(typist, signal.SIGINT))
        return int(answers.readline())


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(ask(sys.argv[1], sys.argv[2:]))
    serve(sys.argv[1])
