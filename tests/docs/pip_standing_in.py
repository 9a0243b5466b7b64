"""`pip install -e FOLDER` without a package index: the package's modules and metadata, as an installer leaves them."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path


def install(package: Path, site: Path) -> None:
    """Make a package importable from a folder for `sys.path`."""
    project = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))
    facts = project["project"]
    info = site / f"{facts['name'].replace('-', '_')}-{facts['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {facts['name']}\nVersion: {facts['version']}\n")
    points = facts["entry-points"]["regwatch.adapters"]
    lines = [f"{name} = {value}" for name, value in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[regwatch.adapters]", *lines, ""]))
    for module in project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]:
        (site / module).symlink_to((package / module).absolute())


if __name__ == "__main__":
    _, _, command, editable, folder = sys.argv
    assert (command, editable) == ("install", "-e")
    install(Path(folder), Path(os.environ["PYTHONPATH"]))
