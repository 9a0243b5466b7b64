"""The rules of the house that a machine can hold; CONTRIBUTING.md gives their reasons."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from docs.house import PACKAGE, ROOT, modules

MODULES = modules()

FLOORS = (
    {
        "__init__",
        "errors",
        "dates",
        "vocabulary",
        "reasons",
        "model",
        "clock",
        "addresses",
        "setting_values",
        "folders",
        "characters",
        "palette",
        "wording",
        "wording_tables",
        "glossary",
        "resources",
        "safe_text",
        "secret_key",
        "env_file",
        "file_faults",
        "yaml_core",
        "uses",
    },
    {"secret_files", "settings", "settings_table", "watchlist"},
    {"fetch", "reading", "store"},
    {"adapters", "classify"},
    {"second_reader"},
    {"ledger", "mail"},
    {"subscribers"},
    {"polling", "digest"},
    {"monitoring"},
    {"board"},
    {"service"},
    {"demo", "kit", "replay", "doctor", "discovery"},
    {"cli", "__main__"},
)
"""Rooms from the ground up. A module imports from its own room, its own floor and the floors below."""

ADAPTERS_MAY_USE = {
    "errors", "dates", "vocabulary", "model", "addresses", "characters", "uses", "reading", "adapters", "__init__",
}  # fmt: skip
"""An adapter is pure: a document in, a reading out; no network, store, clock, settings or log."""

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions of 41 to 60 lines, each with the reason why it is better whole."""

LONGEST_MODULE, LONGEST_ADAPTER, LONGEST_FUNCTION, LONGEST_WITH_REASON = 300, 150, 40, 60

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
FORBIDDEN_WORDS = re.compile(
    r"\b(?:(?:nice|ema|fda|mhra) dossier|claude|anthropic|chatgpt|openai|copilot|llms?|ai[- ]generated)\b"
    r"|/work/|shared/(?:sources|captures|seeds|eval|peers)|\b(?:todo|fixme|xxx)\b",
    re.IGNORECASE,
)


def floor_of(room: str) -> int:
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), -1)


def test_every_room_stands_on_a_floor() -> None:
    assert [module.name for module in MODULES if floor_of(module.room) < 0] == []


def test_nothing_is_imported_from_a_floor_above() -> None:
    wrong = []
    for module in MODULES:
        for line, name in module.house_imports:
            parts = name.split(".")
            room = parts[1] if len(parts) > 1 and floor_of(parts[1]) >= 0 else "__init__"
            if floor_of(room) > floor_of(module.room):
                wrong.append(f"{module.name}:{line} imports {name}")
    assert wrong == []


def test_rooms_of_one_floor_do_not_import_each_other_in_a_circle() -> None:
    arrows: dict[str, set[str]] = defaultdict(set)
    for module in MODULES:
        for _, name in module.house_imports:
            room = name.split(".")[1]
            if floor_of(room) >= 0 and room != module.room and module.room != "__init__":
                arrows[module.room].add(room)

    def reaches(start: str, seen: frozenset[str] = frozenset()) -> set[str]:
        return {room for one in arrows.get(start, set()) - seen for room in {one} | reaches(one, seen | {one})}

    assert [room for room in sorted(arrows) if room in reaches(room)] == []


def test_the_rows_of_mails_have_one_owner() -> None:
    mail = ("outbox", "outbox_leases", "outbox_leaving", "outbox_queries", "outbox_restored", "fingerprints")
    owners = {"store/tables.py", *(f"mail/{name}.py" for name in mail)}
    tables = {f"regwatch.store.tables.{name}" for name in ("Message", "MessageEvent", "MessageText")}
    others = [
        f"{module.name}:{line}"
        for module in MODULES
        if module.name not in owners
        for line, name in module.house_imports
        if name in tables
    ]
    assert others == []


def test_adapters_are_pure() -> None:
    wrong = [
        f"{module.name}:{line} imports {name}"
        for module in MODULES
        if module.room == "adapters"
        for line, name in module.house_imports
        if "." in name and name.split(".")[1] not in ADAPTERS_MAY_USE
    ]
    io = {"httpx", "socket", "urllib.request", "sqlite3", "sqlmodel", "sqlalchemy", "structlog", "logging", "time"}
    for module in MODULES:
        if module.room not in ("adapters", "classify", "reading"):
            continue
        for node in module.nodes:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{module.name}:{node.lineno} imports {name}" for name in names if name in io]
    assert wrong == []


def test_no_module_is_too_long_to_read_at_once() -> None:
    most = {module.name: LONGEST_ADAPTER if module.is_adapter else LONGEST_MODULE for module in MODULES}
    assert [module.name for module in MODULES if len(module.lines) > most[module.name]] == []


def test_no_function_is_too_long_to_read_at_once() -> None:
    wrong = []
    for module in MODULES:
        for name, node in module.functions():
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            limit = LONGEST_WITH_REASON if f"{module.name}:{name}" in LONG_FUNCTIONS else LONGEST_FUNCTION
            if length > limit:
                wrong.append(f"{module.name}:{name} has {length} lines")
    assert wrong == []


def test_every_long_function_on_the_list_has_a_reason_and_is_still_long() -> None:
    found = {
        f"{module.name}:{name}"
        for module in MODULES
        for name, node in module.functions()
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert {name for name, reason in LONG_FUNCTIONS.items() if name not in found or len(reason) < 20} == set()


def test_only_the_service_and_the_call_of_an_adapter_catch_everything() -> None:
    wrong = []
    for module in MODULES:
        if module.room == "service" or module.name == "adapters/contract.py":
            continue
        for node in module.nodes:
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else "everything"
                passed_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                if not passed_on and re.search(r"\b(?:Exception|BaseException|everything)\b", caught):
                    wrong.append(f"{module.name}:{node.lineno} catches {caught}")
    assert wrong == []


def test_no_module_is_named_after_nothing() -> None:
    assert [module.name for module in MODULES if module.path.stem in FORBIDDEN_NAMES] == []


def test_every_module_says_what_it_is_for() -> None:
    empty = [module.name for module in MODULES if module.lines and not ast.get_docstring(module.tree)]
    assert [name for name in empty if name != "__init__.py"] == []


def test_no_text_of_the_repository_speaks_of_where_it_was_made() -> None:
    folders = ("src", "tests", "docs", "templates", "systemd", "scripts", "bench", "bin")
    top = [path for path in ROOT.glob("*.*") if path.name != ".git"]
    paths = [*top, *(path for folder in folders for path in sorted((ROOT / folder).rglob("*")))]
    wrong = []
    for path in paths:
        if not path.is_file() or path.suffix not in {".py", ".md", ".toml", ".yaml", ".txt", ".html", ".service", ""}:
            continue
        if path == ROOT / "tests" / "docs" / "test_house_rules.py" or "golden" in path.parts:
            continue
        text = path.read_text("utf-8", errors="replace")
        for found in FORBIDDEN_WORDS.finditer(text):
            wrong.append(f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]}")
    assert wrong == []


def test_an_adapter_says_what_it_gives_what_its_pages_withhold_and_their_quirks() -> None:
    wanted = ("Gives", "Withheld", "Quirks")
    texts = {module.name: ast.get_docstring(module.tree) or "" for module in MODULES if module.is_adapter}
    assert [name for name, text in texts.items() if not all(f"\n{word} " in text for word in wanted)] == []


def test_the_package_lies_where_this_test_looks() -> None:
    assert (PACKAGE / "errors.py").is_file()
    assert len(MODULES) > 20


NAMED_AFTER_OTHERS = {
    "adapters": "a file is named after its publisher's page, and its folder says whose page that is",
    "cli": "a file is named after its command",
}
"""Rooms whose files may be called like files elsewhere, each with the reason."""

SHARED_NAMES: dict[str, str] = {}
"""Names of classes and files that two rooms have for different things, each with the reason why it is better so."""


def clashes() -> dict[str, set[str]]:
    """The names of classes and files that more than one room uses, and the rooms."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for module in MODULES:
        if module.path.stem not in ("__init__", "__main__") and module.room not in NAMED_AFTER_OTHERS:
            rooms[module.path.stem].add(module.room)
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                rooms[node.name].add(module.room)
    return {name: where for name, where in rooms.items() if len(where) > 1}


def test_a_name_means_one_thing_in_the_whole_house() -> None:
    assert {name: sorted(rooms) for name, rooms in clashes().items() if name not in SHARED_NAMES} == {}


def test_every_name_that_may_be_shared_is_and_has_its_reason() -> None:
    assert {name for name, reason in SHARED_NAMES.items() if name not in clashes() or len(reason) < 20} == set()
