"""Secrets from files: environments leak to child processes (https://systemd.io/CREDENTIALS), files do not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from regwatch.env_file import ENV_FILE
from regwatch.errors import ConfigError, Fault

PREFIX = "REGWATCH_"
SECRETS = frozenset({
    "database", "smtp_user", "smtp_password", "operator_token", "dkim_key", "imap_password", "second_reader_key",
})  # fmt: skip
"""Settings that may be given as a file."""

_LONGEST = 10_000


class SecretFiles(PydanticBaseSettingsSource):
    """Secrets from `$CREDENTIALS_DIRECTORY/<name>`, else from the file that `REGWATCH_<NAME>_FILE` names."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The secret of that name, or None. Raises `ConfigError` if a file is named and cannot be read."""
        if field_name not in SECRETS:
            return None, field_name, False
        variable = f"{PREFIX}{field_name.upper()}_FILE"
        folder, named = os.environ.get("CREDENTIALS_DIRECTORY"), os.environ.get(variable) or _in_env_file(variable)
        if folder and (Path(folder) / field_name).is_file():
            return _secret(Path(folder) / field_name, variable), field_name, False
        return (_secret(Path(named), variable) if named else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """All secrets that are given as files."""
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def _in_env_file(variable: str) -> str | None:
    return dotenv_values(ENV_FILE).get(variable)


def _secret(path: Path, variable: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError([Fault("environment", 0, 0, variable, f"{path} cannot be read: {why}")]) from error
    if not text.strip() or len(text) > _LONGEST:
        raise ConfigError([Fault("environment", 0, 0, variable, f"{path} does not hold a secret of one line")])
    return text.rstrip("\r\n")
