"""The settings as people read them: in the starter file that `regwatch init` writes, and in the reference."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from regwatch.secret_files import PREFIX, SECRETS
from regwatch.settings import Settings

_SHOWN = {
    "database": "sqlite:///<home>/regwatch.db",
    "mail_dir": "<home>/mail",
    "smtp_port": "587",
    "smtp_password": "",
    "operator_token": "",
    "dkim_key": "",
    "imap_password": "",
    "second_reader_key": "",
    "operator_channel": "",
    "ping_url": "",
    "contact": "",
}


@dataclass(frozen=True)
class SettingRow:
    """One setting. `default` is empty where there is none; `as_file` says that `<variable>_FILE` is understood too."""

    variable: str
    default: str
    help: str
    as_file: bool


def settings_table() -> tuple[SettingRow, ...]:
    """Every setting, in the order in which they are declared."""
    fields = Settings.model_fields.items()
    return tuple(
        SettingRow(PREFIX + name.upper(), _default(name, field.default), _one_line(field.description), name in SECRETS)
        for name, field in fields
    )


def arrived(settings: Settings) -> list[tuple[str, str]]:
    """What was set, by variable, as it arrived; of a secret only that it is set."""
    set_ones = [name for name in type(settings).model_fields if name in settings.model_fields_set]
    return [(PREFIX + name.upper(), "(set)" if name in SECRETS else str(getattr(settings, name))) for name in set_ones]


def starter_file() -> str:
    """A `regwatch.env` with every setting as a comment."""
    head = (
        "# Settings of regwatch on this machine. Take the # away and change what you need.\n"
        "# A variable of the same name in the environment wins over this file.\n"
        f"# Secrets are safer in a file of their own: {PREFIX}SMTP_PASSWORD_FILE=/path/to/it\n"
    )
    rows = (f"\n# {row.help}\n# {row.variable}={row.default}\n" for row in settings_table())
    return head + "".join(rows)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _default(name: str, value: object) -> str:
    if name in _SHOWN:
        return _SHOWN[name]
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | Path) else f"{value:g}" if isinstance(value, float) else str(value)
