"""`regwatch init`, `regwatch check` and `regwatch schema`: write, check and describe the configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from regwatch import wording
from regwatch.adapters.registry import CATALOGUE
from regwatch.cli.output import CONFIGURATION, called, fail, print_json
from regwatch.cli.topic_new import first_watchlist
from regwatch.errors import ConfigError, Fault, StoreError
from regwatch.mail.channel_transport import check_operator_channel
from regwatch.monitoring.canary import with_canary
from regwatch.resources import data_file
from regwatch.settings import ENV_FILE, Settings, load_settings
from regwatch.settings_table import arrived, starter_file
from regwatch.watchlist import Watchlist, json_schema, load_watchlist

_SCHEMA_FILE = "sources.schema.json"
_SCHEMA_LINE = "# yaml-language-server: $schema="


def init(
    directory: Annotated[Path, typer.Argument(help="Folder to write into; it is made if it is not there.")] = Path(),
    medicine: Annotated[str, typer.Option(help="What to watch: INN, brand or code; asked for if left out.")] = "",
    disease: Annotated[str, typer.Option(help="In which disease, in plain words; asked for if left out.")] = "",
    mail: Annotated[str, typer.Option(help="Mail address that gets the digests.")] = "you@localhost",
    zone: Annotated[str, typer.Option(help="Time zone of the digests.")] = "Europe/London",
    example: Annotated[bool, typer.Option("--example", help="Write the worked example, full of comments.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no authority: names alone.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is plain, leave out what is not.")] = False,
) -> None:
    """Ask what to watch and write a watchlist and a settings file, with comments. Never overwrites a file."""
    if example or (directory / "sources.yaml").exists():
        text = starter_watchlist()
    else:
        text = first_watchlist(medicine, disease, mail, zone, offline=offline, yes=yes)
    files = {"sources.yaml": text, ENV_FILE: starter_file(), _SCHEMA_FILE: schema_text()}
    kept = 0
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            kept += not _written(directory / name, text)
    except OSError as error:
        fail(f"{error.filename or directory} cannot be written: {error.strerror}")
    if kept:
        fail("files that were there already are left as they are")
    go = "" if directory.resolve() == Path.cwd() else f"`cd {directory}`, then "
    name = called()
    typer.echo(f"Next: {go}look through sources.yaml, then `{name} check`, then `{name} run`.")


def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Check the settings and the watchlist, without any network; every fault with its line. Exit code 78 if any.

    Every setting that is set is shown as it arrived; of a secret only that it is set.
    """
    faults: list[Fault] = []
    settings = watchlist = None
    try:
        settings = load_settings()
        check_operator_channel(settings)
    except ConfigError as error:
        faults += error.faults
    path = settings.sources if settings else Path("sources.yaml")
    try:
        watchlist = load_watchlist(_near(path), CATALOGUE)
        if settings:
            with_canary(watchlist, settings)
    except ConfigError as error:
        faults += error.faults
    notes = _notes(settings, watchlist) if settings and watchlist else []
    if as_json:
        print_json(_report(watchlist, faults, notes) | {"settings": dict(arrived(settings)) if settings else {}})
    else:
        for name, value in arrived(settings) if settings else ():
            typer.echo(f"{name}: {value}")
        _print(path, watchlist, faults, notes)
    if faults:
        raise typer.Exit(CONFIGURATION)


def schema() -> None:
    """Print the JSON Schema of sources.yaml, for editors and for other programs."""
    typer.echo(schema_text(), nl=False)


def schema_text() -> str:
    """The JSON Schema of sources.yaml, with the names of the adapters that are installed."""
    return json.dumps(json_schema(tuple(CATALOGUE)), indent=2, ensure_ascii=False) + "\n"


def starter_watchlist() -> str:
    """The shipped watchlist, with the schema file looked for beside it."""
    lines = data_file("sources.yaml").read_text("utf-8").splitlines(keepends=True)
    own = f"{_SCHEMA_LINE}{_SCHEMA_FILE}\n"
    return "".join(own if line.startswith(_SCHEMA_LINE) else line for line in lines)


def _written(path: Path, text: str) -> bool:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        typer.echo(f"{path}: is there already, not written")
        return False
    typer.echo(f"{path}: written")
    return True


def _near(path: Path) -> Path:
    """The path as seen from here, so that faults are short and editors can follow them."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _notes(settings: Settings, watchlist: Watchlist) -> list[str]:
    notes = []
    if "contact" not in settings.model_fields_set:
        notes.append("REGWATCH_CONTACT is not set: publishers who have a question cannot reach you")
    if not watchlist.recipients and not (readers := _readers(settings)):
        notes.append("digest.recipients is empty, and nobody has signed up or was added: nobody gets a digest")
    elif not watchlist.recipients:
        told = wording.count(readers, "subscriber")
        notes.append(f"digest.recipients is empty: digests go to {told} of the database")
    if settings.smtp_host:
        local = [one.address for one in watchlist.recipients if one.address.endswith("@localhost")]
        notes += [f"{address} is on this machine only: write a real address now that mail is sent" for address in local]
    return notes


def _readers(settings: Settings) -> int:
    """How many people in the database get digests; 0 where there is no database yet."""
    from regwatch.store.read_only import ReadOnlyDatabase
    from regwatch.subscribers.lifecycle import count_active

    database = ReadOnlyDatabase(settings.database)
    try:
        with database.session() as session:
            return count_active(session)
    except StoreError:
        return 0
    finally:
        database.close()


def _report(watchlist: Watchlist | None, faults: list[Fault], notes: list[str]) -> dict[str, Any]:
    return {
        "ok": not faults,
        "topics": [topic.id for topic in watchlist.topics] if watchlist else [],
        "sources": [source.id for source in watchlist.sources] if watchlist else [],
        "recipients": len(watchlist.recipients) if watchlist else 0,
        "faults": [
            {"file": f.file, "line": f.line, "column": f.column, "path": f.path, "message": f.message} for f in faults
        ],
        "notes": notes,
    }


def _print(path: Path, watchlist: Watchlist | None, faults: list[Fault], notes: list[str]) -> None:
    for fault in faults:
        typer.echo(str(fault), err=True)
    for note in notes:
        typer.echo(f"note: {note}")
    if watchlist and not faults:
        counts = ((watchlist.topics, "topic"), (watchlist.sources, "source"), (watchlist.recipients, "recipient"))
        told = ", ".join(f"{len(some)} {word}{'' if len(some) == 1 else 's'}" for some, word in counts)
        typer.echo(f"{_near(path)}: good: {told}")
