"""README, tutorial and how-tos, typed at a terminal as they are printed; below each command stands what it shows.

A page is typed from its top to its end in one shell, in a folder with an installation beside it; publishers are
stand-ins on this machine. What a command shows is printed in a block without a language: a line of three dots there
stands for any lines, three dots in a line for any words, and days, times and ports may differ.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import select

from board.serving import free_ports
from docs.house import ROOT
from docs.terminal import Typed, at_a_terminal
from regwatch.store.database import Database
from regwatch.store.tables import FindingRow, Message
from second_reader.server import MODEL, serving

HERE = Path(__file__).parent
TUTORIAL = "docs/tutorial.md"
PAGES = ["README.md", TUTORIAL, *sorted(f"docs/how-to/{path.name}" for path in ROOT.glob("docs/how-to/*.md"))]

NOT_TYPED = {
    "scripts/test": "is what runs this test",
    "regwatch digest reconcile --mail-log /var/log/mail.log": "reads the log of this machine's mail server, as root",
    "zcat /var/log/mail.log.*.gz | regwatch digest reconcile --mail-log -": "the same",
    "regwatch doctor --mail": "asks the name service",
    "scripts/train-classifier --more decided/documents.jsonl decided/labels.jsonl decided/watch.yaml": "takes minutes",
    "scripts/setup postgres": "installs from the package index",
    "REGWATCH_DATABASE_FILE=/etc/regwatch/database regwatch check": "needs PostgreSQL and a file of root's",
    "install -m 644 /usr/local/lib/regwatch/systemd/regwatch-web.service /etc/systemd/system/": "needs root",
    "systemctl daemon-reload": "needs systemd, as root",
    "systemctl enable --now regwatch-web": "needs systemd, as root",
    "regwatch record a-day.warc.gz fda-oncology --rounds 24 --pause 60": "takes a day",
}
"""Every line that is not typed here, and why."""

ENDS = {"regwatch doctor": {1, 2}}
"""Exit codes of lines that end otherwise than with 0."""

BY_HAND = {
    "regwatch poll medsafe": "sed -i '/^sources:/a\\  - {id: medsafe, adapter: medsafe_register, "
    'topics: [cabozantinib-net], url: "https://www.example.org/medicines/cabometyx"}\' sources.yaml',
}
"""What a page asks the reader to do in an editor before a line."""

ANY = [
    (r"\d{4}\\-\d\d\\-\d\d", r"\\d{4}-\\d\\d-\\d\\d"),
    (r"\d\d:\d\d", r"\\d\\d:\\d\\d"),
    (r"127\\\.0\\\.0\\\.1:\d+", r"127\\.0\\.0\\.1:\\d+"),
    (r"\\\.\\\.\\\.", ".*"),
]


@dataclass(frozen=True)
class Printed:
    """A block of commands, and what the page prints below it; "" where it prints nothing."""

    lines: tuple[str, ...]
    shown: str


def printed(page: str) -> list[Printed]:
    """The blocks of commands of a page, in order. What is shown below one has no language, and follows it."""
    text = (ROOT / page).read_text("utf-8")
    blocks = [
        (found[2], re.sub(f"^{found[1]}", "", found[3], flags=re.MULTILINE))
        for found in re.finditer(r"^( *)```(\w*)\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    ]
    assert all(before == "sh" for (before, _), (kind, _) in pairwise([("", ""), *blocks]) if not kind), page
    return [
        Printed(tuple(lines.splitlines()), shown if not after else "")
        for (kind, lines), (after, shown) in pairwise([*blocks, ("end", "")])
        if kind == "sh"
    ]


def pattern(shown: str) -> re.Pattern[str]:
    """What a terminal may show where a page prints this."""
    parts = []
    for line in shown.splitlines():
        told = re.escape(line.rstrip()).replace(r"\ ", " ")
        for what, anything in ANY:
            told = re.sub(what, anything, told)
        parts.append(r"(?:.*\n)*?" if line.strip() == "..." else f"{told} *\n")
    return re.compile("".join(parts))


@dataclass
class Place:
    """A folder to type a page in: a checkout as far as its scripts need one, and this installation in its `.venv`."""

    folder: Path
    door: Path
    environment: dict[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Lay everything out, with stand-ins for publishers behind `regwatch` and for an installer behind `pip`."""
        shutil.copytree(ROOT / "scripts", self.folder / "scripts")
        for name in ("pyproject.toml", "constraints.txt", "sources.yaml", "src"):
            (self.folder / name).symlink_to(ROOT / name)
        commands = self.folder / ".venv" / "bin"
        commands.mkdir(parents=True)
        (commands / "activate").write_text(f'PATH="{commands}:$PATH"\n')
        (commands / "python").symlink_to(sys.executable)
        for name, script in (("regwatch", f"standing_in.py {self.door}"), ("pip", "pip_standing_in.py")):
            (commands / name).write_text(f'#!/bin/sh\nexec {sys.executable} -S {HERE}/{script} "$0" "$@"\n')
            (commands / name).chmod(0o755)
        (self.folder / ".venv" / "installed").touch()
        self.ports = free_ports(2)
        self.environment |= {
            **{name: value for name, value in os.environ.items() if not name.startswith("REGWATCH_")},
            "STAND_INS": "story",
            "STAND_IN_PORTS": " ".join(map(str, self.ports)),
            "PYTHONPATH": str(self.folder / ".venv" / "site"),
        }

    def activate(self) -> None:
        """As if the page before this one had said so."""
        self.environment["PATH"] = f"{self.folder / '.venv' / 'bin'}:{self.environment['PATH']}"

    def type(self, page: str) -> list[list[Typed]]:
        """Type a page; gives for each of its blocks the lines that are typed here."""
        blocks = [[line for line in block.lines if line not in NOT_TYPED] for block in printed(page)]
        done = {"regwatch web": self.board_answers, "scripts/run": self.all_is_read}
        lines = [line for block in blocks for line in block]
        typed = at_a_terminal(lines, self.folder, self.environment, done, BY_HAND)
        return [[typed.pop(0) for _ in block] for block in blocks]

    def board_answers(self) -> bool:
        """Whether the board can be opened."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[0]}/", timeout=20) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False

    def all_is_read(self) -> bool:
        """Whether the first page says that every source was read."""
        page = self.folder / "var" / "mail" / "index.html"
        return page.exists() and "13 of them have been read. " in page.read_text("utf-8")


def second_medicine(place: Place, story: Path) -> None:
    """An empty folder, and publishers who know belzutifan."""
    (place.folder / "sources.yaml").unlink()
    place.environment["STAND_INS"] = "welireg"
    place.activate()


def operated(place: Place, story: Path) -> None:
    """The story, with three more findings that wait, and a mail that its recipient's server refused."""
    in_the_story(place, story)
    database = Database(f"sqlite:///{place.folder / 'var' / 'regwatch.db'}")
    with database.session() as session:
        waiting = session.exec(select(FindingRow).where(FindingRow.review == "open")).first()
        assert waiting
        for number in (112, 113, 114):
            session.add(FindingRow(**(waiting.model_dump() | {"id": number})))
        mail = session.get(Message, 8)
        assert mail
        mail.state, mail.reply = "failed", "550 5.7.509 Access denied, sending domain does not pass DMARC"
    database.close()


def in_the_story(place: Place, story: Path) -> None:
    """The folder of the demo."""
    (place.folder / "sources.yaml").unlink()
    shutil.copytree(story, place.folder, dirs_exist_ok=True)
    place.activate()


def beside_the_story(place: Place, story: Path) -> None:
    """The shipped watchlist, and the story told already: telling it again says the same, sooner."""
    shutil.copytree(story, place.folder / "story")
    place.activate()


def recorded(place: Place, story: Path) -> None:
    """What happened, for the backtest: nothing, after one look."""
    (place.folder / "labels.jsonl").write_text("# nothing yet\n")
    place.activate()


def read_twice(place: Place, story: Path) -> None:
    """A document, and what to look for in it."""
    (place.folder / "watch.yaml").write_text(
        "treatments: [{inn: cabozantinib, brands: [Cabometyx]}]\n"
        "indications: [{name: neuroendocrine tumours, terms: [neuroendocrine tumours]}]\n"
    )
    (place.folder / "documents.jsonl").write_text(
        '{"id": "1", "publisher": "Ipsen", "text": "The European Commission has approved Cabometyx (cabozantinib) for '
        'adults with neuroendocrine tumours."}\n'
    )
    place.activate()


PREPARED: dict[str, Callable[[Place, Path], None]] = {
    TUTORIAL: lambda place, story: None,
    "README.md": lambda place, story: None,
    "docs/how-to/watch-another-medicine.md": second_medicine,
    "docs/how-to/replay.md": recorded,
    "docs/how-to/second-reader.md": read_twice,
    "docs/how-to/write-an-adapter.md": lambda place, story: place.activate(),
    "docs/how-to/operate.md": operated,
    "docs/how-to/publish-the-board.md": beside_the_story,
}
AFTER_THE_TUTORIAL = (operated, beside_the_story)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[list[Typed]]]]:
    """Every page typed. Some begin with the story that the tutorial tells."""
    door = tmp_path_factory.mktemp("door") / "socket"
    places = {page: Place(tmp_path_factory.mktemp("page"), door) for page in PAGES if printed(page)}
    story = places[TUTORIAL].folder / "demo"
    with standing_in(door), serving() as model, ThreadPoolExecutor(2) as hands:
        asked = {}
        for page, prepare in PREPARED.items():
            places[page].prepare()
            if prepare in AFTER_THE_TUTORIAL:
                asked[TUTORIAL].result()
            prepare(places[page], story)
            if prepare is read_twice:
                found = {"REGWATCH_SECOND_READER_URL": model.url, "REGWATCH_SECOND_READER_MODEL": MODEL}
                places[page].environment |= found
            asked[page] = hands.submit(places[page].type, page)
        yield {page: future.result() for page, future in asked.items()}


@contextmanager
def standing_in(door: Path) -> Iterator[None]:
    """What types the commands, ready."""
    with subprocess.Popen([sys.executable, HERE / "standing_in.py", door]) as typist:
        try:
            while not door.is_socket():
                assert typist.poll() is None
                time.sleep(0.05)
            yield
        finally:
            typist.terminate()


BLOCKS = [(page, number) for page in PAGES for number in range(len(printed(page)))]


@pytest.mark.parametrize(("page", "number"), BLOCKS, ids=[f"{page} block {number + 1}" for page, number in BLOCKS])
def test_a_block_of_commands_ends_well_and_shows_what_is_printed_below_it(
    typed: dict[str, list[list[Typed]]], page: str, number: int
) -> None:
    block, lines = printed(page)[number], typed[page][number]
    for one in lines:
        assert one.code in ENDS.get(one.line, {0}), f"{one.line}\n{one.shown}"
    shown = "".join(one.shown for one in lines)
    if block.shown:
        assert pattern(block.shown).fullmatch(shown), f"{block.shown}\nis printed, and shown is\n{shown}"


def test_each_line_that_is_not_typed_is_still_printed() -> None:
    lines = {line for page in PAGES for block in printed(page) for line in block.lines}
    assert set(NOT_TYPED) <= lines
    assert set(ENDS) | set(BY_HAND) <= lines - set(NOT_TYPED)


def test_the_story_told_again_says_the_same(typed: dict[str, list[list[Typed]]]) -> None:
    told = [one for block in typed[TUTORIAL] for one in block if one.line.startswith("regwatch demo --directory")]
    first, again = (one.shown.rpartition("\r")[2].partition("Look further")[0].replace("demo/", "") for one in told)
    assert first == again


def test_the_page_that_the_demo_names_can_be_opened(typed: dict[str, list[list[Typed]]]) -> None:
    opened = re.search(r"Open them in a browser: (\S+)", typed[TUTORIAL][0][1].shown)
    assert opened
    assert "Approved: FDA" in Path(opened[1]).read_text("utf-8")
