"""Settings come from the environment, from `regwatch.env` and from files with secrets, and are checked whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from regwatch.errors import ConfigError
from regwatch.settings import Settings, load_settings
from regwatch.settings_table import arrived, settings_table, starter_file


@pytest.fixture(autouse=True)
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory and no variable of ours."""
    for name in [*os.environ]:
        if name.startswith("REGWATCH_") or name == "CREDENTIALS_DIRECTORY":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults(**variables: str) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        with pytest.raises(ConfigError) as caught:
            load_settings()
    return [str(fault) for fault in caught.value.faults]


def test_everything_has_a_default_that_keeps_to_the_working_directory(bare_environment: Path) -> None:
    settings = load_settings()
    assert settings.home == bare_environment / "var"
    assert settings.sources == bare_environment / "sources.yaml"
    assert settings.database == f"sqlite:///{bare_environment}/var/regwatch.db"
    assert settings.mail_dir == bare_environment / "var" / "mail"
    assert not settings.allow_private_addresses
    assert settings.smtp_host == ""


def test_the_database_and_the_mail_follow_the_home(bare_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGWATCH_HOME", "/var/lib/regwatch")
    assert load_settings().database == "sqlite:////var/lib/regwatch/regwatch.db"
    assert load_settings().mail_dir == Path("/var/lib/regwatch/mail")


def test_the_environment_wins_over_the_file(bare_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare_environment / "regwatch.env").write_text("REGWATCH_LOG_LEVEL=debug\nREGWATCH_FETCH_GAP=9\n")
    monkeypatch.setenv("REGWATCH_LOG_LEVEL", "WARNING")
    settings = load_settings()
    assert (settings.log_level, settings.fetch_gap) == ("warning", 9.0)


MONITOR = "the one that the monitor gives you, which begins with https://"


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_follows_the_protection_of_the_connection(tls: str, port: int) -> None:
    assert Settings(smtp_tls=tls).smtp_port == port


def test_a_secret_is_read_from_systemd_before_a_named_file_before_the_variable(
    bare_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGWATCH_SMTP_USER", "anna")
    monkeypatch.setenv("REGWATCH_SMTP_PASSWORD", "from the variable")
    assert load_settings().smtp_password.get_secret_value() == "from the variable"

    (bare_environment / "named").write_text("from the named file\n")
    monkeypatch.setenv("REGWATCH_SMTP_PASSWORD_FILE", str(bare_environment / "named"))
    assert load_settings().smtp_password.get_secret_value() == "from the named file"

    (bare_environment / "credentials").mkdir()
    (bare_environment / "credentials" / "smtp_password").write_text("from systemd\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(bare_environment / "credentials"))
    assert load_settings().smtp_password.get_secret_value() == "from systemd"


def test_the_settings_file_may_name_the_file_of_a_secret(bare_environment: Path) -> None:
    (bare_environment / "password").write_text("hunter2")
    lines = f"REGWATCH_SMTP_USER=anna\nREGWATCH_SMTP_PASSWORD_FILE={bare_environment}/password\n"
    (bare_environment / "regwatch.env").write_text(lines)
    assert load_settings().smtp_password.get_secret_value() == "hunter2"


def test_no_secret_is_shown_when_the_settings_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGWATCH_SMTP_USER", "anna")
    monkeypatch.setenv("REGWATCH_SMTP_PASSWORD", "hunter2")
    monkeypatch.setenv("REGWATCH_DATABASE", "postgresql://anna:hunter2@db.example.org/regwatch")
    assert "hunter2" not in repr(load_settings())


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DATABASE", "mysql://x", "must begin with sqlite:/// or postgresql://"),
        ("CONTACT", "Anna", "'Anna' is not a web address: write one that begins with https://"),
        ("CONTACT", "anna@", "this is not a mail address: write one such as anna@example.org"),
        ("FETCH_GAP", "soon", "must be a number"),
        ("FETCH_GAP", "-1", "must be 0 or more"),
        ("FETCH_CONCURRENCY", "1.5", "must be a whole number"),
        ("FETCH_MAX_REDIRECTS", "99", "must be 20 or less"),
        ("ALLOW_PRIVATE_ADDRESSES", "maybe", "must be true or false"),
        ("SMTP_TLS", "ssl", "must be starttls, tls or none"),
        ("SMTP_PORT", "99999", "must be 65535 or less"),
        ("SMTP_PASSWORD", "hunter2", "is set, but REGWATCH_SMTP_USER is not: set both or none"),
        ("SMTP_HOST", "mail.example.org", None),
        ("MAIL_FROM", "x\ny@example.org", None),
        ("OPERATOR_MAIL", "root", "this is not a mail address: write one such as anna@example.org"),
        ("BASE_URL", "regwatch.example.org", None),
        ("SECOND_READER_URL", "127.0.0.1:8080", None),
        (
            "SECOND_READER_URL",
            "http://127.0.0.1/v1?version=1",
            "must end with the path: write one such as http://127.0.0.1:8080/v1",
        ),
        ("SECOND_READER_URL", "http://127.0.0.1/v1", None),
        (
            "SECOND_READER_URL",
            "http://me:secret@127.0.0.1/v1",
            "a secret does not belong in an address: take the login or key out",
        ),
        ("SECOND_READER_TIMEOUT", "0", "must be 1 or more"),
        ("PING_URL", "ftp://monitor.example/secret", f"is no web address: write {MONITOR}"),
        ("PING_URL", "https://[broken", f"is no web address: write {MONITOR}"),
        ("PING_URL", "monitor.example/secret", f"is no web address: write {MONITOR}"),
        ("SECOND_READER_REQUESTS", "-1", "must be 0 or more"),
        ("SECOND_READER_DOCUMENT", "10", "must be 500 or more"),
        ("ZONE", "London", "'London' is not a time zone: did you mean Europe/London?"),
        ("LOG_FORMAT", "xml", "must be auto, json or console"),
        ("LOG_LEVEL", "loud", "must be debug, info, warning or error"),
    ],
)
def test_a_bad_value_names_its_variable_and_what_to_write(name: str, value: str, message: str | None) -> None:
    said = faults(**{f"REGWATCH_{name}": value})
    assert len(said) == 1
    if message:
        assert said == [f"environment: REGWATCH_{name}: {message}"]


def test_mail_cannot_leave_the_machine_unprotected() -> None:
    said = faults(
        REGWATCH_SMTP_HOST="mail.example.org", REGWATCH_SMTP_TLS="none", REGWATCH_MAIL_FROM="news@example.org"
    )
    assert said == [
        "environment: REGWATCH_SMTP_TLS: may only be none where REGWATCH_SMTP_HOST is this machine: "
        "write starttls or tls"
    ]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_mail_to_this_machine_itself_may_go_unprotected(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGWATCH_SMTP_HOST", host)
    monkeypatch.setenv("REGWATCH_SMTP_TLS", "none")
    monkeypatch.setenv("REGWATCH_MAIL_FROM", "regwatch <news@example.org>")
    assert load_settings().smtp_port == 25


def test_the_second_reader_is_nobody_until_it_has_an_address_and_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().second_reader_url == ""
    monkeypatch.setenv("REGWATCH_SECOND_READER_URL", "http://127.0.0.1:8080/v1/chat/completions")
    monkeypatch.setenv("REGWATCH_SECOND_READER_MODEL", "small")
    assert load_settings().second_reader_url == "http://127.0.0.1:8080/v1"
    monkeypatch.delenv("REGWATCH_SECOND_READER_MODEL")
    assert faults() == [
        "environment: REGWATCH_SECOND_READER_MODEL: must be set with REGWATCH_SECOND_READER_URL: write its name"
    ]


@pytest.mark.parametrize(("url", "good"), [
    ("https://models.example.org/v1", True), ("http://127.0.0.1:8080/v1", True), ("http://localhost/v1", True),
    ("http://[::1]/v1", True), ("http://192.168.0.7/v1", False), ("http://models.example.org/v1", False),
])  # fmt: skip
def test_the_key_of_the_second_reader_is_sent_in_the_clear_to_this_machine_only(
    url: str, good: bool, bare_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare_environment / "key").write_text("sk-secret\n")
    for name, value in {"URL": url, "MODEL": "small", "KEY_FILE": str(bare_environment / "key")}.items():
        monkeypatch.setenv(f"REGWATCH_SECOND_READER_{name}", value)
    if good:
        assert load_settings().second_reader_key.get_secret_value() == "sk-secret"
        assert "sk-secret" not in repr(load_settings())
    else:
        assert faults() == [
            "environment: REGWATCH_SECOND_READER_KEY: would be sent in the clear: "
            "REGWATCH_SECOND_READER_URL must begin with https://"
        ]


def test_a_mail_server_wants_a_sender() -> None:
    assert faults(REGWATCH_SMTP_HOST="mail.example.org") == [
        "environment: REGWATCH_MAIL_FROM: must be set with REGWATCH_SMTP_HOST: write the sender's mail address"
    ]


def test_the_address_of_a_monitor_may_hold_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGWATCH_PING_URL", "https://me:word@monitor.example/ping?token=x")
    assert load_settings().ping_url.get_secret_value().endswith("token=x")


def test_a_mailbox_that_is_read_is_one_that_mails_come_back_to() -> None:
    assert faults(REGWATCH_IMAP_HOST="imap.example.org") == [
        "environment: REGWATCH_BOUNCE_ADDRESS: must be set with REGWATCH_IMAP_HOST: write the mailbox that is read"
    ]


def test_a_line_that_systemd_would_pass_over_is_a_fault(bare_environment: Path) -> None:
    (bare_environment / "regwatch.env").write_text("REGWATCH_LOG_LEVEL=debug\n  export REGWATCH_FETCH_GAP=9\n")
    assert faults() == [
        "regwatch.env:2:1: REGWATCH_FETCH_GAP: begins with export, which a shell reads and systemd does not: "
        "leave that word out"
    ]


def test_a_fault_in_the_file_has_its_line(bare_environment: Path) -> None:
    (bare_environment / "regwatch.env").write_text("# mine\n\nREGWATCH_ZONE=London\nREGWATCH_HOMES=/srv\n")
    assert faults() == [
        "regwatch.env:4:1: REGWATCH_HOMES: unknown; did you mean REGWATCH_HOME?",
        "regwatch.env:3:1: REGWATCH_ZONE: 'London' is not a time zone: did you mean Europe/London?",
    ]


def test_a_line_that_sets_nothing_is_not_passed_over(bare_environment: Path) -> None:
    (bare_environment / "regwatch.env").write_text("# mine\nREGWATCH_ZONE Europe/Paris\n")
    assert faults() == ["regwatch.env:2:1: is not a setting: write one a line, as REGWATCH_NAME=value"]


def test_a_file_in_another_encoding_is_one_sentence(bare_environment: Path) -> None:
    (bare_environment / "regwatch.env").write_bytes("# für mich\n".encode("latin-1"))
    assert faults() == ["regwatch.env: this is not UTF-8 text: save the file as UTF-8"]


def test_a_misspelt_variable_is_found_in_the_environment() -> None:
    assert faults(REGWATCH_SMTP_HOSTS="x") == [
        "environment: REGWATCH_SMTP_HOSTS: unknown; did you mean REGWATCH_SMTP_HOST?"
    ]


def test_a_variable_of_another_program_is_none_of_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGWATCH_CAPTURES", "/somewhere")
    assert load_settings().smtp_host == ""


def test_a_secret_file_that_is_not_there_is_one_sentence(bare_environment: Path) -> None:
    assert faults(REGWATCH_SMTP_PASSWORD_FILE="nowhere") == [
        "environment: REGWATCH_SMTP_PASSWORD_FILE: nowhere cannot be read: No such file or directory"
    ]
    (bare_environment / "blank").write_text("\n")
    assert faults(REGWATCH_SMTP_PASSWORD_FILE="blank") == [
        "environment: REGWATCH_SMTP_PASSWORD_FILE: blank does not hold a secret of one line"
    ]


def test_the_starter_file_names_every_setting_and_changes_none(bare_environment: Path) -> None:
    before = Settings()
    (bare_environment / "regwatch.env").write_text(starter_file())
    assert load_settings() == before
    assert all(f"# {row.variable}=" in starter_file() for row in settings_table())


def test_every_setting_has_its_help() -> None:
    assert all(row.help.endswith(".") for row in settings_table())


MAIL = "REGWATCH_SMTP_HOST=localhost\nREGWATCH_SMTP_TLS=none\nREGWATCH_MAIL_FROM=a@example.org\nREGWATCH_SMTP_USER=u\n"


@pytest.mark.parametrize(
    ("written", "password"),
    [
        ("pa${x}ss$HOME", "pa${x}ss$HOME"),
        ('"pa${HOME}ss"', "pa${HOME}ss"),
        ("'pa${HOME}ss'", "pa${HOME}ss"),
        ("'pa#ss #word'", "pa#ss #word"),
        ('"pa#ss #word"', "pa#ss #word"),
        ("'pa\\new\\tx'", "pa\\new\\tx"),
        ("pa\\new", "pa\\new"),
        ("it's", "it's"),
        ("pa#ss", "pa#ss"),
        ("  blanks  ", "blanks"),
    ],
)
def test_a_password_of_the_file_arrives_as_it_is_written(
    bare_environment: Path, written: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("x", "expanded")
    (bare_environment / "regwatch.env").write_text(f"{MAIL}REGWATCH_SMTP_PASSWORD={written}\n", "utf-8")
    assert load_settings().smtp_password.get_secret_value() == password


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("pa#ss #word", "may end before the #"),
        ('"pa\\new"', "has a backslash in double quotes"),
        ('"pass', "close the quotation mark"),
        ("'quoted'tail", "close the quotation mark"),
    ],
)
def test_a_password_that_would_arrive_as_another_is_a_fault_with_its_line(
    bare_environment: Path, written: str, message: str
) -> None:
    text = f"{MAIL}\n\nREGWATCH_SMTP_PASSWORD={written}\nREGWATCH_CONTACT=me@example.org\n"
    (bare_environment / "regwatch.env").write_text(text)
    [fault] = faults()
    assert fault.startswith("regwatch.env:7:1: REGWATCH_SMTP_PASSWORD: ")
    assert message in fault


def test_a_byte_order_mark_is_a_fault_of_the_first_line(bare_environment: Path) -> None:
    (bare_environment / "regwatch.env").write_text("\ufeffREGWATCH_CONTACT=me@example.org\n", "utf-8")
    [fault] = faults()
    assert fault.startswith("regwatch.env:1:1: begins with a byte-order mark")


@pytest.mark.parametrize("what", ["SMTP", "IMAP"])
def test_a_login_without_a_password_is_a_fault(what: str) -> None:
    [fault] = faults(**{f"REGWATCH_{what}_USER": "u"})
    assert fault == f"environment: REGWATCH_{what}_PASSWORD: is not set, but REGWATCH_{what}_USER is: set both or none"


def test_what_is_set_is_shown_as_it_arrived_and_no_secret(
    bare_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare_environment / "regwatch.env").write_text(f"{MAIL}REGWATCH_SMTP_PASSWORD='pa$$ #w'\n", "utf-8")
    monkeypatch.setenv("REGWATCH_FETCH_GAP", "3")
    shown = dict(arrived(load_settings()))
    assert shown["REGWATCH_SMTP_HOST"] == "localhost"
    assert shown["REGWATCH_FETCH_GAP"] == "3.0"
    assert shown["REGWATCH_SMTP_PASSWORD"] == shown["REGWATCH_SMTP_USER"] == "(set)"
    assert "REGWATCH_LOG_LEVEL" not in shown


def test_a_comment_behind_a_plain_value_is_one(bare_environment: Path) -> None:
    (bare_environment / "regwatch.env").write_text("REGWATCH_SMTP_PORT=2525 # the relay's\n")
    assert load_settings().smtp_port == 2525


def test_quotation_marks_that_reach_the_environment_are_a_fault_each() -> None:
    found = faults(
        REGWATCH_SMTP_HOST='"mail.example.org"', REGWATCH_SMTP_PORT='"587"', REGWATCH_MAIL_FROM="'a@example.org'"
    )
    assert len(found) == 3
    assert all("has quotation marks around its value" in fault for fault in found)


@pytest.mark.parametrize(
    "host", ['"mail.example.org', "mail example.org", "https://mail.example.org", "mail.example.org:587"]
)
def test_a_mail_server_is_its_name_alone(host: str) -> None:
    assert any("REGWATCH_SMTP_HOST: must be" in fault for fault in faults(REGWATCH_SMTP_HOST=host))


@pytest.mark.parametrize("host", ["mail.example.org", "localhost", "192.0.2.1", "::1", "[2001:db8::1]"])
def test_a_mail_server_may_be_an_address(host: str) -> None:
    assert Settings(smtp_host=host).smtp_host == host


def test_a_secret_file_may_have_a_byte_order_mark(bare_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare_environment / "pw").write_bytes(b"\xef\xbb\xbfsecret\r\n")
    monkeypatch.setenv("REGWATCH_SMTP_USER", "u")
    monkeypatch.setenv("REGWATCH_SMTP_PASSWORD_FILE", "pw")
    assert load_settings().smtp_password.get_secret_value() == "secret"


@pytest.mark.parametrize("value", ["x", "secret", "a" * 15, "a" * 40, "abababababababababab", " " + "0123456789abcdef"])
def test_a_token_that_can_be_guessed_or_mistyped_is_a_fault_and_is_not_repeated(value: str) -> None:
    (said,) = faults(REGWATCH_OPERATOR_TOKEN=value)
    assert said.startswith("environment: REGWATCH_OPERATOR_TOKEN: ")
    assert "write" in said
    assert value not in said.removeprefix("environment: REGWATCH_OPERATOR_TOKEN: ") or value == "x"


def test_a_token_as_a_tool_prints_it_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGWATCH_OPERATOR_TOKEN", "9f86d081884c7d659a2feaa0c55ad015")
    assert load_settings().operator_token.get_secret_value().startswith("9f86")


def test_the_line_of_a_file_of_a_secret_is_named(bare_environment: Path) -> None:
    (bare_environment / "token").write_text("short\n")
    (bare_environment / "regwatch.env").write_text(f"\nREGWATCH_OPERATOR_TOKEN_FILE={bare_environment / 'token'}\n")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert str(caught.value.faults[0]).startswith("regwatch.env:2:1: REGWATCH_OPERATOR_TOKEN: can be guessed: write 16")


def test_templates_that_are_not_there_are_a_fault(bare_environment: Path) -> None:
    (said,) = faults(REGWATCH_TEMPLATES=str(bare_environment / "own"))
    assert said.endswith("own is no folder: make it, name the right one, or take the setting out")


@pytest.mark.parametrize("value", ["nonsense", "ntfy.sh/topic", "me@example.org", "ntfys://", "://x"])
def test_a_channel_that_is_no_address_is_a_fault(value: str) -> None:
    (said,) = faults(REGWATCH_OPERATOR_CHANNEL=value)
    assert "write one such as ntfys://ntfy.sh/a-secret-topic" in said
