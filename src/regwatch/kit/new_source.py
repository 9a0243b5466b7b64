"""A new adapter that already works: its module, examples for every state, what is due of them, a test and a page.

It is written into a checkout of regwatch, or as a small package of its own. What is written is a start: the vocabulary
and the examples are then made those of the publisher.
"""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

from regwatch.adapters import registry
from regwatch.adapters.contract import Adapter
from regwatch.errors import UsageError
from regwatch.kit.golden import read_case, write_due
from regwatch.kit.layouts import SHAPES, Layout
from regwatch.vocabulary import AUTHORITIES

_SKELETON = Path(__file__).parent / "skeleton"
_NAME = re.compile(r"[a-z][a-z0-9]{1,30}(?:_[a-z0-9]{1,30}){1,4}")
_ENTRY_POINTS = '[project.entry-points."regwatch.adapters"]\n'
_WATCHED, _OTHER = "Cabometyx (cabozantinib)", "Lutathera (lutetium oxodotreotide)"
_BLOCK_PAGE = """<!DOCTYPE html>
<html><head><title>Access Denied</title></head>
<body><h1>Access Denied</h1><p>You do not have permission to view this page on this server.</p></body></html>
"""
_STATES = ("Under review", "Approved", "Refused", "Withdrawn")


@dataclass(frozen=True)
class Plan:
    """What is to be written: `files` by path, `adapter` and `examples` being among them; `entry` names the adapter."""

    name: str
    files: dict[Path, str]
    adapter: Path
    examples: Path


def authority_of(name: str, given: str | None) -> str:
    """The code of the authority whose pages the adapter reads. Raises `UsageError` for one that regwatch lacks."""
    wanted = re.sub(r"[^a-z]", "", (given or name.partition("_")[0]).casefold())
    for code in AUTHORITIES:
        if re.sub(r"[^a-z]", "", code.casefold()) == wanted:
            return code
    known = ", ".join(AUTHORITIES)
    raise UsageError(f"no authority is called {given or wanted!r}; name one with --authority: {known}")


def place(name: str) -> tuple[str, str]:
    """The folder of the authority and the module in it, of an adapter called `<authority>_<page kind>`."""
    folder, _, kind = name.partition("_")
    return folder, kind


def in_checkout(root: Path, name: str, authority: str, layout: Layout = Layout.FACTS) -> Plan:
    """The plan for a checkout of regwatch. Raises `UsageError` where the folder is none."""
    _check(name)
    pyproject = root / "pyproject.toml"
    if not (root / "src/regwatch/adapters").is_dir() or not pyproject.is_file():
        raise UsageError(f"{root} is no checkout of regwatch: go to one, or write a package with --package DIR")
    words = _words(name, authority, 'Path(__file__).parents[2] / "golden"', layout)
    folder, kind = place(name)
    adapter = root / f"src/regwatch/adapters/{folder}/{kind}.py"
    examples = root / "tests/golden" / name
    package = adapter.parent / "__init__.py"
    files = {
        **({} if package.exists() else {package: f'"""{authority}."""\n'}),
        adapter: _filled(SHAPES[layout].adapter, words),
        root / f"tests/adapters/{folder}/test_{kind}.py": _filled("test", words),
        root / f"docs/sources/{name}.md": _filled("readme", words),
        **_examples(examples, words, layout),
    }
    return Plan(name, files, adapter, examples)


def as_package(root: Path, name: str, authority: str, layout: Layout = Layout.FACTS) -> Plan:
    """The plan for a package of its own in the folder `root`."""
    _check(name)
    words = _words(name, authority, 'Path(__file__).parent / "golden"', layout)
    adapter = root / f"{words['module']}.py"
    examples = root / "tests/golden" / name
    files = {
        root / "pyproject.toml": _filled("pyproject", words),
        root / "README.md": _filled("readme", words),
        adapter: _filled(SHAPES[layout].adapter, words),
        root / f"tests/test_{name}.py": _filled("test", words),
        **_examples(examples, words, layout),
    }
    return Plan(name, files, adapter, examples)


def write(plan: Plan) -> list[Path]:
    """Write the plan's files and what is due of its examples. Never overwrites: raises `UsageError` before the first.

    Gives the paths that were written.
    """
    if there := [path for path in plan.files if path.exists()]:
        raise UsageError(f"{there[0]} is there already: choose another name")
    for path, text in plan.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    adapter = load(plan.adapter)
    for meta in sorted(plan.examples.glob("*.meta.toml")):
        write_due(read_case(meta, lambda _: adapter))
    due = {path for path in plan.examples.iterdir() if path not in plan.files}
    return sorted({*plan.files, *due})


def register(root: Path, name: str) -> list[Path]:
    """Name a new adapter where a checkout lists them: the entry points and the reference of adapters."""
    pyproject, reference = root / "pyproject.toml", root / "docs/reference/adapters.md"
    folder, kind = place(name)
    adapter = load(root / f"src/regwatch/adapters/{folder}/{kind}.py")
    text = pyproject.read_text("utf-8")
    before, listed, after = text.partition(_ENTRY_POINTS)
    entries, blank, rest = after.partition("\n\n")
    if not listed:
        raise UsageError(f"{pyproject} has no table of adapters: put {_ENTRY_POINTS.strip()} into it")
    lines = sorted([*entries.splitlines(), f'{name} = "regwatch.adapters.{folder}.{kind}:ADAPTER"'])
    pyproject.write_text(before + listed + "\n".join(lines) + blank + rest, "utf-8")
    opening, *sections = re.split(r"^(?=## )", reference.read_text("utf-8"), flags=re.MULTILINE)
    sections = [f"{section.rstrip()}\n\n" for section in [*sections, _section(adapter)]]
    text = opening + "".join(sorted(sections, key=lambda section: section.split("\n")[0]))
    reference.write_text(text.rstrip() + "\n", "utf-8")
    return [pyproject, reference]


def load(path: Path) -> Adapter:
    """The adapter that a module's file defines, without installing it."""
    spec = importlib.util.spec_from_file_location(f"_regwatch_new_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.ADAPTER
    assert isinstance(found, Adapter)
    return found


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for an adapter: write <authority>_<page kind>, such as tga_register")
    if name in registry.names():
        raise UsageError(f"an adapter called {name!r} is installed already: choose another name")


def _words(name: str, authority: str, examples: str, layout: Layout) -> dict[str, str]:
    shape = SHAPES[layout]
    return {
        "layout": shape.about,
        "tools": shape.tools,
        "entries": _filled(shape.entries, {}).rstrip() if shape.entries else "",
        "approved": shape.approved,
        "approvable": shape.approved.replace("Approved", "Approvable"),
        "name": name,
        "module": f"regwatch_{name}",
        "distribution": f"regwatch-{name.replace('_', '-')}",
        "authority": authority,
        "publisher": AUTHORITIES[authority].name,
        "examples": examples,
    }


def _filled(template: str, words: dict[str, str]) -> str:
    return Template((_SKELETON / f"{template}.tmpl").read_text("utf-8")).substitute(words)


def _section(adapter: Adapter) -> str:
    return (
        f"## {adapter.name}\n\nThe page of one application. *Experimental*: not checked against a recorded page.\n\n"
        f"Publisher: {adapter.publisher}. Speaks for: {', '.join(adapter.authorities)}. Needs: nothing. "
        f"Usual pace: {adapter.minutes // 60} hours.\n"
    )


def _examples(folder: Path, words: dict[str, str], layout: Layout) -> dict[Path, str]:
    """A page for every state, and the kinds of page that are none; each with its description."""
    shape = SHAPES[layout]

    def page(status: str, medicine: str = _WATCHED) -> str:
        decided = "" if status == "Under review" else shape.decided
        return _filled(shape.page, {**words, "status": status, "medicine": medicine, "decided": decided})

    good = page("Approved")
    found = {status.casefold().replace(" ", "-"): ("good", f"the status {status}", page(status)) for status in _STATES}
    found |= {
        "unknown-status": ("good", "a status that is not in the vocabulary", page("Approvable")),
        "altered": ("altered", f"what was {shape.about} is none", shape.altered(good)),
        "blocked": ("blocked", "a bot wall", _BLOCK_PAGE),
        "empty": ("empty", "an empty body", ""),
        "truncated": ("truncated", "the page cut off in its middle", good[: len(good) // 2]),
    }
    other = page("Approved", _OTHER)
    if shape.one:
        found["wrong-medicine"] = ("wrong_identity", "the page of another medicine", other)
    else:
        found["not-watched"] = ("good", "entries of other medicines only", other)
    files: dict[Path, str] = {}
    for case, (kind, note, text) in found.items():
        files[folder / f"{case}.html"] = text
        files[folder / f"{case}.meta.toml"] = (
            f'url = "https://www.example.org/medicines/cabometyx"\nkind = "{kind}"\nnote = "composed: {note}"\n'
            'watch = ["cabozantinib", "Cabometyx"]\n'
        )
    return files
