"""Files that come with regwatch: in an installed package they lie inside it, in a checkout partly beside it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def data_file(name: str) -> Path:
    """A data file such as `sources.yaml` (the shipped watchlist) or `sources.schema.json`.

    Raises `FileNotFoundError` if the installation is not whole.
    """
    for place in (_PACKAGE / "data" / name, _CHECKOUT / name):
        if place.is_file():
            return place
    raise FileNotFoundError(f"{name} is not part of this installation of regwatch: install it again")


def template_folders(own: Path | None = None) -> tuple[Path, ...]:
    """Folders to look for templates in, first one first: the operator's own, then the built-in one."""
    inside = _PACKAGE / "templates"
    built_in = inside if inside.is_dir() else _CHECKOUT / "templates"
    return (own, built_in) if own else (built_in,)
