"""Filling the templates in `templates/web/`: what comes from a page is escaped, an unknown name is an error."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

from regwatch import __version__, wording
from regwatch.board.paging import path_of
from regwatch.board.site import Site
from regwatch.errors import ConfigError, Fault
from regwatch.palette import DARK, LIGHT
from regwatch.resources import template_folders

NOT_ADVICE = wording.NOT_ADVICE.replace("this mail", "this page")


class Templates:
    """The templates of one site. Raises `ConfigError` if an operator's own cannot be used."""

    def __init__(self, site: Site) -> None:
        self._site = site
        folders = [folder / "web" for folder in template_folders(site.settings.templates)]
        self.version = _version(folders)
        self._environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=select_autoescape(disabled_extensions=("txt.j2",), default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {
            "site": site,
            "link": lambda path: site.prefix + path,
            "path_of": path_of,
            "style": f"/static/style.css?v={self.version[:12]}",
            "not_advice": NOT_ADVICE,
            "software": __version__,
            "count": wording.count,
            "light": LIGHT,
            "dark": DARK,
        }

    def render(self, name: str, **words: Any) -> str:
        """One page."""
        try:
            return self._environment.get_template(f"{name}.j2").render(words)
        except TemplateError as error:
            where, number = getattr(error, "name", None) or name, getattr(error, "lineno", 0)
            raise ConfigError([Fault(where, number, 0, "", f"{error.message}: put the template right")]) from error


def _version(folders: list[Path]) -> str:
    found = hashlib.sha256(__version__.encode())
    for file in sorted(file for folder in folders for file in folder.rglob("*.j2")):
        found.update(file.read_bytes())
    return found.hexdigest()
