"""Settings of the machine: where things are kept, how to fetch, how to mail. From the environment, never from YAML.

Every setting is a variable `REGWATCH_<NAME>`, in the environment or in the file `regwatch.env` of the working
directory (the environment wins). A secret is better given as a file: `REGWATCH_<NAME>_FILE` names it, or systemd's
`LoadCredential=<name>:...` puts it into `$CREDENTIALS_DIRECTORY`; both win over the variable itself, because
environments leak to child processes (https://systemd.io/CREDENTIALS).
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from regwatch import setting_values as values
from regwatch.addresses import bounce_mailbox, is_loopback, mail_address, mailbox, time_zone
from regwatch.env_file import ENV_FILE as ENV_FILE
from regwatch.env_file import assigned_lines, unreadable_lines
from regwatch.errors import ConfigError, Fault
from regwatch.secret_files import PREFIX, SECRETS, EnvFile, SecretFiles


def _both(password: SecretStr, info: ValidationInfo, user: str) -> SecretStr:
    """A login has a password, and a password a login."""
    given = bool(password.get_secret_value())
    if user in info.data and given != bool(info.data[user]):
        first, second = ("", " not") if given else (" not", "")
        raise ValueError(f"is{first} set, but REGWATCH_{user.upper()} is{second}: set both or none")
    return password


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Place = Annotated[Path, AfterValidator(values.absolute)]


class Settings(BaseSettings):
    """Every setting, its type, its default and what it is for. `docs/reference/settings.md` lists them for people."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    home: Place = Field(default=Path("var"), validate_default=True)
    """Folder for everything that regwatch keeps: the database and, unless SMTP is set, the mail."""
    sources: Place = Field(default=Path("sources.yaml"), validate_default=True)
    """The watchlist: topics, sources and recipients."""
    database: Annotated[str, AfterValidator(values.database)] = Field(
        default_factory=lambda data: f"sqlite:///{data['home'] / 'regwatch.db'}", repr=False
    )
    """The database: a SQLite file in `home`, or another one by its address."""
    mail_dir: Place = Field(default_factory=lambda data: data["home"] / "mail")
    """Folder for mail when no SMTP server is set: one .eml and one .html file each, and an index."""
    templates: Annotated[Place | None, AfterValidator(values.folder)] = None
    """Folder with templates of your own; a file in it replaces the built-in one of the same name."""
    schedule: Annotated[Literal["learned", "fixed"], BeforeValidator(_lower)] = "learned"
    """When pages are polled: `learned` follows publishers' hours and foreseen days, `fixed` keeps equal intervals."""
    history_days: int = Field(default=365, ge=0, le=36_500)
    """Days for which every version of a page is kept; older ones that nothing rests on thin out. 0: kept for ever."""

    contact: Annotated[str, AfterValidator(values.contact)] = values.NO_CONTACT
    """Mail address or web page where publishers reach you; it is sent with every request, so set it."""
    fetch_gap: float = Field(default=2.0, ge=0, le=3600)
    """Seconds between two requests to one host; a host may ask for more in its robots.txt."""
    fetch_concurrency: int = Field(default=8, ge=1, le=64)
    """How many hosts are asked at the same time; one host never gets two requests at once."""
    fetch_timeout: float = Field(default=30.0, ge=1, le=600)
    """Seconds to wait for a server that says nothing; a whole document may take three times as long."""
    fetch_max_bytes: int = Field(default=33_554_432, ge=1024, le=1_073_741_824)
    """Bytes that one document may have, unpacked."""
    fetch_max_redirects: int = Field(default=5, ge=0, le=20)
    """Redirects that one request may follow."""
    allow_private_addresses: bool = False
    """Whether sources may live at loopback and private network addresses: for tests and for intranets."""

    smtp_host: Annotated[str, AfterValidator(values.server_name)] = Field(default="", max_length=253)
    """Mail server that takes the digests. Without it they are written to `mail_dir`."""
    smtp_tls: Annotated[Literal["starttls", "tls", "none"], BeforeValidator(_lower)] = "starttls"
    """How the connection is protected; `none` is allowed to this machine itself only."""
    smtp_port: int = Field(
        default_factory=lambda data: {"tls": 465, "none": 25}.get(str(data["smtp_tls"]), 587), ge=1, le=65_535
    )
    """Port of the mail server: by default 587 for starttls, 465 for tls, 25 for none."""
    smtp_user: str = Field(default="", repr=False)
    """Login at the mail server, if it wants one."""
    smtp_password: SecretStr = Field(default=SecretStr(""), validate_default=True)
    """Password of that login: better as a file."""
    smtp_connections: int = Field(default=1, ge=1, le=50)
    """Connections to the mail server at a time: more send faster, where it takes as many."""
    mails_per_second: float = Field(default=0, ge=0, le=10_000)
    """Mails that leave in a second at most, such as 5, or 0.1 for six a minute; 0 is as fast as the server can."""
    mails_per_second_to_domain: float = Field(default=0, ge=0, le=10_000)
    """The same for the mails to one domain, such as all readers at gmail.com: the others need not wait for them."""
    smtputf8: bool = False
    """Whether the mail server takes addresses with letters beyond ASCII before the @; else sign-up refuses them."""
    mail_from: Annotated[str, AfterValidator(mailbox)] = "regwatch <regwatch@localhost>"
    """Sender of the digests; must be set when an SMTP server is."""
    reply_to: Annotated[str, AfterValidator(mailbox)] | None = None
    """Where answers to digests go; to the sender if not set."""
    operator_mail: Annotated[str, AfterValidator(mail_address)] | None = None
    """Who is told when a source fails or a page is not understood. Without it that is only logged and shown."""
    operator_channel: Annotated[SecretStr, AfterValidator(values.channel)] = SecretStr("")
    """Another way to tell the operator: an address of Apprise, such as ntfys://ntfy.sh/a-secret-topic."""
    ping_url: Annotated[SecretStr, AfterValidator(values.monitor)] = SecretStr("")
    """Address of a monitor that raises the alarm when no sign of life comes, as healthchecks.io gives it."""
    canary_mail: Annotated[str, AfterValidator(mail_address)] | None = None
    """Mailbox of yours that gets all news at once: what has not reached it an hour later raises an alarm."""
    base_url: Annotated[str, AfterValidator(values.base_url)] | None = None
    """Public address of this installation, for links in mails."""

    ambiguous: Annotated[Literal["resend_once", "hold"], BeforeValidator(_lower)] = "resend_once"
    """A mail that may or may not have arrived: `resend_once` risks a second copy, `hold` that nobody gets one."""
    dkim: Annotated[Literal["relay", "self"], BeforeValidator(_lower)] = "relay"
    """Who signs the mails: the mail server, or regwatch itself with the key below."""
    dkim_domain: str = Field(default="", max_length=253)
    """Domain of the signature; that of the sender if not set."""
    dkim_selector: str = Field(default="regwatch", max_length=63)
    """Selector of the signature: the key stands in the DNS at selector._domainkey.domain."""
    dkim_key: SecretStr = SecretStr("")
    """Private key of the signature, PEM: as a file."""
    bounce_address: Annotated[str, AfterValidator(bounce_mailbox)] = ""
    """Mailbox for mail that comes back, of which regwatch reads all; its server must accept an extension after a +."""
    bounce_maildir: Place | None = None
    """Maildir of that mailbox, if it is on this machine."""
    imap_host: Annotated[str, AfterValidator(values.server_name)] = Field(default="", max_length=253)
    """IMAP server of that mailbox (always with TLS), if it is elsewhere."""
    imap_port: int = Field(default=993, ge=1, le=65_535)
    """Port of that server."""
    imap_user: str = Field(default="", repr=False)
    """Login at that server."""
    imap_password: SecretStr = Field(default=SecretStr(""), validate_default=True)
    """Password of that login: better as a file."""

    trusted_proxies: Annotated[str, AfterValidator(values.networks)] = ""
    """Addresses or networks of proxies before the board whose X-Forwarded-For is believed. Without it nobody's is."""
    operator_token: Annotated[SecretStr, AfterValidator(values.token)] = SecretStr("")
    """Token of 16 characters or more that opens the operator's pages on the public board. Without it they are on
    loopback only."""

    second_reader_url: Annotated[str, AfterValidator(values.endpoint)] = ""
    """Address of a language model that reads changed prose as a second opinion. Without it nobody is asked."""
    second_reader_model: str = Field(default="", max_length=200)
    """Name of the model at that address; must be set with it."""
    second_reader_key: SecretStr = SecretStr("")
    """Key of that address, if it wants one: better as a file."""
    second_reader_timeout: float = Field(default=20.0, ge=1, le=600)
    """Seconds that a poll with news waits for the second reader at most, whatever the number of its documents."""
    second_reader_requests: int = Field(default=100, ge=0, le=100_000)
    """Requests to the second reader in one day (UTC)."""
    second_reader_characters: int = Field(default=1_000_000, ge=0, le=1_000_000_000)
    """Characters that are sent to the second reader in one day (UTC)."""
    second_reader_document: int = Field(default=12_000, ge=500, le=200_000)
    """Characters of one document that are sent, from its beginning."""

    zone: Annotated[str, AfterValidator(time_zone)] = "Europe/London"
    """Time zone in which commands show times."""
    log_format: Annotated[Literal["auto", "json", "console"], BeforeValidator(_lower)] = "auto"
    """Shape of log lines; `auto` is `console` in a terminal and `json` elsewhere."""
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"
    """The least serious message that is logged."""

    @field_validator("smtp_tls")
    @classmethod
    def _encrypted(cls, value: str, info: ValidationInfo) -> str:
        host = info.data.get("smtp_host", "")
        if value == "none" and host and not is_loopback(host):
            raise ValueError("may only be none where REGWATCH_SMTP_HOST is this machine: write starttls or tls")
        return value

    @field_validator("smtp_password")
    @classmethod
    def _with_user(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        return _both(value, info, "smtp_user")

    @field_validator("imap_password")
    @classmethod
    def _with_imap_user(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        return _both(value, info, "imap_user")

    @field_validator("second_reader_key")
    @classmethod
    def _not_in_the_clear(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        url = urlsplit(info.data.get("second_reader_url", ""))
        if value.get_secret_value() and url.scheme == "http" and not is_loopback(url.hostname or ""):
            raise ValueError("would be sent in the clear: REGWATCH_SECOND_READER_URL must begin with https://")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed, then files with secrets, then the environment, then `regwatch.env`."""
        return init_settings, SecretFiles(settings_cls), env_settings, EnvFile(settings_cls)


def load_settings(**given: Any) -> Settings:
    """The settings of this process; `given` wins over everything else.

    Raises `ConfigError` with every variable that is wrong or unknown, and what to write.
    """
    faults = [*unreadable_lines(frozenset(PREFIX + name.upper() for name in SECRETS)), *_unknown_variables()]
    quoted = _quoted_variables()
    settings = None
    try:
        settings = Settings(**given)
    except ConfigError as error:
        faults += error.faults
    except ValidationError as error:
        late = "default_factory_not_called"
        found = [_fault(one) for one in error.errors(include_url=False) if one["type"] != late]
        faults += [one for one in found if one.path not in {fault.path for fault in (*faults, *quoted)}]
    if settings and settings.smtp_host and "mail_from" not in settings.model_fields_set:
        faults.append(fault_of("mail_from", "must be set with REGWATCH_SMTP_HOST: write the sender's mail address"))
    if settings and settings.second_reader_url and not settings.second_reader_model:
        faults.append(fault_of("second_reader_model", "must be set with REGWATCH_SECOND_READER_URL: write its name"))
    if settings and settings.imap_host and not settings.bounce_address:
        faults.append(fault_of("bounce_address", "must be set with REGWATCH_IMAP_HOST: write the mailbox that is read"))
    if faults or quoted or settings is None:
        raise ConfigError([*faults, *quoted])
    return settings


def _unknown_variables() -> list[Fault]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    faults = []
    for name, place in [*assigned_lines().items(), *((name, 0) for name in os.environ)]:
        if not name.startswith(PREFIX) or name in known:
            continue
        close = get_close_matches(name, known, n=1, cutoff=0.8)
        if place or close:
            hint = f"; did you mean {close[0]}?" if close else ": see docs/reference/settings.md"
            faults.append(Fault(ENV_FILE if place else "environment", place, 1 if place else 0, name, f"unknown{hint}"))
    return faults


def _quoted_variables() -> list[Fault]:
    """Values of the environment that begin and end with a quotation mark: `docker --env-file` takes it as theirs."""
    given = {name: os.environ.get(PREFIX + name.upper(), "") for name in Settings.model_fields}
    quoted = [PREFIX + name.upper() for name, value in given.items() if value[1:] and value[0] == value[-1] in "\"'"]
    message = "has quotation marks around its value: leave them out; a secret that has them belongs into a file"
    return [Fault("environment", 0, 0, name, message) for name in quoted]


def _fault(error: ErrorDetails) -> Fault:
    kind, context = error["type"], error.get("ctx", {})
    say = {
        "value_error": f"{context.get('error')}",
        "greater_than_equal": f"must be {context.get('ge', 0):g} or more",
        "less_than_equal": f"must be {context.get('le', 0):g} or less",
        "int_parsing": "must be a whole number",
        "float_parsing": "must be a number",
        "bool_parsing": "must be true or false",
        "literal_error": f"must be {str(context.get('expected')).replace(chr(39), '')}",
        "string_too_long": f"must not be longer than {context.get('max_length')} characters",
    }
    return fault_of(str(error["loc"][0]).lower().removeprefix(PREFIX.lower()), say.get(kind, error["msg"]))


def fault_of(name: str, message: str) -> Fault:
    """A fault of a setting, at the line that sets it or names its file."""
    variable, lines = PREFIX + name.upper(), assigned_lines()
    line = 0 if variable in os.environ else lines.get(variable, 0) or lines.get(f"{variable}_FILE", 0)
    return Fault(ENV_FILE if line else "environment", line, 1 if line else 0, variable, message)
