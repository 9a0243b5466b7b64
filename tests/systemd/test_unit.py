"""The systemd unit is valid, confined, and does not restart over a mistake in the configuration."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regwatch.cli.main import app
from regwatch.cli.output import CONFIGURATION

FOLDER = Path(__file__).parents[2] / "systemd"
UNIT = FOLDER / "regwatch.service"
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def settings(section: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    inside = ""
    for line in UNIT.read_text("utf-8").splitlines():
        if line.startswith("["):
            inside = line.strip("[]")
        elif "=" in line and not line.startswith("#") and inside == section:
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@needs_systemd
def test_its_exposure_is_at_most_one_and_a_half_of_ten() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(UNIT)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@needs_systemd
@pytest.mark.parametrize("name", ["regwatch-backup.service", "regwatch-prune.service", "regwatch-web.service"])
def test_the_other_units_are_as_confined(name: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(FOLDER / name)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@needs_systemd
def test_systemd_has_nothing_to_say_against_it(tmp_path: Path) -> None:
    here = tmp_path / UNIT.name
    here.write_text(UNIT.read_text("utf-8").replace("/usr/local/bin/regwatch", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", str(here)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")


def test_a_mistake_in_the_configuration_is_not_retried() -> None:
    service = settings("Service")
    assert service["Restart"] == ["on-failure"]
    assert service["RestartPreventExitStatus"] == [str(CONFIGURATION)]


def test_it_reports_readiness_and_progress_and_reloads_by_signal() -> None:
    service = settings("Service")
    assert service["Type"] == ["notify"]
    assert service["NotifyAccess"] == ["main"]
    assert service["ExecReload"] == ["kill -HUP $MAINPID"]
    assert service["WatchdogSec"] == ["120s"]


def test_its_state_is_its_own_and_no_secret_stands_in_it() -> None:
    service = settings("Service")
    assert service["DynamicUser"] == ["yes"]
    assert service["StateDirectoryMode"] == ["0700"]
    assert service["UMask"] == ["0077"]
    assert not [value for value in service["Environment"] if "PASSWORD" in value]


@pytest.mark.parametrize("timer", sorted(FOLDER.glob("*.timer")), ids=lambda path: path.stem)
def test_a_timer_starts_a_command_that_there_is_and_catches_up_what_it_slept_through(timer: Path) -> None:
    assert "Persistent=true" in timer.read_text("utf-8").splitlines()
    (command,) = re.findall(
        r"^ExecStart=/usr/local/bin/regwatch (.+)$", timer.with_suffix(".service").read_text(), re.M
    )
    asked = CliRunner().invoke(app, [*re.findall(r"^[a-z ]+", command)[0].split(), "--help"])
    assert asked.exit_code == 0


@needs_systemd
@pytest.mark.parametrize("timer", sorted(FOLDER.glob("*.timer")), ids=lambda path: path.stem)
def test_systemd_understands_when_a_timer_fires(timer: Path) -> None:
    (when,) = re.findall(r"^OnCalendar=(.+)$", timer.read_text("utf-8"), re.M)
    assert subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, check=False).returncode == 0
