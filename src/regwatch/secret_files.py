"""Settings from files. Secrets have files of their own: environments leak to child processes, files do not
(https://systemd.io/CREDENTIALS).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from regwatch import env_file
from regwatch.errors import ConfigError, Fault
from regwatch.file_faults import why_unreadable

PREFIX = "REGWATCH_"
SECRETS = frozenset({
    "database", "smtp_user", "smtp_password", "operator_token", "dkim_key", "imap_password", "second_reader_key",
    "operator_channel", "ping_url",
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
        folder, named = (
            os.environ.get("CREDENTIALS_DIRECTORY"),
            os.environ.get(variable) or env_file.values().get(variable),
        )
        if folder and (Path(folder) / field_name).is_file():
            return _secret(Path(folder) / field_name, variable), field_name, False
        return (_secret(Path(named), variable) if named else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """All secrets that are given as files."""
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


class EnvFile(PydanticBaseSettingsSource):
    """Settings from `regwatch.env`, each as it is written there; an empty value sets nothing."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The value of that setting, or None."""
        return env_file.values().get(f"{PREFIX}{field_name.upper()}"), field_name, False

    def __call__(self) -> dict[str, Any]:
        """All settings of the file."""
        given = env_file.values()
        found = {name: given.get(f"{PREFIX}{name.upper()}") for name in self.settings_cls.model_fields}
        return {name: value for name, value in found.items() if value}


def _secret(path: Path, variable: str) -> str:
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        why = f"{path} cannot be read: {why_unreadable(error)}"
        raise ConfigError([Fault("environment", 0, 0, variable, why)]) from error
    if not text.strip() or len(text) > _LONGEST:
        raise ConfigError([Fault("environment", 0, 0, variable, f"{path} does not hold a secret of one line")])
    return text.rstrip("\r\n")
