"""What is on this machine: settings and watchlist, the home folder, free disk space, templates."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, TemplateError
from sqlalchemy.engine import make_url

from regwatch import wording
from regwatch.digest.render import render
from regwatch.digest.sample import sample_digest, sample_letter
from regwatch.doctor.diagnosis import Diagnosis, fail, ok, warn
from regwatch.errors import ConfigError
from regwatch.mail.setup import sender_of
from regwatch.mail.short_mail import render_short_mail
from regwatch.mail.templates import environment_of
from regwatch.resources import template_folders
from regwatch.settings import Settings
from regwatch.watchlist import Watchlist

_SCARCE, _GONE = 1_000_000_000, 100_000_000
"""Bytes of free disk: less than the first is little for a year of pages, less than the second stops the database."""


def of_settings(settings: Settings) -> Iterator[Diagnosis]:
    """Settings that are good, and lack what an operator should set."""
    lacking = {
        "REGWATCH_CONTACT": "contact" in settings.model_fields_set,
        "REGWATCH_OPERATOR_MAIL": settings.operator_mail is not None,
    }
    missing = [name for name, there in lacking.items() if not there]
    if missing:
        yield warn("settings", f"good, without {wording.join(missing)}", "set it, so that you can be reached")
    else:
        yield ok("settings", "good")


def of_watchlist(watchlist: Watchlist) -> Iterator[Diagnosis]:
    """What is watched, and for whom."""
    parts = ((watchlist.topics, "topic"), (watchlist.sources, "source"), (watchlist.recipients, "recipient"))
    seen = ", ".join(wording.count(len(some), word) for some, word in parts)
    if watchlist.sources:
        yield ok("watchlist", f"good: {seen}")
    else:
        yield fail("watchlist", seen, "name sources in sources.yaml, and switch them on")


def of_home(settings: Settings) -> Iterator[Diagnosis]:
    """Whether the home folder can be written, and whether others of this machine can read what is in it."""
    home = settings.home
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        yield fail("home", f"{home} cannot be written: {error.strerror}", "make it and give it to the user of regwatch")
        return
    private = not stat.S_IMODE(home.stat().st_mode) & 0o077
    exposed = [path for path in _secrets(settings) if not private or path.parent != home]
    exposed = [path for path in exposed if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if exposed:
        names = wording.join([path.name for path in exposed])
        yield fail("home", f"others on this machine can read {names}", f"chmod 600 {' '.join(map(str, exposed))}")
    elif not private:
        yield warn("home", f"{home} can be entered by others on this machine", f"chmod 700 {home}")
    else:
        yield ok("home", f"{home} can be written, and by nobody else")


def _secrets(settings: Settings) -> list[Path]:
    """The key of the links, and the database with what lies beside it: both hold or open what concerns people."""
    found = [settings.home / "links.key"]
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database:
        found += [Path(f"{url.database}{end}") for end in ("", "-wal", "-shm")]
    return found


def of_disk(settings: Settings) -> Iterator[Diagnosis]:
    """Free space where the database grows."""
    there = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    seen = f"{free / 1_000_000_000:.1f} GB free"
    if free >= _SCARCE:
        yield ok("disk", seen)
    else:
        yield (warn if free >= _GONE else fail)("disk", seen, "make room: on a full disk nothing is recorded or mailed")


def of_templates(settings: Settings, watchlist: Watchlist, now: datetime) -> Iterator[Diagnosis]:
    """Whether the mails can be rendered, and whether every page's template is one; the operator's own included."""
    sender, own = sender_of(settings), settings.templates
    folders = template_folders(own)
    try:
        render(sample_digest(watchlist, settings.zone, now), sender, overrides=own)
        render_short_mail(sample_letter(), own)
        environment_of(own).get_template("index.html.j2")
        pages = Environment(loader=FileSystemLoader([folder / "web" for folder in folders]), autoescape=True)
        for name in pages.list_templates():
            pages.get_template(name)
    except (TemplateError, ConfigError) as error:
        where = f"{getattr(error, 'name', None) or 'a template'}:{getattr(error, 'lineno', 0)}: "
        said = error.message if isinstance(error, ConfigError) else f"{where}{error.message}"
        yield fail("templates", said or "", f"put the template right in {own}" if own else "install regwatch again")
        return
    strange = _unknown(own, folders[-1]) if own else []
    if strange:
        yield warn(
            "templates", f"{own} has {wording.join(strange)}, which replaces nothing", "give it the built-in name"
        )
    else:
        yield ok("templates", "mails and pages can be rendered" + (f", with those of {own}" if own else ""))


def _unknown(own: Path, built_in: Path) -> list[str]:
    """Templates of the operator's that are not named after any of ours."""
    names = [path.relative_to(own) for path in sorted(own.rglob("*.j2"))]
    return [str(name) for name in names if not (built_in / name).is_file()]
