"""The source files of regwatch as syntax trees, for the rules of the house."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "regwatch"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One module of the package. `room` is the folder or module directly under `regwatch`."""

    path: Path

    @property
    def name(self) -> str:
        """Its path under the package, as shown: `adapters/feed.py`."""
        return self.path.relative_to(PACKAGE).as_posix()

    @property
    def room(self) -> str:
        return self.path.relative_to(PACKAGE).with_suffix("").parts[0]

    @cached_property
    def lines(self) -> list[str]:
        return self.path.read_text("utf-8").splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text("utf-8"))

    @property
    def is_adapter(self) -> bool:
        """Whether it defines an adapter, rather than words or steps that several share."""
        return self.room == "adapters" and any(line.startswith("ADAPTER = ") for line in self.lines)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of its tree."""
        return list(ast.walk(self.tree))

    def functions(self) -> Iterator[tuple[str, Function]]:
        """Every function and method with its qualified name."""

        def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, Function):
                    yield prefix + child.name, child
                    yield from walk(child, f"{prefix}{child.name}.")
                elif isinstance(child, ast.ClassDef):
                    yield from walk(child, f"{prefix}{child.name}.")
                else:
                    yield from walk(child, prefix)

        return walk(self.tree, "")

    @cached_property
    def house_imports(self) -> list[tuple[int, str]]:
        """Line and full name of everything imported from the house, inside functions too."""
        return list(self._house_imports())

    def _house_imports(self) -> Iterator[tuple[int, str]]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.split(".")[0] == "regwatch":
                        yield node.lineno, alias.name
            elif (
                isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").split(".")[0] == "regwatch"
            ):
                for alias in node.names:
                    yield node.lineno, f"{node.module}.{alias.name}"


def modules() -> list[Module]:
    """Every module, migrations left out: those are records of what once ran."""
    return [Module(path) for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
